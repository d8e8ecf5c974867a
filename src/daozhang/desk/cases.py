"""What people do with cases: read one, take a step, note a measure, ask for and approve a write-off.

Each change writes the case, its audit entry and its notices in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from daozhang.cases import CLOSED, Needs, State, Step
from daozhang.cases.life import OPEN_STATES, OWN_DOOR, step_named
from daozhang.desk import counters, parts, remedy_steps
from daozhang.desk.audit import plain
from daozhang.desk.case_view import CaseView, view_of
from daozhang.desk.clock import now
from daozhang.desk.models import Case, Notice, WriteOff
from daozhang.desk.run_cases import CaseChanges
from daozhang.desk.taking import case_named as case_named  # noqa: PLC0414 - doors ask the cases' own module
from daozhang.desk.taking import clean, locked, take
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError


def cases(workspace: Workspace, *, state: str | None = None) -> list[Case]:  # noqa: ARG001 - the desk is the open workspace's
    """Return cases with their incidents: open ones first, the most urgent first, closed ones by closing.

    ``state`` keeps one state; ``open`` stands for every state that still needs work.
    """
    found = Case.objects.select_related("incident")
    if state is not None:
        found = found.filter(state__in=OPEN_STATES) if state == "open" else found.filter(state=state)
    far = datetime.max
    return sorted(
        found,
        key=lambda case: (case.state in CLOSED, case.deadline_at or far, -abs(case.gap_minor), case.number),
    )


def case_view(workspace: Workspace, number: str) -> CaseView:
    """Return everything a person or a report needs of one case."""
    return view_of(workspace, case_named(number))


def advance(
    workspace: Workspace, number: str, step: str, *, by: str, note: str = "", facts: Mapping[str, Any] | None = None
) -> Case:
    """Take ``step`` on the case as person ``by``; RefusedError says what is possible or missing, and nothing changes.

    ``facts``: ``external_no`` for ``receipt_confirmed``, ``assignee`` for ``assigned``. Only these two reach the case.
    """
    with transaction.atomic():
        case = locked(number)
        chosen = step_named(step, State(case.state))
        if chosen in OWN_DOOR:
            raise RefusedError("error-case-own-door", step=chosen.value)
        given = {name: str(value) for name, value in (facts or {}).items() if name in _FACTS_OF_PEOPLE}
        if chosen is Step.RECEIPT_CONFIRMED:
            case.external_no = given.get("external_no", "")[:64]
        if chosen is Step.ASSIGNED:
            case.assignee = given.get("assignee", "")[:64]
        take(workspace, case, chosen, by=by, note=note, facts=given)
        if chosen is Step.REMEDY_DONE:
            remedy_steps.check_fixed(case)
        parts.follow_step(workspace, case, chosen, given.get("external_no", ""))
    return case


def record_measure(workspace: Workspace, number: str, *, by: str, note: str) -> Case:
    """Note what was done about the case; measures are the third part of the settlement failure report."""
    return advance(workspace, number, Step.MEASURE_TAKEN.value, by=by, note=note)


def comment(workspace: Workspace, number: str, *, by: str, note: str) -> Case:
    """Leave a note for colleagues; possible in every state."""
    return advance(workspace, number, Step.COMMENTED.value, by=by, note=note)


def mark_told(workspace: Workspace, number: str, notice_id: int, *, by: str, note: str) -> Case:
    """Note that a party without a usable address, or whose notice could not be sent, was told by hand."""
    with transaction.atomic():
        case = locked(number)
        notice = Notice.objects.filter(id=notice_id, case=case, state__in=("unaddressed", "by_hand", "failed")).first()
        if notice is None:
            raise RefusedError("error-no-notice", number=number)
        take(workspace, case, Step.TOLD, by=by, note=note, facts={"role": notice.role, "notice": notice.key})
        notice.state, notice.sent_at, notice.receipt = "told", now(workspace), clean(note)[:256]
        notice.save(update_fields=["state", "sent_at", "receipt"])
    return case


def ask_write_off(workspace: Workspace, number: str, *, by: str, reason: str) -> WriteOff:
    """Ask that the gap of a case is not chased any more; another person decides."""
    with transaction.atomic():
        case = locked(number)
        asked = WriteOff.objects.filter(case=case).first()
        if asked is not None and asked.approved_at is None:
            raise RefusedError("error-write-off-asked", number=number, by=asked.asked_by)
        take(workspace, case, Step.WRITE_OFF_ASKED, by=by, note=reason, facts=_gap(case))
        if asked is not None:
            asked.delete()  # an approved one of an earlier life of the case; the audit chain keeps it
        return WriteOff.objects.create(case=case, asked_by=by, asked_at=now(workspace), reason=clean(reason))


def approve_write_off(workspace: Workspace, number: str, *, by: str, note: str = "") -> Case:
    """Approve the write-off that somebody else asked for."""
    with transaction.atomic():
        case = locked(number)
        asked = _asked(case)
        facts = {Needs.ASKED_BY.value: asked.asked_by, **_gap(case)}
        take(workspace, case, Step.WRITE_OFF_APPROVED, by=by, note=note or asked.reason, facts=facts)
        asked.approved_by, asked.approved_at = by, now(workspace)
        asked.save(update_fields=["approved_by", "approved_at"])
    return case


def decline_write_off(workspace: Workspace, number: str, *, by: str, note: str) -> Case:
    """Decline the write-off that was asked for; the case goes on as it stood."""
    with transaction.atomic():
        case = locked(number)
        asked = _asked(case)
        take(workspace, case, Step.WRITE_OFF_DECLINED, by=by, note=note, facts={Needs.ASKED_BY.value: asked.asked_by})
        asked.delete()
    return case


def pass_deadlines(workspace: Workspace, *, at: datetime | None = None) -> int:
    """Say once of every open case whose deadline has passed that it has; return how many were said."""
    moment = at or now(workspace)
    with transaction.atomic():
        counters.hold(counters.CASES)
        late = Case.objects.select_related("incident").filter(state__in=OPEN_STATES, deadline_at__lt=moment)
        made = CaseChanges(workspace, moment)
        for case in late.order_by("number"):
            said = case.events.filter(step=Step.DEADLINE_PASSED.value, facts__deadline_at=plain(case.deadline_at))
            if not said.exists():
                made.take(case, Step.DEADLINE_PASSED, {"deadline_at": plain(case.deadline_at)})
        made.write()
    return made.counts.get(Step.DEADLINE_PASSED, 0)


_FACTS_OF_PEOPLE: Final = frozenset({"external_no", "assignee"})


def _asked(case: Case) -> WriteOff:
    asked = WriteOff.objects.filter(case=case, approved_at__isnull=True).first()
    if asked is None:
        raise RefusedError("error-no-write-off", number=case.number)
    return asked


def _gap(case: Case) -> dict[str, Any]:
    return {"gap_minor": case.gap_minor, "currency": case.currency}
