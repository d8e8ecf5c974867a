"""The acquirer: clears what its host approved, takes its fee, holds, deducts, nets, and pays out in orders of its own.

It works from the terms it has on file, which are not always the contract's: that is how fees go wrong. A payout is
an order with a history; each state is said in the payout file of the day on which it became known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from daozhang.calendars import Calendar
from daozhang.money import share_of
from daozhang.world.cast import EVERY_ACCOUNT, Acquirer, Rate, Shop, swapped
from daozhang.world.chance import chance
from daozhang.world.plan import Plan
from daozhang.world.till import Payment

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cleared:
    """One payment the acquirer clears: what it charges, and what the contract allows. Fees positive when charged."""

    payment: Payment
    cleared_on: date
    fee_minor: int
    contract_fee_minor: int
    is_dropped: bool = False

    @property
    def gross_minor(self) -> int:
        """Return the gross amount, signed towards the merchant."""
        return self.payment.amount_minor

    @property
    def net_minor(self) -> int:
        """Return what the acquirer owes for it by its own books."""
        return self.gross_minor - self.fee_minor

    @property
    def due_minor(self) -> int:
        """Return what it owes by the contract."""
        return self.gross_minor - self.contract_fee_minor


def fee_of(acquirer: Acquirer, payment: Payment, *, credit_bp: int | None = None, ignores_cap: bool = False) -> int:
    """Return the fee of one payment, signed like its gross: rate, cap, rounded half up per item."""
    if payment.kind == "refund" and acquirer.refund_fee == "kept":
        return 0
    rate = rate_of(acquirer, payment)
    basis_points = rate.rate_bp
    if credit_bp is not None and rate.card_kind == "credit":
        basis_points = credit_bp
    fee = share_of(abs(payment.amount_minor), basis_points)
    if rate.cap_minor is not None and not ignores_cap:
        fee = min(fee, rate.cap_minor)
    return fee if payment.amount_minor > 0 else -fee


def rate_of(acquirer: Acquirer, payment: Payment) -> Rate:
    """Return the line of the fee plan that names most about the payment."""
    fits = [
        rate
        for rate in acquirer.rates
        if rate.card_kind in {"", payment.card_kind} and rate.channel in {"", payment.channel}
    ]
    return max(fits, key=lambda rate: (rate.card_kind != "") + (rate.channel != ""))


def clear(payments: Sequence[Payment], plan: Plan) -> list[Cleared]:
    """Return the clearing of one shop's payments, in order of time."""
    cleared = [_clear_one(payment, plan) for payment in payments if payment.clears]
    for place in plan.at("S26"):
        day = [n for n, one in enumerate(cleared) if _is_droppable(one, place.shop, place.day)]
        if day:
            lost = day[len(day) // 2]
            cleared[lost] = replace(cleared[lost], is_dropped=True)
    return cleared


def _is_droppable(one: Cleared, shop: str, day: date) -> bool:
    payment = one.payment
    ordinary = payment.kind == "sale" and payment.status == "approved" and not payment.scenario
    return ordinary and payment.shop.code == shop and one.cleared_on == day


def _clear_one(payment: Payment, plan: Plan) -> Cleared:
    shop, acquirer = payment.shop, payment.shop.by
    cutover = int(acquirer.cutover[:2])
    cleared_on = payment.occurred_at.date() + (DAY if payment.occurred_at.hour >= cutover else timedelta())
    charged = fee_of(
        acquirer,
        payment,
        credit_bp=68 if plan.since("S16", shop, cleared_on) else None,
        ignores_cap=plan.since("S17", shop, cleared_on) is not None,
    )
    return Cleared(payment, cleared_on, charged, fee_of(acquirer, payment))


@dataclass(frozen=True, slots=True)
class State:
    """One state of a payout and when it became known."""

    at: datetime
    state: str
    reason_code: str = ""
    reason_text: str = ""


@dataclass(slots=True)
class Payout:
    """One payout order. ``parts`` says which clearing days' money it carries; they add up to ``planned_minor``."""

    shop: Shop
    number: str
    settled_on: date
    cycle: str
    parts: tuple[tuple[date, int], ...]
    account_tail: str
    created_at: datetime
    replaces: str = ""
    held_minor: int = 0
    deducted_minor: int = 0
    states: list[State] = field(default_factory=list)
    scenario: str = ""

    @property
    def planned_minor(self) -> int:
        """Return what the order pays before holds and deductions."""
        return sum(amount for _, amount in self.parts)

    @property
    def paid_minor(self) -> int:
        """Return what is left to pay."""
        return self.planned_minor - self.held_minor - self.deducted_minor

    def state_at(self, moment: datetime) -> str:
        """Return the last state that was known at ``moment``, ``pending`` before the first."""
        known = [one.state for one in self.states if one.at <= moment]
        return known[-1] if known else "pending"


class PayoutDesk:
    """Pays one shop, day by day: nets what is due, carries what is negative or too small, handles what comes back."""

    def __init__(self, shop: Shop, plan: Plan, calendar: Calendar, seed: int) -> None:
        self.shop, self.plan, self.calendar, self.seed = shop, plan, calendar, seed
        self.waiting: list[tuple[date, int]] = []
        self.payouts: list[Payout] = []
        self._numbers: dict[date, int] = {}

    def cycle_on(self, settled_on: date) -> str:
        """Return the cycle agreed for a clearing day."""
        return "T+1" if self.plan.since("N10", self.shop, settled_on) else self.shop.cycle

    def pays_on(self, settled_on: date) -> date:
        """Return the day on which the money of a clearing day is due."""
        return settled_on + DAY if self.cycle_on(settled_on) == "D+1" else _workdays_after(self.calendar, settled_on, 1)

    def run(self, today: date, nets: Mapping[date, int]) -> None:
        """Make today's orders for every clearing day due today, oldest first, then today's second attempts."""
        due = sorted(day for day in nets if self.pays_on(day) == today)
        for settled_on in due:
            if self.plan.since("S12", self.shop, settled_on):
                continue
            self.waiting.append((settled_on, nets[settled_on]))
            total = sum(amount for _, amount in self.waiting)
            if total > 0 and total >= self._minimum():
                self._order(today, settled_on)
        self._second_attempts(today)

    def _minimum(self) -> int:
        return self.shop.minimum_minor if self.plan.has("N06") else 0

    def _order(self, today: date, settled_on: date) -> None:
        payout = self._make(today, settled_on, tuple(self.waiting))
        self.waiting = []
        if self.plan.on("S11", self.shop, settled_on):
            payout.held_minor, payout.scenario = payout.planned_minor * 6 // 10, "S11"
        if self.plan.on("S18", self.shop, settled_on):
            payout.deducted_minor, payout.scenario = 9900, "S18"
        if self.plan.on("agreed_deduction", self.shop, settled_on):
            payout.deducted_minor, payout.scenario = 3600, "agreed_deduction"
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
        payout = Payout(
            self.shop, number, settled_on, self.cycle_on(settled_on), parts, self._account(settled_on), created_at
        )
        self.payouts.append(payout)
        return payout

    def _account(self, settled_on: date) -> str:
        """Return the account the acquirer has on file: two digits swapped after S01; the old one under S43."""
        tail = self.shop.account_tail
        return swapped(tail) if self.plan.since("S01", self.shop, settled_on) else tail

    def _send(self, payout: Payout) -> None:
        rng = chance(self.seed, "send", payout.number)
        answered_at = payout.created_at + timedelta(minutes=62 + rng.randrange(90))
        if payout.account_tail not in EVERY_ACCOUNT:
            payout.scenario = "S01"
            payout.states.append(State(answered_at, "failed", "1020114", "您输入的卡号无效,详询发卡行[1020114]"))
            return
        reason = {
            "S11": ("", "风控止付,需补充交易凭证"),
            "S18": ("", "扣流量服务费99.00元"),
            "agreed_deduction": ("", "扣SIM卡流量费36.00元"),
        }.get(payout.scenario, ("", ""))
        payout.states.append(State(answered_at, "claimed", *reason))
        if self.plan.on("S08", self.shop, payout.settled_on) and not payout.replaces:
            payout.scenario = "S08"
            back_on = _workdays_after(self.calendar, payout.created_at.date(), 3)
            payout.states.append(State(datetime.combine(back_on, time(8, 40)), "returned", "3056", "退票"))

    def _second_attempts(self, today: date) -> None:
        """Pay again, on the second working day after a return, what came back: a new order that names the old one."""
        for payout in list(self.payouts):
            last = payout.states[-1]
            if last.state == "returned" and _workdays_after(self.calendar, last.at.date(), 2) == today:
                again = self._make(today, payout.settled_on, payout.parts, hour=4)
                again.replaces, again.scenario = payout.number, "N08"
                again.held_minor, again.deducted_minor = payout.held_minor, payout.deducted_minor
                self._send(again)


def _workdays_after(calendar: Calendar, day: date, count: int) -> date:
    later = calendar.workdays_after(day, count)
    assert isinstance(later, date), f"the world needs a published calendar for {day.year}"
    return later
