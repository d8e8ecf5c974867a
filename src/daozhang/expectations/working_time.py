"""Deadlines in working hours: a clock that runs on working days between two times of day only."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.calendars import Calendar, YearNotPublished

DAY_START: Final = time(9, 0)
DAY_END: Final = time(18, 0)


def working_deadline(
    start: datetime,
    working_hours: int | timedelta,
    calendar: Calendar,
    *,
    day_start: time = DAY_START,
    day_end: time = DAY_END,
) -> datetime | YearNotPublished:
    """Return the moment when ``working_hours`` of working time after ``start`` are over.

    A start outside working time counts from the next opening; a deadline that fills a day ends with that day.
    Make-up workdays are working days. Asia/Shanghai wall-clock.
    """
    left = working_hours if isinstance(working_hours, timedelta) else timedelta(hours=working_hours)
    day = start.date()
    while True:
        works = calendar.is_workday(day)
        if isinstance(works, YearNotPublished):
            return works
        opens = max(start, datetime.combine(day, day_start))
        closes = datetime.combine(day, day_end)
        if works and opens < closes:
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        day = _next(day)


def _next(day: date) -> date:
    return day + timedelta(days=1)
