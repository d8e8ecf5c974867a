"""One case as a page, a command or a report shows it: values and text keys, no words yet."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from daozhang.breaks import Evidence, Keys
from daozhang.cases import State, Step
from daozhang.cases.life import OPEN_STATES, OWN_DOOR, TABLE, next_steps
from daozhang.desk.clock import now
from daozhang.desk.evidence_rows import RecordRow, records_of
from daozhang.desk.models import Case, CaseEvent, Finding, Notice, WriteOff
from daozhang.desk.telling import tellings
from daozhang.desk.working_time import tell_by
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.catalogue import cause_of, role_key
from daozhang.remedies.playbooks import RemedyStep, playbook_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One finding of the case. ``gap_minor`` is signed towards the merchant; names end in ``_key`` where they are texts."""

    finding_id: str
    break_type: str
    grain: str
    keys: dict[str, str]
    gap_minor: int
    currency: str
    severity: str
    is_open: bool
    occurred_at: datetime | None
    due_at: datetime | None
    settled_on: date | None
    confidence_pct: int
    reason_key: str
    reason_facts: dict[str, Any]
    facts: dict[str, Any]
    evidence: tuple[Evidence, ...]

    @property
    def type_key(self) -> str:
        """Return the text key of the break's name."""
        return f"break-{self.break_type.replace('_', '-')}-name"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One step of the timeline, oldest first. ``notices`` are the keys of what was written to whom."""

    no: int
    at: datetime
    by: str
    step: str
    from_state: str
    to_state: str
    note: str
    facts: dict[str, Any]
    is_measure: bool

    @property
    def step_key(self) -> str:
        """Return the text key of the step's name."""
        return f"step-{self.step.replace('_', '-')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingView:
    """One party to tell: by when, whether it was, and where.

    ``state``: ``own`` (sees the case), ``queued``, ``sending``, ``sent``, ``told``, ``failed``, ``by_hand``, ``unaddressed``.
    ``needs_a_person`` is set for the last three.
    """

    role: str
    role_key: str
    by: datetime | None
    state: str
    address: str = ""
    at: datetime | None = None
    notice_id: int | None = None

    @property
    def needs_a_person(self) -> bool:
        """Return whether somebody must do it by hand."""
        return self.state in {"failed", "by_hand", "unaddressed"}

    @property
    def state_key(self) -> str:
        """Return the text key of the state."""
        return "telling-" + self.state.replace("_", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step that a person can take now, and what it must bring: names of ``Needs``."""

    step: str
    to_state: str
    needs: tuple[str, ...]

    @property
    def step_key(self) -> str:
        """Return the text key of the step's name."""
        return f"step-{self.step.replace('_', '-')}"

    @property
    def hint_key(self) -> str:
        """Return the text key of the sentence that says what to enter."""
        return f"{self.step_key}-hint"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything about one case."""

    number: str
    state: str
    is_open: bool
    acquirer: str
    merchant_no: str
    gap_minor: int
    currency: str
    opened_at: datetime
    deadline_at: datetime | None
    is_overdue: bool
    external_no: str
    assignee: str
    closed_at: datetime | None
    incident_id: str
    scope: str
    cause_code: str
    cause_category: str
    cause_name_key: str
    cause_fix_key: str
    cause_documents_key: str
    cause_verify_key: str
    expected_hours: int | None
    findings: tuple[FindingView, ...] = ()
    records: tuple[RecordRow, ...] = ()
    records_in_all: int = 0
    timeline: tuple[EventView, ...] = ()
    tellings: tuple[TellingView, ...] = ()
    next_steps: tuple[StepView, ...] = ()
    bank_lines: tuple[Evidence, ...] = ()
    write_off_asked_by: str = ""
    write_off_reason: str = ""
    playbook: tuple[RemedyStep, ...] = ()
    """Steps of the remedy for the cause, in their order."""

    @property
    def measures(self) -> tuple[EventView, ...]:
        """Return what people did about it, oldest first."""
        return tuple(event for event in self.timeline if event.is_measure)

    @property
    def state_key(self) -> str:
        """Return the text key of the state."""
        return "state-" + self.state.replace("_", "-")

    @property
    def category_key(self) -> str:
        """Return the text key of the cause category."""
        return "category-" + self.cause_category.replace("_", "-")


def view_of(workspace: Workspace, case: Case) -> CaseView:
    """Return the view of ``case`` as it is at this moment."""
    cause = cause_of(case.incident.cause_code)
    findings = tuple(_finding(row) for row in _findings(case))
    events = tuple(_event(row) for row in case.events.order_by("no"))
    asked = WriteOff.objects.filter(case=case, approved_at__isnull=True).first()
    is_open = State(case.state) in OPEN_STATES
    records, in_all = records_of(workspace, findings)
    return CaseView(
        number=case.number, state=case.state, is_open=is_open, acquirer=case.acquirer, merchant_no=case.merchant_no,
        gap_minor=case.gap_minor, currency=case.currency, opened_at=case.opened_at, deadline_at=case.deadline_at,
        is_overdue=bool(is_open and case.deadline_at and case.deadline_at < now(workspace)),
        external_no=case.external_no, assignee=case.assignee, closed_at=case.closed_at, incident_id=case.incident_id,
        scope=case.incident.scope, cause_code=case.incident.cause_code, cause_category=case.incident.cause_category,
        cause_name_key=cause.key("name") if cause else "", cause_fix_key=cause.key("fix") if cause else "",
        cause_documents_key=cause.key("documents") if cause else "",
        cause_verify_key=cause.key("verify") if cause else "", expected_hours=cause.expected_hours if cause else None,
        findings=findings, records=records, records_in_all=in_all, timeline=events,
        tellings=_tellings(workspace, case), next_steps=_steps(case, asked), bank_lines=_bank_lines(events),
        write_off_asked_by=asked.asked_by if asked else "", write_off_reason=asked.reason if asked else "",
        playbook=playbook_of(case.incident.cause_code),
    )  # fmt: skip


def _findings(case: Case) -> list[Finding]:
    rows = Finding.objects.filter(incident_id=case.incident_id)
    return sorted(rows, key=lambda row: (not row.is_open, row.severity != "alarm", row.gap_minor, row.finding_id))


def _finding(row: Finding) -> FindingView:
    named = [one.name for one in fields(Keys)]
    keys = {name: str(getattr(row, name)) for name in named if getattr(row, name)}
    evidence = tuple(Evidence(one["file"], int(one["line_no"]), one.get("import_id", "")) for one in row.evidence)
    return FindingView(
        finding_id=row.finding_id, break_type=row.break_type, grain=row.grain, keys=keys, gap_minor=row.gap_minor,
        currency=row.currency, severity=row.severity, is_open=row.is_open, occurred_at=row.occurred_at,
        due_at=row.due_at, settled_on=row.settled_on, confidence_pct=row.confidence_pct, reason_key=row.reason_key,
        reason_facts=row.reason_facts, facts=row.facts, evidence=evidence,
    )  # fmt: skip


def _event(row: CaseEvent) -> EventView:
    rule = TABLE.get(Step(row.step))
    return EventView(
        no=row.no, at=row.at, by=row.by, step=row.step, from_state=row.from_state, to_state=row.to_state,
        note=row.note, facts=row.facts, is_measure=bool(rule and rule.is_measure),
    )  # fmt: skip


def _tellings(workspace: Workspace, case: Case) -> tuple[TellingView, ...]:
    letters: dict[str, list[Notice]] = {}
    for letter in Notice.objects.filter(case=case).order_by("id"):
        letters.setdefault(letter.role, []).append(letter)
    made = []
    for telling in tellings(case.incident):
        by = tell_by(workspace, case.opened_at, telling.within_working_hours)
        newest = letters.get(telling.role, [])
        if not newest:
            made.append(
                TellingView(
                    role=telling.role,
                    role_key=role_key(telling.role),
                    by=by,
                    state="own" if telling.is_own else "unaddressed",
                )
            )
            continue
        last = newest[-1]
        made.append(
            TellingView(
                role=telling.role,
                role_key=role_key(telling.role),
                by=by,
                state=last.state,
                address=last.address,
                at=last.sent_at,
                notice_id=last.pk,
            )
        )
    return tuple(made)


def _steps(case: Case, asked: WriteOff | None) -> tuple[StepView, ...]:
    decides = {Step.WRITE_OFF_APPROVED, Step.WRITE_OFF_DECLINED}
    elsewhere = OWN_DOOR - decides - {Step.WRITE_OFF_ASKED}
    steps = []
    for rule in next_steps(State(case.state)):
        if (
            rule.step in elsewhere
            or (rule.step in decides and asked is None)
            or (rule.step is Step.WRITE_OFF_ASKED and asked)
        ):
            continue
        needs = tuple(need.value for need in rule.needs)
        steps.append(StepView(step=rule.step.value, to_state=(rule.to or State(case.state)).value, needs=needs))
    return tuple(steps)


def _bank_lines(events: tuple[EventView, ...]) -> tuple[Evidence, ...]:
    matched = [event for event in events if event.step == Step.MONEY_MATCHED.value]
    lines = matched[-1].facts.get("bank_lines", []) if matched else []
    return tuple(Evidence(one["file"], int(one["line_no"]), one.get("import_id", "")) for one in lines)
