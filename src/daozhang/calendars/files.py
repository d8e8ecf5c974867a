"""Calendars and maintenance windows as CSV: the shipped ones and those a person imports are read alike."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Final

from daozhang.calendars.calendar import Calendar, DayRule
from daozhang.calendars.windows import Window

DAY_COLUMNS: Final = ("day", "is_workday", "name_zh", "name_en", "source")
WINDOW_COLUMNS: Final = ("rail", "starts_at", "ends_at", "source")
_DAY: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YES: Final = frozenset({"1", "true", "yes", "是", "班"})
_NO: Final = frozenset({"0", "false", "no", "否", "休"})


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong with one line: its number from 1 (0 = whole file), a key of the catalogue and its facts."""

    line_no: int
    key: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A read calendar file: the days it sets and every problem. With a problem nothing of it should be taken."""

    rules: Mapping[date, DayRule]
    problems: tuple[FileProblem, ...]


@dataclass(frozen=True, slots=True)
class WindowFile:
    """A read list of windows, and every problem."""

    windows: tuple[Window, ...]
    problems: tuple[FileProblem, ...]


def from_csv(text: str, *, source: str = "") -> CalendarFile:
    """Read days from CSV with a header ``day,is_workday,name_zh,name_en,source`` (the last three may be left out).

    ``is_workday`` is 1 or 0 (also true/false, 是/否, 班/休). Lines that begin with ``#`` are notes. ``source`` names
    where a row without one comes from.
    """
    rules: dict[date, DayRule] = {}
    problems = _missing_columns(text, ("day", "is_workday"))
    for line_no, row in () if problems else _rows(text):
        day = _day(row["day"])
        flag = row["is_workday"].lower()
        if day is None:
            problems.append(FileProblem(line_no, "calendar-file-day", {"value": row["day"]}))
        elif flag not in _YES | _NO:
            problems.append(FileProblem(line_no, "calendar-file-flag", {"value": row["is_workday"]}))
        elif day in rules:
            problems.append(FileProblem(line_no, "calendar-file-twice", {"value": row["day"]}))
        else:
            named = row.get("name_zh", ""), row.get("name_en", "")
            rules[day] = DayRule(day, flag in _YES, *named, source=row.get("source", "") or source)
    if not rules and not problems:
        problems.append(FileProblem(0, "calendar-file-empty", {}))
    return CalendarFile(rules, tuple(problems))


def to_csv(rules: Mapping[date, DayRule]) -> str:
    """Return days in the form ``from_csv`` reads, in order."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(DAY_COLUMNS)
    for day in sorted(rules):
        rule = rules[day]
        writer.writerow((day.isoformat(), int(rule.is_workday), rule.name_zh, rule.name_en, rule.source))
    return out.getvalue()


def windows_from_csv(text: str) -> WindowFile:
    """Read windows from CSV with a header ``rail,starts_at,ends_at,source`` (the source may be left out)."""
    windows: list[Window] = []
    problems = _missing_columns(text, ("rail", "starts_at", "ends_at"))
    for line_no, row in () if problems else _rows(text):
        starts_at, ends_at = _moment(row["starts_at"]), _moment(row["ends_at"])
        if not row["rail"]:
            problems.append(FileProblem(line_no, "calendar-file-rail", {}))
        elif starts_at is None or ends_at is None:
            bad = row["starts_at"] if starts_at is None else row["ends_at"]
            problems.append(FileProblem(line_no, "calendar-file-moment", {"value": bad}))
        elif ends_at <= starts_at:
            problems.append(FileProblem(line_no, "calendar-file-window-order", {"value": row["ends_at"]}))
        else:
            windows.append(Window(row["rail"], starts_at, ends_at, row.get("source", "")))
    if not windows and not problems:
        problems.append(FileProblem(0, "calendar-file-empty", {}))
    return WindowFile(tuple(windows), tuple(problems))


@cache
def shipped(code: str = "CN") -> Calendar:
    """Return the calendar that comes with the product; a code without one has no published year."""
    entry = resources.files(__package__) / "data" / f"{code}.csv"
    if not code.isalnum() or not entry.is_file():
        return Calendar(code, {})
    read = from_csv(entry.read_text(encoding="utf-8"))
    assert not read.problems, read.problems
    return Calendar(code, read.rules)


@cache
def shipped_windows() -> tuple[Window, ...]:
    """Return the announced stops that come with the product: two past nights, with their source."""
    read = windows_from_csv((resources.files(__package__) / "data" / "windows.csv").read_text(encoding="utf-8"))
    assert not read.problems, read.problems
    return read.windows


def _lines(text: str) -> list[tuple[int, str]]:
    numbered = enumerate(text.removeprefix("\ufeff").splitlines(), start=1)
    return [(number, line) for number, line in numbered if line.strip() and not line.lstrip().startswith("#")]


def _header(text: str) -> list[str]:
    lines = _lines(text)
    return [name.strip() for name in next(csv.reader([lines[0][1]]))] if lines else []


def _missing_columns(text: str, wanted: tuple[str, ...]) -> list[FileProblem]:
    header = _header(text)
    return [FileProblem(0, "calendar-file-column", {"value": name}) for name in wanted if name not in header]


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    header = _header(text)
    for line_no, line in _lines(text)[1:]:
        cells = [cell.strip() for cell in next(csv.reader([line]))]
        yield line_no, dict(zip(header, cells + [""] * len(header), strict=False))


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is None else None
