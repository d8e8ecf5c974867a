"""Clocks of cases on the desk: begun when a case opens, stopped when it closes, moved on by what its parties do.

Every running clock knows the next moment at which something is due, so that looking at ten thousand cases costs what is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from daozhang.breaks import BreakType
from daozhang.cases import Step
from daozhang.cases.clocks import Milestone
from daozhang.cases.ladder import next_level
from daozhang.cases.life import CLOSED, CONTACTS
from daozhang.cases.parties import PartState, Party, is_whose_turn, parties_of
from daozhang.cases.severity import Extent, Size, size_of
from daozhang.cases.telling import BY_CATEGORY
from daozhang.desk.life_hours import WorkingHours, budget_s, working_hours
from daozhang.desk.life_models import CaseClock, CaseMark, CasePart
from daozhang.desk.models import Case, Finding, Incident
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.catalogue import cause_of

OPENING: Final = frozenset({Step.OPENED, Step.RETURNED, Step.REGRESSED})
CHUNK: Final = 500


def follow(workspace: Workspace, at: datetime, steps: Sequence[tuple[Case, Step]]) -> None:
    """Bring the clocks in line with steps that were just taken. Call inside the transaction of the steps."""
    opened = {case.number: case for case, step in steps if step in OPENING}
    closed = {case.number for case, _ in steps if case.state in CLOSED and case.number not in opened}
    touched = {case.number: case for case, step in steps if step in CONTACTS and case.state not in CLOSED}
    if opened:
        begin(workspace, list(opened.values()), at)
    if closed:
        stop(closed, at)
    for case in touched.values():
        contacted(workspace, case, at)


def begin(workspace: Workspace, cases: Sequence[Case], at: datetime) -> None:
    """Start clock and parts of cases that opened, or opened again, at ``at``."""
    hours = working_hours(workspace)
    extents = _extents(cases)
    clocks, parts = [], []
    for case in cases:
        size = size_of(extents[case.incident_id])
        clocks.append(_clock(case, size, at, hours))
        parts += _parts(case, at, hours)
    CaseClock.objects.bulk_create(
        clocks, batch_size=CHUNK, update_conflicts=True, unique_fields=["case"],
        update_fields=["size", "level", "started_at", "last_contact_at", "contact_due_at", "next_look_at"],
    )  # fmt: skip
    CasePart.objects.bulk_create(
        parts, batch_size=CHUNK, update_conflicts=True, unique_fields=["case", "party"],
        update_fields=["role", "state", "promised_at", "running_since", "used_s", "budget_s", "next_look_at", "asked_at", "changed_at"],
    )  # fmt: skip


def stop(numbers: Iterable[str], at: datetime) -> None:
    """Stop everything that runs for cases that closed."""
    ordered = sorted(numbers)
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        CaseClock.objects.filter(case_id__in=chunk).update(next_look_at=None, contact_due_at=None)
        CasePart.objects.filter(case_id__in=chunk).update(running_since=None, next_look_at=None, changed_at=at)


def ensure(workspace: Workspace, case: Case) -> CaseClock:
    """Return the clock of a case; one that opened before there were clocks gets its own, counted from its opening."""
    found = CaseClock.objects.filter(case=case).first()
    if found is None:
        begin(workspace, [case], case.opened_at)
        if case.state in CLOSED:
            stop([case.number], case.closed_at or case.opened_at)
        found = CaseClock.objects.get(case=case)
    return found


def contacted(workspace: Workspace, case: Case, at: datetime, hours: WorkingHours | None = None) -> None:
    """Note that somebody spoke with the other side: the time until the next contact begins anew."""
    hours = hours or working_hours(workspace)
    clock = ensure(workspace, case)
    clock.last_contact_at = at
    clock.contact_due_at = hours.contact_due(Size(clock.size), at, clock.started_at)
    clock.save(update_fields=["last_contact_at", "contact_due_at"])


def turn_over(workspace: Workspace, case: Case, at: datetime) -> None:
    """Start and stop the clocks of the parts as their states say whose turn it is, and reckon what is due next."""
    hours = working_hours(workspace)
    parts = list(CasePart.objects.filter(case=case))
    states = {Party(part.party): PartState(part.state) for part in parts}
    for part in parts:
        party = Party(part.party)
        runs = is_whose_turn(party, states)
        if runs and part.running_since is None:
            part.running_since = at
        elif not runs and part.running_since is not None:
            part.used_s += int(hours.between(part.running_since, at, party).total_seconds())
            part.running_since = None
        part.next_look_at = next_of_part(part, hours)
        part.save(update_fields=["running_since", "used_s", "next_look_at"])
    clock = ensure(workspace, case)
    clock.next_look_at = next_of_case(clock, parts, hours)
    clock.save(update_fields=["next_look_at"])


def due_of(part: CasePart, hours: WorkingHours) -> dict[Milestone, datetime]:
    """Return when the milestones of a part fall; empty while its clock stands still. A promised moment is the end, to the minute."""
    if part.running_since is None:
        return {}
    found = hours.milestones(Party(part.party), part.running_since, part.used_s, part.budget_s)
    if part.promised_at is not None:
        found[Milestone.END] = part.promised_at
    return found


def next_of_part(part: CasePart, hours: WorkingHours) -> datetime | None:
    """Return when the next milestone that was not said yet is due."""
    due = due_of(part, hours)
    said = said_of(part)
    return min((at for milestone, at in due.items() if milestone not in said), default=None)


def said_of(part: CasePart) -> set[str]:
    """Return the milestones of the turn that runs which were said already."""
    marks = CaseMark.objects.filter(case_id=part.case_id, about=about(part), what__startswith=part.party + "/")
    return {what.partition("/")[2] for what in marks.values_list("what", flat=True)}


def about(part: CasePart) -> str:
    """Return what names the turn of a part: when it was asked (the merchant by the opening), and what was promised."""
    promised = f"{part.promised_at:%y%m%d%H%M}" if part.promised_at else ""
    return (f"{part.asked_at:%Y%m%dT%H%M%S}" if part.asked_at else "-") + promised


def next_of_case(clock: CaseClock, parts: Sequence[CasePart], hours: WorkingHours) -> datetime | None:
    """Return when the next level of the ladder is due; none comes before a party's promised or usual time is over."""
    ends = [
        end
        for part in parts
        if part.state == PartState.ASKED and (end := due_of(part, hours).get(Milestone.END)) is not None
    ]
    found = next_level(
        hours.levels, clock.level, clock.started_at, max(ends, default=None), hours.adder(), after_promise=hours.after_promise
    )  # fmt: skip
    return found[1] if found else None


