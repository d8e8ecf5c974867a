"""When money is due: vectors made by hand, the clock at the cut-over, the unpublished year, twenty years of rules."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daozhang.calendars import Calendar, DayRule, YearNotPublished, shipped
from daozhang.contracts import Cycle, cutover_of, parse_cycle
from daozhang.expectations import (
    DUE_COLUMNS,
    Due,
    NotPublished,
    Terms,
    cleared_on,
    due_at,
    due_table,
    final_on,
    naive_due_at,
    naive_due_on,
    working_deadline,
)

CN = shipped()
T1, D1, T0, D0 = (Cycle(True, 1), Cycle(False, 1), Cycle(True, 0), Cycle(False, 0))
LINES = (Path(__file__).parent / "data" / "due_date_vectors.csv").read_text(encoding="utf-8").splitlines()
VECTORS = list(csv.DictReader(line for line in LINES if not line.startswith("#")))


def test_there_are_seventeen_vectors() -> None:
    assert len({vector["id"] for vector in VECTORS}) == 17


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["id"]))
def test_a_vector(vector: dict[str, str]) -> None:
    cycle = parse_cycle(vector["cycle"])
    assert cycle is not None
    moment = datetime.fromisoformat(vector["tx_time"])

    cleared = cleared_on(moment, vector["cutover"])
    due = due_at(cleared, cycle, CN)

    assert cleared == date.fromisoformat(vector["clearing_date"])
    assert isinstance(due, Due)
    assert due.at == datetime.fromisoformat(vector["due_at"])
    assert (due.at.date() - moment.date()).days == int(vector["calendar_days"])


@pytest.mark.parametrize(
    ("clock", "cutover", "days_later"),
    [
        ("22:59:59", "23:00", 0), ("22:59:59.999999", "23:00", 0), ("23:00:00", "23:00", 1), ("23:59:59", "23:00", 1),
        ("00:00:00", "23:00", 0), ("23:59:59", "24:00", 0), ("00:00:00", "24:00", 0), ("23:59:59", "00:00", 0),
        ("22:29:59", "22:30", 0), ("22:30:00", "22:30", 1),
    ],
)  # fmt: skip
def test_the_clock_at_the_cutover(clock: str, cutover: str, days_later: int) -> None:
    cleared = cleared_on(datetime.fromisoformat(f"2024-02-28T{clock}"), cutover)
    assert cleared == date(2024, 2, 28) + timedelta(days=days_later)


def test_the_last_second_of_a_leap_day_and_the_first_after_it() -> None:
    assert cleared_on(datetime.fromisoformat("2024-02-28T23:00:00")) == date(2024, 2, 29)
    assert cleared_on(datetime.fromisoformat("2024-02-29T23:00:00")) == date(2024, 3, 1)
    assert due_at(date(2024, 2, 28), T1, CN) == Due(datetime.fromisoformat("2024-02-29T14:00"))
    assert due_at(date(2024, 2, 28), D1, CN) == Due(datetime.fromisoformat("2024-02-29T14:00"))


def test_the_days_skipped_say_why() -> None:
    due = due_at(date(2026, 9, 30), T1, CN)
    assert isinstance(due, Due)
    assert [one.day for one in due.skipped] == [date(2026, 10, day) for day in range(1, 8)]
    assert {one.reason.facts["name_zh"] for one in due.skipped} == {"国庆节"}
    weekend = due_at(date(2026, 11, 20), T1, CN)
    assert isinstance(weekend, Due)
    assert [one.reason.key for one in weekend.skipped] == ["calendar-weekend", "calendar-weekend"]


def test_an_acquirer_that_does_not_pay_on_makeup_days() -> None:
    due = due_at(date(2026, 10, 9), T1, CN, pays_on_makeup_days=False)
    assert isinstance(due, Due)
    assert due.at == datetime.fromisoformat("2026-10-12T14:00")
    assert [one.reason.key for one in due.skipped] == ["calendar-makeup-not-paid", "calendar-weekend"]


def test_the_year_that_nobody_published() -> None:
    assert due_at(date(2026, 12, 30), T1, CN) == Due(datetime.fromisoformat("2026-12-31T14:00"))
    assert due_at(date(2026, 12, 31), T1, CN) == NotPublished(2027)
    assert due_at(date(2027, 6, 1), T0, CN) == NotPublished(2027)
    assert due_at(date(2023, 6, 1), T1, CN) == NotPublished(2023)
    assert due_at(date(2026, 12, 31), D1, CN) == Due(datetime.fromisoformat("2027-01-01T14:00"))
    assert final_on(date(2026, 12, 31), 7, CN) == YearNotPublished(2027)


def test_a_cycle_that_pays_on_the_clearing_day_itself() -> None:
    morning, evening = datetime.fromisoformat("2026-11-23T10:15"), datetime.fromisoformat("2026-11-23T15:00")
    end = Due(datetime.fromisoformat("2026-11-23T23:59:59"))
    assert due_at(date(2026, 11, 23), D0, CN, occurred_at=morning) == Due(datetime.fromisoformat("2026-11-23T14:00"))
    assert due_at(date(2026, 11, 23), D0, CN, occurred_at=evening) == end
    assert due_at(date(2026, 11, 23), T0, CN) == end
    on_saturday = due_at(date(2026, 11, 21), T0, CN)
    assert isinstance(on_saturday, Due)
    assert on_saturday.at == datetime.fromisoformat("2026-11-23T14:00")
    assert [one.day for one in on_saturday.skipped] == [date(2026, 11, 21), date(2026, 11, 22)]


def test_what_a_person_without_a_calendar_expects() -> None:
    assert naive_due_on(date(2026, 9, 30), T1) == date(2026, 10, 1)
    assert naive_due_at(date(2026, 9, 30), T1, time(9, 30)) == datetime.fromisoformat("2026-10-01T09:30")


def _twenty_years() -> Calendar:
    """Return 2024-2043: the three published years, and seventeen with an invented but complete table each."""
    rules = dict(CN.rules)
    for year in range(2027, 2044):
        for offset, is_workday in ((0, False), (40, False), (41, False), (42, False), (120, False), (273, False)):
            day = date(year, 1, 1) + timedelta(days=offset)
            rules[day] = DayRule(day, is_workday, "假日", "Holiday")
            if offset == 120:
                sunday = day + timedelta(days=6 - day.weekday())
                rules.setdefault(sunday, DayRule(sunday, is_workday=True, name_zh="假日", name_en="Holiday"))
    return Calendar("CN", rules)


LONG = _twenty_years()
CYCLES = st.builds(Cycle, st.booleans(), st.integers(0, 5))
MOMENTS = st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2043-11-30"))
CUTOVERS = st.sampled_from(["23:00", "24:00", "22:30", "20:00"])


@settings(max_examples=400, deadline=None)
@given(MOMENTS, CUTOVERS, CYCLES, st.booleans())
def test_never_early_and_never_on_a_day_that_does_not_pay(
    moment: datetime,
    cutover: str,
    cycle: Cycle,
    pays_on_makeup_days: bool,  # noqa: FBT001 - given by Hypothesis
) -> None:
    cleared = cleared_on(moment, cutover)

    due = due_at(cleared, cycle, LONG, pays_on_makeup_days=pays_on_makeup_days, occurred_at=moment)

    assert isinstance(due, Due)
    assert due.at >= moment.replace(microsecond=0)
    assert due.at.date() >= naive_due_on(cleared, cycle)
    if cycle.counts_workdays:
        assert LONG.is_workday(due.at.date(), makeup_counts=pays_on_makeup_days) is True
        between = [cleared + timedelta(days=n) for n in range(1, (due.at.date() - cleared).days + 1)]
        paying = [day for day in between if LONG.is_workday(day, makeup_counts=pays_on_makeup_days) is True]
        assert len(paying) == cycle.days or (cycle.days == 0 and len(paying) == 1 and due.skipped[0].day == cleared)
        assert all(LONG.is_workday(one.day, makeup_counts=pays_on_makeup_days) is False for one in due.skipped)
    else:
        assert due.at.date() == cleared + timedelta(days=cycle.days)
        assert due.skipped == ()


@settings(max_examples=200, deadline=None)
@given(MOMENTS, MOMENTS, CUTOVERS, CYCLES)
def test_a_later_payment_is_never_due_earlier(one: datetime, other: datetime, cutover: str, cycle: Cycle) -> None:
    first, second = sorted((one, other))
    due_first = due_at(cleared_on(first, cutover), cycle, LONG, occurred_at=first)
    due_second = due_at(cleared_on(second, cutover), cycle, LONG, occurred_at=second)
    assert isinstance(due_first, Due)
    assert isinstance(due_second, Due)
    assert due_first.at <= due_second.at


def test_every_day_of_twenty_years_has_its_due_moment() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(20 * 365)]
    rows = due_table(days, [Terms("CN", T1, time(14, 0)), Terms("CN", D1, time(14, 0))], {"CN": LONG})
    assert len(rows) == 2 * len(days)
    for row in rows:
        assert row.is_published
        assert row.due_at is not None
        assert row.due_at.date() >= row.naive_due_on
        assert (row.reason_key is None) == (row.skipped_days == 0)
        if row.cycle == "T+1":
            assert LONG.is_workday(row.due_at.date()) is True


def test_the_due_table_says_what_due_at_says() -> None:
    days = [date(2026, 9, 18) + timedelta(days=n) for n in range(110)]
    for makeup in (True, False):
        for cycle in (T1, Cycle(True, 2), D1, T0):
            terms = Terms("CN", cycle, time(9, 30), makeup)
            for row in due_table(days, [terms], {"CN": CN}):
                due = due_at(row.cleared_on, cycle, CN, time(9, 30), pays_on_makeup_days=makeup)
                if isinstance(due, NotPublished):
                    assert (row.due_at, row.is_published, row.missing_year) == (None, False, due.year)
                else:
                    assert (row.due_at, row.is_published, row.skipped_days) == (due.at, True, len(due.skipped))


def test_the_due_table_names_the_holiday_rather_than_the_weekend_and_repeats_nothing() -> None:
    terms = Terms("CN", T1, time(14, 0))
    rows = due_table([date(2026, 4, 30), date(2026, 4, 30)], [terms, terms], {"CN": CN})
    assert len(rows) == 1
    assert (rows[0].reason_key, rows[0].reason_name_zh, rows[0].skipped_days) == ("calendar-holiday", "劳动节", 5)
    assert tuple(DUE_COLUMNS) == rows[0]._fields
    nowhere = due_table([date(2026, 4, 30)], [Terms("XX", T1, time(14, 0))], {"CN": CN})
    assert (nowhere[0].is_published, nowhere[0].missing_year) == (False, 2026)


def test_the_return_window_ends_on_a_working_day() -> None:
    assert final_on(date(2026, 9, 30), 7, CN) == date(2026, 10, 15)  # 10-08, 09, make-up Saturday 10, 12, 13, 14, 15
    assert final_on(date(2026, 11, 23), 0, CN) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("start", "hours", "deadline"),
    [
        ("2026-11-23T10:00", 4, "2026-11-23T14:00"),
        ("2026-11-23T10:00", 8, "2026-11-23T18:00"),
        ("2026-11-23T10:00", 9, "2026-11-24T10:00"),
        ("2026-11-20T17:30", 1, "2026-11-23T09:30"),
        ("2026-11-21T11:00", 4, "2026-11-23T13:00"),
        ("2026-11-23T03:00", 4, "2026-11-23T13:00"),
        ("2026-11-23T18:00", 0, "2026-11-24T09:00"),
        ("2026-09-30T17:00", 27, "2026-10-10T17:00"),
    ],
)
def test_a_deadline_in_working_hours(start: str, hours: int, deadline: str) -> None:
    assert working_deadline(datetime.fromisoformat(start), hours, CN) == datetime.fromisoformat(deadline)


def test_a_deadline_beyond_the_published_years() -> None:
    assert working_deadline(datetime.fromisoformat("2026-12-31T17:00"), 4, CN) == YearNotPublished(2027)


@pytest.mark.parametrize(
    ("text", "cycle"),
    [("T+1", T1), ("t1", T1), ("Ｔ＋1", T1), (" D+0 ", D0), ("D0", D0), ("T+10", Cycle(True, 10))],
)
def test_a_cycle_as_people_write_it(text: str, cycle: Cycle) -> None:
    assert parse_cycle(text) == cycle
    assert parse_cycle(str(cycle)) == cycle


@pytest.mark.parametrize("text", ["", "T", "+1", "X+1", "T+-1", "T+1.5", "daily"])
def test_what_is_no_cycle(text: str) -> None:
    assert parse_cycle(text) is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("23:00", 1380), ("24:00", 1440), ("00:00", 1440), ("9:05", 545), ("24:01", None), ("noon", None)],
)
def test_a_cutover_as_people_write_it(text: str, minutes: int | None) -> None:
    assert cutover_of(text) == minutes
