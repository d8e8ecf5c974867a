"""One whole day of a shop: customers through the day, refunds, what the plan has in store, and the batch close."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from daozhang.world.cast import Shop
from daozhang.world.counter import HAPPENINGS
from daozhang.world.till import Batch, Payment, Setting, Till, TillDay


def sell(shop: Shop, day: date, setting: Setting, earlier: TillDay | None) -> TillDay:
    """Return one day of ``shop``; ``earlier`` is the day before, for its refunds."""
    till = Till(shop, day, setting, earlier)
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
    if draw < 70 and till.shop.acquirer in {"unionpay", "lianhe"}:
        till.order(at, amount, order_no, terminal, "cash")
        return
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
    for number, event in enumerate(HAPPENINGS):
        if till.plan.on(event.scenario, till.shop, till.day + timedelta(days=event.days_ahead)):
            till.event = number
            event.happen(till)
    till.event = None


def _close(till: Till) -> None:
    """Close the day's batch at every terminal; the host answers with its own totals."""
    if till.shop.acquirer in {"wechat", "alipay"}:
        return
    closing = datetime.combine(till.day, time()) + timedelta(hours=till.shop.closes, minutes=5)
    for place, terminal in enumerate(till.shop.terminals):
        mine = [one for one in till.out.payments if one.terminal_no == terminal]
        if not mine:
            continue
        pending = [one for one in mine if one.scenario == "S20"]
        terminal_side = _totals(
            [one for one in mine if one.status in {"approved", "voided"} and one.kind != "reversal"]
        )
        host_side = _totals([one for one in mine if _on_host(one) or (one in pending and one.kind == "sale")])
        lost = {one.scenario for one in mine if one.scenario in {"S20", "S24"}}
        closed_at = closing + timedelta(minutes=place * 3)
        till.out.batches.append(
            Batch(till.shop, terminal, mine[0].batch_no, closed_at, terminal_side, host_side, min(lost, default=""))
        )


def _on_host(payment: Payment) -> bool:
    if payment.kind == "reversal" or payment.status in {"declined", "reversed"}:
        return False
    return payment.clears or payment.status == "voided" or payment.kind == "void"


def _totals(payments: list[Payment]) -> tuple[int, int, int, int]:
    debit = [one.amount_minor for one in payments if one.is_debit]
    credit = [-one.amount_minor for one in payments if not one.is_debit]
    return (len(debit), sum(debit), len(credit), sum(credit))