def outside_roles(incident: Incident) -> tuple[str, ...]:
    """Return the contact roles of a case's cause, the usual ones of its category when the cause names none."""
    cause = cause_of(incident.cause_code)
    return (cause.contacts if cause else ()) or BY_CATEGORY.get(incident.cause_category, ())


def _clock(case: Case, size: Size, at: datetime, hours: WorkingHours) -> CaseClock:
    clock = CaseClock(case=case, size=size.value, started_at=at, contact_due_at=hours.contact_due(size, None, at))
    clock.next_look_at = next_of_case(clock, [], hours)
    return clock


def _parts(case: Case, at: datetime, hours: WorkingHours) -> list[CasePart]:
    made = []
    for party, role in parties_of(outside_roles(case.incident)).items():
        part = CasePart(
            case=case, party=party.value, role=role, state=PartState.OPEN.value, budget_s=budget_s(party), changed_at=at
        )
        if party is Party.MERCHANT:
            part.running_since = part.asked_at = at
            part.next_look_at = min(due_of(part, hours).values(), default=None)
        made.append(part)
    return made


def _extents(cases: Sequence[Case]) -> Mapping[str, Extent]:
    """Return what each case touches, by its incident."""
    twice = Q(break_type=BreakType.PAYOUT_DUPLICATE.value)
    counted: dict[str, dict[str, int]] = {}
    ids = sorted(case.incident_id for case in cases)
    for start in range(0, len(ids), CHUNK):
        rows = Finding.objects.filter(incident_id__in=ids[start : start + CHUNK], is_open=True).values("incident_id")
        for row in rows.annotate(
            merchants=Count("merchant_no", distinct=True), rows=Count("finding_id"), twice=Count("finding_id", filter=twice)
        ):  # fmt: skip
            counted[str(row["incident_id"])] = {name: int(row[name]) for name in ("merchants", "rows", "twice")}
    return {
        case.incident_id: Extent(
            scope=case.incident.scope,
            merchants=counted.get(case.incident_id, {}).get("merchants", 0),
            transactions=counted.get(case.incident_id, {}).get("rows", 0),
            gap_minor=case.gap_minor,
            is_paid_twice=bool(counted.get(case.incident_id, {}).get("twice", 0)),
        )
        for case in cases
    }


def elapsed(part: CasePart, now: datetime, hours: WorkingHours) -> timedelta:
    """Return the working time a part has used up to ``now``."""
    running = hours.between(part.running_since, now, Party(part.party)) if part.running_since else timedelta(0)
    return timedelta(seconds=part.used_s) + running
