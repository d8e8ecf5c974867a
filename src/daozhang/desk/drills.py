"""Drills: a workspace of its own with a hidden fault, stamps out of the real log, a score and a report afterwards.

Nothing leaves such a workspace (``drill_mark``), and its files are noted in the live one first, which refuses them from then on.
The team works in the ordinary console; what it does there is in the cases' log, and that log gives the stamps.
"""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from daozhang.cases import Step
from daozhang.cases.life import SYSTEM
from daozhang.desk import clock, configuration, counters, drill_files, drill_mark, workspace
from daozhang.desk.drills_models import Drill, DrillEvent
from daozhang.desk.models import Case, CaseEvent
from daozhang.desk.workspace import Workspace
from daozhang.drills.plans import read_plan
from daozhang.drills.scoring import AT_RISK, BEGAN, DECIDED, DETECTED, NOTIFIED, RESOLVED, STAMPS, Logged, Score, score
from daozhang.errors import RefusedError
from daozhang.world.write import write_world

HIDDEN: Final = ("S01", "S02", "S03", "S04", "S08", "S26", "S27", "S38")
"""Faults a functional drill may hide: money that fails, stays away or comes short on one shop's way."""
MERCHANTS, DAYS, PAST_DAYS = 6, 12, 1
TABLETOP, FUNCTIONAL = "tabletop", "functional"
COUNTER: Final = "drills"
STAMP_OF: Final = {
    Step.REPORT_SENT: NOTIFIED, Step.PARTY_ASKED: NOTIFIED, Step.TOLD: NOTIFIED, Step.HELP_SOUGHT: NOTIFIED,
    Step.CHASED: NOTIFIED, Step.OPTION_CHOSEN: DECIDED, Step.REMEDY_STARTED: DECIDED, Step.INSTRUCTION_DECIDED: DECIDED,
    Step.REMEDY_DONE: RESOLVED, Step.MONEY_MATCHED: RESOLVED, Step.EXPLAINED: RESOLVED,
}  # fmt: skip
"""Step of a case, taken by a person → the stamp it is. The first thing a person does with a case is its detection."""


def hidden_of(seed: int) -> str:
    """Return the fault that a seed hides."""
    return random.Random(seed).choice(HIDDEN)  # noqa: S311 - the same seed has to give the same drill


def begin(
    root: Path, live: Path, *, seed: int, team: str, by: str, tabletop: str = "", at_risk_minor: int = 0
) -> Workspace:
    """Make the drill's workspace in ``root`` and begin. ``tabletop`` is the text of the plan to talk through, empty for a functional one.

    The live workspace is opened first, to note the drill's files, and is let go before the drill begins. RefusedError when ``root``
    lies in it or has anything in it.
    """
    if root.resolve() == live.resolve() or live.resolve() in root.resolve().parents or drill_mark.is_drill(live):
        raise RefusedError("drill-inside-live", folder=root.name)
    plan = read_plan(tabletop) if tabletop else None
    with tempfile.TemporaryDirectory(prefix="daozhang-drill-") as folder:
        files = Path(folder) / "files"
        if plan is None:
            last_on = clock.real_now().date() - timedelta(days=PAST_DAYS)
            write_world(
                Path(folder), seed=seed, scenarios=(hidden_of(seed),), merchants=MERCHANTS, days=DAYS,
                first_on=last_on - timedelta(days=DAYS - 1),
            )  # fmt: skip
            _note(live, files, team, by)
        place = _make(root, team)
        _fill(place, files if plan is None else None)
    kind = FUNCTIONAL if plan is None else TABLETOP
    with transaction.atomic():
        at = _now()
        drill = Drill.objects.create(kind=kind, seed=seed, team=team[:120], plan=plan.name if plan else "", began_at=at)
        append(drill, BEGAN, at=at, by=by)
        append(drill, AT_RISK, at=at, by=SYSTEM, minor=at_risk_minor if plan else _at_risk())
    return place


def _now() -> datetime:
    """Return the real time to the second, as the cases' log writes it."""
    return clock.real_now().replace(microsecond=0)


def _note(live: Path, files: Path, team: str, by: str) -> None:
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files.rglob("*")) if path.is_file()]
    place = workspace.open_workspace(live)
    with transaction.atomic():
        drill_files.note(place, team, digests, by=by)


def _make(root: Path, team: str) -> Workspace:
    workspace.lay_out(root)
    (root / drill_mark.MARK).touch()
    settings = root / configuration.FILE_NAME
    title = json.dumps(f"演练 DRILL · {team}"[:80], ensure_ascii=False)
    settings.write_text(settings.read_text(encoding="utf-8") + f"merchant_title = {title}\n", encoding="utf-8")
    return workspace.open_workspace(root)


def _fill(place: Workspace, files: Path | None) -> None:
    from daozhang.desk.imports import import_paths  # noqa: PLC0415 - it asks ``drill_files``, which is of this room too
    from daozhang.desk.settle_day import run_day  # noqa: PLC0415

    if files is not None:
        import_paths(place, [files])
        run_day(place, clock.now(place))


