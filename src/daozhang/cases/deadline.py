"""By when a case should be solved, in working time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

HOURS_A_WORKING_DAY: Final = 9
"""09:00 to 18:00, as ``expectations.due.working_deadline`` counts it."""

WITHOUT_A_CAUSE_HOURS: Final = 72
"""Three working days: when nobody knows the cause yet, this is when acquirers ask to be called again."""


def working_hours(expected_hours: int) -> int:
    """Return hours of work for a planning value in hours, where 24 stand for one working day."""
    days, rest = divmod(max(expected_hours, 0), 24)
    return days * HOURS_A_WORKING_DAY + min(rest, HOURS_A_WORKING_DAY)


def deadline(
    start: datetime, expected_hours: int | None, add: Callable[[datetime, int], datetime | None]
) -> datetime | None:
    """Return the deadline of a case opened at ``start``, to the second; None when the calendar of that year is unknown.

    ``add`` adds working hours on the calendar that applies. Without a value for the cause three working days hold.
    """
    hours = WITHOUT_A_CAUSE_HOURS if expected_hours is None else expected_hours
    return add(start, working_hours(hours))
