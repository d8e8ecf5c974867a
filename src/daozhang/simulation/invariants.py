"""What must hold after every step. Each check returns sentences about what does not; none of them trusts the product's own sums.

P1 rows · P2 money · P3 nothing twice · P4 and P6 nothing lost · P9 the audit chain · P18 time · P20 alarms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq
from django.db.models import F

from daozhang.breaks import Severity
from daozhang.cases import Step
from daozhang.cases.life import OPEN_STATES
from daozhang.desk import audit
from daozhang.desk.models import Case, CaseEvent, Finding, Import, ImportPart, Job, Notice, Run
from daozhang.desk.workspace import Workspace
from daozhang.matching.money import BUCKETS
from daozhang.money import share_of
from daozhang.simulation.mail_port import MailPort
from daozhang.simulation.plain_ledger import PARTS
from daozhang.simulation.post import KEYS, Delivery, RowKey, key_of
from daozhang.simulation.town import DUE_AT, RATE_BP, Alarm, Town

FACTS = (ImportPart.Kind.ACCEPTED, ImportPart.Kind.PROMOTED)


@dataclass(slots=True)
class Known:
    """What the simulation itself knows to be true: what it sent, what it was told, what it has seen before."""

    town: Town
    mail: MailPort
    sent: dict[str, Delivery] = field(default_factory=dict)
    """SHA-256 and day → what was sent with these bytes."""
    told: set[str] = field(default_factory=set)
    """Imports that the product said it had taken and that nobody took back."""
    finished: dict[int, tuple[object, ...]] = field(default_factory=dict)
    delivered_in_order: dict[tuple[str, str], int] = field(default_factory=dict)
    seen_letters: int = 0


def of_rows(root: Path, known: Known) -> Iterator[str]:
    """P1, P3: what is visible is what accepted files hold, each row once, and counts say so."""
    wanted: dict[str, Counter[RowKey]] = {table: Counter() for table in KEYS}
    standing = set()
    for row in Import.objects.exclude(acquirer="", account_tail=""):
        if row.rows_in != row.control + row.accepted + row.duplicate + row.quarantined:
            yield f"P1 {row.file_name}: {row.rows_in} rows in are not the sum of what became of them"
        delivery = known.sent.get(f"{row.sha256}|{row.covers_on}")
        if delivery is None:
            yield f"P1 {row.file_name}: an import of bytes that nobody sent"
        elif row.state == Import.State.ACCEPTED:
            standing.add(row.id)
            if row.rows_in - row.control != delivery.lines:
                yield f"P1 {row.file_name}: {row.rows_in - row.control} rows of {delivery.lines} lines"
            wanted[delivery.paper.table] |= Counter(delivery.rows)
    for lost in known.told - standing:
        yield f"P6 an import that was acknowledged is gone: {lost}"
    yield from _visible_differences(root, wanted)


def _visible_differences(root: Path, wanted: Mapping[str, Counter[RowKey]]) -> Iterator[str]:
    there: dict[str, Counter[RowKey]] = {table: Counter() for table in KEYS}
    parts = ImportPart.objects.filter(
        kind__in=FACTS, is_live=True, import_row__state=Import.State.ACCEPTED, table__in=KEYS
    )
    for table, path in parts.values_list("table", "path"):
        if not (root / path).exists():
            yield f"P4 {path}: visible rows whose file is not there"
            continue
        there[table].update(key_of(table, row) for row in PARTS.rows(root / path))
    for table, rows in wanted.items():
        if rows != there[table]:
            more, less = there[table] - rows, rows - there[table]
            yield f"P1 {table}: {more.total()} rows too many, {less.total()} too few"


def of_jobs(known: Known) -> Iterator[str]:
    """P4: a job that is over is never written again."""
    for job in Job.objects.exclude(state__in=("queued", "running")):
        now = (job.state, repr(job.result), job.finished_at)
        before = known.finished.setdefault(job.pk, now)
        if before != now:
            yield f"P4 job {job.pk} was over and was written again"


def of_letters(known: Known) -> Iterator[str]:
    """P4, P6: a letter goes out once unless its sender could not know, in order for each reader of a case."""
    box = known.mail.box
    for key, times in Counter(box).items():
        if times > 1 + known.mail.unsure[key]:
            yield f"P4 {key} went out {times} times"
    rows = {row.key: row for row in Notice.objects.filter(key__in=set(box))}
    for key in box[known.seen_letters :]:
        row = rows.get(key)
        if row is None:
            yield f"P6 {key} went out and is not on the desk"
            continue
        whose = (str(row.case_id), row.address)
        if key not in known.mail.put_off and row.pk < known.delivered_in_order.get(whose, 0) and box.count(key) == 1:
            yield f"P4 {key} went out after a later one to the same reader"
        known.delivered_in_order[whose] = max(row.pk, known.delivered_in_order.get(whose, 0))
    known.seen_letters = len(box)


def of_cases(workspace: Workspace) -> Iterator[str]:
    """P4, P9: the chain is whole, every step's letters are its own, every open alarm has its open case."""
    verdict = audit.verify(workspace)
    if not verdict.is_whole:
        yield f"P9 {verdict.problem} {verdict.case_number}"
    named: Counter[str] = Counter()
    for facts in CaseEvent.objects.values_list("facts", flat=True):
        named.update(facts.get("notices", ()))
    there = Counter(Notice.objects.filter(case__isnull=False).values_list("key", flat=True))
    if named != there:
        yield f"P4 {len(named - there)} letters are named and not there, {len(there - named)} are there and not named"
    alarms = Finding.objects.filter(is_open=True, severity=Severity.ALARM.value)
    for one in alarms.exclude(incident__case__state__in=OPEN_STATES):
        yield f"P4 the alarm {one.break_type} {one.payout_no or one.settled_on} has no open case"


