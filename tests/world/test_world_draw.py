"""A draw: so many events as asked for and as fit, nobody in another's way, and a twin that lacks one kind and nothing else."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from daozhang.world.cast import EVERY_ACCOUNT, accounts_of, shops_of, swapped
from daozhang.world.draw import Span, mixture, slots
from daozhang.world.plan import MIX, make_plan
from daozhang.world.scenarios import KNOWN
from daozhang.world.write import write_world

FIRST = date(2026, 9, 21)
SHOPS = shops_of(60)


def test_every_scenario_is_placed_as_often_as_asked_where_there_is_room() -> None:
    narrow = [name for name, one in KNOWN.items() if not one.is_wide and not one.is_standing]
    plan = make_plan(narrow, SHOPS, FIRST, 40, seed=4, events=2)
    counted = Counter(one.scenario for one in plan.places if not one.within)
    assert set(counted) == set(narrow)
    assert set(counted.values()) == {2}


def test_no_two_events_need_the_same_side_of_a_shop_day() -> None:
    plan = make_plan(tuple(KNOWN), SHOPS, FIRST, 40, seed=5, events=4)
    span = Span(FIRST, 40)
    taken: Counter[tuple[str, str, date]] = Counter()
    for place in plan.places:
        if not place.within and not KNOWN[place.scenario].is_standing:
            taken.update(set(slots(KNOWN[place.scenario], place, span)))
    assert max(taken.values()) == 1


def test_a_small_world_has_as_many_as_fit_and_every_event_lies_inside() -> None:
    plan = make_plan(("S38", "S12"), shops_of(2), FIRST, 6, seed=6, events=50)
    assert 0 < len(plan.places) < 20
    for place in plan.places:
        assert FIRST < place.day < FIRST + timedelta(days=6)
    assert make_plan(("S38",), shops_of(2), FIRST, 2, seed=6, events=50).places == ()


def test_the_seed_places_and_another_seed_places_otherwise() -> None:
    one, again, other = (make_plan(("S31", "S38"), SHOPS, FIRST, 30, seed=seed, events=5).places for seed in (7, 7, 8))
    assert one == again
    assert one != other


def test_a_mixture_turns_some_scenarios_off_and_lets_others_happen_often() -> None:
    often = mixture(9, 1)
    assert often == mixture(9, 1) != mixture(10, 1)
    assert min(often.values()) == 0
    assert max(often.values()) >= 5
    plan = make_plan((MIX,), SHOPS, FIRST, 40, seed=9)
    off = {name for name, count in often.items() if not count}
    assert not {one.scenario for one in plan.places if not one.within} & off


def test_larger_worlds_have_more_accounts_and_no_typing_error_hits_another_one() -> None:
    assert len(accounts_of(shops_of(10))) == 6
    assert len(accounts_of(SHOPS)) == 36
    assert not [tail for tail in EVERY_ACCOUNT if swapped(tail) in EVERY_ACCOUNT or swapped(tail) == tail]
    assert len({shop.merchant_no for shop in SHOPS}) == len({one for shop in SHOPS for one in shop.terminals[:1]}) == 60


@pytest.mark.parametrize("fault", ["S31", "S38"])
def test_a_twin_differs_only_in_lines_of_the_shops_that_were_touched(fault: str, tmp_path: Path) -> None:
    asked = {"seed": 3, "scenarios": ("S31", "S38", "S16", "N07"), "merchants": 12, "days": 8, "events": 2}
    world = write_world(tmp_path / "with", **asked)  # type: ignore[arg-type]
    twin = write_world(tmp_path / "without", without=(fault,), **asked)  # type: ignore[arg-type]
    places = world.plan.at(fault)
    assert len(places) == 2
    assert not twin.plan.at(fault)
    shops = [shop for shop in world.shops if shop.code in {place.shop for place in places}]
    marks = {shop.merchant_no.encode() for shop in shops} | {shop.account_tail.encode() for shop in shops}
    touched = 0
    for path in sorted((tmp_path / "with" / "files").rglob("*")):
        other = tmp_path / "without" / path.relative_to(tmp_path / "with")
        if path.is_dir() or path.read_bytes() == other.read_bytes():
            continue
        touched += 1
        own = any(mark in path.name.encode() for mark in marks)
        lines = Counter(path.read_bytes().splitlines())
        lines.subtract(other.read_bytes().splitlines())
        changed = [line for line, count in lines.items() if count]
        assert own or all(any(mark in line for mark in marks) for line in changed), (path.name, changed[:3])
    assert 2 <= touched <= 20
