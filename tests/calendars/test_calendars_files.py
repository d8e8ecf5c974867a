"""Calendar and window files: what is taken, and what is said of a line that cannot be."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daozhang.calendars import DayRule, from_csv, shipped, to_csv, windows_from_csv
from daozhang.texts import LANGUAGES, has


def test_a_written_calendar_reads_back_the_same() -> None:
    rules = shipped().rules
    read = from_csv(to_csv(rules))
    assert read.problems == ()
    assert read.rules == rules


NAMES = st.text(alphabet="元旦春节,\"' aB", max_size=8).map(str.strip)


@given(st.dictionaries(st.dates(), st.tuples(st.booleans(), NAMES, NAMES), min_size=1, max_size=20))
def test_any_days_read_back_the_same(days: dict[date, tuple[bool, str, str]]) -> None:
    rules = {day: DayRule(day, *cells) for day, cells in days.items()}
    assert from_csv(to_csv(rules)).rules == rules


def test_a_file_as_a_spreadsheet_saves_it() -> None:
    text = "\ufeff# our own\r\nday,is_workday,name_zh\r\n2027/1/1,休,元旦\r\n\r\n2027-10-09,班,国庆节\r\n"
    read = from_csv(text, source="holidays.csv")
    assert read.problems == ()
    assert read.rules[date(2027, 1, 1)] == DayRule(date(2027, 1, 1), False, "元旦", "", "holidays.csv")
    assert read.rules[date(2027, 10, 9)].is_workday


@pytest.mark.parametrize(
    ("text", "line_no", "key"),
    [
        ("day,is_workday\n2027-01-01,0\n2027-02-30,0\n", 3, "calendar-file-day"),
        ("day,is_workday\n# note\n2027-01-01,maybe\n", 3, "calendar-file-flag"),
        ("day,is_workday\n2027-01-01\n", 2, "calendar-file-flag"),
        ("day,is_workday\n2027-01-01,0\n2027/01/01,1\n", 3, "calendar-file-twice"),
        ("day,name\n2027-01-01,0\n", 0, "calendar-file-column"),
        ("day,is_workday\n", 0, "calendar-file-empty"),
        ("", 0, "calendar-file-column"),
    ],
)
def test_a_bad_line_is_named(text: str, line_no: int, key: str) -> None:
    problems = from_csv(text).problems
    assert (problems[0].line_no, problems[0].key) == (line_no, key)
    assert all(has(language, key) for language in LANGUAGES)


def test_every_bad_line_is_named_at_once() -> None:
    read = from_csv("day,is_workday\nx,0\n2027-01-01,?\n2027-01-02,0\n")
    assert [one.line_no for one in read.problems] == [2, 3]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (",2027-01-01T00:00,2027-01-01T06:00", "calendar-file-rail"),
        ("BEPS,soon,2027-01-01T06:00", "calendar-file-moment"),
        ("BEPS,2027-01-01T00:00,2027-01-01T06:00+08:00", "calendar-file-moment"),
        ("BEPS,2027-01-01T06:00,2027-01-01T06:00", "calendar-file-window-order"),
    ],
)
def test_a_bad_window_is_named(line: str, key: str) -> None:
    problems = windows_from_csv(f"rail,starts_at,ends_at\n{line}\n").problems
    assert [(one.line_no, one.key) for one in problems] == [(2, key)]
    assert all(has(language, key) for language in LANGUAGES)


def test_windows_are_read() -> None:
    read = windows_from_csv("rail,starts_at,ends_at,source\nHVPS,2027-02-05 19:00,2027-02-08 20:00,公告\n")
    assert read.problems == ()
    one = read.windows[0]
    assert (one.rail, one.starts_at, one.ends_at, one.source) == (
        "HVPS", datetime.fromisoformat("2027-02-05T19:00"), datetime.fromisoformat("2027-02-08T20:00"), "公告",
    )  # fmt: skip
