"""The shipped calendar of mainland China, and the rules of any calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daozhang.calendars import (
    GRACE_AFTER_WINDOW,
    Calendar,
    DayRule,
    Reason,
    Window,
    YearNotPublished,
    shipped,
    shipped_windows,
    window_at,
)
from daozhang.expectations import expected_after
from daozhang.texts import LANGUAGES, has, say

CN = shipped()

# The notices told a second time, as runs: first day off, last day off, working weekend days.
NOTICES = {
    2024: [
        ("元旦", "01-01", "01-01", []), ("春节", "02-10", "02-17", ["02-04", "02-18"]),
        ("清明节", "04-04", "04-06", ["04-07"]), ("劳动节", "05-01", "05-05", ["04-28", "05-11"]),
        ("端午节", "06-10", "06-10", []), ("中秋节", "09-15", "09-17", ["09-14"]),
        ("国庆节", "10-01", "10-07", ["09-29", "10-12"]),
    ],
    2025: [
        ("元旦", "01-01", "01-01", []), ("春节", "01-28", "02-04", ["01-26", "02-08"]),
        ("清明节", "04-04", "04-06", []), ("劳动节", "05-01", "05-05", ["04-27"]),
        ("端午节", "05-31", "06-02", []), ("国庆节、中秋节", "10-01", "10-08", ["09-28", "10-11"]),
    ],
    2026: [
        ("元旦", "01-01", "01-03", ["01-04"]), ("春节", "02-15", "02-23", ["02-14", "02-28"]),
        ("清明节", "04-04", "04-06", []), ("劳动节", "05-01", "05-05", ["05-09"]),
        ("端午节", "06-19", "06-21", []), ("中秋节", "09-25", "09-27", []),
        ("国庆节", "10-01", "10-07", ["09-20", "10-10"]),
    ],
}  # fmt: skip


def _days(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_a_shipped_year(year: int) -> None:
    off: dict[date, str] = {}
    made_up: dict[date, str] = {}
    for name, first, last, working in NOTICES[year]:
        for day in _days(year):
            if date.fromisoformat(f"{year}-{first}") <= day <= date.fromisoformat(f"{year}-{last}"):
                off[day] = name
        made_up |= {date.fromisoformat(f"{year}-{day}"): name for day in working}

    for day in _days(year):
        is_weekend = day.weekday() >= 5
        assert CN.is_workday(day) is (day in made_up or (day not in off and not is_weekend)), day
        reason = CN.reason(day)
        if day in off:
            assert isinstance(reason, Reason)
            assert (reason.key, reason.facts["name_zh"]) == ("calendar-holiday", off[day])
        elif day in made_up:
            assert isinstance(reason, Reason)
            assert (reason.key, reason.facts["name_zh"]) == ("calendar-makeup", made_up[day])
        else:
            assert reason == (Reason("calendar-weekend") if is_weekend else None)


def test_a_shipped_year_has_as_many_working_days_as_its_notice_leaves() -> None:
    counts = {year: sum(CN.is_workday(day) is True for day in _days(year)) for year in (2024, 2025, 2026)}
    assert counts == {2024: 251, 2025: 248, 2026: 248}


def test_every_shipped_row_is_named_in_both_languages_and_has_its_source() -> None:
    for rule in CN.rules.values():
        assert rule.name_zh
        assert rule.name_en
        assert str(rule.day.year) in rule.source
        assert rule.is_workday == (rule.day.weekday() >= 5) or not rule.is_workday
        reason = rule.reason()
        assert reason is not None
        for language in LANGUAGES:
            assert has(language, reason.key)
            name = reason.facts["name_zh" if language == "zh" else "name_en"]
            assert name in say(language, reason.key, **reason.facts)


def test_the_year_that_is_not_published_is_an_answer_and_never_a_yes_or_no() -> None:
    answer = CN.is_workday(date(2027, 1, 1))
    assert answer == YearNotPublished(2027)
    with pytest.raises(TypeError, match="2027"):
        bool(answer)
    assert CN.next_workday(date(2026, 12, 31)) == YearNotPublished(2027)
    assert CN.workdays_after(date(2026, 12, 28), 3) == date(2026, 12, 31)
    assert CN.workdays_after(date(2026, 12, 28), 4) == YearNotPublished(2027)
    assert CN.workdays_between(date(2026, 12, 31), date(2027, 1, 4)) == YearNotPublished(2027)
    assert CN.workdays_between(date(2027, 1, 4), date(2026, 12, 31)) == YearNotPublished(2027)
    assert CN.reason(date(2023, 6, 1)) == YearNotPublished(2023)
    assert shipped("XX").is_workday(date(2026, 1, 1)) == YearNotPublished(2026)
    assert shipped("../CN").years == frozenset()


def test_the_missing_year_is_announced_a_month_ahead() -> None:
    assert CN.published_until == date(2026, 12, 31)
    assert not CN.warning_due(date(2026, 11, 30))
    assert CN.warning_due(date(2026, 12, 1))
    assert CN.warning_due(date(2027, 3, 1))
    assert shipped("XX").warning_due(date(2026, 1, 1))


def test_edited_days_lie_over_the_shipped_ones() -> None:
    day = date(2026, 11, 25)
    edited = CN.with_rules(
        {day: DayRule(day, is_workday=False), date(2026, 10, 10): DayRule(date(2026, 10, 10), False)}
    )
    assert edited.is_workday(day) is False
    assert edited.reason(day) == Reason("calendar-day-off", {"name_zh": "", "name_en": ""})
    assert edited.next_workday(date(2026, 10, 9)) == date(2026, 10, 12)
    assert CN.is_workday(day) is True
    assert CN.next_workday(date(2026, 10, 9)) == date(2026, 10, 10)


def test_one_day_set_by_hand_does_not_publish_its_year() -> None:
    new_year, october = date(2027, 1, 1), date(2027, 10, 1)
    one = CN.with_rules({new_year: DayRule(new_year, is_workday=False)})
    assert one.is_workday(new_year) == YearNotPublished(2027)
    both = one.with_rules({october: DayRule(october, is_workday=False)})
    assert both.is_workday(new_year) is False
    assert both.published_until == date(2027, 12, 31)


def test_a_makeup_day_that_does_not_count() -> None:
    assert CN.workdays_after(date(2026, 10, 9), 1, makeup_counts=False) == date(2026, 10, 12)
    reason = CN.reason(date(2026, 10, 10), makeup_counts=False)
    assert isinstance(reason, Reason)
    assert reason.key == "calendar-makeup-not-paid"


DAYS = st.dates(date(2024, 1, 1), date(2026, 11, 1))


@given(DAYS, st.integers(0, 25), st.booleans())
def test_counting_forward_and_counting_between_agree(day: date, count: int, makeup_counts: bool) -> None:  # noqa: FBT001
    after = CN.workdays_after(day, count, makeup_counts=makeup_counts)
    assert isinstance(after, date)
    if makeup_counts:
        assert CN.workdays_between(day, after) == count
        assert CN.workdays_between(after, day) == -count
    if count:
        assert CN.is_workday(after, makeup_counts=makeup_counts) is True
        assert CN.workdays_after(day, count - 1, makeup_counts=makeup_counts) < after  # type: ignore[operator]


@given(DAYS, DAYS, DAYS)
def test_working_days_between_add_up(one: date, two: date, three: date) -> None:
    legs = (CN.workdays_between(one, two), CN.workdays_between(two, three))
    assert isinstance(legs[0], int)
    assert isinstance(legs[1], int)
    assert CN.workdays_between(one, three) == legs[0] + legs[1]


def test_the_documented_stops_of_the_rails() -> None:
    known = shipped_windows()
    assert {(one.rail, one.starts_at.date()) for one in known} == {
        (rail, day) for rail in ("BEPS", "IBPS") for day in (date(2022, 3, 20), date(2024, 9, 22))
    }
    assert all(one.source for one in known)
    night = datetime.fromisoformat("2024-09-22T00:00")
    inside = window_at(known, night)
    assert inside is not None
    assert window_at(known, inside.ends_at) is None
    assert window_at(known, night - timedelta(seconds=1)) is None
    assert window_at(known, night, "HVPS") is None


def test_a_payout_inside_a_stop_is_waited_for() -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text)

    one = Window("BEPS", at("2026-11-24T23:00"), at("2026-11-25T06:00"))
    again = Window("BEPS", at("2026-11-25T05:30"), at("2026-11-25T09:00"))
    assert expected_after(at("2026-11-25T01:00"), [one]) == (at("2026-11-25T06:00") + GRACE_AFTER_WINDOW, one)
    assert expected_after(at("2026-11-25T01:00"), [one, again]) == (at("2026-11-25T11:00"), again)
    assert expected_after(at("2026-11-25T10:00"), [one, again]) == (at("2026-11-25T10:00"), None)
    assert expected_after(at("2026-11-25T01:00"), [one], "HVPS") == (at("2026-11-25T01:00"), None)


def test_a_calendar_without_rows_has_no_end() -> None:
    assert Calendar("XX", {}).published_until is None
