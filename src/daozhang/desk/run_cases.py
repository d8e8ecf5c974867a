"""What a run does to cases: opened once per incident, follow their findings, settle on bank lines, open again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q, Sum

from daozhang.breaks import BreakType, Evidence, Severity
from daozhang.cases import SYSTEM, State, Step
from daozhang.cases.life import OPEN_STATES, after
from daozhang.cases.telling import Telling
from daozhang.desk import account_heirs, counters, life_clocks
from daozhang.desk.audit import Entry, append
from daozhang.desk.models import Case, Finding, Incident, Notice
from daozhang.desk.succession import heirs
from daozhang.desk.telling import Directory, directory, notices, writes_notices
from daozhang.desk.verdicts import Stored
from daozhang.desk.working_time import case_deadline, last_return_on
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.catalogue import cause_of

CLAIMS: Final = (Severity.ALARM.value, Severity.WATCH.value)
"""Severities that keep a case open. A finding that turned ``info`` is explained."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is still said of one incident: alarms, watches, and their gap in the currency of most of them."""

    alarms: int = 0
    claims: int = 0
    gap_minor: int = 0
    currency: str = "CNY"


@dataclass(slots=True)
class CaseChanges:
    """Entries and notices of a run, gathered and written together; and how many cases did what."""

    workspace: Workspace
    at: datetime
    book: Directory | None = None
    entries: list[Entry] = field(default_factory=list)
    letters: list[Notice] = field(default_factory=list)
    touched: dict[str, Case] = field(default_factory=dict)
    counts: dict[Step, int] = field(default_factory=dict)

    def take(
        self,
        case: Case,
        step: Step,
        facts: dict[str, Any] | None = None,
        *,
        note: str = "",
        chosen: Sequence[Telling] | None = None,
        about: str = "",
    ) -> None:
        """Take ``step`` on ``case``: state, audit entry and notices together.

        ``note``, ``chosen`` and ``about`` go to the notices, as ``telling.notices`` says.
        """
        before = case.state
        facts = facts or {}
        case.state = step_to(case.state, step, facts)
        case.closed_at = closed_at(case, step, self.at)
        letters = self.letters_of(case, step, note, chosen, about)
        self.letters += letters
        told = {"notices": [letter.key for letter in letters]} if letters else {}
        from_state = "" if step is Step.OPENED else before
        self.entries.append(
            Entry(
                case=case,
                step=step,
                from_state=from_state,
                to_state=case.state,
                at=self.at,
                by=SYSTEM,
                note=note,
                facts=facts | told,
            )
        )
        self.touched[case.number] = case
        self.counts[step] = self.counts.get(step, 0) + 1

    def letters_of(
        self, case: Case, step: Step, note: str = "", chosen: Sequence[Telling] | None = None, about: str = ""
    ) -> list[Notice]:
        """Return the unsaved notices of ``step``; the contact book is read once, and only when a step writes any."""
        if not writes_notices(step):
            return []
        self.book = self.book or directory(self.workspace)
        return notices(self.workspace, case, step, at=self.at, book=self.book, note=note, chosen=chosen, about=about)

    def write(self) -> None:
        """Write the gathered changes: cases, notices, then the audit entries that name them."""
        if self.touched:
            Case.objects.bulk_create(
                list(self.touched.values()), update_conflicts=True, unique_fields=["number"], batch_size=500,
                update_fields=["incident", "acquirer", "merchant_no", "state", "gap_minor", "currency", "deadline_at", "closed_at"],
            )  # fmt: skip
        Notice.objects.bulk_create(self.letters, ignore_conflicts=True, batch_size=500)
        append(self.entries)
        life_clocks.follow(self.workspace, self.at, [(entry.case, entry.step) for entry in self.entries])


def closed_at(case: Case, step: Step, at: datetime) -> datetime | None:
    """Return when a case closed that has just taken ``step``: the moment of the money goes over an earlier explanation."""
    if State(case.state) in OPEN_STATES:
        return None
    return at if step is Step.MONEY_MATCHED else case.closed_at or at


