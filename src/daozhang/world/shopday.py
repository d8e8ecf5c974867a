"""One whole day of a shop: customers through the day, refunds, what the plan has in store, and the batch close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.world.cast import Shop
from daozhang.world.counter import HAPPENINGS
from daozhang.world.lines import TRIES, Outage
from daozhang.world.mishaps import MISHAPS, set_clocks
from daozhang.world.places import Place
from daozhang.world.till import Batch, Payment, Setting, Till, TillDay


def sell(shop: Shop, day: date, setting: Setting, earlier: TillDay | None) -> TillDay:
    """Return one day of ``shop``; ``earlier`` is the day before, for its refunds."""
    till = Till(shop, day, setting, earlier)
    set_clocks(till)
    for at in _times(till):
        _serve(till, at)
    _refund(till)
    _happen(till)
    _close(till)
    till.out.payments.sort(key=lambda one: (one.occurred_at, one.terminal_no, one.trace_no))
    till.out.orders.sort(key=lambda one: (one.placed_at, one.order_no))
    return till.out


def _times(till: Till) -> list[datetime]:
    rng, shop = till.rng, till.shop
    count = rng.randint(*shop.sales)
    opens, closes = shop.opens * 3600, min(shop.closes * 3600, 23 * 3600) - 900
    late = count * shop.late_share // 100 if till.plan.has("N04") else 0
    seconds = [
        opens + (rng.randrange(closes - opens) + rng.randrange(closes - opens)) // 2 for _ in range(count - late)
    ]
    seconds += [23 * 3600 + rng.randrange(3500) for _ in range(late)]
    return [datetime.combine(till.day, time()) + timedelta(seconds=at) for at in sorted(seconds)]


def _serve(till: Till, at: datetime) -> None:
    rng = till.rng
    amount = sum(rng.choice(till.shop.menu) for _ in range(1 + rng.randrange(3)))
    terminal = rng.choice(till.shop.terminals)
    order_no = till.order_no()
    card, draw = till.card(rng), rng.randrange(1000)
    outage = till.outage(at)
    if outage and not outage.has_power:
        till.skip(terminal)
        return
    if draw < 70 and till.shop.acquirer in {"unionpay", "lianhe"}:
        till.order(at, amount, order_no, terminal, "cash")
        return
    if outage and not till.gets_through(outage):
        _in_vain(till, outage, at, amount, order_no, terminal, card)
        return
    terminal = _usable(till, at, terminal)
    if draw < 95 and card[0] == "card" and till.plan.has("declined"):
        code = ("51", "61", "55")[draw % 3]
        till.pay(
            at,
            amount,
            terminal_no=terminal,
            order_no=order_no,
            card=card,
            status="declined",
            response_code=code,
            clears=False,
        )
        at, card = at + timedelta(seconds=45), till.card(rng)
    payment = till.pay(at, amount, terminal_no=terminal, order_no=order_no, card=card)
    if 100 <= draw < 106 and till.shop.acquirer in {"unionpay", "lianhe"} and card[0] == "card":
        till.void_last(payment, at + timedelta(seconds=90))
        return
    till.order(at, amount, order_no, terminal, card[0] if card[0] in {"wechat", "alipay"} else "card")


def _in_vain(
    till: Till, outage: Outage, at: datetime, amount: int, order_no: str, terminal: str, card: tuple[str, str, str]
) -> None:
    """Try a payment that does not get through; the customer pays in cash. After a few tries nobody tries any more."""
    before = till.tries(terminal)
    if not outage.is_partial and before >= TRIES:
        till.skip(terminal)
    else:
        status, code = "unknown", ""
        if outage.is_partial:
            status, code = ("unknown", "91") if before % 3 == 2 else ("declined", "96")
        till.pay(
            at, amount, terminal_no=terminal, order_no=order_no, card=card, status=status, response_code=code, clears=False,
            scenario=outage.place.scenario,
        )  # fmt: skip
    till.order(at + timedelta(minutes=2), amount, order_no, terminal, "cash")


def _usable(till: Till, at: datetime, terminal: str) -> str:
    """Return the terminal that is used: another one of the shop while this one waits for its batch upload to go on."""
    place = till.plan.since("S21", till.shop, till.day)
    if place is None or terminal != till.shop.terminals[0] or not place.day < till.day:
        return terminal
    if till.day == place.until and at >= resumed_at(place):
        return terminal
    till.skip(terminal)
    return till.shop.terminals[-1]


def _refund(till: Till) -> None:
    """Give back part of a sale of the day before, up to twice a day."""
    if not till.plan.has("refund_netted"):
        return
    sales = [one for one in till.earlier if one.kind == "sale" and one.status == "approved" and not one.scenario]
    for _ in range(till.rng.randrange(3)):
        if sales:
            till.give_back(sales.pop(till.rng.randrange(len(sales))), till.rng.choice((1, 2)), hour=15)


def _happen(till: Till) -> None:
    """Let everything the plan has for this shop and day happen at the counter."""
    for number, event in enumerate((*HAPPENINGS, *MISHAPS)):
        if till.plan.on(event.scenario, till.shop, till.day + timedelta(days=event.days_ahead)):
            till.event = number
            event.happen(till)
    till.event = None


RESUMES: Final = time(9, 40)
UPLOADED_PCT: Final = 40
"""Of an interrupted upload, the host has so much."""


def resumed_at(place: Place) -> datetime:
    """Return when an interrupted batch upload went on: somebody came on the last morning of the event."""
    assert place.until is not None
    return datetime.combine(place.until, RESUMES)


def _close(till: Till) -> None:
    """Close the day's batch at every terminal; the host answers with its own totals."""
    if till.shop.acquirer in {"wechat", "alipay"}:
        return
    _resume(till)
    closing = datetime.combine(till.day, time()) + timedelta(hours=till.shop.closes, minutes=5)
    for place, terminal in enumerate(till.shop.terminals):
        mine = [one for one in till.out.payments if one.terminal_no == terminal]
        if not mine or any(not one.has_power and one.covers(closing) for one in till.outages):
            continue
        pending = [one for one in mine if one.scenario == "S20"]
        terminal_side = _totals(
            [one for one in mine if one.status in {"approved", "voided"} and one.kind not in {"reversal", "preauth"}]
        )
        host_side = _totals([one for one in mine if _on_host(one) or (one in pending and one.kind == "sale")])
        lost = {one.scenario for one in mine if one.scenario in {"S20", "S24", "C02", "C09"}}
        closed_at = closing + timedelta(minutes=place * 3)
        till.out.batches.append(
            Batch(till.shop, terminal, mine[0].batch_no, closed_at, terminal_side, host_side, min(lost, default=""))
        )
        if place == 0 and till.plan.on("S21", till.shop, till.day):
            _interrupt(till)


