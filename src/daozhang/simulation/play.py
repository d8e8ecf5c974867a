"""One seed, played: a town's files arrive through faulty ports, workers die and overtake each other, and everything is checked.

The faulty phase ends a few days after the last sale; a quiet phase follows in which everything due must reach its end.
The same seed gives the same outcome, told by ``digest``: a hash of findings, cases, the audit chain and letters.
"""

from __future__ import annotations

import gc
import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import connections

from daozhang.desk import import_jobs, imports, jobs, notices, timers, uploads, worker
from daozhang.desk.models import Case, CaseEvent, Finding, Import, Job, Notice
from daozhang.desk.workspace import Workspace, create, open_workspace
from daozhang.flows.settlement_day import Ledger
from daozhang.formats.base import Given
from daozhang.simulation import invariants
from daozhang.simulation.boundaries import Boundaries, Died, watched
from daozhang.simulation.clock import SimulatedClock
from daozhang.simulation.invariants import Known
from daozhang.simulation.mail_port import MailPort
from daozhang.simulation.pairs import Pair
from daozhang.simulation.plain_ledger import PARTS, PlainLedger
from daozhang.simulation.ports import simulated
from daozhang.simulation.post import Delivery, Post, make_post
from daozhang.simulation.town import DAY, SALES_DAYS, Town, book, make_town
from daozhang.world.chance import chance
from daozhang.world.paper.plain import interchange_csv

