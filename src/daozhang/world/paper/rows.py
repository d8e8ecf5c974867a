"""What the shops' own systems and the acquirers know, as rows of the interchange tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from daozhang.world.acquirer import Cleared
from daozhang.world.cast import EVERY_ACCOUNT
from daozhang.world.payout import Payout, State
from daozhang.world.till import Batch, Order, Payment

Row = dict[str, object]


def journal_row(payment: Payment) -> Row:
    """Return a payment as the terminal wrote it down."""
    original = payment.original
    return {
        "acquirer": payment.shop.acquirer,
        "merchant_no": payment.shop.merchant_no,
        "store_no": payment.shop.store_no,
        "terminal_no": payment.terminal_no,
        "batch_no": payment.batch_no,
        "trace_no": payment.trace_no,
        "rrn": payment.rrn,
        "auth_code": payment.auth_code,
        "order_no": payment.order_no,
        "occurred_at": payment.written_at,
        "kind": payment.kind,
        "amount_minor": payment.amount_minor,
        "status": payment.status,
        "response_code": payment.response_code,
        "channel": payment.channel,
        "card_tail": payment.card_tail,
        "card_kind": payment.card_kind,
        "operator_no": payment.operator_no,
        "original_trace_no": original.trace_no if original else "",
        "original_rrn": original.rrn if original else "",
    }


def order_row(order: Order) -> Row:
    """Return an order as the till system keeps it."""
    return {
        "order_no": order.order_no,
        "merchant_no": order.shop.merchant_no,
        "store_no": order.shop.store_no,
        "amount_minor": order.amount_minor,
        "placed_at": order.placed_at,
        "operator_no": order.operator_no,
        "terminal_no": order.terminal_no,
        "paid_by": order.paid_by,
    }


def batch_row(batch: Batch) -> Row:
    """Return a batch close as the terminal printed it."""
    names = ("debit_count", "debit_minor", "credit_count", "credit_minor")
    return {
        "acquirer": batch.shop.acquirer,
        "merchant_no": batch.shop.merchant_no,
        "terminal_no": batch.terminal_no,
        "batch_no": batch.batch_no,
        "closed_at": batch.closed_at,
        **dict(zip(names, batch.terminal_side, strict=True)),
        **dict(zip((f"host_{name}" for name in names), batch.host_side, strict=True)),
        "result": batch.result,
    }


def clearing_row(one: Cleared) -> Row:
    """Return a cleared payment as the acquirer's clearing list shows it."""
    payment = one.payment
    return {
        "acquirer": payment.shop.acquirer,
        "merchant_no": payment.shop.merchant_no,
        "terminal_no": payment.terminal_no,
        "batch_no": payment.batch_no,
        "trace_no": payment.trace_no,
        "rrn": host_reference(payment),
        "order_no": payment.order_no,
        "occurred_at": payment.occurred_at,
        "cleared_on": one.cleared_on,
        "kind": payment.kind,
        "gross_minor": one.gross_minor,
        "fee_minor": one.fee_minor,
        "net_minor": one.net_minor,
        "channel": payment.channel,
        "card_tail": payment.card_tail,
        "card_kind": payment.card_kind,
    }


def host_reference(payment: Payment) -> str:
    """Return the host's reference number, which exists even when its answer never reached the terminal."""
    return payment.rrn or f"{payment.occurred_at:%j}{int(payment.terminal_no[-5:]) % 1000:03d}{payment.trace_no}"


def payout_rows(payouts: Iterable[Payout], after: datetime, until: datetime) -> Iterator[Row]:
    """Return one row for every state of a payout that became known after ``after`` and up to ``until``."""
    said = [(state.at, payout, state) for payout in payouts for state in payout.states if after < state.at <= until]
    for _, payout, state in sorted(said, key=lambda item: (item[0], item[1].number)):
        yield _payout_row(payout, state)


def _payout_row(payout: Payout, state: State) -> Row:
    account = EVERY_ACCOUNT.get(payout.account_tail) or EVERY_ACCOUNT[payout.shop.account_tail]
    return {
        "acquirer": payout.shop.acquirer,
        "merchant_no": payout.shop.merchant_no,
        "payout_no": payout.number,
        "replaces_payout_no": payout.replaces,
        "settled_on": payout.settled_on,
        "cycle": payout.cycle,
        "planned_minor": payout.planned_minor,
        "held_minor": payout.held_minor,
        "deducted_minor": payout.deducted_minor,
        "paid_minor": 0 if state.state in {"failed", "held", "pending"} else payout.paid_minor,
        "state": state.state,
        "reason_code": state.reason_code,
        "reason_text": state.reason_text,
        "account_tail": payout.account_tail,
        "account_holder": payout.holder,
        "bank_name": account.bank_name,
        "created_at": payout.created_at,
        "finished_at": state.at,
    }
