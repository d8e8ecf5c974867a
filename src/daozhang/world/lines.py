"""What stands between a terminal and its host, and when it fails: a shop's router, a carrier's line, a region, the host.

Everything else follows: a till that gets no answer, signs of life that do not come, a reversal that waits. Each event has a
stream of chance of its own, so all shops it reaches see the same window.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.world.cast import Shop
from daozhang.world.chance import chance
from daozhang.world.places import Place
from daozhang.world.plan import Plan

DAY: Final = timedelta(days=1)
ONE_IN: Final = 10
"""Of a host that fails in part, one payment in so many."""
TRIES: Final = 3
"""So often a cashier tries each terminal before cash is all that is taken."""
OF_OUTAGES: Final = frozenset({"S22", "S28", "S29", "S30"})
"""Payments of these only belong to a line or host that was out: nobody was charged, nothing is missing."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A window in which payments of a shop do not get through.

    ``has_power``: without it nothing is tried at all. ``is_partial``: the host answers, and refuses one payment in ten.
    """

    place: Place
    from_at: datetime
    until_at: datetime
    has_power: bool = True
    is_partial: bool = False

    def covers(self, at: datetime) -> bool:
        """Return whether it lasts at that moment."""
        return self.from_at <= at < self.until_at

    @property
    def is_silent(self) -> bool:
        """Return whether signs of life do not come through either."""
        return not self.is_partial


def outages(plan: Plan, seed: int, shop: Shop, day: date) -> tuple[Outage, ...]:
    """Return the outages that a shop may see on a day."""
    return tuple(one for one in _begun(plan, seed, shop, day) if one.from_at.date() <= day <= one.until_at.date())


def _begun(plan: Plan, seed: int, shop: Shop, day: date) -> Iterator[Outage]:
    for scenario in ("S28", "S29", "S30", "S35"):
        place = plan.since(scenario, shop, day)
        if place:
            yield outage_of(place, seed, shop)


def outage_of(place: Place, seed: int, shop: Shop) -> Outage:
    """Return the window of an event as ``shop`` sees it; only a shop's own router depends on the shop."""
    rng = chance(seed, "outage", place.scenario, place.shop, place.day)
    minute = rng.randrange(60)

    def at(hour: int, days: int = 0) -> datetime:
        return datetime.combine(place.day + days * DAY, time(hour, minute))

    if place.scenario == "S28":
        return Outage(place, at(9), at(19), is_partial=True)
    if place.scenario == "S29":
        first = 12 + rng.randrange(2)
        return Outage(place, at(first), at(first + 4 + rng.randrange(2)))
    if place.scenario == "S30":
        first = shop.opens + 2 + rng.randrange(2)
        return Outage(place, at(first), at(min(first + 4, shop.closes - 2)))
    return Outage(place, at(14), at(12, days=2), has_power=False)


def is_silent(shop_outages: tuple[Outage, ...], at: datetime) -> bool:
    """Return whether a sign of life of that moment does not come through."""
    return any(one.is_silent and one.covers(at) for one in shop_outages)
