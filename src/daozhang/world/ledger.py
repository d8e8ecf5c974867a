"""Where every fen of every merchant-day is at the end of the world's knowledge: the truth behind ``daozhang money``.

Expected is what the acquirer owes by contract for everything its host approved that cleared, or should have cleared,
on that day: gross minus contract fee, refunds negative. Each row adds up: expected = arrived + not due + held +
deducted + returned + missing; money paid twice makes ``missing_minor`` negative. A fee above the contract, a dropped row
and a payout that failed are missing at once, even before the day is due. What card holders dispute is deducted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

from daozhang.world.cast import Shop
from daozhang.world.simulate import World

COLUMNS: Final = (
    "acquirer", "merchant_no", "settled_on", "due_at", "expected_minor", "arrived_minor", "not_due_minor", "held_minor",
    "deducted_minor", "returned_minor", "missing_minor", "unexplained_minor",
)  # fmt: skip


@dataclass(slots=True)
class _Buckets:
    arrived: Counter[date] = field(default_factory=Counter)
    held: Counter[date] = field(default_factory=Counter)
    deducted: Counter[date] = field(default_factory=Counter)
    returned: Counter[date] = field(default_factory=Counter)
    failed: set[date] = field(default_factory=set)


def money_rows(world: World) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Return the columns and one row per acquirer, merchant and clearing day."""
    rows: list[tuple[object, ...]] = []
    for shop in sorted(world.everybody, key=lambda one: (one.acquirer, one.merchant_no)):
        buckets = _allocate(world, shop)
        waiting = {day for day, _ in world.desks[shop.code].waiting} | _on_their_way(world, shop)
        days = sorted({one.cleared_on for one in world.cleared[shop.code]})
        rows += [_row(world, shop, day, buckets, is_carried=day in waiting) for day in days]
    return COLUMNS, rows


def _row(world: World, shop: Shop, day: date, buckets: _Buckets, *, is_carried: bool) -> tuple[object, ...]:
    mine = [one for one in world.cleared[shop.code] if one.cleared_on == day]
    disputed = -sum(one.due_minor for one in mine if one.payment.kind == "dispute")
    expected = sum(one.due_minor for one in mine) + disputed
    due_at = datetime.combine(world.desks[shop.code].pays_on(day), time(14))
    where = (buckets.held[day], buckets.deducted[day], buckets.returned[day])
    arrived = buckets.arrived[day]
    settled = arrived + sum(where)
    is_waiting = (due_at > world.known_until or is_carried) and day not in buckets.failed
    not_due = _owed_by_its_books(world, shop, day) - settled if is_waiting else 0
    missing = expected - settled - not_due - disputed
    held, deducted, returned = where
    where = (held, deducted + disputed, returned)
    return (shop.acquirer, shop.merchant_no, day, due_at, expected, arrived, not_due, *where, missing, 0)


def _owed_by_its_books(world: World, shop: Shop, day: date) -> int:
    """Return what the acquirer itself says it owes for a day: no dropped rows, and the fees it really charged."""
    return sum(one.net_minor for one in world.cleared_on(shop, day))


def _on_their_way(world: World, shop: Shop) -> set[date]:
    """Return the clearing days whose payout order is not due yet, small or negative days it took along included."""
    return {
        day
        for payout in world.payouts(shop)
        if not payout.replaces and datetime.combine(payout.created_at.date(), time(14)) > world.known_until
        for day, _ in payout.parts
    }


def _allocate(world: World, shop: Shop) -> _Buckets:
    """Share out every payout over the clearing days it carries; a replaced order counts through its successor."""
    buckets = _Buckets()
    seen = {number: at for number, at in credited_by(world).items() if at.date() <= world.last_on}
    replaced = {payout.replaces for payout in world.payouts(shop) if payout.number in seen}
    for payout in world.payouts(shop):
        if payout.number in replaced:
            continue
        state = payout.state_at(world.known_until)
        if payout.is_lost and state != "pending":
            buckets.failed |= {day for day, _ in payout.parts}
            continue
        if state == "held":
            for day, amount in payout.parts:
                buckets.held[day] += amount
            continue
        if state == "returned":
            target = buckets.returned
        elif payout.number in seen:
            target = buckets.arrived
        else:
            continue
        for day, amount in payout.parts:
            target[day] += amount
        target[payout.settled_on] -= payout.held_minor + payout.deducted_minor
        buckets.held[payout.settled_on] += payout.held_minor
        buckets.deducted[payout.settled_on] += payout.deducted_minor
    return buckets


def credited_by(world: World) -> dict[str, datetime]:
    """Return when each payout order was on a bank account in full."""
    return {
        payout.number: entry.booked_at
        for entries in world.entries.values()
        for entry in entries
        for payout in entry.payouts
    }
