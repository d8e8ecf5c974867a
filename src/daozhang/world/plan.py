"""What goes wrong and what only looks wrong: which scenario happens to whom, and when.

The demo's places name a shop of the cast and a day of its three weeks; a shorter world scales the day, a world without that
shop takes another one. Everything else is drawn. The mechanisms ask the plan; nothing else in the world knows a scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from daozhang.errors import InputError
from daozhang.world.cast import Shop
from daozhang.world.draw import Span, draw, mixture
from daozhang.world.places import Place
from daozhang.world.scenarios import KNOWN, ORDINARY, reached

__all__ = [
    "DEMO_DAYS",
    "DEMO_FIRST_ON",
    "FAILURES",
    "LOOK_ALIKES",
    "MIX",
    "ORDINARY",
    "PLACES",
    "Place",
    "Plan",
    "make_plan",
]

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
"""The failures of the demo."""
ON_PAYOUTS: Final = frozenset(
    {"S01", "S08", "S11", "S12", "S18", "S38", "N05", "agreed_deduction", "late_posting", "split_credit"}
)
"""What happens to the payout of one clearing day."""

LOOK_ALIKES: Final = frozenset(PLACES) - FAILURES
MIX: Final = "mix"
"""Asks for every scenario with an intensity of the seed."""


@dataclass(frozen=True)
class Plan:
    """All events of a world."""

    places: tuple[Place, ...]
    scenarios: frozenset[str]

    @cached_property
    def _by_shop(self) -> dict[tuple[str, str], list[Place]]:
        found: dict[tuple[str, str], list[Place]] = {}
        for one in self.places:
            for code in one.shops or {one.shop}:
                found.setdefault((one.scenario, code), []).append(one)
        return found

    def has(self, scenario: str) -> bool:
        """Return whether this world has the scenario at all."""
        return scenario in self.scenarios

    def on(self, scenario: str, shop: Shop, day: date) -> Place | None:
        """Return the event of the scenario that begins at ``shop`` on exactly this day, if there is one."""
        return next((one for one in self._by_shop.get((scenario, shop.code), ()) if one.day == day), None)

    def since(self, scenario: str, shop: Shop, day: date) -> Place | None:
        """Return the event of the scenario that is in force at ``shop`` on this day, if there is one."""
        return next((one for one in self._by_shop.get((scenario, shop.code), ()) if one.covers(day)), None)

    def at(self, scenario: str) -> tuple[Place, ...]:
        """Return the places of one scenario."""
        return tuple(one for one in self.places if one.scenario == scenario)


def make_plan(
    scenarios: Sequence[str], shops: Sequence[Shop], first_on: date, days: int, *, seed: int = 0, events: int | None = None,
    without: Sequence[str] = (),
) -> Plan:  # fmt: skip
    """Place the scenarios in this world; InputError names those that do not exist.

    Without ``events`` a scenario with places in the demo has those, and any other is drawn once; with it every scenario is
    drawn so often, as far as there is room. ``mix`` as the only scenario draws how often each happens as well. ``without``
    takes events out after everything was placed: the twin of the same world with them.
    """
    wanted = mixture(seed, events or 1) if tuple(scenarios) == (MIX,) else dict.fromkeys(scenarios, events or 1)
    unknown = [name for name in (*wanted, *without) if name not in KNOWN]
    if unknown:
        raise InputError("error-world-scenario", scenario=", ".join(unknown), known=", ".join(sorted(KNOWN)))
    as_in_demo = [name for name in wanted if events is None and name in PLACES] if tuple(scenarios) != (MIX,) else []
    places: list[Place] = []
    for name in as_in_demo:
        for shop, month_day in PLACES[name]:
            places.append(_free_place(name, shop, _scaled(month_day, first_on, days), shops, places))
    drawn = {name: count for name, count in wanted.items() if name not in as_in_demo and count}
    places = draw(drawn, shops, Span(first_on, days), seed, places)
    gone = frozenset(without)
    names = {name for name, count in wanted.items() if count} | {one.scenario for one in places}
    return Plan(
        tuple(one for one in places if (one.within or one.scenario) not in gone), frozenset(names) - gone | ORDINARY
    )


def _free_place(scenario: str, code: str, day: date, shops: Sequence[Shop], taken: Sequence[Place]) -> Place:
    """Return the place of a scenario: its own shop, else one of the same acquirer, else any: small worlds have few.

    Two things that happen to one payout would be a third thing, so a shop whose day is taken is passed over.
    """
    same = [shop for shop in shops if shop.code == code]
    pool = same or [shop for shop in shops if shop.code[0] == code[0]] or list(shops)
    start = sum(map(ord, scenario)) % len(pool)
    found = pool[start]
    for shop in (*pool[start:], *pool[:start]):
        if scenario not in ON_PAYOUTS or not any(_collide(shop.code, day, other) for other in taken):
            found = shop
            break
    return Place(scenario, found.code, day, None, reached(KNOWN[scenario].acts, found, shops))


def _collide(shop: str, day: date, other: Place) -> bool:
    return other.scenario in ON_PAYOUTS and (shop, day) == (other.shop, other.day)


def _scaled(month_day: str, first_on: date, days: int) -> date:
    planned = date.fromisoformat(f"{DEMO_FIRST_ON.year}-{month_day}")
    offset = (planned - DEMO_FIRST_ON).days
    if days < DEMO_DAYS:
        offset = offset * (days - 1) // (DEMO_DAYS - 1)
    return first_on + timedelta(days=offset)
