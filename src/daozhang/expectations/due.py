"""When the money of one payment is due: cut-over, cycle, calendar, and each day skipped on the way, with its reason.

All moments are Asia/Shanghai wall-clock without a zone. ``contracts.cleared_on_sql`` is the first step for a whole
table, ``expectations.due_table`` the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.calendars import Calendar, Reason, YearNotPublished
from daozhang.contracts import Cycle, cutover_of

END_OF_DAY: Final = time(23, 59, 59)
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Skipped:
    """One day between clearing and due on which this cycle does not pay, and why."""

    day: date
    reason: Reason


@dataclass(frozen=True, slots=True)
class Due:
    """By when the money must be there. ``skipped`` is in order and empty when no day stood in the way."""

    at: datetime
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class NotPublished:
    """The due moment needs the calendar of ``year``, which nobody has published (or imported) yet."""

    year: int
    skipped: tuple[Skipped, ...] = ()


def cleared_on(moment: datetime, cutover: str = "23:00") -> date:
    """Return the clearing day of a payment: from the cut-over itself on, the next day.

    With a cut-over of ``24:00`` (or ``00:00``, the same midnight) a payment always stays on its own day.
    """
    mark = cutover_of(cutover)
    assert mark is not None, cutover
    later = mark < 1440 and moment.hour * 60 + moment.minute >= mark
    return moment.date() + _ONE_DAY if later else moment.date()


def due_at(
    cleared: date,
    cycle: Cycle,
    calendar: Calendar,
    due_time: time = time(14, 0),
    *,
    pays_on_makeup_days: bool = True,
    occurred_at: datetime | None = None,
) -> Due | NotPublished:
    """Return by when the money of a clearing day must be there.

    ``T+N`` is the N-th working day after the clearing day, ``T+0`` the clearing day itself or the first working day
    after it. ``D+N`` counts calendar days and needs no calendar. When the cycle pays on the clearing day itself, a
    payment made after ``due_time`` (or of unknown time: ``occurred_at`` left out) is due by the end of that day.
    """
    if not cycle.counts_workdays:
        return Due(_clock_in(cleared, cleared + timedelta(days=cycle.days), due_time, occurred_at))
    day, missing, skipped = cleared, cycle.days, list[Skipped]()
    if cycle.days > 0:
        day += _ONE_DAY
    while True:
        works = calendar.is_workday(day, makeup_counts=pays_on_makeup_days)
        if isinstance(works, YearNotPublished):
            return NotPublished(works.year, tuple(skipped))
        if works and missing <= 1:
            return Due(_clock_in(cleared, day, due_time, occurred_at), tuple(skipped))
        if works:
            missing -= 1
        else:
            skipped.append(Skipped(day, _why(calendar, day, makeup_counts=pays_on_makeup_days)))
        day += _ONE_DAY


def naive_due_on(day: date, cycle: Cycle) -> date:
    """Return the day on which a person who counts plain days from ``day`` would expect the money."""
    return day + timedelta(days=cycle.days)


def naive_due_at(day: date, cycle: Cycle, due_time: time = time(14, 0)) -> datetime:
    """Return ``naive_due_on`` with the time of day."""
    return datetime.combine(naive_due_on(day, cycle), due_time)


def final_on(credited_on: date, workdays: int, calendar: Calendar) -> date | YearNotPublished:
    """Return the last day on which a bank may still return a credit; after it the settlement is final."""
    return calendar.workdays_after(credited_on, workdays)


def _clock_in(cleared: date, due_on: date, due_time: time, occurred_at: datetime | None) -> datetime:
    at = datetime.combine(due_on, due_time)
    if due_on > cleared or (occurred_at is not None and occurred_at <= at):
        return at
    return datetime.combine(due_on, END_OF_DAY)


def _why(calendar: Calendar, day: date, *, makeup_counts: bool) -> Reason:
    reason = calendar.reason(day, makeup_counts=makeup_counts)
    assert isinstance(reason, Reason)
    return reason
