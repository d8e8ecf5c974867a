"""A day at the till: orders, what the terminal wrote down, and what the acquirer's host really approved.

The network between the two can lose an answer, a cashier can mistype or swipe twice: those are the mechanisms. Each
shop and day draws from its own stream of chance, so a fault at one shop changes nothing at another.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from daozhang.world.cast import Shop
from daozhang.world.chance import chance
from daozhang.world.lines import ONE_IN, Outage, outages
from daozhang.world.plan import Plan

TRACE_STEP: Final = 3
"""Trace numbers of ordinary payments lie this far apart (sign-ins and queries take numbers too)."""

TRACES_A_DAY: Final = 900
EVENT_TRACES: Final = 600
"""Traces of a day from here on belong to the plan's events, ten for each, so that an event shifts nobody's number."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment at a terminal. ``status`` is what the terminal believes, ``clears`` what the host will clear.

    ``amount_minor`` is signed towards the merchant: refunds, voids and reversals are negative.
    """

    shop: Shop
    terminal_no: str
    batch_no: str
    trace_no: str
    rrn: str
    auth_code: str
    order_no: str
    occurred_at: datetime
    kind: str
    amount_minor: int
    status: str
    response_code: str
    channel: str
    card_tail: str
    card_kind: str
    operator_no: str
    clears: bool
    original: Payment | None = None
    scenario: str = ""
    clock_skew: timedelta = timedelta()

    @property
    def written_at(self) -> datetime:
        """Return when it happened by the terminal's own clock; the host has the right time."""
        return self.occurred_at + self.clock_skew

    @property
    def is_debit(self) -> bool:
        """Return whether a batch counts it on the debit side (sales)."""
        return self.kind == "sale"


@dataclass(frozen=True, slots=True)
class Order:
    """One order in the shop's till system."""

    shop: Shop
    order_no: str
    amount_minor: int
    placed_at: datetime
    operator_no: str
    terminal_no: str
    paid_by: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch close: the terminal's totals and the host's, magnitudes in fen."""

    shop: Shop
    terminal_no: str
    batch_no: str
    closed_at: datetime
    terminal_side: tuple[int, int, int, int]
    host_side: tuple[int, int, int, int]
    scenario: str = ""
    says: str = ""
    """What the host answered where it is not just whether the totals agree."""

    @property
    def terminal_net_minor(self) -> int:
        """Return sales minus what was taken back, by the terminal's count."""
        return self.terminal_side[1] - self.terminal_side[3]

    @property
    def host_net_minor(self) -> int:
        """Return the same by the host's count."""
        return self.host_side[1] - self.host_side[3]

    @property
    def result(self) -> str:
        """Return what the host answered to the totals."""
        return self.says or ("balanced" if self.terminal_side == self.host_side else "unbalanced")


@dataclass(slots=True)
class TillDay:
    """Everything one shop did on one day."""

    payments: list[Payment] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    outside: list[Payment] = field(default_factory=list)
    """What the acquirer books for the shop without its terminals: disputes of card holders."""
    queues: dict[str, list[tuple[datetime, int]]] = field(default_factory=dict)
    """Stored payments that wait on a terminal: from which moment on how many; the last word holds."""
    skews: dict[str, timedelta] = field(default_factory=dict)
    """Terminals whose clock is off, and by how much (ahead positive)."""
    unfinished: dict[str, Batch] = field(default_factory=dict)
    """Batches whose upload did not end, by terminal, as the terminal holds them."""

    @property
    def on_host(self) -> list[Payment]:
        """Return what may reach clearing: the terminals' payments and what came from elsewhere."""
        return self.payments + self.outside


@dataclass(frozen=True, slots=True)
class Setting:
    """What every till of a world shares."""

    plan: Plan
    seed: int
    first_on: date
    shops: tuple[Shop, ...] = ()


