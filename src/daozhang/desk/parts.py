"""The board of a case: what each party was asked, what it answered, under which number, by when it promised.

A party that closes its part leaves the case as it stands; only money, an explanation or a write-off ends a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from daozhang.cases import CLOSED, State, Step
from daozhang.cases.clocks import Milestone
from daozhang.cases.life import OPEN_STATES
from daozhang.cases.parties import FIRST_ROLE, PartState, PartStep, Party, after_part
from daozhang.desk import life_clocks, taking
from daozhang.desk.clock import now
from daozhang.desk.life_hours import WorkingHours, budget_s, working_hours
from daozhang.desk.life_models import CasePart
from daozhang.desk.models import Case
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.catalogue import role_key
from daozhang.errors import RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One row of the board. ``end_at`` is the promised moment, else the end of the party's usual time; None while nothing runs."""

    party: str
    role: str
    state: str
    external_no: str
    note: str
    asked_at: datetime | None
    promised_at: datetime | None
    end_at: datetime | None
    is_overdue: bool
    used_pct: int
    runs: bool

    @property
    def party_key(self) -> str:
        """Return the text key of the party's name."""
        return f"party-{self.party}"

    @property
    def role_key(self) -> str:
        """Return the text key of the desk that is asked."""
        return role_key(self.role)

    @property
    def state_key(self) -> str:
        """Return the text key of the state."""
        return f"part-{self.state}"


def board(workspace: Workspace, case: Case) -> tuple[PartView, ...]:
    """Return the parts of a case in the order of the board."""
    life_clocks.ensure(workspace, case)
    hours, at = working_hours(workspace), now(workspace)
    parts = {part.party: part for part in CasePart.objects.filter(case=case)}
    return tuple(_view(parts[party], hours, at, case) for party in Party if party in parts)


def take(
    workspace: Workspace,
    number: str,
    party: str,
    step: str,
    *,
    by: str,
    note: str,
    external_no: str = "",
    promised_at: datetime | None = None,
) -> CasePart:
    """Take ``step`` (``party_asked``, ``party_answered``, ``party_closed``) on one party's part; the case goes on.

    Asking somebody outside in a case that nobody was told of yet reports it as well, under the same note.
    """
    with transaction.atomic():
        case = taking.locked(number)
        life_clocks.ensure(workspace, case)
        at, chosen = now(workspace), _step(step)
        who = party_named(party)
        part = CasePart.objects.filter(case=case, party=who).first() or CasePart(
            case=case, party=who.value, role=FIRST_ROLE[who], budget_s=budget_s(who)
        )
        facts = {"party": who.value, "from": part.state, "external_no": external_no[:64],
                 "promised_at": promised_at.isoformat() if promised_at else ""}  # fmt: skip
        _change(part, chosen, at, external_no, promised_at, workspace)
        part.note = taking.clean(note)
        part.save()
        taking.take(workspace, case, Step(chosen.value), by=by, note=note, facts=_without_empty(facts))
        if chosen is PartStep.ASKED and who is not Party.MERCHANT and case.state == State.OPEN:
            taking.take(workspace, case, Step.REPORT_SENT, by=by, note=note, facts={"party": who.value})
        life_clocks.turn_over(workspace, case, at)
        part.refresh_from_db()
    return part


def follow_step(workspace: Workspace, case: Case, step: Step, external_no: str = "") -> None:
    """Let a step of the case move the part of the party it is about: reported → asked, receipt → its number, instruction → answered.

    The party is the one that is asked already, else the first outside party of the case.
    """
    moved = {Step.REPORT_SENT: PartStep.ASKED, Step.INSTRUCTION_RECEIVED: PartStep.ANSWERED}.get(step)
    if moved is None and step is not Step.RECEIPT_CONFIRMED:
        return
    life_clocks.ensure(workspace, case)
    at = now(workspace)
    outside = [part for part in CasePart.objects.filter(case=case) if part.party != Party.MERCHANT]
    asked = [part for part in outside if part.state == PartState.ASKED]
    part = next(iter(asked or outside), None)
    if part is None or (moved is PartStep.ASKED and asked):
        return
    if external_no:
        part.external_no = external_no[:64]
    if moved is not None and part.state in {PartState.OPEN, PartState.ASKED}:
        _change(part, moved, at, external_no, None, workspace)
    part.save()
    if case.state not in CLOSED:
        life_clocks.turn_over(workspace, case, at)


def _change(
    part: CasePart, step: PartStep, at: datetime, external_no: str, promised_at: datetime | None, workspace: Workspace
) -> None:
    part.state = after_part(PartState(part.state), step, Party(part.party)).value
    part.changed_at = at
    if external_no:
        part.external_no = external_no[:64]
    if step is not PartStep.ASKED:
        return
    if promised_at is not None and promised_at <= at:
        raise RefusedError("error-promise-is-past", at=f"{promised_at:%Y-%m-%d %H:%M}")
    part.asked_at, part.promised_at, part.used_s, part.running_since = at, promised_at, 0, None
    part.budget_s = budget_s(Party(part.party))
    if promised_at is not None:
        promised = working_hours(workspace).between(at, promised_at, Party(part.party))
        part.budget_s = max(int(promised.total_seconds()), 60)


def _view(part: CasePart, hours: WorkingHours, at: datetime, case: Case) -> PartView:
    end_at = life_clocks.due_of(part, hours).get(Milestone.END)
    spent = life_clocks.elapsed(part, at, hours).total_seconds()
    is_open = State(case.state) in OPEN_STATES
    return PartView(
        party=part.party, role=part.role, state=part.state, external_no=part.external_no, note=part.note,
        asked_at=part.asked_at if part.party != Party.MERCHANT else None, promised_at=part.promised_at, end_at=end_at,
        is_overdue=bool(is_open and end_at and end_at <= at), used_pct=min(int(spent * 100 / part.budget_s), 999),
        runs=is_open and part.running_since is not None,
    )  # fmt: skip


def party_named(name: str) -> Party:
    """Return the party of that name; RefusedError says which there are."""
    try:
        return Party(name)
    except ValueError:
        raise RefusedError("error-no-party", party=name, possible=", ".join(Party)) from None


def _step(name: str) -> PartStep:
    try:
        return PartStep(name.replace("-", "_"))
    except ValueError:
        raise RefusedError("error-no-part-step", step=name, possible=", ".join(PartStep)) from None


def _without_empty(facts: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value}
