"""The calendars and windows of a workspace: what ships with the product, under what people set and imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from daozhang.calendars import Calendar, DayRule, Window, shipped, shipped_windows
from daozhang.desk.models import CalendarDay, MaintenanceWindow
from daozhang.desk.workspace import Workspace


def calendar_of(_workspace: Workspace, code: str = "CN") -> Calendar:
    """Return the calendar ``code`` of the open workspace; one that nobody ships or imported has no published year."""
    rules = {
        row.day: DayRule(row.day, row.is_workday, row.name_zh, row.name_en, row.source)
        for row in CalendarDay.objects.filter(calendar=code)
    }
    return shipped(code).with_rules(rules)


def calendars_of(workspace: Workspace) -> dict[str, Calendar]:
    """Return every calendar of the workspace by its code; ``CN`` is always among them."""
    codes = {"CN", *CalendarDay.objects.values_list("calendar", flat=True).distinct()}
    return {code: calendar_of(workspace, code) for code in sorted(codes)}


def set_days(_workspace: Workspace, code: str, rules: Mapping[date, DayRule]) -> int:
    """Lay days over the calendar ``code``, all or none; return how many. A day set before is replaced."""
    rows = [
        CalendarDay(
            calendar=code, day=day, is_workday=rule.is_workday,
            name_zh=rule.name_zh, name_en=rule.name_en, source=rule.source,
        )
        for day, rule in rules.items()
    ]  # fmt: skip
    with transaction.atomic():
        CalendarDay.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["calendar", "day"],
            update_fields=["is_workday", "name_zh", "name_en", "source"],
        )
    return len(rows)


def unset_days(_workspace: Workspace, code: str, days: Iterable[date]) -> int:
    """Take edited days back, so that the shipped table speaks again; return how many there were."""
    return CalendarDay.objects.filter(calendar=code, day__in=list(days)).delete()[0]


def windows_of(_workspace: Workspace) -> tuple[Window, ...]:
    """Return the announced stops of rails, shipped and imported, in order; an imported one goes first."""
    known = {(one.rail, one.starts_at): one for one in shipped_windows()}
    for row in MaintenanceWindow.objects.all():
        known[(row.rail, row.starts_at)] = Window(row.rail, row.starts_at, row.ends_at, row.source)
    return tuple(sorted(known.values(), key=lambda one: (one.starts_at, one.rail)))


def set_windows(_workspace: Workspace, windows: Iterable[Window]) -> int:
    """Keep announced stops, all or none; return how many. One of the same rail and start is replaced."""
    rows = [
        MaintenanceWindow(rail=one.rail, starts_at=one.starts_at, ends_at=one.ends_at, source=one.source)
        for one in {(one.rail, one.starts_at): one for one in windows}.values()
    ]
    with transaction.atomic():
        MaintenanceWindow.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["rail", "starts_at"],
            update_fields=["ends_at", "source"],
        )
    return len(rows)
