"""The owner's answer: where the money of a day is, why, what to do, and sending it to whoever has to act.

Read from the last run; nothing here judges. Days are clearing days; "yesterday" is that of the workspace's clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from daozhang.calendars import Calendar, Reason
from daozhang.cases.life import OPEN_STATES
from daozhang.cases.parties import PartState, PartStep, party_of
from daozhang.desk import contacts as own_book
from daozhang.desk import parts, readings, scripts, telling
from daozhang.desk.calendars import calendar_of
from daozhang.desk.case_view import view_of
from daozhang.desk.clock import now
from daozhang.desk.life_models import CasePart
from daozhang.desk.models import Case, Finding, Notice
from daozhang.desk.notices import SENT
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.catalogue import cause_of, role_key
from daozhang.errors import RefusedError
from daozhang.services.portal import Call, Place, Sums, amount_of, call_of, place_of
from daozhang.texts import say

RECENT: Final = 7
"""Days before that are listed under the answer."""
URGENCY: Final = tuple(Place)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Who has to act: the role, and the verified address that the contact book has for it; empty when it has none."""

    role: str
    channel: str = ""
    address: str = ""

    @property
    def role_key(self) -> str:
        """Return the text key of the role's name."""
        return role_key(self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAnswer:
    """One merchant-day as an owner reads it. ``why`` is a text key with its facts; ``number`` the case, empty without one."""

    row: readings.MoneyRow
    place: Place
    amount_minor: int
    why_key: str
    why_facts: dict[str, Any]
    call: Call
    finding_id: str = ""
    number: str = ""
    fix_key: str = ""
    asked_at: datetime | None = None
    whom: Whom | None = None

    @property
    def is_normal(self) -> bool:
        """Return whether there is nothing to do."""
        return self.call is not Call.ACQUIRER


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """The answers of one day, the most pressing first. ``is_asked_day`` false: nothing is known of the day that was asked for."""

    day: date | None
    asked: date
    answers: tuple[DayAnswer, ...]
    before: tuple[tuple[date, Place], ...]
    as_of: datetime | None

    @property
    def is_asked_day(self) -> bool:
        """Return whether the answers are about the day that was asked for."""
        return self.day == self.asked


def mine(workspace: Workspace, asked: date | None = None) -> Mine:
    """Return the answers for a day, yesterday when none is named; without a row of that day, those of the newest day before it."""
    at = now(workspace)
    wanted = asked or at.date() - _ONE_DAY
    run = readings.last_run(workspace)
    rows = readings.money(workspace, run) if run else []
    known = sorted({row.settled_on for row in rows if row.settled_on <= wanted}, reverse=True)
    day = known[0] if known else None
    answers = [_answer(workspace, row, at) for row in rows if row.settled_on == day]
    answers.sort(key=lambda one: (one.is_normal, URGENCY.index(one.place), -abs(one.amount_minor), one.row.merchant_no))
    return Mine(
        day=day, asked=wanted, answers=tuple(answers),
        before=tuple((one, worst([row for row in rows if row.settled_on == one])) for one in known[1 : RECENT + 1]),
        as_of=run.as_of if run else None,
    )  # fmt: skip


def worst(rows: Sequence[readings.MoneyRow]) -> Place:
    """Return the most pressing place of several merchant-days."""
    return min((place_of(sums_of(row)) for row in rows), key=URGENCY.index, default=Place.NOTHING)


def sums_of(row: readings.MoneyRow) -> Sums:
    """Return the sums of a merchant-day."""
    return Sums(
        expected=row.expected_minor, arrived=row.arrived_minor, not_due=row.not_due_minor, held=row.held_minor,
        deducted=row.deducted_minor, returned=row.returned_minor, missing=row.missing_minor, unexplained=row.unexplained_minor,
    )  # fmt: skip


def send(workspace: Workspace, number: str, *, by: str, language: str) -> Whom:
    """Send the case, every fact filled in, to whoever has to act first, and note on the case that they were asked.

    RefusedError when they were asked already, or when the contact book has no verified address: then it is read out by telephone.
    """
    case = Case.objects.select_related("incident").filter(number=number).first()
    if case is None or case.state not in OPEN_STATES:
        raise RefusedError("error-portal-over", number=number)
    asked_at = _asked_at(case)
    if asked_at is not None:
        raise RefusedError("error-portal-asked", at=f"{asked_at:%Y-%m-%d %H:%M}")
    whom = whom_of(workspace, case)
    if not whom.address or whom.channel not in SENT:
        raise RefusedError("error-portal-no-address", role=say(language, whom.role_key))
    written = scripts.script_of(workspace, view_of(workspace, case), language, by).text
    at = now(workspace)
    with transaction.atomic():
        parts.take(workspace, number, party_of(whom.role).value, PartStep.ASKED.value, by=by, note=written)
        mark = hashlib.sha256(f"{whom.channel}:{whom.address}".encode()).hexdigest()[:8]
        Notice.objects.create(
            key=f"{number}/asked/{at:%Y%m%dT%H%M%S}/{whom.role}/{mark}", case=case, channel=whom.channel, address=whom.address,
            role=whom.role, language=language, subject=say(language, "portal-letter-subject", number=number), body=written,
            state="queued", next_try_at=_quiet(workspace, whom, case, at),
        )  # fmt: skip
    return whom


def whom_of(workspace: Workspace, case: Case) -> Whom:
    """Return who has to act first outside: the first desk that the cause names, the acquirer's service desk where it names none."""
    outside = [one.role for one in telling.tellings(case.incident) if not one.is_own]
    role = outside[0] if outside else "ACQ_CS"
    reached = telling.addresses(telling.directory(workspace), role, case.acquirer)
    best = next((one for one in reached if one.channel in SENT), reached[0] if reached else None)
    return Whom(role=role, channel=best.channel, address=best.address) if best else Whom(role=role)


def _answer(workspace: Workspace, row: readings.MoneyRow, at: datetime) -> DayAnswer:
    sums = sums_of(row)
    place = place_of(sums)
    found = _finding(row)
    if place in {Place.ARRIVED, Place.NOTHING} or (place is Place.ON_ITS_WAY and (found is None or not _case(found))):
        key, facts = _normal(row, place, calendar_of(workspace))
        return DayAnswer(
            row=row, place=place, amount_minor=amount_of(place, sums), why_key=key, why_facts=facts,
            call=Call.NONE if place is Place.ON_ITS_WAY else Call.WAIT, finding_id=found.finding_id if found else "",
        )  # fmt: skip
    case = _case(found) if found else None
    cause = cause_of(found.cause_code) if found else None
    pct = found.confidence_pct if found else 0
    call = call_of(
        found.cause_category if found else "", pct, is_open=case is not None or (found is not None and found.severity != "info"),
        due_at=row.due_at, now=at,
    )  # fmt: skip
    return DayAnswer(
        row=row, place=place, amount_minor=amount_of(place, sums), why_key=(found.reason_key if found else "") or "portal-why-looking",
        why_facts=dict(found.reason_facts) if found and found.reason_key else {}, call=call,
        finding_id=found.finding_id if found else "", number=case.number if case else "",
        fix_key=cause.key("fix") if cause else "", asked_at=_asked_at(case) if case else None,
        whom=whom_of(workspace, case) if case else None,
    )  # fmt: skip


def _finding(row: readings.MoneyRow) -> Finding | None:
    """Return the finding that says most about a merchant-day: an alarm first, then the larger gap."""
    rank = {"alarm": 0, "watch": 1, "info": 2}
    rows = Finding.objects.filter(
        acquirer=row.acquirer,
        merchant_no=row.merchant_no,
        settled_on=row.settled_on,
        currency=row.currency,
        is_open=True,
    ).select_related("incident__case")
    return min(rows, key=lambda one: (rank[one.severity], one.gap_minor, one.finding_id), default=None)


def _case(found: Finding) -> Case | None:
    case = getattr(found.incident, "case", None) if found.incident_id else None
    return case if case is not None and case.state in OPEN_STATES else None


def _asked_at(case: Case) -> datetime | None:
    asked = CasePart.objects.filter(case=case, state=PartState.ASKED.value, asked_at__isnull=False)
    return asked.exclude(party="merchant").order_by("asked_at").values_list("asked_at", flat=True).first()


def _normal(row: readings.MoneyRow, place: Place, calendar: Calendar) -> tuple[str, dict[str, Any]]:
    """Return why a day is as it should be: which holiday, weekend or cycle stands between the sales and the money."""
    if place is Place.ARRIVED:
        return "portal-why-arrived", {}
    if place is Place.NOTHING or row.due_at is None:
        return "portal-why-nothing", {}
    reasons = reasons_between(row.settled_on, row.due_at.date(), calendar)
    names = {(one.facts["name_zh"], one.facts["name_en"]) for one in reasons if one.facts.get("name_zh")}
    if names:
        zh, en = zip(*sorted(names), strict=True)
        return "portal-why-holiday", {"name_zh": "、".join(zh), "name_en": ", ".join(en)}
    return ("portal-why-weekend" if reasons else "portal-why-cycle"), {}


def reasons_between(after: date, until: date, calendar: Calendar) -> list[Reason]:
    """Return why days between a clearing day and the due day are off, in order; days of a year not published say nothing."""
    days = [after + timedelta(days=count) for count in range(1, max((until - after).days, 1))]
    off = [day for day in days if calendar.is_published(day) and not calendar.is_workday(day)]
    found = [calendar.reason(day) for day in off]
    return [one for one in found if isinstance(one, Reason)]


def _quiet(workspace: Workspace, whom: Whom, case: Case, at: datetime) -> datetime | None:
    reached = telling.addresses(telling.directory(workspace), whom.role, case.acquirer)
    found = next((one for one in reached if one.address == whom.address), None)
    return own_book.quiet_until(found.quiet_from, found.quiet_to, at) if found else None