def _at_risk() -> int:
    """Return what the open cases miss, minor units, as a positive number."""
    return sum(-one for one in Case.objects.filter(closed_at=None).values_list("gap_minor", flat=True) if one < 0)


def append(
    drill: Drill, step: str, *, at: datetime, by: str, minor: int = 0, note: str = "", source: str = ""
) -> DrillEvent:
    """Write one stamp at the end of the chain, inside the caller's transaction."""
    counters.hold(COUNTER)
    head = DrillEvent.objects.order_by("-id").values_list("hash", flat=True).first() or ""
    event = DrillEvent(
        drill=drill, at=at, step=step, minor=minor, by=by[:64], note=note[:400], source=source, previous_hash=head
    )
    event.hash = _hash(event)
    event.save(force_insert=True)
    return event


def stamp(drill: Drill, step: str, *, by: str, note: str = "") -> DrillEvent:
    """Write down what the team says it did now; refused after the end and for what is no stamp."""
    if drill.ended_at or step not in STAMPS:
        raise RefusedError("drill-no-such-stamp", possible=", ".join(STAMPS))
    with transaction.atomic():
        return append(drill, step, at=_now(), by=by, note=note)


def end(drill: Drill, *, by: str) -> Drill:
    """Take over the stamps of the cases' log and end; only now it is said what was hidden."""
    if drill.ended_at:
        raise RefusedError("drill-ended")
    with transaction.atomic():
        gather(drill)
        drill.ended_at = _now()
        drill.scenario = hidden_of(drill.seed) if drill.kind == FUNCTIONAL else ""
        drill.save(update_fields=["ended_at", "scenario"])
        append(drill, "ended", at=drill.ended_at, by=by)
    return drill


def gather(drill: Drill) -> int:
    """Write the stamps that the log of the cases holds since the drill began, and return how many were new."""
    known = set(drill.events.exclude(source="").values_list("source", flat=True))
    fresh = [one for one in stamps_of(drill.began_at) if one.source not in known]
    for one in fresh:
        append(drill, one.step, at=one.at, by=one.by, minor=one.minor, source=one.source)
    return len(fresh)


@dataclass(frozen=True, slots=True)
class _Stamp:
    """One stamp out of the log of the cases, and the entry it comes from."""

    at: datetime
    step: str
    by: str
    source: str
    minor: int = 0


def stamps_of(since: datetime) -> list[_Stamp]:
    """Return what people did with cases since a moment, as stamps.

    The first step of anybody is the detection. When a case is resolved, what the others miss is at risk from then on.
    """
    found: list[_Stamp] = []
    missing = {number: max(0, -gap) for number, gap in Case.objects.values_list("number", "gap_minor")}
    for event in CaseEvent.objects.filter(at__gte=since).exclude(by=SYSTEM).order_by("at", "id"):
        source = f"case_event {event.pk}"
        if not found:
            found.append(_Stamp(event.at, DETECTED, event.by, f"{source} {DETECTED}"))
        step = STAMP_OF.get(Step(event.step))
        if step is not None:
            found.append(_Stamp(event.at, step, event.by, source))
        if step == RESOLVED:
            missing.pop(event.case_id, None)
            found.append(_Stamp(event.at, AT_RISK, SYSTEM, f"{source} {AT_RISK}", sum(missing.values())))
    return found


def log_of(drill: Drill) -> list[Logged]:
    """Return the log of a drill as the scoring reads it."""
    return [Logged(one.at, one.step, one.minor) for one in drill.events.all()]


def scored(drill: Drill) -> Score:
    """Return the score of a drill so far."""
    found = score(log_of(drill))
    assert found is not None  # a drill is made together with its first stamp
    return found


def current() -> Drill | None:
    """Return the drill of this workspace, None in a live one."""
    return Drill.objects.first()


def report(drill: Drill) -> dict[str, Any]:
    """Return the after-action report: what was practised and hidden, every stamp, the score, and whether the chain is whole."""
    made = scored(drill)
    return {
        "kind": drill.kind, "team": drill.team, "seed": drill.seed, "plan": drill.plan, "hidden": drill.scenario,
        "began_at": drill.began_at, "ended_at": drill.ended_at, **asdict(made), "at_risk_minor_h": made.at_risk_minor_h,
        "is_whole": is_whole(drill.events.all()),
        "stamps": [
            {"at": one.at, "step": one.step, "by": one.by, "note": one.note, "minor": one.minor, "source": one.source}
            for one in drill.events.all()
        ],
    }  # fmt: skip


def is_whole(events: Iterable[DrillEvent]) -> bool:
    """Return whether every stamp fits the one before it."""
    head = ""
    for one in events:
        if one.previous_hash != head or one.hash != _hash(one):
            return False
        head = one.hash
    return True


def _hash(event: DrillEvent) -> str:
    said = [
        event.drill_id, event.at.isoformat(), event.step, event.minor, event.by, event.note, event.source, event.previous_hash,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