def of_bank_lines(root: Path) -> Iterator[str]:
    """P4: a case that closed on money names lines of a statement that show it."""
    for event in CaseEvent.objects.filter(step=Step.MONEY_MATCHED.value):
        lines = event.facts.get("bank_lines") or []
        if not lines:
            yield f"P4 {event.case_id} was settled by no line of a statement"
        for line in lines:
            paths = ImportPart.objects.filter(import_row_id=line["import_id"], table="bank_entries").values_list(
                "path", flat=True
            )
            numbers = {row["line_no"] for path in paths for row in PARTS.rows(root / path)}
            if line["line_no"] not in numbers:
                yield f"P4 {event.case_id} was settled by a line that no statement has"


def of_clocks(now: datetime) -> Iterator[str]:
    """P18: a deadline is said when it has passed, not before; call right after the clocks were kept."""
    passed = CaseEvent.objects.filter(step=Step.DEADLINE_PASSED.value)
    said = set()
    for number, at, facts in passed.values_list("case_id", "at", "facts"):
        deadline = datetime.fromisoformat(facts["deadline_at"])
        said.add((number, deadline))
        if at <= deadline:
            yield f"P18 {number}: said to be late at {at}, due at {deadline}"
    late = Case.objects.filter(state__in=OPEN_STATES, deadline_at__lt=now).values_list("number", "deadline_at")
    for number, due_at in late:
        if (number, due_at) not in said:
            yield f"P18 {number}: its deadline {due_at} passed and nobody said so"


def of_money(root: Path, known: Known) -> Iterator[str]:
    """P2, P18: every merchant-day of the newest run adds up, is what clearing says, and is due when the calendar says."""
    run = Run.objects.first()
    if run is None:
        return
    cleared = _cleared(known, run.as_of.date())
    for one in pq.ParquetFile(root / run.folder / "money.parquet").read().to_pylist():
        shop, day = one["merchant_no"], one["settled_on"]
        if one["expected_minor"] != sum(one[f"{bucket}_minor"] for bucket in BUCKETS):
            yield f"P2 {shop} {day}: the buckets are not what the day should bring"
        if one["expected_minor"] != cleared.pop((shop, day), 0):
            yield f"P2 {shop} {day}: {one['expected_minor']} is not what clearing adds up to"
        if one["due_at"] is not None and one["due_at"] != datetime.combine(known.town.due_on(day), DUE_AT):
            yield f"P18 {shop} {day}: due at {one['due_at']}, by the calendar on {known.town.due_on(day)}"
    for shop, day in cleared:
        yield f"P2 {shop} {day}: cleared and nowhere"


