"""Where a draw puts events: so many of each scenario, on days and at shops of the seed, two never in each other's way.

Each event has a stream of chance of its own, and wide events are placed before narrow ones. What finds no free place
within the world is left out; the plan says how many there are. A world without one of its scenarios is drawn with it and the
scenario is taken out afterwards, so that all others stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from daozhang.world.cast import Shop
from daozhang.world.chance import chance
from daozhang.world.places import Place
from daozhang.world.scenarios import ALL, KNOWN, LANES, Acts, Scenario, reached

DAY: Final = timedelta(days=1)
TRIES: Final = 80
"""So many free draws of a shop and a day before every place is looked at in turn."""
WIDE_EVERY: Final = 14
"""One event that takes many shops needs about so many days of the world for itself."""
INTENSITIES: Final = (0, 0, 1, 1, 2, 3, 5, 8)
"""How often a scenario happens in a mixture, times the events asked for: two of eight scenarios do not happen at all."""

Slot = tuple[str, str, date]


@dataclass(frozen=True, slots=True)
class Span:
    """The first day of a world and how many there are."""

    first_on: date
    days: int

    def day(self, number: int) -> date:
        """Return a day by its number from 0."""
        return self.first_on + number * DAY


def mixture(seed: int, events: int) -> dict[str, int]:
    """Return how often each scenario happens in the mixture of this seed: some never, some many times."""
    return {one.name: events * chance(seed, "mixture", one.name).choice(INTENSITIES) for one in ALL}


def draw(
    wanted: Mapping[str, int], shops: Sequence[Shop], span: Span, seed: int, fixed: Iterable[Place]
) -> list[Place]:
    """Return the places of ``wanted`` (scenario → events) around those that are ``fixed``; as many as fit."""
    places = list(fixed)
    taken = {slot for place in places for slot in slots(KNOWN[place.within or place.scenario], place, span)}
    for scenario in sorted((KNOWN[name] for name in wanted), key=_breadth):
        if scenario.is_standing:
            places += _standing(scenario, shops, span)
            continue
        count = (
            min(wanted[scenario.name], max(1, span.days // WIDE_EVERY)) if scenario.is_wide else wanted[scenario.name]
        )
        for number in range(count):
            rng = chance(seed, "draw", scenario.name, number)
            found = _free(scenario, shops, span, rng, taken)
            if found:
                taken |= set(slots(scenario, found, span))
                places += parts_of(scenario, found)
    return places


def parts_of(scenario: Scenario, place: Place) -> Iterator[Place]:
    """Return the event itself, and those of its parts, which know the compound they belong to."""
    yield place
    for name in scenario.parts:
        is_as_wide = KNOWN[name].acts is scenario.acts
        shops = place.shops if is_as_wide else frozenset({place.shop})
        yield Place(name, place.shop, place.day, place.until, shops, within=scenario.name)


def _breadth(scenario: Scenario) -> tuple[bool, bool, bool, str]:
    return (not scenario.is_wide, scenario.lasts is not None, not scenario.parts, scenario.name)


def _standing(scenario: Scenario, shops: Sequence[Shop], span: Span) -> list[Place]:
    if scenario.acts is Acts.WORLD:
        return []
    return [
        Place(scenario.name, one.code, span.first_on, None, frozenset({one.code})) for one in shops if scenario.can(one)
    ]


def _free(scenario: Scenario, shops: Sequence[Shop], span: Span, rng: Random, taken: set[Slot]) -> Place | None:
    """Return a free place for one event, or None where the world has none left."""
    able = [shop for shop in shops if scenario.can(shop)]
    length = rng.randint(*scenario.lasts) if scenario.lasts else None
    before, after = scenario.room
    first, last = before, span.days - 1 - after - (length or 1) + 1
    if scenario.lasts is None:
        first = max(first, span.days * 2 // 3 - 1)
    days = [day for day in map(span.day, range(first, last + 1)) if scenario.fits(day)]
    if not able or not days:
        return None
    every = [(shop, day) for shop in able for day in days]
    tried = [(rng.choice(able), rng.choice(days)) for _ in range(TRIES)]
    rng.shuffle(every)
    for shop, day in (*tried, *every):
        until = day + (length - 1) * DAY if length else None
        place = Place(scenario.name, shop.code, day, until, reached(scenario.acts, shop, shops))
        if taken.isdisjoint(slots(scenario, place, span)):
            return place
    return None


def slots(scenario: Scenario, place: Place, span: Span) -> Iterator[Slot]:
    """Return what an event needs for itself: sides of shop-days, a few days around it where many payouts are in question."""
    lanes = {lane for name in (scenario.name, *scenario.parts) for lane in LANES[KNOWN[name].acts]}
    until = place.until or span.day(span.days)
    if place.until is None and scenario.lasts is not None:
        until = place.day
    margin = 4 * DAY if scenario.acts in {Acts.STATEMENT, Acts.BANK, Acts.ACQUIRER, Acts.ACCOUNT} else 0 * DAY
    day = place.day - (DAY if scenario.name == "N05" else margin)
    while day <= until + (DAY if margin else 0 * DAY):
        for code in place.shops:
            for lane in lanes:
                yield (lane, code, day)
        day += DAY


def summary(places: Iterable[Place]) -> dict[str, int]:
    """Return how many events of each scenario a plan holds, compounds by their own name."""
    counted: dict[str, int] = {}
    for place in places:
        if not place.within:
            counted[place.scenario] = counted.get(place.scenario, 0) + 1
    return dict(sorted(counted.items()))
