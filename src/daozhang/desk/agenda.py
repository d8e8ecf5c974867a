"""Today's agenda of the desk, or of one person: which cases to take up, why, whom to call, by when.

A case is here when a promise ran out, an answer waits to be decided, a confirmed instruction is due, nobody was told yet, the time
between two contacts is over or ends today, or its own deadline has passed. Cases that are worked as part of another are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db.models import F, Q

from daozhang.cases import State
from daozhang.cases.agenda import Item, Why, in_order, whys_of
from daozhang.cases.clocks import Milestone
from daozhang.cases.ladder import levels
from daozhang.cases.life import OPEN_STATES
from daozhang.cases.parties import PartState, Party
from daozhang.desk import life_clocks, remedy_steps
from daozhang.desk.clock import now
from daozhang.desk.life_hours import WorkingHours, working_hours
from daozhang.desk.life_models import CaseClock, CasePart, ReplyStep
from daozhang.desk.models import Case
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.catalogue import role_key

MOST: Final = 300
"""Cases of one kind that are looked at; the agenda of a day is a list a person can work off."""
READ_WITHIN: Final = timedelta(hours=4)
"""Working time within which an answer that came is read and decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaLine:
    """One case to take up today. ``role`` is whom to call; ``days_open`` counts calendar days since it opened."""

    number: str
    whys: tuple[str, ...]
    by: datetime | None
    is_overdue: bool
    role: str
    size: str
    level: int
    days_open: int
    last_contact_at: datetime | None
    merchant_no: str
    acquirer: str
    cause_code: str
    cause_category: str
    gap_minor: int
    currency: str
    assignee: str
    remedy: str
    """Text key of the next step of the remedy, empty when none is ours."""

    @property
    def do_key(self) -> str:
        """Return the text key of what to do now."""
        return f"agenda-do-{self.whys[0]}"

    @property
    def role_key(self) -> str:
        """Return the text key of whom to call."""
        return role_key(self.role)


def agenda(workspace: Workspace, person: str = "") -> list[AgendaLine]:
    """Return what is to be done today, in order; for ``person`` those that are theirs or nobody's."""
    at, hours = now(workspace), working_hours(workspace)
    end = datetime.combine(at.date(), time.max)
    found: dict[str, list[tuple[Why, datetime | None]]] = {}
    for why, pairs in (
        (Why.PROMISE, _promises(at, hours)),
        (Why.REPLY, _replies(Q(state="proposed"), hours)),
        (Why.INSTRUCTION, _replies(Q(state="confirmed") & (Q(by_at__lte=end) | Q(by_at__isnull=True)), hours)),
        (Why.FIRST, _clocks(Q(last_contact_at__isnull=True))),
        (Why.CONTACT, _clocks(Q(last_contact_at__isnull=False, contact_due_at__lte=end))),
        (Why.PROOF, _in_hand()),
        (Why.DEADLINE, _late(at)),
    ):
        for number, by in pairs:
            found.setdefault(number, []).append((why, by))
    cases = {case.number: case for case in _cases(found, person)}
    clocks = {clock.case_id: clock for clock in _by_case(CaseClock, cases)}
    items = [_item(cases[number], clocks.get(number), whys) for number, whys in found.items() if number in cases]
    return [_line(one, cases[one.number], clocks.get(one.number), at) for one in in_order(items)[:MOST]]


def _promises(at: datetime, hours: WorkingHours) -> Iterable[tuple[str, datetime | None]]:
    parts = CasePart.objects.filter(
        state=PartState.ASKED.value, case__state__in=OPEN_STATES, running_since__isnull=False
    )
    for part in parts.exclude(party=Party.MERCHANT.value).filter(Q(promised_at__lte=at) | Q(promised_at__isnull=True))[
        :MOST
    ]:
        end = life_clocks.due_of(part, hours).get(Milestone.END)
        if end is not None and end <= at:
            yield part.case_id, end


def _replies(which: Q, hours: WorkingHours) -> Iterable[tuple[str, datetime | None]]:
    rows = ReplyStep.objects.filter(which, reply__case__isnull=False, reply__case__state__in=OPEN_STATES)
    for case_id, state, by_at, came_at in rows.values_list("reply__case_id", "state", "by_at", "reply__taken_at")[
        :MOST
    ]:
        yield str(case_id), hours.add(came_at, READ_WITHIN) if state == "proposed" else by_at


def _clocks(which: Q) -> Iterable[tuple[str, datetime | None]]:
    rows = CaseClock.objects.filter(which, case__state__in=OPEN_STATES, lead__isnull=True)
    yield from rows.order_by(F("contact_due_at").asc(nulls_last=True), "case_id").values_list(
        "case_id", "contact_due_at"
    )[:MOST]


def _in_hand() -> Iterable[tuple[str, datetime | None]]:
    rows = Case.objects.filter(state__in=[State.INSTRUCTED, State.REMEDY]).order_by("deadline_at", "number")
    yield from rows.values_list("number", "deadline_at")[:MOST]


def _late(at: datetime) -> Iterable[tuple[str, datetime | None]]:
    rows = Case.objects.filter(state__in=OPEN_STATES, deadline_at__lte=at).order_by("deadline_at", "number")
    yield from rows.values_list("number", "deadline_at")[:MOST]


def _cases(numbers: Iterable[str], person: str) -> list[Case]:
    rows = [case for case in _by_case(Case, numbers) if getattr(case, "state", "") in OPEN_STATES]
    led = {clock.case_id for clock in _by_case(CaseClock, numbers) if clock.lead_id}
    mine = {"", person} if person else None
    return [case for case in rows if case.number not in led and (mine is None or case.assignee in mine)]


def _by_case(model: Any, numbers: Iterable[str]) -> list[Any]:  # noqa: ANN401 - a model by its class
    ordered, name = sorted(numbers), "number" if model is Case else "case_id"
    found: list[Any] = []
    for start in range(0, len(ordered), 500):
        rows = model.objects.filter(**{f"{name}__in": ordered[start : start + 500]})
        found += rows.select_related("incident") if model is Case else rows
    return found


def _item(case: Case, clock: CaseClock | None, whys: list[tuple[Why, datetime | None]]) -> Item:
    moments = [by for _, by in whys if by is not None]
    return Item(
        number=case.number, whys=whys_of(why for why, _ in whys), by=min(moments, default=None),
        size=clock.size if clock else "sev4", gap_minor=case.gap_minor,
    )  # fmt: skip


def _line(one: Item, case: Case, clock: CaseClock | None, at: datetime) -> AgendaLine:
    level = levels()[clock.level] if clock else levels()[0]
    outside = life_clocks.outside_roles(case.incident)
    step = remedy_steps.next_step(case) if Why.PROOF in one.whys else None
    return AgendaLine(
        number=case.number, whys=tuple(why.value for why in one.whys), by=one.by, is_overdue=bool(one.by and one.by <= at),
        role=level.roles[0] if level.no > 2 else next(iter(outside), "ACQ_CS"), size=one.size, level=level.no,
        days_open=(at.date() - case.opened_at.date()).days, last_contact_at=clock.last_contact_at if clock else None,
        merchant_no=case.merchant_no, acquirer=case.acquirer, cause_code=case.incident.cause_code,
        cause_category=case.incident.cause_category, gap_minor=case.gap_minor, currency=case.currency, assignee=case.assignee,
        remedy=step.text_key if step else "",
    )  # fmt: skip