def _interrupt(till: Till) -> None:
    """S21: the power goes while the terminal uploads its batch; the host has a part, and the terminal waits to go on."""
    whole = till.out.batches.pop()
    one, two, three, four = (value * UPLOADED_PCT // 100 for value in whole.terminal_side)
    till.out.unfinished[whole.terminal_no] = whole
    till.out.batches.append(replace(whole, host_side=(one, two, three, four), says="open", scenario="S21"))


def _resume(till: Till) -> None:
    """Close the batch of an earlier day whose upload went on this morning."""
    place = till.plan.since("S21", till.shop, till.day)
    if place is None or till.day == place.day:
        return
    till.out.unfinished = dict(till.unfinished)
    if till.day == place.until:
        till.out.batches += [replace(one, closed_at=resumed_at(place)) for one in till.unfinished.values()]


def _on_host(payment: Payment) -> bool:
    if payment.kind == "reversal" or payment.status in {"declined", "reversed"}:
        return False
    return payment.clears or payment.status == "voided" or payment.kind == "void"


def _totals(payments: list[Payment]) -> tuple[int, int, int, int]:
    debit = [one.amount_minor for one in payments if one.is_debit]
    credit = [-one.amount_minor for one in payments if not one.is_debit]
    return (len(debit), sum(debit), len(credit), sum(credit))
