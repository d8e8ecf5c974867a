"""What goes wrong and what only looks wrong: which scenario happens to whom, and when.

A place names a shop of the cast and a day of the demo's three weeks; a shorter world scales the day, a world
without that shop takes another one. The mechanisms ask the plan; nothing else in the world knows a scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from daozhang.errors import InputError
from daozhang.world.cast import Shop

DEMO_FIRST_ON: Final = date(2026, 9, 21)
DEMO_DAYS: Final = 22

PLACES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "S01": (("L3", "10-09"),),
    "S08": (("L1", "09-22"), ("L2", "10-07")),
    "S11": (("U4", "10-08"),),
    "S12": (("L5", "10-09"),),
    "S16": (("U2", "10-08"),),
    "S17": (("U4", "10-09"),),
    "S18": (("L1", "10-09"),),
    "S20": (("L3", "10-11"),),
    "S24": (("U1", "10-09"),),
    "S26": (("U1", "10-08"), ("L4", "10-09")),
    "S31": (("U3", "10-10"),),
    "S32": (("L4", "10-10"),),
    "S38": (("L4", "10-07"),),
    "S43": (("U4", "10-10"),),
    "S45": (("U2", "10-09"),),
    "N01": (),
    "N02": (),
    "N03": (),
    "N04": (("U3", "09-21"),),
    "N05": (("L2", "09-23"),),
    "N06": (("L6", "09-21"),),
    "N07": (("U1", "09-24"), ("L1", "10-11")),
    "N08": (("L1", "09-22"),),
    "N10": (("L2", "10-01"),),
    "S23": (("L1", "10-11"), ("U1", "09-30")),
    "S25": (("U2", "09-29"),),
    "agreed_deduction": (("L4", "09-28"),),
    "late_posting": (("U1", "09-28"),),
    "split_credit": (("L4", "09-29"),),
    "merged_credit": (),
    "other_money": (),
    "declined": (),
    "refund_netted": (),
}
"""Scenario → (shop, month-day in the demo). Ids of one letter and two digits are those of the scenario table."""

FAILURES: Final = frozenset(name for name in PLACES if name.startswith("S") and name not in {"S23", "S25"})
ON_PAYOUTS: Final = frozenset(
    {"S01", "S08", "S11", "S12", "S18", "S38", "N05", "agreed_deduction", "late_posting", "split_credit"}
)
"""What happens to the payout of one clearing day."""

ORDINARY: Final = frozenset({"merged_credit", "other_money", "declined", "refund_netted"})
"""Everyday life, in every world: merged credits, other money on the accounts, declined cards, refunds."""

LOOK_ALIKES: Final = frozenset(PLACES) - FAILURES


@dataclass(frozen=True, slots=True)
class Place:
    """One scenario at one shop, from or on one day."""

    scenario: str
    shop: str
    day: date


@dataclass(frozen=True, slots=True)
class Plan:
    """All places of a world."""

    places: tuple[Place, ...]
    scenarios: frozenset[str]

    def has(self, scenario: str) -> bool:
        """Return whether this world has the scenario at all."""
        return scenario in self.scenarios

    def on(self, scenario: str, shop: Shop, day: date) -> bool:
        """Return whether the scenario happens at ``shop`` on exactly this day."""
        return any(one.scenario == scenario and one.shop == shop.code and one.day == day for one in self.places)

    def since(self, scenario: str, shop: Shop, day: date) -> bool:
        """Return whether the scenario has begun at ``shop`` by this day."""
        return any(one.scenario == scenario and one.shop == shop.code and one.day <= day for one in self.places)

    def at(self, scenario: str) -> tuple[Place, ...]:
        """Return the places of one scenario."""
        return tuple(one for one in self.places if one.scenario == scenario)


def make_plan(scenarios: Sequence[str], shops: Sequence[Shop], first_on: date, days: int) -> Plan:
    """Place the scenarios in this world; InputError names those that do not exist."""
    unknown = [name for name in scenarios if name not in PLACES]
    if unknown:
        raise InputError("error-world-scenario", scenario=", ".join(unknown), known=", ".join(sorted(PLACES)))
    places: list[Place] = []
    for name in scenarios:
        for shop, month_day in PLACES[name]:
            places.append(_free_place(name, shop, _scaled(month_day, first_on, days), shops, places))
    return Plan(tuple(places), frozenset(scenarios) | ORDINARY)


def _free_place(scenario: str, code: str, day: date, shops: Sequence[Shop], taken: Sequence[Place]) -> Place:
    """Return the place of a scenario: its own shop, else one of the same acquirer, else any: small worlds have few.

    Two things that happen to one payout would be a third thing, so a shop whose day is taken is passed over.
    """
    same = [shop for shop in shops if shop.code == code]
    pool = same or [shop for shop in shops if shop.code[0] == code[0]] or list(shops)
    start = sum(map(ord, scenario)) % len(pool)
    for shop in (*pool[start:], *pool[:start]):
        place = Place(scenario, shop.code, day)
        if scenario not in ON_PAYOUTS or not any(_collide(place, other) for other in taken):
            return place
    return Place(scenario, pool[start].code, day)


def _collide(place: Place, other: Place) -> bool:
    return other.scenario in ON_PAYOUTS and (place.shop, place.day) == (other.shop, other.day)


def _scaled(month_day: str, first_on: date, days: int) -> date:
    planned = date.fromisoformat(f"{DEMO_FIRST_ON.year}-{month_day}")
    offset = (planned - DEMO_FIRST_ON).days
    if days < DEMO_DAYS:
        offset = offset * (days - 1) // (DEMO_DAYS - 1)
    return first_on + timedelta(days=offset)