class Till:
    """The till of one shop on one day; its methods are what can happen at a counter."""

    def __init__(self, shop: Shop, day: date, setting: Setting, earlier: TillDay | None) -> None:
        self.shop, self.day, self.plan = shop, day, setting.plan
        self.number = (day - setting.first_on).days
        self.rng = chance(setting.seed, "till", shop.code, day)
        self.fault_rng = chance(setting.seed, "event", shop.code, day)
        self.earlier = earlier.payments if earlier else []
        self.out = TillDay()
        self.unfinished = earlier.unfinished if earlier else {}
        self.event: int | None = None
        self.outages = outages(setting.plan, setting.seed, shop, day)
        self.seed, self.first_on = setting.seed, setting.first_on
        self.others = tuple(one for one in setting.shops if one.region == shop.region and one.code != shop.code)
        self._tries: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._orders = 0

    def order_no(self, *, extra: bool = False) -> str:
        """Return the next order number; an order only a fault or a look-alike brings has its own range."""
        self._orders += 1
        mark = "X" if extra else ""
        return f"{self.shop.code}-{self.day:%y%m%d}-{mark}{self._orders:04d}"

    def pay(
        self,
        at: datetime,
        amount: int,
        *,
        terminal_no: str,
        order_no: str,
        card: tuple[str, str, str],
        kind: str = "sale",
        status: str = "approved",
        response_code: str = "00",
        clears: bool = True,
        original: Payment | None = None,
        offset: int = 0,
        scenario: str = "",
    ) -> Payment:
        """Record one payment; ``offset`` takes a trace number near the last one, or near those of the event at hand."""
        trace = self._trace(terminal_no, offset)
        wallet = self.shop.acquirer in {"wechat", "alipay"}
        answered = response_code != ""
        reference = f"{at:%j}{int(terminal_no[-5:]) % 1000:03d}{trace:06d}" if answered and not wallet else ""
        payment = Payment(
            shop=self.shop,
            terminal_no=terminal_no,
            batch_no=f"{100 + self.number:06d}",
            trace_no=f"{trace:06d}",
            rrn=reference,
            auth_code=f"{(trace * 7919) % 1_000_000:06d}" if status == "approved" and not wallet else "",
            order_no=order_no,
            occurred_at=at,
            kind=kind,
            amount_minor=amount,
            status=status,
            response_code=response_code,
            channel=card[0],
            card_tail=card[1],
            card_kind=card[2],
            operator_no=f"0{1 + at.hour // 16}",
            clears=clears,
            original=original,
            scenario=scenario,
            clock_skew=self.out.skews.get(terminal_no, timedelta()),
        )
        self.out.payments.append(payment)
        return payment

    def outage(self, at: datetime) -> Outage | None:
        """Return the outage in which the shop stands at a moment, if any."""
        return next((one for one in self.outages if one.covers(at)), None)

    def gets_through(self, outage: Outage) -> bool:
        """Return whether the next payment is none of those that a host in part out of order refuses."""
        if not outage.is_partial:
            return False
        self._tries["host"] = (
            self._tries.get("host", chance(self.seed, "host", self.shop.code, self.day).randrange(ONE_IN)) + 1
        )
        return self._tries["host"] % ONE_IN != 0

    def tries(self, terminal_no: str) -> int:
        """Return how often this terminal was tried in vain before, and count one more."""
        self._tries[terminal_no] = self._tries.get(terminal_no, 0) + 1
        return self._tries[terminal_no] - 1

    def skip(self, terminal_no: str) -> None:
        """Use up the trace number of a payment that is not made, so that the numbers after it stay as they were."""
        self._last[terminal_no] = self._last.get(terminal_no, 0) + TRACE_STEP

    def _trace(self, terminal_no: str, offset: int) -> int:
        if self.event is None:
            if not offset:
                self._last[terminal_no] = self._last.get(terminal_no, 0) + TRACE_STEP
            place = self._last.get(terminal_no, 0)
        else:
            place = EVENT_TRACES + 10 * self.event
        return (self.number * TRACES_A_DAY + place + offset) % 1_000_000

    def order(self, at: datetime, amount: int, order_no: str, terminal_no: str, paid_by: str) -> None:
        """Record the order in the till system."""
        operator = f"0{1 + at.hour // 16}"
        self.out.orders.append(Order(self.shop, order_no, amount, at, operator, terminal_no, paid_by))

    def card(self, rng: Random) -> tuple[str, str, str]:
        """Return (channel, card tail, card kind) of the next customer."""
        own = {"wechat": "wechat", "alipay": "alipay"}.get(self.shop.acquirer)
        if own:
            return (own, "", "")
        tail = f"{rng.randrange(10_000):04d}"
        draw = rng.randrange(100)
        if self.shop.acquirer == "lianhe" and draw < 45:
            return (("wechat", "alipay", "unionpay_qr")[draw % 3], "", "")
        if self.shop.acquirer == "unionpay" and draw < 15:
            return ("unionpay_qr", tail, "debit" if draw % 2 else "credit")
        return ("card", tail, "credit" if draw < 70 else "debit")

    def void_last(self, payment: Payment, at: datetime) -> None:
        """Take back a sale of the same day: the host cancels both, or clears both, as its acquirer does."""
        clears = self.shop.by.clears_voids
        self.replace(payment, replace(payment, status="voided", clears=clears))
        self.pay(
            at,
            -payment.amount_minor,
            terminal_no=payment.terminal_no,
            order_no=payment.order_no,
            card=(payment.channel, payment.card_tail, payment.card_kind),
            kind="void",
            clears=clears,
            original=payment,
            offset=1,
        )

    def give_back(self, sale: Payment, divisor: int, *, hour: int, offset: int = 0, scenario: str = "") -> None:
        """Refund a sale of an earlier day to the card it was paid with; ``divisor`` 2 gives back half."""
        rng = self.fault_rng if scenario else self.rng
        at = datetime.combine(self.day, time(hour)) + timedelta(seconds=rng.randrange(3000))
        if self.outage(at):
            self.skip(sale.terminal_no)
            return
        self.pay(
            at,
            -(sale.amount_minor // divisor),
            terminal_no=sale.terminal_no,
            order_no=sale.order_no,
            card=(sale.channel, sale.card_tail, sale.card_kind),
            kind="refund",
            original=sale,
            offset=offset,
            scenario=scenario,
        )

    def replace(self, old: Payment, new: Payment) -> None:
        """Write down what became of a payment."""
        self.out.payments[self.out.payments.index(old)] = new