def step_to(state: str, step: Step, facts: Mapping[str, object]) -> str:
    """Return the state after a step of the product; opening is the only step that is not in the table."""
    return State.OPEN.value if step is Step.OPENED else after(State(state), step, by=SYSTEM, facts=facts).value


def follow(
    workspace: Workspace, at: datetime, stored: Stored, settled: Mapping[str, Sequence[Evidence]]
) -> CaseChanges:
    """Bring every case in line with what the run says, and return what changed. Call inside the run's transaction."""
    made = CaseChanges(workspace, at)
    standing = _standing()
    cases = {case.incident_id: case for case in Case.objects.select_related("incident")}
    _follow_moved(made, stored, standing, cases)
    _follow_heirs(made, stored, standing, cases, settled)
    for incident_id, case in sorted(cases.items(), key=lambda pair: pair[1].number):
        _review(made, case, standing.get(incident_id, Standing()), settled.get(incident_id, ()))
    _open_new(made, standing, cases)
    made.write()
    return made


def _standing() -> dict[str, Standing]:
    rows = (
        Finding.objects.filter(is_open=True, severity__in=CLAIMS, incident__isnull=False)
        .values("incident_id", "currency")
        .annotate(
            claims=Count("finding_id"),
            alarms=Count("finding_id", filter=Q(severity=Severity.ALARM.value)),
            gap=Sum("gap_minor"),
        )
        .order_by("incident_id", "-claims", "currency")
    )
    found: dict[str, Standing] = {}
    for row in rows:
        first = found.get(row["incident_id"])
        found[row["incident_id"]] = Standing(
            alarms=row["alarms"] + (first.alarms if first else 0),
            claims=row["claims"] + (first.claims if first else 0),
            gap_minor=first.gap_minor if first else int(row["gap"]),
            currency=first.currency if first else row["currency"],
        )
    return found


def _follow_moved(made: CaseChanges, stored: Stored, standing: Mapping[str, Standing], cases: dict[str, Case]) -> None:
    """A case whose findings all went to another incident (the cause is known now) goes with them."""
    for old_id, targets in sorted(stored.moved.items()):
        case = cases.get(old_id)
        if case is None or State(case.state) not in OPEN_STATES or old_id in standing:
            continue
        target = max(sorted(targets), key=lambda one: targets[one])
        there = cases.get(target)
        if there is not None:
            made.take(case, Step.EXPLAINED, {"grounds": "joined", "into": there.number})
            continue
        _hand_over(made, case, target, cases)


def _follow_heirs(
    made: CaseChanges,
    stored: Stored,
    standing: Mapping[str, Standing],
    cases: dict[str, Case],
    settled: Mapping[str, object],
) -> None:
    """A case goes on when the same payment or payout is wrong in another way now, unless the bank shows its money."""
    wanted = {incident_id for incident_id, now in standing.items() if now.alarms and incident_id not in cases}
    waiting = {
        incident_id: case
        for incident_id, case in cases.items()
        if incident_id not in standing and incident_id not in settled and case.state != State.WRITTEN_OFF.value
    }
    going_on = heirs(stored, wanted, waiting)
    left = {one: case for one, case in waiting.items() if case not in going_on.values()}
    going_on |= account_heirs.heirs(wanted - set(going_on), left)
    for target, case in sorted(going_on.items()):
        _hand_over(made, case, target, cases)


def _hand_over(made: CaseChanges, case: Case, target: str, cases: dict[str, Case]) -> None:
    """Let ``case`` be about the incident ``target`` from here on. A closed one is opened again by its review."""
    before = case.incident.cause_code
    cases.pop(case.incident_id)
    case.incident = Incident.objects.get(id=target)
    case.acquirer, case.merchant_no = case.incident.acquirer, case.incident.merchant_no
    cases[target] = case
    if State(case.state) in OPEN_STATES:
        made.take(case, Step.CAUSE_CHANGED, {"from_cause": before, "to_cause": case.incident.cause_code})


