"""The same seed gives the same bytes, and a fault touches only what it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from daozhang.errors import InputError
from daozhang.world.book import changes
from daozhang.world.paper.rows import Row, batch_row, clearing_row, journal_row, order_row, payout_rows
from daozhang.world.plan import DEMO_DAYS, DEMO_FIRST_ON, FAILURES
from daozhang.world.simulate import World, simulate
from daozhang.world.write import EVERYTHING, write_world

SEED = 11


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write_world(tmp_path / name, seed=seed, merchants=3, days=5)
    first, again, other = (fingerprints(tmp_path / name) for name in "abc")
    assert first == again
    assert first.keys() == other.keys()
    journals = [path for path in first if "transactions" in path]
    assert len(journals) == 5
    assert all(first[path] != other[path] for path in journals)


@pytest.fixture(scope="module")
def full() -> tuple[World, set[tuple[object, ...]]]:
    world = make(EVERYTHING)
    return world, facts(world)


def make(scenarios: Iterable[str]) -> World:
    return simulate(seed=SEED, scenarios=tuple(scenarios), merchants=10, days=DEMO_DAYS, first_on=DEMO_FIRST_ON)


def facts(world: World) -> set[tuple[object, ...]]:
    """Everything anybody wrote down, as rows that name whose they are; balances run on and are left out."""
    rows: list[tuple[str, str, Row]] = []
    for shop in world.everybody:
        for day in world.all_days:
            till = world.till[shop.code, day]
            rows += [("journal", shop.code, journal_row(one)) for one in till.payments]
            rows += [("orders", shop.code, order_row(one)) for one in till.orders]
            rows += [("batches", shop.code, batch_row(one)) for one in till.batches]
            rows += [("clearing", shop.code, clearing_row(one)) for one in world.cleared_on(shop, day)]
        said = payout_rows(world.payouts(shop), world.known_until.min, world.known_until)
        rows += [("payouts", shop.code, row) for row in said]
    found: set[tuple[object, ...]] = {(kind, code, *row.values()) for kind, code, row in rows}
    codes = {shop.merchant_no: shop.code for shop in world.everybody}
    found |= {
        ("book", codes[str(row["merchant_no"])], *row.values()) for _, _, entered in changes(world) for row in entered
    }
    for tail, entries in world.entries.items():
        found |= {("bank", tail, one.booked_at, one.amount_minor, one.counterparty, one.text) for one in entries}
    return found


@pytest.mark.parametrize("fault", sorted(FAILURES - {"S45"}))
def test_a_fault_touches_only_its_shops_and_their_accounts(
    fault: str, full: tuple[World, set[tuple[object, ...]]]
) -> None:
    twin = make(name for name in EVERYTHING if name != fault)
    world, told = full
    changed = told ^ facts(twin)
    assert changed, "the fault left no trace"
    shops = {place.shop for place in world.plan.at(fault)}
    allowed = shops | {shop.account_tail for shop in world.shops if shop.code in shops}
    assert {one[1] for one in changed} <= allowed


def test_a_missing_statement_is_one_file_less(tmp_path: Path) -> None:
    write_world(tmp_path / "with", merchants=5, days=6, scenarios=("S45",))
    write_world(tmp_path / "without", merchants=5, days=6, scenarios=())
    less, whole = (fingerprints(tmp_path / name / "files") for name in ("with", "without"))
    gone = whole.keys() - less.keys()
    assert len(gone) == 1
    assert gone.pop().startswith("bank/cmb_3321_")
    assert {path: mark for path, mark in whole.items() if path in less and path != "arrivals.csv"} == {
        path: mark for path, mark in less.items() if path != "arrivals.csv"
    }


def test_a_scenario_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="S99"):
        make(["S26", "S99"])


def test_a_world_of_an_unpublished_year_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="error-world-calendar"):
        write_world(tmp_path, merchants=1, days=3, first_on=date(2026, 12, 28))
    assert not any(tmp_path.iterdir())
