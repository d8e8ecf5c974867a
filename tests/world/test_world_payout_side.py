"""The scenarios of payouts, banks and acquirers, one by one: what their files show, and what the product says of them.

All that need little room happen in one small world, each at a shop of its own; those that take many shops have worlds of
their own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from judging import FIRST, Played, expected, played

from daozhang.world.cast import EVERY_ACCOUNT
from daozhang.world.channel import LIMIT_MINOR
from daozhang.world.payout import Payout
from daozhang.world.phrases import PHRASES
from daozhang.world.scenarios import KNOWN
from daozhang.world.simulate import World, simulate

DAY = timedelta(days=1)
deep = pytest.mark.skipif(os.environ.get("DEEP") != "1", reason="plays whole worlds through the product: DEEP=1")
NARROW = (
    "S01",
    "S02",
    "S03",
    "S04",
    "S06",
    "S07",
    "S08",
    "S09",
    "S10",
    "S13",
    "S19",
    "S38",
    "S42",
    "S44",
    "S47",
    "C05",
    "C07",
)
REFUSED = {"S01": "no_account", "S02": "holder", "S03": "branch", "S04": "kind", "S05": "frozen", "S07": "limit", "S09": "nothing",
           "S10": "locked"}  # fmt: skip
WIDE = ("S05", "S36", "S40", "C08")


def make(*names: str, first_on: date = FIRST, merchants: int = 10, days: int = 14, seed: int = 3) -> World:
    return simulate(seed=seed, scenarios=names, merchants=merchants, days=days, first_on=first_on, events=1)


def struck(world: World, scenario: str) -> list[Payout]:
    return [one for shop in world.shops for one in world.payouts(shop) if one.scenario == scenario]


@pytest.mark.parametrize("scenario", sorted(REFUSED))
def test_a_refused_payout_says_so_in_the_banks_words_and_is_never_credited(scenario: str) -> None:
    hit = struck(make(scenario), scenario)
    assert hit
    for one in hit:
        assert [state.state for state in one.states] == ["failed"]
        assert (one.states[0].reason_code, one.states[0].reason_text) in PHRASES[REFUSED[scenario]]
        assert one.credited_at is None


def test_what_is_on_file_makes_the_refusal() -> None:
    """The digit, the name and the limit are in the files themselves; the refusal only follows from them."""
    for one in struck(make("S01"), "S01"):
        assert sorted(one.account_tail) == sorted(one.shop.account_tail)
        assert one.account_tail not in EVERY_ACCOUNT
    assert all(one.holder != "山海餐饮管理有限公司" for one in struck(make("S02"), "S02"))
    world = make("S07")
    (place,) = world.plan.at("S07")
    shop = next(shop for shop in world.shops if shop.code == place.shop)
    for one in world.payouts(shop):
        if place.covers(one.settled_on):
            before = [other for other in world.payouts(shop) if other.settled_on < one.settled_on and other.credited_at]
            had = sum(other.paid_minor for other in before if other.created_at.date() == one.created_at.date())
            assert (one.scenario == "S07") == (had + one.paid_minor > LIMIT_MINOR)


def test_two_orders_of_one_second_lock_the_account() -> None:
    world = make("S10")
    (locked,) = struck(world, "S10")
    together = [one for one in world.payouts(locked.shop) if one.created_at == locked.created_at]
    assert [one.states[0].state for one in together] == ["claimed", "failed"]


def test_a_closed_account_sends_the_money_back_after_three_working_days_and_nobody_tries_again() -> None:
    world = make("S06")
    for one in struck(world, "S06"):
        assert [state.state for state in one.states] == ["claimed", "returned"]
        assert (one.states[1].at.date() - one.created_at.date()).days >= 3
        assert not [other for other in world.payouts(one.shop) if other.replaces == one.number]


def test_a_court_holds_the_whole_order_and_a_deposit_is_taken_once() -> None:
    (held,) = struck(make("S13"), "S13")
    assert (held.states[0].state, held.held_minor, held.paid_minor) == ("held", held.planned_minor, 0)
    (short,) = struck(make("S19"), "S19")
    assert short.planned_minor - short.paid_minor == 29900


def test_a_stranger_is_paid_and_no_account_of_the_chain_sees_it() -> None:
    world = make("S42")
    for one in struck(world, "S42"):
        assert one.account_tail not in EVERY_ACCOUNT
        assert one.states[-1].state == "claimed"
        assert not [entry for entries in world.entries.values() for entry in entries if one in entry.payouts]


def test_an_agent_pays_from_an_account_of_its_own() -> None:
    world = make("S41")
    (place,) = world.plan.at("S41")
    odd = [entry for entries in world.entries.values() for entry in entries if entry.scenario == "S41"]
    assert odd
    assert {entry.payouts[0].shop.code for entry in odd} <= place.shops
    assert not {entry.counterparty for entry in odd} & {shop.by.name for shop in world.shops}


def test_several_payouts_come_as_one_credit_without_a_word() -> None:
    world = make("S44")
    blank = [entry for entries in world.entries.values() for entry in entries if entry.scenario == "S44"]
    assert [entry.text for entry in blank] == [""]
    assert len(blank[0].payouts) >= 3
    assert blank[0].amount_minor == sum(one.paid_minor for one in blank[0].payouts)


def test_an_unknown_outcome_stays_without_a_final_state() -> None:
    found = [one for seed in range(6) for one in struck(make("S47", seed=seed, days=8), "S47")]
    assert {state.state for one in found for state in one.states} == {"pending"}
    assert {one.credited_at is None for one in found} == {True, False}, (
        "sometimes the bank has booked it, sometimes not"
    )


def test_a_bank_in_maintenance_keeps_its_own_payouts_waiting_and_no_others() -> None:
    world = make("S46")
    (place,) = world.plan.at("S46")
    hit = struck(world, "S46")
    banks = {EVERY_ACCOUNT[one.account_tail].bank for one in hit}
    assert len(banks) == 1
    assert {one.created_at.date() for one in hit} == {place.day}
    assert {tuple(state.state for state in one.states) for one in hit} == {("pending", "claimed")}
    late = {one.credited_at.date() - one.created_at.date() for one in hit if one.credited_at}
    assert late == {DAY}


def test_a_blocked_corridor_lets_nothing_through_to_one_bank() -> None:
    world = make("S36")
    (place,) = world.plan.at("S36")
    hit = struck(world, "S36")
    assert {EVERY_ACCOUNT[one.account_tail].bank for one in hit} == {EVERY_ACCOUNT[hit[0].account_tail].bank}
    assert all(one.created_at.date() >= place.day and one.credited_at is None for one in hit)


def test_an_acquirer_that_stops_orders_nothing_and_the_other_one_pays_on() -> None:
    world = make("C08")
    place = world.plan.at("C08")[0]
    silent = {shop.acquirer for shop in world.shops if shop.code in place.shops}
    assert len(silent) == 1
    after = [one for shop in world.shops for one in world.payouts(shop) if one.settled_on >= place.day]
    assert {one.shop.acquirer for one in after} == {"unionpay", "lianhe"} - silent


def test_a_stopped_rail_delays_one_night_and_everything_is_there_before_it_is_due() -> None:
    world = make("N09")
    (place,) = world.plan.at("N09")
    waited = [
        one
        for shop in world.everybody
        for one in world.payouts(shop)
        if one.created_at.date() == place.day and len(one.states) > 1
    ]
    assert waited
    for one in waited:
        assert [state.state for state in one.states] == ["pending", "claimed"]
        assert time(6) < one.states[1].at.time() < time(9)


def test_a_raised_rate_a_chargeback_and_refunds_fall_on_one_day() -> None:
    world = make("C03")
    shop = next(shop for shop in world.shops if shop.code == world.plan.at("C03")[0].shop)
    kinds = {
        day: {
            one.payment.kind
            for one in world.cleared_on(shop, day)
            if one.payment.kind != "sale" or one.fee_minor > one.contract_fee_minor
        }
        for day in world.all_days
    }
    assert any({"sale", "dispute"} <= found for found in kinds.values())


def test_a_failure_in_the_holidays_is_not_known_before_they_are_over() -> None:
    world = make("C01", first_on=date(2026, 9, 21), days=22)
    hit = struck(world, "S01")
    assert hit
    assert all(date(2026, 9, 30) <= one.settled_on <= date(2026, 10, 7) for one in hit)
    assert {one.created_at.date() for one in hit} == {date(2026, 10, 8)}


def test_the_friday_before_a_working_saturday_is_paid_on_that_saturday() -> None:
    world = make("N03", first_on=date(2026, 2, 9), days=8)
    friday = [one for shop in world.shops for one in world.payouts(shop) if one.settled_on == date(2026, 2, 13)]
    assert {one.created_at.date() for one in friday} == {date(2026, 2, 14)}


# -- through the product


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield from _play(tmp_path_factory.mktemp("narrow"), NARROW, merchants=24, days=15)


def _play(
    folder: Path, names: tuple[str, ...], *, merchants: int = 10, days: int = 13, first_on: date = FIRST
) -> Iterator[Played]:
    from django.db import connections

    yield played(folder, names, merchants=merchants, days=days, first_on=first_on)
    connections.close_all()


@pytest.fixture(scope="module")
def narrow_alarms(narrow: Played) -> dict[tuple[str, ...], tuple[int, str]]:
    return narrow.alarms(narrow.known_until)


@deep
@pytest.mark.parametrize("scenario", [name for name in NARROW if KNOWN[name].is_failure])
def test_it_is_found_with_its_gap_and_cause(
    scenario: str, narrow: Played, narrow_alarms: dict[tuple[str, ...], tuple[int, str]]
) -> None:
    wanted = expected(narrow.open_truth(narrow.known_until, scenario))
    if scenario not in {"S08", "S47"}:  # paid again, or booked after all: then it is over by the end
        assert wanted
    assert {key: narrow_alarms.get(key) for key in wanted} == wanted


@deep
def test_nothing_else_alarms_and_every_fen_is_where_the_truth_says(
    narrow: Played, narrow_alarms: dict[tuple[str, ...], tuple[int, str]]
) -> None:
    assert narrow_alarms.keys() - expected(narrow.open_truth(narrow.known_until)).keys() == set()
    assert narrow.differing_money(narrow.known_until) == []


@deep
@pytest.mark.parametrize("scenario", WIDE)
def test_what_takes_many_shops_is_found_at_each_and_nothing_else(scenario: str, tmp_path: Path) -> None:
    for one in _play(tmp_path, (scenario,)):
        wanted = expected(one.open_truth(one.known_until))
        assert wanted
        assert one.alarms(one.known_until) == wanted
        assert one.differing_money(one.known_until) == []


@deep
def test_a_bank_that_stands_still_alarms_after_the_due_moment_and_no_longer_once_it_pays(tmp_path: Path) -> None:
    for one in _play(tmp_path, ("S46",)):
        (place,) = one.world.plan.at("S46")
        for at in (datetime.combine(place.day, time(11)), datetime.combine(place.day, time(15)), one.known_until):
            assert one.alarms(at) == expected(one.open_truth(at)), at
        assert one.open_truth(datetime.combine(place.day, time(15)))


@deep
@pytest.mark.parametrize(
    ("scenario", "first_on", "days"), [("N09", FIRST, 9), ("N03", date(2026, 2, 9), 8), ("S44", FIRST, 12)]
)
def test_what_only_looks_wrong_never_alarms(scenario: str, first_on: date, days: int, tmp_path: Path) -> None:
    for one in _play(tmp_path, (scenario,), days=days, first_on=first_on):
        for day in range(3, days + 1):
            for hour in (8, 15):
                at = datetime.combine(first_on + day * DAY, time(hour))
                assert one.alarms(min(at, one.known_until)) == {}, at


@deep
def test_a_failure_in_the_holidays_is_raised_on_the_first_working_day(tmp_path: Path) -> None:
    for one in _play(tmp_path, ("C01",), days=19, first_on=date(2026, 9, 21)):
        assert one.alarms(datetime(2026, 10, 8, 8)) == {}
        at = datetime(2026, 10, 8, 9, 30)
        assert one.alarms(at) == expected(one.open_truth(at)) != {}