FAULTY_DAYS: Final = SALES_DAYS + 4
DEATHS: Final = 6
"""One step in so many ends in the death of its process, if it has enough boundaries."""
PAIRS: Final = 5
"""One round of work in so many is done by two workers side by side."""
ROUNDS: Final = 40
"""Rounds of work after which a day that has not come to rest counts as stuck."""
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder in memory, private to this user by its permissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one seed gave. ``problem`` is empty when every invariant held; ``on`` is the day on which one did not."""

    seed: int
    days: int
    digest: str
    problem: str = ""
    on: date | None = None
    deaths: int = 0
    pairs: int = 0
    faults: int = 0
    cpu_s: float = 0.0


class BrokenError(Exception):
    """An invariant does not hold."""


def play(
    seed: int, *, ledger: type[Ledger] = PlainLedger, at_end: Callable[[Workspace], None] | None = None
) -> Outcome:
    """Play one seed from the first day to the last; an invariant that breaks ends it and is told in the outcome."""
    began = time.process_time()
    with _folder() as folder:
        shutil.copytree(_template(), folder / "workspace")
        PARTS.known.clear()
        game = Game(seed, folder / "workspace", ledger)
        problem, digest = "", ""
        try:
            with game.ports():
                game.run()
                if at_end is not None:
                    at_end(game.workspace)
                digest = game.digest()
        except BrokenError as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001 - whatever the product did not expect is a finding of this seed
            problem = f"{type(error).__name__}: {error}"
    return Outcome(
        seed=seed, days=game.days, digest=digest, problem=problem, on=game.today if problem else None,
        deaths=game.deaths, pairs=game.pairs, faults=game.post.faults + game.mail_faults(), cpu_s=time.process_time() - began,
    )  # fmt: skip


class Game:
    """The product in one town. ``today`` is the day that is being played."""

    def __init__(self, seed: int, root: Path, ledger: type[Ledger]) -> None:
        self.seed, self.ledger = seed, ledger
        self.town: Town = make_town(seed)
        self.quiet_on = self.town.first_on + FAULTY_DAYS * DAY
        self.post: Post = make_post(self.town, seed, self.quiet_on)
        self.clock = SimulatedClock(datetime.combine(self.town.first_on, datetime.min.time()))
        self.rng = chance("game", seed)
        self.boundaries = Boundaries(root)
        self.mail = MailPort(chance("mail", seed), self.boundaries, self.clock)
        self.known = Known(self.town, self.mail)
        self.today = self.town.first_on
        self.days = self.deaths = self.pairs = 0
        self.retaken: list[Delivery] = []
        self.root = root
        self.workspace: Workspace

    @contextmanager
    def ports(self) -> Iterator[None]:
        """Open the workspace among the simulated ports."""
        with ExitStack() as stack:
            stack.enter_context(simulated(self.clock, self.mail, chance("names", self.seed), ledger=self.ledger))
            stack.enter_context(complaining(self._complained))
            self.workspace = open_workspace(self.root)
            self.boundaries.root = self.workspace.root
            stack.enter_context(watched(self.boundaries))
            yield

    def run(self) -> None:
        """Play every day; BrokenError when an invariant does not hold."""
        while self.today <= self.town.last_on + DAY:
            self.mail.is_calm = self.is_quiet
            self.clock.move_to(datetime.combine(self.today, datetime.min.time()) + timedelta(hours=9, minutes=10))
            self._morning()
            self._work_until_rest()
            if self.rng.randrange(3) == 0:
                self.clock.move_to(datetime.combine(self.today, datetime.min.time()) + timedelta(hours=15))
                self._step(lambda: timers.keep_clocks(self.workspace))
                self._work_until_rest()
            self.days += 1
            self.today += DAY
        self.today -= DAY
        self._check(invariants.in_the_end(self.known))

    @property
    def is_quiet(self) -> bool:
        """Return whether the faults are over."""
        return self.today >= self.quiet_on

    def digest(self) -> str:
        """Return a hash of everything that people and other systems see."""
        said = [
            list(Finding.objects.order_by("finding_id").values_list("finding_id", "break_type", "gap_minor", "severity", "is_open")),
            list(Case.objects.order_by("number").values_list("number", "state", "gap_minor", "closed_at")),
            list(CaseEvent.objects.order_by("id").values_list("hash", flat=True)),
            list(Notice.objects.order_by("id").values_list("key", "state", "attempts")), self.mail.box,
        ]  # fmt: skip
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def mail_faults(self) -> int:
        """Return how many letters the mail server put off or left without an answer."""
        return len(self.mail.put_off) + len(self.mail.box) - len(set(self.mail.box))

    # -- what happens on a day

    def _morning(self) -> None:
        """Let the post come, and what somebody took back come again; sometimes somebody takes a file back."""
        coming = [*self.retaken, *self.post.on(self.today)]
        self.retaken = []
        for delivery in coming:
            self.known.sent[f"{hashlib.sha256(delivery.body).hexdigest()}|{delivery.paper.day}"] = delivery
            self._until_told(self._bring if self.rng.randrange(2) else self._upload, delivery)
            self.clock.sleep(timedelta(seconds=self.rng.randrange(1, 400)))
        is_morning_left = self.today <= self.town.last_on  # what is taken back comes again on the next one
        if not self.is_quiet and self.rng.randrange(8) == 0 and is_morning_left:
            self._take_back()

    def _until_told(self, door: Callable[[Delivery], None], delivery: Delivery) -> None:
        """Bring one delivery in by a door; whoever was not told that it was taken tries again."""
        while not self._step(lambda: door(delivery)):
            self.clock.sleep(timedelta(seconds=5))

    def _bring(self, delivery: Delivery) -> None:
        """Bring a file in at once, as somebody at the command line does."""
        known = delivery.paper.known
        given = Given(
            acquirer=known.get("acquirer", ""), account_tail=known.get("account_tail", ""), covers_on=delivery.paper.day
        )
        same = Import.objects.filter(
            sha256=hashlib.sha256(delivery.body).hexdigest(), covers_on=delivery.paper.day, state=Import.State.ACCEPTED
        )
        before = same.count()
        result = imports.import_upload(
            self.workspace, delivery.name, delivery.body, given=given, arrived_at=self.clock.at,
            format_code=self._format(delivery),
        )[0]  # fmt: skip
        if before and (result.state != "unchanged" or same.count() != before):
            raise BrokenError(f"P3 {delivery.name}: these bytes were here, and the answer is {result.state}")
        self._told(result.as_json(), delivery)

    def _format(self, delivery: Delivery) -> str:
        """Return the format that the sender names, which saves asking all of them; some senders name none."""
        return "interchange_csv" if delivery.is_readable and self.rng.randrange(6) else ""

    def _upload(self, delivery: Delivery) -> None:
        """Upload a file and queue it, as the console and the API do."""
        upload = uploads.start(self.workspace)
        upload.write(delivery.body)
        import_jobs.enqueue(
            self.workspace,
            upload.close(),
            delivery.name,
            by="till",
            format=self._format(delivery),
            **delivery.paper.known,
        )

    def _take_back(self) -> None:
        """Let somebody take back an import of these days, which its sender then sends again."""
        standing = Import.objects.filter(state=Import.State.ACCEPTED).exclude(acquirer="", account_tail="")
        keys = sorted((one.seq, one.id, f"{one.sha256}|{one.covers_on}") for one in standing)
        if not keys:
            return
        _, import_id, key = self.rng.choice(keys)
        self.known.told.discard(import_id)
        is_done = self._step(lambda: imports.undo(self.workspace, import_id, by="clerk"))
        if is_done and not self._is_gone(import_id):
            raise BrokenError(f"P6 {import_id} was taken back and still stands")
        if self._is_gone(import_id):
            self.retaken.append(self.known.sent[key])

    def _is_gone(self, import_id: str) -> bool:
        return not Import.objects.filter(id=import_id, state=Import.State.ACCEPTED).exists()

    def _told(self, result: dict[str, object], delivery: Delivery) -> None:
        state = result["state"]
        if delivery.is_readable and state not in {"accepted", "unchanged"}:
            raise BrokenError(f"P1 {delivery.name}: {state} {result['warnings']}")
        if state in {"accepted", "unchanged"}:
            self.known.told.add(str(result["import_id"]))

    # -- work

    def _work_until_rest(self) -> None:
        """Let workers, clocks and the outbox do what there is to do; BrokenError when it never ends."""
        while not self._step(lambda: jobs.enqueue(self.workspace, "run", {}, by="clerk")):
            self.clock.sleep(timedelta(seconds=5))  # whoever was not told that a run is asked for asks again
        self._rounds()
        self._read_jobs()
        self._step(lambda: timers.keep_clocks(self.workspace))
        if _is_work_left():  # the clocks may have asked for a run
            self._rounds()
        now = self.clock.at
        self._check(invariants.of_clocks(now - timedelta(minutes=5)))
        for _ in range(ROUNDS if self.is_quiet else 2):
            self.clock.sleep(timedelta(minutes=3))
            self._send()
            if not notices.waiting(self.workspace):
                break
        self._check_all()

    def _rounds(self) -> None:
        """Let workers do what waits; BrokenError when it never ends."""
        for _ in range(ROUNDS):
            self._round()
            self._check(invariants.of_jobs(self.known))
            self._check(invariants.of_letters(self.known))
            if not _is_work_left():
                return
            self.clock.sleep(timedelta(seconds=70))
        raise BrokenError(f"P4 {self.today}: work never comes to rest")

    def _round(self) -> None:
        """Do the next job, alone or beside another worker or beside the outbox."""
        if self.is_quiet or self.rng.randrange(PAIRS):
            self._step(self._work)
            return
        self._side_by_side(self._work, self._work if self.rng.randrange(2) else self._mail)

    def _send(self) -> None:
        """Send what waits, by one sender or by two that know nothing of each other."""
        if self.is_quiet or self.rng.randrange(2) or not notices.waiting(self.workspace):
            self._step(self._mail)
        else:
            self._side_by_side(self._mail, self._mail)

    def _side_by_side(self, first: Callable[[], None], second: Callable[[], None]) -> None:
        """Do both as two processes, of which one may die."""
        self.pairs += 1
        self._draw_death()
        is_one_to_die = self.boundaries.dies_after is not None
        Pair(self.boundaries, self.rng, self._stall).run(first, second)
        self.deaths += is_one_to_die and self.boundaries.dies_after is None
        self.boundaries.dies_after = None

    def _stall(self) -> None:
        if self.rng.randrange(6) == 0:
            self.clock.sleep(timedelta(seconds=self.rng.choice((10, 61, 130))))

    def _work(self) -> None:
        worker.work_once(self.workspace)

    def _mail(self) -> None:
        notices.send_waiting(self.workspace)
        self.mail.all_written_down()

    def _read_jobs(self) -> None:
        """Take note of what the product said about uploads."""
        for job in Job.objects.filter(kind="import", state="done"):
            for result in job.result.get("files", ()):
                if Import.objects.filter(id=result["import_id"], state=Import.State.ACCEPTED).exists():
                    self.known.told.add(str(result["import_id"]))

    def _complained(self, error: Exception) -> None:
        raise Complained(f"{type(error).__name__}: {error}") from error

    # -- processes that die

    def _step(self, work: Callable[[], object]) -> bool:
        """Do one piece of work as one process; False when it died, after which a new process has opened the workspace."""
        self._draw_death()
        try:
            work()
        except Died:
            self._born_again()
            return False
        finally:
            self.boundaries.dies_after = None
        return True

    def _draw_death(self) -> None:
        if not self.is_quiet and self.rng.randrange(DEATHS) == 0:
            self.boundaries.dies_after = self.boundaries.passed + self.rng.randrange(1, 45)

    def _born_again(self) -> None:
        self.deaths += 1
        connections.close_all()
        self.boundaries.dead.clear()
        gc.collect(0)
        self.workspace = Workspace(self.workspace.root, self.workspace.settings)

    # -- checks

    def _check_all(self) -> None:
        absent, misled, cut = self._absent()
        self._check(invariants.of_rows(self.workspace.root, self.known))
        self._check(invariants.of_cases(self.workspace))
        self._check(invariants.of_bank_lines(self.workspace.root))
        self._check(invariants.of_money(self.workspace.root, self.known))
        self._check(invariants.of_alarms(self.known, self.clock.at, absent, misled, cut))

    def _absent(self) -> tuple[set[tuple[str, date]], set[str], frozenset[str]]:
        """Return which files are not here whole, of whom a file says something untrue, and the words of torn lines."""
        last: dict[tuple[str, date], Delivery] = {}
        for row in (
            Import.objects.filter(state=Import.State.ACCEPTED).exclude(acquirer="", account_tail="").order_by("seq")
        ):
            delivery = self.known.sent[f"{row.sha256}|{row.covers_on}"]
            last[delivery.paper.table, delivery.paper.day] = delivery
        every = {(paper.table, paper.day) for paper in self.town.papers()}
        absent = {key for key in every if key not in last or not last[key].is_whole}
        torn = [one.paper.rows[-1] for one in last.values() if len(one.rows) < len(one.paper.rows)]
        words = frozenset(word for row in torn for word in str(row.get("text", "")).split())
        return absent, {one.wrong_merchant for one in last.values() if one.wrong_merchant}, words

    def _check(self, problems: Iterator[str]) -> None:
        found = list(problems)
        if found:
            raise BrokenError("; ".join(found[:4]))


def _is_work_left() -> bool:
    return Job.objects.filter(state__in=("queued", "running")).exists()


class Complained(Exception):  # noqa: N818 - what a worker said of an error that nobody planted
    """A worker met an error of its own."""


@contextmanager
def complaining(to: Callable[[Exception], None]) -> Iterator[None]:
    """Let ``to`` hear of errors that a worker would only print."""
    real = worker._complain  # noqa: SLF001 - the worker's only way to say that something failed
    worker._complain = to  # type: ignore[assignment]  # noqa: SLF001
    try:
        yield
    finally:
        worker._complain = real  # noqa: SLF001


@contextmanager
def _folder() -> Iterator[Path]:
    place = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="daozhang-simulation-", dir=place) as name:
        yield Path(name)


_TEMPLATES: Final[list[Path]] = []


def _template() -> Path:
    """Return a workspace that knows the town's book, made once by the product itself."""
    if not _TEMPLATES or not _TEMPLATES[0].exists():
        _TEMPLATES.clear()
        place = _MEMORY if _MEMORY.is_dir() else None
        root = Path(tempfile.mkdtemp(prefix="daozhang-template-", dir=place)) / "workspace"
        _make_template(root)
        _TEMPLATES.append(root)
    return _TEMPLATES[0]


def _make_template(root: Path) -> None:
    workspace = create(root)
    settings = 'language = "zh"\nsmtp_host = "127.0.0.1"\nmail_from = "desk@town.example"\nengine_threads = 1\n'
    (root / "daozhang.toml").write_text(settings, encoding="utf-8")
    workspace = open_workspace(root)
    boundaries = Boundaries(root)
    clock = SimulatedClock(datetime(2026, 9, 1, 8))
    with simulated(clock, MailPort(chance("none"), boundaries, clock), chance("template")):
        for table, rows in book().items():
            (result,) = imports.import_upload(workspace, f"{table}.csv", interchange_csv(table, rows))
            assert result.state == "accepted", result
    connections.close_all()
