"""The scenarios of tills, lines, terminals and clearing files: what their files show, and what the product says of them.

Those that need little room happen in one small world, each at a shop of its own; outages that take a region or an acquirer,
and what becomes of files on their way, have worlds of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from judging import FIRST, Played, Row, played

from daozhang.desk import imports, readings
from daozhang.simulation.ports import InProcessReader
from daozhang.world.acquirer import Cleared
from daozhang.world.life import heartbeats
from daozhang.world.lines import outage_of
from daozhang.world.mishandled import KINDS, mishap_of, mishaps, on_their_way
from daozhang.world.paper.paper import Paper
from daozhang.world.paper.zm import RECORD_BYTES
from daozhang.world.places import Place
from daozhang.world.simulate import World, simulate
from daozhang.world.till import Payment, TillDay

DAY = timedelta(days=1)
Key = tuple[str, ...]
COUNTER = ("S14", "S15", "S21", "S33", "S34", "S37", "S39", "C02", "C09", "C10", "C11")
SILENT = {"S29": "D066", "S30": "D065", "S35": "D087"}


@cache
def make(*names: str, merchants: int = 10, days: int = 10, seed: int = 3) -> World:
    return simulate(seed=seed, scenarios=names, merchants=merchants, days=days, first_on=FIRST, events=1)


def only(world: World, scenario: str) -> tuple[Place, TillDay]:
    (place,) = world.plan.at(scenario)
    return place, world.till[place.shop, place.day]


def planted(world: World, scenario: str) -> list[Payment]:
    return [one for one in only(world, scenario)[1].payments if one.scenario == scenario]


def cleared(world: World, scenario: str) -> list[Cleared]:
    return [one for mine in world.cleared.values() for one in mine if one.payment.scenario == scenario]


# -- what the files show


def test_a_request_that_was_lost_is_on_no_host_and_its_order_is_paid_in_cash() -> None:
    world = make("S22")
    (lost,) = planted(world, "S22")
    assert (lost.status, lost.response_code, lost.rrn) == ("unknown", "", "")
    assert cleared(world, "S22") == []
    assert [one.paid_by for one in only(world, "S22")[1].orders if one.order_no == lost.order_no] == ["cash"]


def test_a_chargeback_is_in_clearing_alone_and_a_request_for_the_slip_comes_a_week_before() -> None:
    world = make("S14", "S15", days=14)
    (taken,) = cleared(world, "S15")
    asked, lost = sorted(cleared(world, "S14"), key=lambda one: one.cleared_on)
    assert (asked.gross_minor, asked.net_minor, asked.fee_minor) == (0, 0, 0)
    assert (lost.cleared_on - asked.cleared_on).days == 7
    for one in (taken, lost):
        sale = one.payment.original
        assert sale is not None
        assert (one.gross_minor, one.fee_minor, one.payment.trace_no) == (-sale.amount_minor, 0, sale.trace_no)
        assert not [day for day in world.till.values() for other in day.payments if other.kind == "dispute"]


def test_an_interrupted_upload_leaves_the_batch_open_and_the_terminal_unused_until_it_goes_on() -> None:
    world = make("S21")
    place, day = only(world, "S21")
    (batch,) = [one for one in day.batches if one.scenario == "S21"]
    assert batch.result == "open"
    assert batch.host_net_minor < batch.terminal_net_minor
    assert place.until is not None
    later = world.till[place.shop, place.until].batches
    (again,) = [one for one in later if (one.terminal_no, one.batch_no) == (batch.terminal_no, batch.batch_no)]
    assert again.result == "balanced"
    idle = [one for one in world.till[place.shop, place.until].payments if one.terminal_no == batch.terminal_no]
    assert idle
    assert all(one.occurred_at >= again.closed_at for one in idle)


def test_a_host_refuses_about_one_in_ten_for_ten_hours_and_signs_of_life_go_on() -> None:
    world = make("S28")
    place, _ = only(world, "S28")
    shops = [one for one in world.shops if one.code in place.shops]
    assert {one.acquirer for one in shops} == {shops[0].acquirer}
    window = outage_of(place, world.seed, shops[0])
    assert window.until_at - window.from_at == timedelta(hours=10)
    during = [
        one for shop in shops for one in world.till[shop.code, place.day].payments if window.covers(one.occurred_at)
    ]
    refused = [one for one in during if one.scenario == "S28"]
    assert {one.response_code for one in refused} <= {"96", "91"}
    assert 7 <= 100 * len(refused) // len(during) <= 13
    beats = [row for row in heartbeats(world, place.day) if str(row["terminal_no"]) in shops[0].terminals]
    assert len(beats) == len(shops[0].terminals) * (shops[0].closes - shops[0].opens)


@pytest.mark.parametrize("scenario", sorted(SILENT))
def test_where_nothing_comes_through_signs_of_life_are_missing_and_nothing_is_approved(scenario: str) -> None:
    world = make(scenario)
    place, _ = only(world, scenario)
    heard = [(str(row["terminal_no"]), row["at"]) for row in heartbeats(world, place.day)]
    for shop in world.shops:
        window = outage_of(place, world.seed, shop)
        beats = [at for terminal, at in heard if terminal in shop.terminals and isinstance(at, datetime)]
        tried = [one for one in world.till[shop.code, place.day].payments if window.covers(one.occurred_at)]
        if shop.code in place.shops:
            assert not [at for at in beats if window.covers(at)]
            assert {one.status for one in tried} <= {"unknown"}
            assert not [one for one in tried if one.clears]
            assert (scenario == "S35") <= (not tried)
        else:
            assert [at for at in beats if window.covers(at)]


def test_what_fails_is_one_shop_one_line_of_a_region_or_a_region() -> None:
    reach = {}
    for scenario in SILENT:
        world = make(scenario)
        place, _ = only(world, scenario)
        reach[scenario] = [one for one in world.shops if one.code in place.shops]
    assert len(reach["S30"]) == 1
    assert len({(one.carrier, one.region) for one in reach["S29"]}) == 1 < len(reach["S29"])
    assert len({one.region for one in reach["S35"]}) == 1 < len({one.carrier for one in reach["S35"]})


def test_a_preauthorisation_instead_of_a_sale_never_clears() -> None:
    world = make("S33")
    (wrong,) = planted(world, "S33")
    assert (wrong.kind, wrong.status) == ("preauth", "approved")
    assert cleared(world, "S33") == []
    assert all(one.result == "balanced" for one in only(world, "S33")[1].batches)


@pytest.mark.parametrize(("scenario", "ahead"), [("S34", timedelta(days=1)), ("C11", timedelta(minutes=75))])
def test_a_clock_that_runs_ahead_is_in_the_journal_and_in_the_signs_of_life_and_not_at_the_host(
    scenario: str, ahead: timedelta
) -> None:
    world = make(scenario)
    place, day = only(world, scenario)
    (terminal,) = day.skews
    mine = [one for one in day.payments if one.terminal_no == terminal]
    assert mine
    assert {one.written_at - one.occurred_at for one in mine} == {ahead}
    told = {row["clock_skew_s"] for row in heartbeats(world, place.day) if row["terminal_no"] == terminal}
    assert all(isinstance(one, int) and abs(one - ahead.total_seconds()) <= 2 for one in told)
    assert {one.payment.occurred_at.date() for one in world.cleared[place.shop] if one.payment in mine} == {place.day}


def test_a_lent_terminal_clears_to_the_shop_it_belongs_to() -> None:
    world = make("S37")
    sales = planted(world, "S37")
    orders = {one.order_no: one for one in only(world, "S37")[1].orders}
    assert len(sales) == 3
    for one in sales:
        borrower = orders[one.order_no].shop
        assert borrower.merchant_no != one.shop.merchant_no
        assert borrower.region == one.shop.region
        assert one.terminal_no in one.shop.terminals


def test_stored_sales_that_were_cleared_away_leave_orders_and_a_queue_that_vanished() -> None:
    world = make("S39")
    place, day = only(world, "S39")
    (terminal,) = day.queues
    told = [row["pending_uploads"] for row in heartbeats(world, place.day) if row["terminal_no"] == terminal]
    assert max(told) == 3  # type: ignore[type-var]
    assert told[-1] == 0
    paid = {one.order_no for one in day.payments}
    assert len([one for one in day.orders if one.paid_by == "card" and one.order_no not in paid]) == 3


def test_one_order_tried_three_times_is_on_the_host_twice_and_one_try_is_reversed_after_the_cut_over() -> None:
    mine = cleared(make("C02"), "C02")
    assert [(one.payment.kind, one.payment.status) for one in mine] == [
        ("sale", "unknown"), ("sale", "reversed"), ("sale", "approved"), ("reversal", "approved"),
    ]  # fmt: skip
    assert len({one.payment.order_no for one in mine}) == 1
    assert mine[3].cleared_on - mine[1].cleared_on == DAY


def test_two_errors_that_cancel_leave_the_day_right() -> None:
    world = make("C10")
    orders = {one.order_no: one.amount_minor for one in only(world, "C10")[1].orders}
    slips = [one.amount_minor - orders[one.order_no] for one in planted(world, "C10")]
    assert sorted(slips) == [-10_000, 10_000]


def papers(world: World, acquirer: str, merchant_no: str, day: date) -> list[Paper]:
    body = (b"x" * RECORD_BYTES + b"\r\n") * 10
    one = Paper(
        "unionpay/f", datetime.combine(day + DAY, datetime.min.time()), body, acquirer, merchant_no, covers_on=day
    )
    return list(on_their_way(world, [one]))


def test_files_come_late_cut_twice_or_turned_each_in_some_world() -> None:
    seen = {}
    for seed in range(12):
        world = make("S27", seed=seed, merchants=6)
        (mishap,) = mishaps(world)
        seen[mishap.kind] = (mishap, papers(world, mishap.acquirer, mishap.merchant_no, mishap.covers_on))
    assert set(seen) == set(KINDS)
    late, cut, doubled, turned = (seen[kind][1] for kind in KINDS)
    assert [one.arrived_at.date() for one in late] == [seen["late"][0].covers_on + 3 * DAY]
    assert len(cut[0].body) % (RECORD_BYTES + 2) != 0
    assert len(cut[1].body) == 10 * (RECORD_BYTES + 2)
    assert doubled[0].body == doubled[1].body
    assert sorted(turned[0].body.split(b"\r\n")) == sorted(turned[1].body.split(b"\r\n"))


def test_a_truncated_file_can_hide_a_row_that_is_truly_missing() -> None:
    world = make("C06")
    place = world.plan.at("C06")[0]
    assert mishap_of(world, place).kind == "cut"
    assert [one.cleared_on for one in world.cleared[place.shop] if one.is_dropped] == [place.day]


# -- through the product


def key_of(row: Row) -> Key:
    names = (
        "acquirer",
        "merchant_no",
        "terminal_no",
        "trace_no",
        "order_no",
        "payout_no",
        "settled_on",
        "account_tail",
    )
    return (row["break_type"], row["grain"], *(str(row[name] or "") for name in names))


def alarms(one: Played, at: datetime) -> dict[Key, Row]:
    found = readings.findings(one.place, at)
    return {key_of(row): row for row in found if row["severity"] == "alarm"}


def verdicts(rows: dict[Key, Row]) -> dict[Key, tuple[int, str]]:
    return {key: (int(row["gap_minor"]), str(row["cause_code"] or "")) for key, row in rows.items()}


def due(one: Played, at: datetime, scenario: str = "") -> dict[Key, tuple[int, str]]:
    return verdicts({key_of(row): row for row in one.open_truth(at, scenario)})


def told_at(one: Played, scenario: str) -> list[datetime]:
    """The last moments at which each failure of the scenario is still open, and those at which each became known."""
    moments = set()
    for row in one.truth(scenario):
        moments.add(datetime.fromisoformat(row["knowable_at"]) + timedelta(minutes=1))
        over = datetime.fromisoformat(row["resolved_at"]) if row["resolved_at"] else one.known_until
        moments.add(min(over, one.known_until) - timedelta(minutes=1))
    return sorted(moments)


def play(folder: Path, names: tuple[str, ...], *, days: int = 14, seed: int = 3) -> Iterator[Played]:
    from django.db import connections

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            imports, "BoundedReader", InProcessReader
        )  # a process for each of two hundred files takes minutes
        yield played(folder, names, merchants=10, days=days, seed=seed)
    connections.close_all()


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    yield from play(tmp_path_factory.mktemp("counter"), (*COUNTER, "S22"))


@pytest.fixture(scope="module")
def at_the_end(counter: Played) -> dict[Key, Row]:
    return alarms(counter, counter.known_until)


@pytest.mark.parametrize("scenario", [name for name in COUNTER if name not in {"S21", "S34", "C11"}])
def test_it_is_found_with_its_gap_and_cause(scenario: str, counter: Played, at_the_end: dict[Key, Row]) -> None:
    wanted = due(counter, counter.known_until, scenario)
    assert wanted
    said = verdicts(at_the_end)
    assert {key: said.get(key) for key in wanted} == wanted


def test_nothing_else_alarms_and_every_fen_is_where_the_truth_says(counter: Played, at_the_end: dict[Key, Row]) -> None:
    assert verdicts(at_the_end).keys() - due(counter, counter.known_until).keys() == set()
    assert counter.differing_money(counter.known_until) == []


@pytest.mark.deep
@pytest.mark.parametrize("scenario", COUNTER)
def test_it_is_said_when_it_can_be_known_and_as_long_as_it_lasts(scenario: str, counter: Played) -> None:
    for at in told_at(counter, scenario):
        said = verdicts(alarms(counter, at))
        assert said == due(counter, at), (scenario, at)


@pytest.mark.deep
@pytest.mark.parametrize("scenario", [*SILENT, "S28", "C04"])
def test_an_outage_is_one_incident_at_the_smallest_thing_that_explains_it(scenario: str, tmp_path: Path) -> None:
    for one in play(tmp_path, (scenario,)):
        for at in told_at(one, scenario):
            said = alarms(one, at)
            assert verdicts(said) == due(one, at), at
            shared = {
                (row["cause_code"], row["population"], row["incident_id"]) for row in said.values() if row["population"]
            }
            assert len(shared) <= 1
            if scenario in SILENT and said:
                ((cause, population, _),) = shared
                assert cause == SILENT[scenario]
                assert str(population).split(":")[0] == {"S29": "carrier", "S30": "router", "S35": "region"}[scenario]
        if scenario == "C04":
            alone = [row for row in alarms(one, one.known_until).values() if row["cause_code"] == "D001"]
            assert alone
            assert {row["population"] for row in alone} == {""}
        assert one.differing_money(one.known_until) == []


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(4))
def test_a_file_that_went_astray_is_said_until_it_is_there_and_changes_no_money(seed: int, tmp_path: Path) -> None:
    for one in play(tmp_path, ("S27", "C06"), days=12, seed=seed):
        for at in (*told_at(one, "S27"), *told_at(one, "C06"), one.known_until):
            assert verdicts(alarms(one, at)) == due(one, at), at
        assert one.differing_money(one.known_until) == []
