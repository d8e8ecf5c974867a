"""A settlement calendar: the week, and the days that a published table sets against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

SATURDAY: Final = 5
WARNING_DAYS: Final = 30
"""Calendar days before the last published day from which the missing table is announced."""

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class YearNotPublished:
    """The answer to a question about a day of ``year`` when the calendar has no table for that year.

    It is neither true nor false: using it as a condition is a bug, and says so.
    """

    year: int

    def __bool__(self) -> bool:
        """Refuse to be read as yes or no."""
        raise TypeError(f"the calendar of {self.year} is not published: ask isinstance(answer, YearNotPublished)")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day is what it is: a key of the catalogue and its facts (the names in both languages)."""

    key: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayRule:
    """What a table says of one day. A working Saturday or Sunday carries the name of the holiday it makes up for."""

    day: date
    is_workday: bool
    name_zh: str = ""
    name_en: str = ""
    source: str = ""

    def reason(self, *, makeup_counts: bool = True) -> Reason | None:
        """Return why the day is off, or works against the week; None when the row only repeats the week."""
        names = {"name_zh": self.name_zh or self.name_en, "name_en": self.name_en or self.name_zh}
        if not self.is_workday:
            return Reason("calendar-holiday" if any(names.values()) else "calendar-day-off", names)
        if self.day.weekday() < SATURDAY:
            return None
        if not makeup_counts:
            return Reason("calendar-makeup-not-paid", names)
        return Reason("calendar-makeup" if any(names.values()) else "calendar-extra-workday", names)


@dataclass(frozen=True, slots=True)
class Calendar:
    """One calendar. ``rules`` holds only the days a table names; the others follow the week, Saturday and Sunday off.

    A year counts as published once the table names its 1 January and a day of its second half: the yearly notice
    has both, and a single day set by hand has not.
    """

    code: str
    rules: Mapping[date, DayRule]
    years: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        """Find the published years once, since every question asks for them."""
        later = {day.year for day in self.rules if day.month > 6}
        object.__setattr__(self, "years", frozenset(year for year in later if date(year, 1, 1) in self.rules))

    def with_rules(self, rules: Mapping[date, DayRule]) -> Calendar:
        """Return this calendar with edited or imported days laid over its own."""
        return replace(self, rules={**self.rules, **rules})

    def is_published(self, day: date) -> bool:
        """Return whether the table of the day's year is known."""
        return day.year in self.years

    @property
    def published_until(self) -> date | None:
        """Return the last day of the last published year, None when no year is published."""
        return date(max(self.years), 12, 31) if self.years else None

    def warning_due(self, today: date) -> bool:
        """Return whether it is time to say that the next year is missing: 30 days before the last published day."""
        until = self.published_until
        return until is None or today >= until - timedelta(days=WARNING_DAYS)

    def is_workday(self, day: date, *, makeup_counts: bool = True) -> bool | YearNotPublished:
        """Return whether ``day`` is a working day.

        With ``makeup_counts`` false a working Saturday or Sunday is not one: some acquirers do not pay on them.
        """
        if day.year not in self.years:
            return YearNotPublished(day.year)
        rule = self.rules.get(day)
        if rule is None:
            return day.weekday() < SATURDAY
        return rule.is_workday and (makeup_counts or day.weekday() < SATURDAY)

    def next_workday(self, day: date, *, makeup_counts: bool = True) -> date | YearNotPublished:
        """Return the first working day after ``day``."""
        return self.workdays_after(day, 1, makeup_counts=makeup_counts)

    def workdays_after(self, day: date, count: int, *, makeup_counts: bool = True) -> date | YearNotPublished:
        """Return the ``count``-th working day after ``day``, which itself is not counted; 0 gives ``day`` back."""
        while count > 0:
            day += _ONE_DAY
            answer = self.is_workday(day, makeup_counts=makeup_counts)
            if isinstance(answer, YearNotPublished):
                return answer
            count -= answer
        return day

    def workdays_between(self, start: date, end: date) -> int | YearNotPublished:
        """Return how many working days lie after ``start`` up to and with ``end``; negative when ``end`` is earlier."""
        if end < start:
            back = self.workdays_between(end, start)
            return back if isinstance(back, YearNotPublished) else -back
        count, day = 0, start
        while day < end:
            day += _ONE_DAY
            answer = self.is_workday(day)
            if isinstance(answer, YearNotPublished):
                return answer
            count += answer
        return count

    def reason(self, day: date, *, makeup_counts: bool = True) -> Reason | YearNotPublished | None:
        """Return why ``day`` is off, or works against the week; None for an ordinary working day."""
        if day.year not in self.years:
            return YearNotPublished(day.year)
        rule = self.rules.get(day)
        if rule is not None:
            return rule.reason(makeup_counts=makeup_counts)
        return Reason("calendar-weekend") if day.weekday() >= SATURDAY else None