def _review(made: CaseChanges, case: Case, now: Standing, lines: Sequence[Evidence]) -> None:
    state = State(case.state)
    evidence = [{"file": one.file, "line_no": one.line_no, "import_id": one.import_id} for one in lines]
    if now.claims == 0 and evidence and state not in {State.SETTLED, State.FINAL}:
        made.take(
            case, Step.MONEY_MATCHED, {"bank_lines": evidence, "gap_minor": case.gap_minor, "currency": case.currency}
        )
    elif now.claims == 0 and state in OPEN_STATES:
        made.take(case, Step.EXPLAINED, {"grounds": "cleared", "gap_minor": case.gap_minor, "currency": case.currency})
    elif state is State.SETTLED and now.claims == 0:
        _close_window(made, case)
    elif now.alarms and state not in OPEN_STATES:
        _reopen(made, case, now)
    elif now.claims and state in OPEN_STATES and (case.gap_minor, case.currency) != (now.gap_minor, now.currency):
        before, case.gap_minor, case.currency = case.gap_minor, now.gap_minor, now.currency
        made.take(case, Step.GAP_CHANGED, {"from_minor": before, "to_minor": now.gap_minor, "currency": now.currency})


def _reopen(made: CaseChanges, case: Case, now: Standing) -> None:
    """Open a closed case again; a written-off one only when more is missing than was agreed."""
    if case.state == State.WRITTEN_OFF.value and abs(now.gap_minor) <= abs(case.gap_minor):
        return
    case.gap_minor, case.currency = now.gap_minor, now.currency
    alarms = Finding.objects.filter(is_open=True, incident_id=case.incident_id, severity=Severity.ALARM.value)
    ids = list(alarms.order_by("finding_id").values_list("finding_id", flat=True)[:20])
    returned = alarms.filter(break_type=BreakType.PAYOUT_RETURNED.value).exists()
    step = Step.RETURNED if returned and case.state in {State.SETTLED.value, State.FINAL.value} else Step.REGRESSED
    case.deadline_at = deadline_of(made.workspace, case.incident, made.at)
    made.take(case, step, {"grounds": ids, "gap_minor": now.gap_minor, "currency": now.currency})


def _close_window(made: CaseChanges, case: Case) -> None:
    last_on = last_return_on(made.workspace, case.closed_at.date()) if case.closed_at else None
    if last_on is not None and made.at.date() > last_on:
        made.take(case, Step.WINDOW_OVER, {"last_return_on": last_on.isoformat()})


def _open_new(made: CaseChanges, standing: Mapping[str, Standing], cases: Mapping[str, Case]) -> None:
    wanted = [incident_id for incident_id, now in standing.items() if now.alarms and incident_id not in cases]
    incidents: list[Incident] = []
    for start in range(0, len(wanted), 900):
        incidents += Incident.objects.filter(id__in=wanted[start : start + 900])
    incidents.sort(key=lambda one: (one.acquirer, one.merchant_no, one.id))
    deadlines: dict[str, datetime | None] = {}
    for number, incident in zip(counters.case_numbers(made.at, len(incidents)), incidents, strict=True):
        now = standing[incident.id]
        if incident.cause_code not in deadlines:
            deadlines[incident.cause_code] = deadline_of(made.workspace, incident, made.at)
        case = Case(
            number=number, incident=incident, state="", acquirer=incident.acquirer, merchant_no=incident.merchant_no,
            gap_minor=now.gap_minor, currency=now.currency, opened_at=made.at, deadline_at=deadlines[incident.cause_code],
        )  # fmt: skip
        facts = {"gap_minor": now.gap_minor, "currency": now.currency, "findings": now.claims,
                 "cause_code": incident.cause_code, "cause_category": incident.cause_category}  # fmt: skip
        made.take(case, Step.OPENED, facts)


def deadline_of(workspace: Workspace, incident: Incident, at: datetime) -> datetime | None:
    """Return by when a case of ``incident`` opened at ``at`` should be solved."""
    cause = cause_of(incident.cause_code)
    return case_deadline(workspace, at, cause.expected_hours if cause else None)
