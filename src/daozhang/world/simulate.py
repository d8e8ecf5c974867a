"""The run of the world: shops sell, acquirers clear and pay, banks book. What anybody wrote down comes afterwards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.calendars import shipped
from daozhang.world.acquirer import Cleared, clear
from daozhang.world.bank import Entry, credits_of, other_money
from daozhang.world.cast import EVERY_ACCOUNT, WALLET_SHOPS, Account, Shop, accounts_of, shops_of
from daozhang.world.disputes import dispute
from daozhang.world.paper.statements import Statement
from daozhang.world.paydesk import PayoutDesk
from daozhang.world.payout import Payout
from daozhang.world.plan import Plan, make_plan
from daozhang.world.shopday import sell
from daozhang.world.till import Setting, TillDay

DAY: Final = timedelta(days=1)
KNOWN_AT: Final = time(10)
"""Time of day at which what is known of the world ends, on the day after its last."""


@dataclass(slots=True)
class World:
    """Everything that happened. ``cleared`` and ``payouts`` are by merchant number, ``entries`` by account tail."""

    seed: int
    first_on: date
    days: int
    plan: Plan
    shops: tuple[Shop, ...]
    till: dict[tuple[str, date], TillDay] = field(default_factory=dict)
    cleared: dict[str, list[Cleared]] = field(default_factory=dict)
    desks: dict[str, PayoutDesk] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)

    @property
    def accounts(self) -> dict[str, Account]:
        """Return the accounts of the chain by tail."""
        return accounts_of(self.shops)

    @property
    def last_on(self) -> date:
        """Return the last day on which shops sold."""
        return self.first_on + (self.days - 1) * DAY

    @property
    def known_until(self) -> datetime:
        """Return the moment at which knowledge of this world ends: 10:00 of the day after the last."""
        return datetime.combine(self.last_on + DAY, KNOWN_AT)

    @property
    def all_days(self) -> tuple[date, ...]:
        """Return the days of the world in order."""
        return tuple(self.first_on + number * DAY for number in range(self.days))

    @property
    def everybody(self) -> tuple[Shop, ...]:
        """Return the shops and the chain's two wallet merchants."""
        return (*self.shops, *WALLET_SHOPS)

    def payouts(self, shop: Shop) -> list[Payout]:
        """Return the payout orders of a shop, oldest first."""
        return self.desks[shop.code].payouts

    def cleared_on(self, shop: Shop, day: date) -> list[Cleared]:
        """Return what the acquirer's clearing of a day really lists: a dropped row is not in it."""
        return [one for one in self.cleared[shop.code] if one.cleared_on == day and not one.is_dropped]

    def statement(self, tail: str, first_on: date, last_on: date) -> Statement:
        """Return the statement of an account for these days, both included, with running balances."""
        account, balance = EVERY_ACCOUNT[tail], EVERY_ACCOUNT[tail].opening_minor
        opening, lines = balance, []
        for entry in self.entries[tail]:
            balance += entry.amount_minor
            if entry.booked_at.date() < first_on:
                opening = balance
            elif entry.booked_at.date() <= last_on:
                lines.append((entry, balance))
        return Statement(account, first_on, last_on, opening, tuple(lines))


def simulate(
    *, seed: int, scenarios: tuple[str, ...], merchants: int, days: int, first_on: date, events: int | None = None,
    without: tuple[str, ...] = (),
) -> World:  # fmt: skip
    """Run the world; the same arguments give the same world to the fen. ``events`` and ``without`` as in ``make_plan``."""
    shops = shops_of(merchants)
    plan = make_plan(scenarios, shops, first_on, days, seed=seed, events=events, without=without)
    world = World(seed, first_on, days, plan, shops)
    for shop in world.everybody:
        _sell(world, shop)
    _pay(world)
    _book(world)
    return world


def _sell(world: World, shop: Shop) -> None:
    earlier = None
    setting = Setting(world.plan, world.seed, world.first_on, world.shops)
    for day in world.all_days:
        earlier = sell(shop, day, setting, earlier)
        world.till[shop.code, day] = earlier
    dispute(world.plan, shop, {day: world.till[shop.code, day] for day in world.all_days})
    payments = [payment for day in world.all_days for payment in world.till[shop.code, day].on_host]
    world.cleared[shop.code] = clear(payments, world.plan)


def _pay(world: World) -> None:
    calendar = shipped("CN")
    for shop in world.everybody:
        nets: dict[date, int] = defaultdict(int)
        for one in world.cleared[shop.code]:
            nets[one.cleared_on] += 0 if one.is_dropped else one.net_minor
        desk = world.desks[shop.code] = PayoutDesk(shop, world.plan, calendar, world.seed)
        for today in (*world.all_days, world.last_on + DAY):
            desk.run(today, nets)


def _book(world: World) -> None:
    paid = [payout for shop in world.everybody for payout in world.payouts(shop)]
    credited = credits_of(paid, world.plan)
    booked: dict[str, list[Entry]] = defaultdict(list)
    for entry in credited:
        booked[entry.account.tail].append(entry)
    for tail, account in world.accounts.items():
        entries = booked[tail]
        entries += other_money(account, world.first_on, world.last_on, world.plan, world.seed)
        world.entries[tail] = sorted(entries, key=lambda entry: (entry.booked_at, entry.reference))
