"""An offer for a terminal, with every item it costs, and its total over months on a shop's own tickets.

An offer is a small TOML file, one table per item, so that two offers are compared item by item and nothing hides in a headline
rate: what is paid once (purchase, deposit, installation), what comes again (SIM data, maintenance, service, insurance), what each
payment costs, what early money (D+0) costs. docs/reference/offers.md lists the cells.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from daozhang.contracts import Fee
from daozhang.errors import InputError

ONCE_KINDS: Final = ("purchase", "deposit", "installation", "activation", "delivery")
REGULAR_KINDS: Final = ("rent", "maintenance", "sim", "service", "insurance", "minimum")
EVERY: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
ROUNDINGS: Final = ("half_up_each", "half_even_each")
"""A batch's rounding needs its batches, which a mix of tickets does not have."""


_WHOLE: Final = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """An item paid once, ``amount_minor`` ≥ 0. A deposit says when it comes back: ``refund_condition`` in the offer's own words."""

    kind: str
    amount_minor: int
    is_refundable: bool = False
    refund_after_months: int | None = None
    refund_condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regular:
    """An item that comes again every ``every_months``, first after ``free_months``; ``amount_minor`` ≥ 0 each time."""

    kind: str
    amount_minor: int
    every_months: int
    free_months: int = 0

    def times_in(self, months: int) -> int:
        """Return how often it is paid in the first ``months`` months; it is paid at the beginning of each of its periods."""
        return max(0, -(-(months - self.free_months) // self.every_months))


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a payment costs: of one ``channel`` and ``card_kind`` (empty: any), for tickets of at least ``from_minor``."""

    fee: Fee
    channel: str = ""
    card_kind: str = ""
    from_minor: int = 0

    def covers(self, ticket: Ticket) -> bool:
        """Return whether this price speaks for ``ticket``."""
        return (
            self.channel in {"", ticket.channel}
            and self.card_kind in {"", ticket.card_kind}
            and ticket.amount_minor >= self.from_minor
        )

    @property
    def precedence(self) -> tuple[int, int]:
        """Return what decides between prices: the more of channel and card kind is named, then the higher tier."""
        return (2 * bool(self.channel) + bool(self.card_kind), self.from_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """What early money (D+0, 秒到) costs on top: basis points of the amount and a sum per payout."""

    rate_bp: Decimal = Decimal(0)
    per_payout_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One offer as it was made, amounts in minor units of ``currency``."""

    name: str
    provider: str = ""
    currency: str = "CNY"
    source: str = ""
    once: tuple[Once, ...] = ()
    regular: tuple[Regular, ...] = ()
    prices: tuple[Price, ...] = ()
    instant: Instant = field(default_factory=Instant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Payments of one amount, ``count`` of them in the period of the mix."""

    amount_minor: int
    count: int
    channel: str = "card"
    card_kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """What a shop sells. ``days`` is the length of the period the counts are of; None: one month.

    ``instant_bp`` of the turnover is taken early, in ``instant_payouts`` payouts of the same period.
    """

    tickets: tuple[Ticket, ...]
    days: int | None = None
    instant_bp: int = 0
    instant_payouts: int = 0

    @property
    def turnover_minor(self) -> int:
        """Return the sum of the period."""
        return sum(one.amount_minor * one.count for one in self.tickets)

    def over(self, minor: int, months: int) -> int:
        """Return an amount of the period carried to ``months`` months of 365/12 days, half a minor unit rounded up."""
        if self.days is None:
            return minor * months
        top, bottom = minor * months * 365, 12 * self.days
        return (2 * top + bottom) // (2 * bottom)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One item of a total: ``times`` × ``each_minor`` where both are whole, and the sum. ``times`` 0: a sum over tickets."""

    kind: str
    amount_minor: int
    times: int = 0
    each_minor: int = 0
    refund_after_months: int | None = None
    refund_condition: str = ""
    refundable_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The total of one offer over ``months`` months.

    total_minor           everything that is paid
    refundable_minor      of it, what comes back if the stated conditions are met within the period
    unpriced_minor        turnover of the period for which the offer states no price: the total is then at least this
    """

    offer: Offer
    months: int
    lines: tuple[CostLine, ...]
    turnover_minor: int
    unpriced_minor: int
    unpriced_count: int

    @property
    def total_minor(self) -> int:
        """Return the sum of the lines."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def refundable_minor(self) -> int:
        """Return what comes back when the conditions are met."""
        return sum(line.refundable_minor for line in self.lines)

    @property
    def is_complete(self) -> bool:
        """Return whether every ticket of the mix has a price."""
        return self.unpriced_count == 0


def cost_of(offer: Offer, mix: Mix, months: int) -> Cost:
    """Return what ``offer`` costs over ``months`` months on the tickets of ``mix``, item by item."""
    lines = [_once(one, months) for one in offer.once]
    for one in offer.regular:
        times = one.times_in(months)
        lines.append(
            CostLine(kind=one.kind, amount_minor=times * one.amount_minor, times=times, each_minor=one.amount_minor)
        )
    fees, unpriced = _fees(offer, mix.tickets)
    lines.append(CostLine(kind="fee", amount_minor=mix.over(fees, months)))
    early = _early(offer.instant, mix)
    if early:
        lines.append(CostLine(kind="instant", amount_minor=mix.over(early, months)))
    return Cost(
        offer=offer, months=months, lines=tuple(lines), turnover_minor=mix.over(mix.turnover_minor, months),
        unpriced_minor=sum(one.amount_minor * one.count for one in unpriced),
        unpriced_count=sum(one.count for one in unpriced),
    )  # fmt: skip


def compare(offers: Iterable[Offer], mix: Mix, months: Sequence[int]) -> dict[int, list[Cost]]:
    """Return the costs of every offer for each number of months, the cheapest first; an incomplete one comes after."""
    made = list(offers)
    currencies = {one.currency for one in made}
    if len(currencies) > 1:
        raise InputError("error-offer-currencies", currencies=", ".join(sorted(currencies)))
    return {
        span: sorted(
            (cost_of(one, mix, span) for one in made),
            key=lambda cost: (not cost.is_complete, cost.total_minor, cost.offer.name),
        )
        for span in months
    }


def price_for(offer: Offer, ticket: Ticket) -> Price | None:
    """Return the price that speaks for a ticket, None when the offer is silent."""
    return max((one for one in offer.prices if one.covers(ticket)), key=lambda one: one.precedence, default=None)


def _once(one: Once, months: int) -> CostLine:
    back = one.is_refundable and (one.refund_after_months or 0) <= months
    return CostLine(
        kind=one.kind, amount_minor=one.amount_minor, times=1, each_minor=one.amount_minor,
        refund_after_months=one.refund_after_months, refund_condition=one.refund_condition,
        refundable_minor=one.amount_minor if back else 0,
    )  # fmt: skip


def _fees(offer: Offer, tickets: Iterable[Ticket]) -> tuple[int, list[Ticket]]:
    total, unpriced = 0, []
    for ticket in tickets:
        price = price_for(offer, ticket)
        each = price.fee.of(ticket.amount_minor) if price else None
        if each is None:
            unpriced.append(ticket)
        else:
            total += each * ticket.count
    return total, unpriced


def _early(instant: Instant, mix: Mix) -> int:
    early = Fee(rate_bp=instant.rate_bp).of(mix.turnover_minor * mix.instant_bp // 10_000) or 0
    return early + instant.per_payout_minor * mix.instant_payouts


# -- reading


def read_offer(text: str, name: str) -> Offer:
    """Return the offer written in ``text`` (TOML); InputError says which item and cell cannot be used."""
    try:
        told = tomllib.loads(text, parse_float=Decimal)  # a rate never passes through a float
    except (
        tomllib.TOMLDecodeError,
        RecursionError,
        ValueError,
    ) as error:  # nested without end, a number of thousands of digits
        raise InputError("error-offer-toml", name=name, detail=str(error)[:200]) from None
    read = _Reader(name)
    unknown = set(told) - {"name", "provider", "currency", "source", "once", "regular", "fee", "instant"}
    if unknown:
        raise InputError("error-offer-cell", name=name, item="", cell=", ".join(sorted(unknown)), value="")
    return Offer(
        name=str(told.get("name") or name), provider=str(told.get("provider", "")), currency=str(told.get("currency", "CNY")),
        source=str(told.get("source", "")), once=tuple(read.once(one) for one in read.rows(told, "once")),
        regular=tuple(read.regular(one) for one in read.rows(told, "regular")),
        prices=tuple(read.price(one) for one in read.rows(told, "fee")), instant=read.instant(told.get("instant", {})),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reader:
    name: str

    def rows(self, told: Mapping[str, Any], table: str) -> list[Mapping[str, Any]]:
        rows = told.get(table, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.wrong(table, "", rows)
        return rows

    def wrong(self, item: str, cell: str, value: object) -> InputError:
        return InputError("error-offer-cell", name=self.name, item=item, cell=cell, value=str(value)[:60])

    def known(self, row: Mapping[str, Any], item: str, cells: set[str]) -> None:
        for cell in sorted(set(row) - cells):
            raise self.wrong(item, cell, row[cell])

    def kind(self, row: Mapping[str, Any], item: str, kinds: Sequence[str]) -> str:
        kind = row.get("kind")
        if kind not in kinds:
            raise self.wrong(item, "kind", kind)
        return str(kind)

    def whole(self, row: Mapping[str, Any], item: str, cell: str, default: int | None = None) -> int:
        value = row.get(cell, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(item, cell, value)
        return value

    def maybe(self, row: Mapping[str, Any], item: str, cell: str) -> int | None:
        return self.whole(row, item, cell) if cell in row else None

    def rate(self, row: Mapping[str, Any], item: str) -> Decimal | None:
        if "rate_bp" not in row:
            return None
        try:
            rate = Decimal(str(row["rate_bp"]))
        except InvalidOperation:
            raise self.wrong(item, "rate_bp", row["rate_bp"]) from None
        if not 0 <= rate <= 10_000 or rate != round(rate, 4):
            raise self.wrong(item, "rate_bp", row["rate_bp"])
        return rate

    def once(self, row: Mapping[str, Any]) -> Once:
        cells = {"kind", "amount_minor", "refundable", "refund_after_months", "refund_condition"}
        self.known(row, "once", cells)
        return Once(
            kind=self.kind(row, "once", ONCE_KINDS), amount_minor=self.whole(row, "once", "amount_minor"),
            is_refundable=bool(row.get("refundable", False)), refund_after_months=self.maybe(row, "once", "refund_after_months"),
            refund_condition=str(row.get("refund_condition", "")),
        )  # fmt: skip

    def regular(self, row: Mapping[str, Any]) -> Regular:
        self.known(row, "regular", {"kind", "amount_minor", "every", "free_months"})
        every = EVERY.get(str(row.get("every")))
        if every is None:
            raise self.wrong("regular", "every", row.get("every"))
        return Regular(
            kind=self.kind(row, "regular", REGULAR_KINDS), amount_minor=self.whole(row, "regular", "amount_minor"),
            every_months=every, free_months=self.whole(row, "regular", "free_months", 0),
        )  # fmt: skip

    def price(self, row: Mapping[str, Any]) -> Price:
        cells = {
            "channel",
            "card_kind",
            "from_minor",
            "rate_bp",
            "cap_minor",
            "floor_minor",
            "per_item_minor",
            "rounding",
        }
        self.known(row, "fee", cells)
        rounding = str(row.get("rounding", "half_up_each"))
        if rounding not in ROUNDINGS:
            raise self.wrong("fee", "rounding", rounding)
        fee = Fee(
            rate_bp=self.rate(row, "fee"), cap_minor=self.maybe(row, "fee", "cap_minor"), rounding=rounding,
            floor_minor=self.maybe(row, "fee", "floor_minor"), per_item_minor=self.maybe(row, "fee", "per_item_minor"),
        )  # fmt: skip
        if not fee.is_known:
            raise self.wrong("fee", "rate_bp", "")
        return Price(
            fee=fee, channel=str(row.get("channel", "")), card_kind=str(row.get("card_kind", "")),
            from_minor=self.whole(row, "fee", "from_minor", 0),
        )  # fmt: skip

    def instant(self, row: object) -> Instant:
        if not isinstance(row, dict):
            raise self.wrong("instant", "", row)
        self.known(row, "instant", {"rate_bp", "per_payout_minor"})
        return Instant(
            rate_bp=self.rate(row, "instant") or Decimal(0),
            per_payout_minor=self.whole(row, "instant", "per_payout_minor", 0),
        )


def read_mix(text: str, name: str, *, instant_bp: int = 0, instant_payouts: int = 0) -> Mix:
    """Return a month's tickets written as CSV (channel, card_kind, amount_minor, count); InputError names the line.

    ``channel`` and ``card_kind`` may be left out: then ``card`` and any.
    """
    try:
        return _mix(text, name, instant_bp=instant_bp, instant_payouts=instant_payouts)
    except csv.Error as error:
        raise InputError("error-mix-read", name=name, detail=str(error)) from None


def _mix(text: str, name: str, *, instant_bp: int, instant_payouts: int) -> Mix:
    rows = csv.DictReader(text.splitlines())
    if not {"amount_minor", "count"} <= set(rows.fieldnames or ()):
        raise InputError("error-mix-header", name=name, headers=", ".join(rows.fieldnames or ())[:200])
    made = []
    for row in rows:
        cells = {cell: (row.get(cell) or "").strip() for cell in ("amount_minor", "count", "channel", "card_kind")}
        if not all(_WHOLE.fullmatch(cells[cell]) for cell in ("amount_minor", "count")):
            raise InputError("error-mix-line", name=name, line_no=rows.line_num, value=str(cells)[:120])
        made.append(
            Ticket(
                amount_minor=int(cells["amount_minor"]), count=int(cells["count"]), channel=cells["channel"] or "card",
                card_kind=cells["card_kind"],
            )
        )  # fmt: skip
    return Mix(tickets=tuple(made), instant_bp=instant_bp, instant_payouts=instant_payouts)
