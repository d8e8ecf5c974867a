"""Clocks in the working time of each party: its hours on its calendar, paused while somebody else is asked.

A clock has a budget of working time. It runs only while it is its party's turn; what it has used stays when it stops. At half
and at four fifths of the budget a reminder is due, at the end the party is chased, and some working time later the case climbs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from daozhang.calendars import Calendar, YearNotPublished
from daozhang.cases.parties import Party
from daozhang.expectations import working_deadline

REMIND_AT_PCT: Final = (50, 80)
_WRITTEN: Final = re.compile(r"(\d{2}:\d{2})-(\d{2}:\d{2}) (workdays|daily)")


@dataclass(frozen=True, slots=True)
class Hours:
    """When a party works: from, to, and whether on working days of the calendar only. Local time."""

    opens: time
    closes: time
    on_workdays: bool = True


HOURS: Final[Mapping[Party, Hours]] = {
    Party.MERCHANT: Hours(time(9), time(18)),
    Party.PROVIDER: Hours(time(9), time(18)),
    Party.ACQUIRER: Hours(time(9), time(18)),
    Party.BANK: Hours(time(9), time(17)),
    Party.NETWORK: Hours(time(8), time(20), on_workdays=False),
}
"""Usual hours; the setting ``party_hours`` goes over them."""

BUDGET_HOURS: Final[Mapping[Party, int]] = {
    Party.MERCHANT: 9,
    Party.PROVIDER: 4,
    Party.ACQUIRER: 9,
    Party.BANK: 16,
    Party.NETWORK: 24,
}
"""Working hours of the party within which its turn should end, unless it promised a moment: planning values."""


class Milestone(StrEnum):
    """What is due on a clock, in its order."""

    HALF = "half"
    NEARLY = "nearly"
    END = "end"


@dataclass(frozen=True, slots=True)
class Clock:
    """One party's running clock. ``used`` is working time of earlier turns; ``budget`` is all it may take."""

    hours: Hours
    since: datetime
    used: timedelta
    budget: timedelta


def read_hours(text: str) -> Hours:
    """Return hours written as ``09:00-18:00 workdays`` or ``08:00-20:00 daily``; ValueError when they are not."""
    found = _WRITTEN.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not of the form '09:00-18:00 workdays' or '08:00-20:00 daily'")
    hours = Hours(time.fromisoformat(found[1]), time.fromisoformat(found[2]), found[3] == "workdays")
    if hours.opens >= hours.closes:
        raise ValueError(f"{text!r} closes before it opens")
    return hours


def add(moment: datetime, amount: timedelta, hours: Hours, calendar: Calendar) -> datetime | None:
    """Return the moment when ``amount`` of working time after ``moment`` is over; None where the year is not published."""
    if hours.on_workdays:
        answer = working_deadline(moment, amount, calendar, day_start=hours.opens, day_end=hours.closes)
        return None if isinstance(answer, YearNotPublished) else answer
    left, day = amount, moment.date()
    while True:
        opens, closes = _span(day, hours)
        opens = max(opens, moment)
        if opens < closes:
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        day += timedelta(days=1)


def between(start: datetime, end: datetime, hours: Hours, calendar: Calendar) -> timedelta:
    """Return the working time from ``start`` to ``end``, zero when it ends earlier.

    In a year that is not published Monday to Friday count: this says how much time went by, it promises no moment.
    """
    total, day = timedelta(0), start.date()
    while day <= end.date():
        if not hours.on_workdays or _works(day, calendar):
            opens, closes = _span(day, hours)
            total += max(min(closes, end) - max(opens, start), timedelta(0))
        day += timedelta(days=1)
    return total


def used(clock: Clock, now: datetime, calendar: Calendar) -> timedelta:
    """Return the working time the party has taken up to ``now``."""
    return clock.used + between(clock.since, now, clock.hours, calendar)


def moments(clock: Clock, calendar: Calendar) -> dict[Milestone, datetime]:
    """Return when each milestone of a running clock falls, leaving out those of years that are not published."""
    parts = dict(zip((Milestone.HALF, Milestone.NEARLY), REMIND_AT_PCT, strict=True)) | {Milestone.END: 100}
    found: dict[Milestone, datetime] = {}
    for milestone, pct in parts.items():
        left = clock.budget * pct // 100 - clock.used
        at = clock.since if left <= timedelta(0) else add(clock.since, left, clock.hours, calendar)
        if at is not None:
            found[milestone] = at
    return found


def _works(day: date, calendar: Calendar) -> bool:
    works = calendar.is_workday(day)
    return day.isoweekday() <= 5 if isinstance(works, YearNotPublished) else works


def _span(day: date, hours: Hours) -> tuple[datetime, datetime]:
    return datetime.combine(day, hours.opens), datetime.combine(day, hours.closes)
