"""Disputes of card holders: their bank asks for the signed slip, or takes the money back through the acquirer's clearing.

The acquirer lists both in its clearing under the numbers of the sale: a request without money, a chargeback with all of it.
The terminals know of neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.world.cast import Shop
from daozhang.world.plan import Plan
from daozhang.world.till import Payment, TillDay

DAY: Final = timedelta(days=1)
AFTER: Final = {"S14": 3, "S15": 5}
"""Days between a sale and the first that is heard of its dispute."""
BOOKED_AT: Final = time(10)


def dispute(plan: Plan, shop: Shop, days: Mapping[date, TillDay]) -> None:
    """Let the disputes of the plan be booked in the clearing of ``shop``."""
    for scenario, after in AFTER.items():
        for place in plan.at(scenario):
            sale = _sale(days.get(place.day - after * DAY)) if place.shop == shop.code else None
            if sale is None:
                continue
            if scenario == "S14":
                _book(days, place.day, sale, 0, scenario)
            taken_on = place.until or place.day
            _book(days, taken_on, sale, -sale.amount_minor, scenario)


def _sale(day: TillDay | None) -> Payment | None:
    """Return the largest ordinary card sale of a day."""
    sales = [
        one
        for one in (day.payments if day else [])
        if (one.kind, one.status, one.channel, one.scenario) == ("sale", "approved", "card", "")
        and one.original is None
    ]
    return max(sales, key=lambda one: (one.amount_minor, one.terminal_no, one.trace_no), default=None)


def _book(days: Mapping[date, TillDay], on: date, sale: Payment, amount: int, scenario: str) -> None:
    if on in days:
        days[on].outside.append(
            replace(
                sale, kind="dispute", amount_minor=amount, occurred_at=datetime.combine(on, BOOKED_AT), original=sale,
                scenario=scenario, clears=True,
            )
        )  # fmt: skip
