"""The cash calendar: money on its due day, what has to be paid, holds taken off the right days, lists read whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from measures_story import ACQUIRER, BOOK, CLOCK, MERCHANT, PAYOUT_HEAD

from daozhang.desk import measures_cash
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError
from daozhang.measures import ical, obligations
from daozhang.measures.cash import Coming, Going, calendar

Bring = Callable[[dict[str, str], datetime], Workspace]


def _coming(place: Workspace) -> dict[date, int]:
    return {day.on: day.in_minor for day in measures_cash.calendars(place)[0].days if day.in_minor}


def test_a_hold_of_three_days_takes_its_money_off_the_right_days(bring: Bring) -> None:
    place = bring(BOOK, CLOCK)
    before = _coming(place)
    assert sum(before.values()) == 99_400 + 198_800 + 397_600
    assert sorted(before.values()) == [99_400, 198_800, 397_600]
    held = PAYOUT_HEAD + "".join(
        f"{ACQUIRER},{MERCHANT},P202609{day},2026-09-{day},T+3,{net},{net},0,0,held,,资料待补,6217,街角小馆,中国工商银行,"
        f"2026-09-24T03:33:00,2026-09-24T04:35:00\n"
        for day, net in ((21, 99_400), (22, 198_800), (23, 397_600))
    )
    place = bring({"payouts_2026-09.csv": held}, CLOCK.replace(minute=30))
    [after] = measures_cash.calendars(place)
    assert _coming(place) == {}, "each due day lost exactly what is held of it"
    assert after.undated_minor("held") == sum(before.values())
    assert {one.settled_on: one.amount_minor for one in after.undated if one.reason == "held"} == {
        date(2026, 9, 21): 99_400, date(2026, 9, 22): 198_800, date(2026, 9, 23): 397_600
    }  # fmt: skip


def test_one_held_day_leaves_the_others(bring: Bring) -> None:
    place = bring(BOOK, CLOCK)
    before = _coming(place)
    [gone] = [on for on, minor in before.items() if minor == 198_800]
    line = (
        f"{ACQUIRER},{MERCHANT},P20260922,2026-09-22,T+3,198800,198800,0,0,held,,资料待补,6217,街角小馆,中国工商银行,"
        "2026-09-24T03:33:00,2026-09-24T04:35:00\n"
    )
    place = bring({"payouts_2026-09.csv": PAYOUT_HEAD + line}, CLOCK.replace(minute=30))
    assert _coming(place) == {on: minor for on, minor in before.items() if on != gone}


def test_what_has_to_be_paid_shows_the_day_on_which_it_does_not_reach(bring: Bring) -> None:
    place = bring(BOOK, CLOCK)
    text = 'due_on,title,amount\n2026-09-28,房租,"6,000.00"\n2026-10-10,工资,2000\n'
    assert measures_cash.read_in(place, text, "owed.csv", by="li") == 2
    [found] = measures_cash.calendars(place)
    assert found.opening_minor == 500_000
    short = {day.on: day.balance_minor for day in found.days if day.is_short}
    by_hand, balance = {}, 500_000
    for day in found.days:
        balance += _coming(place).get(day.on, 0) - {date(2026, 9, 28): 600_000, date(2026, 10, 10): 200_000}.get(
            day.on, 0
        )
        if balance < 0:
            by_hand[day.on] = balance
    assert short == by_hand
    assert measures_cash.read_in(place, text, "owed.csv", by="li") == 2, "the same file again replaces its list"
    assert len(measures_cash.owed()) == 2


def test_who_changed_the_list_is_written_down(sqlite_workspace: Workspace) -> None:
    from daozhang.desk import house_audit
    from daozhang.desk.telling_models import HouseEvent

    line = obligations.line({"due_on": "2026-10-01", "title": "房租", "amount": "100"}, "by hand")
    made = measures_cash.add(sqlite_workspace, line, by="li")
    measures_cash.forget(sqlite_workspace, made.pk, by="wang")
    events = list(HouseEvent.objects.filter(area="cash").order_by("id").values_list("step", "by"))
    assert events == [("obligation_added", "li"), ("obligation_removed", "wang")]
    assert house_audit.broken_at() is None


@pytest.mark.parametrize(
    "line",
    [
        "2026-13-01,房租,100",
        "2026-10-01,房租,-5",
        "2026-10-01,房租,0",
        "2026-10-01,,5",
        "2026-10-01,房租,1.005",
        "2026-10-01,房租,十元",
    ],
)
def test_a_line_that_cannot_be_used_leaves_the_whole_list_out(sqlite_workspace: Workspace, line: str) -> None:
    with pytest.raises(InputError) as said:
        measures_cash.read_in(
            sqlite_workspace, f"due_on,title,amount\n2026-10-02,电费,9\n{line}\n", "owed.csv", by="li"
        )
    assert said.value.facts["line_no"] == 3
    assert measures_cash.owed() == []


def test_currencies_are_never_added() -> None:
    coming = [
        Coming(acquirer="a", merchant_no="1", settled_on=CLOCK.date(), amount_minor=5, currency=code, on=CLOCK.date())
        for code in ("CNY", "USD")
    ]
    going = [Going(on=CLOCK.date(), title="x", amount_minor=7, currency="USD")]
    found = calendar("CNY", 1, coming, going, first=CLOCK.date(), days=2)
    assert [day.balance_minor for day in found.days] == [6, 6]
    assert calendar("USD", None, coming, going, first=CLOCK.date(), days=1).days[0].balance_minor is None


def test_the_feed_is_folded_and_escaped() -> None:
    entry = ical.Entry("a@daozhang", date(2026, 10, 1), "房租；" * 40 + "a,b;c\\d", "x\ny")
    body = ical.feed([entry], title="t", stated_at=datetime(2026, 10, 1, 6, 0))
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    unfolded = body.decode().replace("\r\n ", "")
    assert "a\\,b\\;c\\\\d" in unfolded
    assert "DESCRIPTION:x\\ny" in unfolded
    assert "DTSTAMP:20260930T220000Z" in unfolded
    assert "DTSTART;VALUE=DATE:20261001\r\nDTEND;VALUE=DATE:20261002" in unfolded