def of_alarms(
    known: Known, now: datetime, absent: set[tuple[str, date]], misled: set[str], cut: frozenset[str] = frozenset()
) -> Iterator[str]:
    """P20: no alarm about what did not go wrong; call right after a run.

    ``absent`` are files that are not here whole, ``misled`` merchants of whom a file now says something untrue, ``cut``
    words of lines that were torn. Of a credit that is lost and one whose line is torn nobody can say which is which:
    one of the two is watched, the other an alarm.
    """
    allowed = {alarm for planted in known.town.planted if planted.since <= now for alarm in planted.may}
    there = list(open_alarms())
    watched = allowed - {said(one) for one in there if one.grain != "file"}
    for one in there:
        if one.grain == "file":
            if one.settled_on is None or (one.file, one.settled_on) not in absent:
                yield f"P20 false alarm: {one.break_type} {one.file} {one.settled_on}"
        elif said(one) not in allowed and one.merchant_no not in misled and not (watched and one.payout_no in cut):
            yield f"P20 false alarm: {said(one)}"


def in_the_end(known: Known) -> Iterator[str]:
    """What must hold when everything due has reached its end."""
    wanted = {alarm for planted in known.town.planted for alarm in planted.must}
    there = [said(one) if one.grain != "file" else (one.break_type, one.file) for one in open_alarms()]
    for missed in wanted - set(there):
        yield f"P20 missed: {missed}"
    for extra in (Counter(there) - Counter(wanted)).elements():
        yield f"P20 false alarm in the end: {extra}"
    waiting = Notice.objects.filter(state__in=("queued", "sending")).count()
    if waiting:
        yield f"P6 {waiting} letters still wait"
    for key in Notice.objects.filter(state="sent").exclude(key__in=set(known.mail.box)).values_list("key", flat=True):
        yield f"P6 {key} counts as sent and never went out"
    for job in Job.objects.exclude(state="done"):
        yield f"P4 job {job.pk} ({job.kind}) ended as {job.state}: {job.result}"
    wrong = Case.objects.filter(state__in=OPEN_STATES).exclude(incident__findings__is_open=True)
    for number in wrong.values_list("number", flat=True):
        yield f"P4 {number} is open about nothing"


def open_alarms() -> Iterable[Finding]:
    """Return what is an alarm now."""
    return Finding.objects.filter(is_open=True, severity=Severity.ALARM.value).order_by(F("finding_id"))


def said(one: Finding) -> Alarm:
    """Return an alarm in the town's words."""
    day = one.settled_on.isoformat() if one.settled_on else ""
    return (one.break_type, one.merchant_no, one.payout_no, day, one.gap_minor)


def _cleared(known: Known, until: date) -> Counter[tuple[str, date]]:
    """Return what clearing files say of each merchant-day: of a file sent again under its name, the last word."""
    last: dict[tuple[str, date | None], Delivery] = {}
    for row in Import.objects.filter(state=Import.State.ACCEPTED).order_by("seq"):
        delivery = known.sent.get(f"{row.sha256}|{row.covers_on}")
        if delivery is not None and delivery.paper.table == "clearings":
            last[row.file_name, row.covers_on] = delivery
    rows: dict[date, Counter[RowKey]] = {}
    for delivery in last.values():
        rows.setdefault(delivery.paper.day, Counter())
        rows[delivery.paper.day] |= Counter(delivery.rows)
    found: Counter[tuple[str, date]] = Counter()
    for day, lines in rows.items():
        for (merchant_no, _, gross), many in lines.items():
            if day <= until:
                found[merchant_no, day] += many * (int(gross) - share_of(int(gross), RATE_BP))
    return found
