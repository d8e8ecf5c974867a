"""Statements that follow each other, by number and by balance; and the plans that arrivals teach."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from daozhang.calendars import shipped
from daozhang.expectations.files import FileHistory, FileSource, gaps, overdue, plan_of
from daozhang.expectations.statements import StatementFact, broken_chains

CN = shipped("CN")


def said(
    day: int,
    opening: int | None,
    closing: int | None,
    *,
    sequence: int = 0,
    seq: int = 1,
    tail: str = "6688",
    currency: str = "CNY",
) -> StatementFact:
    on = date(2026, 11, day)
    return StatementFact(
        account_tail=tail, currency=currency, import_id=f"im_{day}_{seq}", file=f"{day}.sta", seq=seq, sequence=sequence, opening_minor=opening,
        closing_minor=closing, first_on=on, last_on=on,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "wanted"),
    [
        ([said(2, 0, 50, sequence=1), said(3, 50, 70, sequence=2)], []),
        ([said(3, 50, 70, sequence=2), said(2, 0, 50, sequence=1)], []),
        ([said(2, 0, 50, sequence=1), said(4, 80, 90, sequence=3)], [("numbers", 30, 2, 2)]),
        ([said(2, 0, 50, sequence=1), said(4, 50, 90, sequence=3)], []),  # a bank that numbers by the day
        ([said(2, 0, 50, sequence=1), said(4, None, 90, sequence=3)], [("numbers", None, 2, 2)]),
        ([said(2, 0, 50, sequence=1), said(3, 45, 70, sequence=2)], [("balances", -5, 0, 0)]),
        ([said(2, 0, 50, sequence=360), said(3, 50, 70, sequence=1)], []),
        ([said(2, 0, 50), said(5, 80, 70)], [("between", 30, 0, 0)]),
        ([said(2, 0, 50), said(2, 90, 70)], []),  # the same day twice proves nothing
        ([said(2, 0, 49, sequence=1, seq=1), said(2, 0, 50, sequence=1, seq=2), said(3, 50, 70, sequence=2, seq=3)], []),
        ([said(2, 0, 50), said(3, 80, 90, tail="7702")], []),
        ([said(2, 0, 50), said(3, 80, 90, currency="USD")], []),
        ([said(2, 0, 50, tail="unknown"), said(3, 80, 90, tail="unknown")], []),
    ],
)  # fmt: skip
def test_what_is_broken(statements: list[StatementFact], wanted: list[tuple[str, int | None, int, int]]) -> None:
    found = [(one.kind, one.between_minor, one.missing_from, one.missing_to) for one in broken_chains(statements)]
    assert found == wanted


def history(days: list[date], after: int, clock: time, *, workdays: bool = False) -> FileHistory:
    arrivals = {}
    for day in days:
        came = CN.workdays_after(day, after) if workdays else day + timedelta(days=after)
        assert isinstance(came, date)
        arrivals[day] = datetime.combine(came, clock)
    return FileHistory(source=FileSource("clearings", "demo"), days=arrivals)


def test_the_usual_day_is_counted_in_whichever_days_fit() -> None:
    workdays = [date(2026, 11, day) for day in range(2, 14) if CN.is_workday(date(2026, 11, day)) is True]
    plan = plan_of(history(workdays, 1, time(9), workdays=True), CN)
    assert plan is not None
    assert (plan.every_day, plan.counts_workdays, plan.after, plan.at) == (False, True, 1, time(9))
    assert plan.due_at(date(2026, 11, 13), CN) == datetime(2026, 11, 16, 12)
    every = [date(2026, 11, day) for day in range(2, 14)]
    plan = plan_of(history(every, 1, time(7, 30)), CN)
    assert plan is not None
    assert (plan.every_day, plan.counts_workdays, plan.after) == (True, False, 1)


def test_a_year_nobody_published_is_never_guessed() -> None:
    days = [date(2026, 12, day) for day in range(14, 32) if CN.is_workday(date(2026, 12, day)) is True]
    known = history(days[:-1], 1, time(9), workdays=True)
    plan = plan_of(known, CN)
    assert plan is not None
    assert plan.due_at(date(2026, 12, 31), CN) is None
    assert overdue(known, plan, CN, datetime(2027, 2, 1)) == []
    assert list(gaps(known, plan, CN, datetime(2027, 2, 1))) == []


def test_a_source_that_is_not_regular_has_no_plan() -> None:
    few = [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 25)]
    assert plan_of(history(few, 1, time(9)), CN) is None
    assert plan_of(history(few[:3], 1, time(9)), CN) is None
