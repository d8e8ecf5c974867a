"""The acquirer's payout desk: nets, carries, holds, deducts, and pays in orders of its own; pays again what came back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.calendars import Calendar
from daozhang.world.cast import Shop
from daozhang.world.chance import chance
from daozhang.world.channel import Channel, on_file
from daozhang.world.payout import Payout
from daozhang.world.plan import Plan

DAY: Final = timedelta(days=1)
HELD: Final = {"S11": 60, "S13": 100}
"""How much of an order is held, in per cent."""
DEDUCTED: Final = {"S18": 9900, "S19": 29900, "agreed_deduction": 3600}
"""What is deducted from an order, in fen."""


class PayoutDesk:
    """Pays one shop, day by day: nets what is due, carries what is negative or too small, handles what comes back."""

    def __init__(self, shop: Shop, plan: Plan, calendar: Calendar, seed: int) -> None:
        self.shop, self.plan, self.calendar, self.seed = shop, plan, calendar, seed
        self.channel = Channel(shop, plan, calendar, seed)
        self.waiting: list[tuple[date, int]] = []
        self.payouts: list[Payout] = []
        self._numbers: dict[date, int] = {}

    def cycle_on(self, settled_on: date) -> str:
        """Return the cycle agreed for a clearing day."""
        return "T+1" if self.plan.since("N10", self.shop, settled_on) else self.shop.cycle

    def pays_on(self, settled_on: date) -> date:
        """Return the day on which the money of a clearing day is due."""
        return settled_on + DAY if self.cycle_on(settled_on) == "D+1" else self._workdays_after(settled_on, 1)

    def is_stopped(self, settled_on: date) -> bool:
        """Return whether nothing is ordered for a clearing day: the licence ran out, or the acquirer pays nobody."""
        return any(self.plan.since(name, self.shop, settled_on) for name in ("S12", "S40"))

    def run(self, today: date, nets: Mapping[date, int]) -> None:
        """Make today's orders for every clearing day due today, oldest first, then today's second attempts."""
        due = sorted(day for day in nets if self.pays_on(day) == today)
        for settled_on in due:
            if self.is_stopped(settled_on):
                continue
            self.waiting.append((settled_on, nets[settled_on]))
            total = sum(amount for _, amount in self.waiting)
            if total > 0 and total >= self.minimum:
                self._order(today, settled_on)
        if not self.is_stopped(today):
            self._second_attempts(today)

    @property
    def minimum(self) -> int:
        """Return below which sum nothing is ordered, in fen."""
        return self.shop.minimum_minor if self.plan.has("N06") else 0

    def _order(self, today: date, settled_on: date) -> None:
        payout = self._make(today, settled_on, tuple(self.waiting))
        self.waiting = []
        for scenario, percent in HELD.items():
            if self.plan.on(scenario, self.shop, settled_on):
                payout.held_minor, payout.scenario = payout.planned_minor * percent // 100, scenario
        for scenario, amount in DEDUCTED.items():
            if self.plan.on(scenario, self.shop, settled_on):
                payout.deducted_minor, payout.scenario = amount, scenario
        self._send(payout)
        if self.plan.on("S38", self.shop, settled_on):
            again = self._make(today, settled_on, payout.parts, hour=13)
            again.scenario = "S38"
            self._send(again)

    def _make(self, today: date, settled_on: date, parts: tuple[tuple[date, int], ...], *, hour: int = 3) -> Payout:
        rng = chance(self.seed, "payout", self.shop.code, settled_on, today, hour)
        self._numbers[today] = self._numbers.get(today, 0) + 1
        number = f"{self.shop.by.payout_prefix}{today:%Y%m%d}{self.shop.merchant_no[-5:]}{self._numbers[today]:02d}"
        created_at = datetime.combine(today, time(hour, 33)) + timedelta(seconds=rng.randrange(3000))
        file = on_file(self.plan, self.seed, self.shop, settled_on)
        payout = Payout(
            self.shop, number, settled_on, self.cycle_on(settled_on), parts, file.tail, self._sent_at(created_at, settled_on),
            holder=file.holder,
        )  # fmt: skip
        self.payouts.append(payout)
        return payout

    def _sent_at(self, created_at: datetime, settled_on: date) -> datetime:
        """Return when an order leaves; under S10 in the same second as the one before it."""
        before = self.payouts[-1].created_at if self.payouts else None
        together = self.plan.on("S10", self.shop, settled_on) and before and before.date() == created_at.date()
        return before if together and before else created_at

    def _send(self, payout: Payout) -> None:
        self.channel.send(payout, on_file(self.plan, self.seed, self.shop, payout.settled_on))

    def _second_attempts(self, today: date) -> None:
        """Pay again, on the second working day after a return, what came back: a new order that names the old one.

        Not to an account that was closed, and not what another order has paid meanwhile.
        """
        for payout in list(self.payouts):
            last = payout.states[-1]
            if last.state != "returned" or self._workdays_after(last.at.date(), 2) != today or payout.scenario == "S06":
                continue
            if any(one.parts == payout.parts and one.credited_at for one in self.payouts):
                continue
            again = self._make(today, payout.settled_on, payout.parts, hour=4)
            again.replaces, again.scenario = payout.number, "N08"
            again.held_minor, again.deducted_minor = payout.held_minor, payout.deducted_minor
            self._send(again)

    def _workdays_after(self, day: date, count: int) -> date:
        later = self.calendar.workdays_after(day, count)
        assert isinstance(later, date), f"the world needs a published calendar for {day.year}"
        return later
