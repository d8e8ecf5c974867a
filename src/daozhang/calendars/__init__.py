"""Settlement calendars: which days are working days, why a day is not, and until when that is known.

A year whose table is not published is a state (``YearNotPublished``), never a guess from the days of the week.
"""

from daozhang.calendars.calendar import Calendar, DayRule, Reason, YearNotPublished
from daozhang.calendars.files import (
    CalendarFile,
    FileProblem,
    WindowFile,
    from_csv,
    shipped,
    shipped_windows,
    to_csv,
    windows_from_csv,
)
from daozhang.calendars.windows import GRACE_AFTER_WINDOW, Window, window_at

__all__ = [
    "GRACE_AFTER_WINDOW",
    "Calendar",
    "CalendarFile",
    "DayRule",
    "FileProblem",
    "Reason",
    "Window",
    "WindowFile",
    "YearNotPublished",
    "from_csv",
    "shipped",
    "shipped_windows",
    "to_csv",
    "window_at",
    "windows_from_csv",
]
