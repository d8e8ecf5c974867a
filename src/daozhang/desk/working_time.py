"""Working time on the workspace's settlement calendar: deadlines of cases and the end of a return window."""

from __future__ import annotations

from datetime import date, datetime

from daozhang.calendars import Calendar, YearNotPublished
from daozhang.cases.deadline import deadline
from daozhang.desk.calendars import calendar_of
from daozhang.desk.workspace import Workspace
from daozhang.expectations import final_on, working_deadline


def case_deadline(workspace: Workspace, start: datetime, expected_hours: int | None) -> datetime | None:
    """Return by when a case opened at ``start`` should be solved; None when that year's calendar is not published."""
    calendar = calendar_of(workspace)
    return deadline(start, expected_hours, lambda moment, hours: _after(moment, hours, calendar))


def tell_by(workspace: Workspace, opened_at: datetime, hours: int) -> datetime | None:
    """Return by when a party should be told, ``hours`` of working time after the case opened; None as above."""
    return _after(opened_at, hours, calendar_of(workspace))


def last_return_on(workspace: Workspace, credited_on: date) -> date | None:
    """Return the last day on which a credit of ``credited_on`` may still be returned; None when not known yet."""
    answer = final_on(credited_on, workspace.settings.return_window_workdays, calendar_of(workspace))
    return None if isinstance(answer, YearNotPublished) else answer


def _after(moment: datetime, hours: int, calendar: Calendar) -> datetime | None:
    answer = working_deadline(moment, hours, calendar)
    return None if isinstance(answer, YearNotPublished) else answer
