"""The acquirer: clears what its host approved and takes its fee.

It works from the terms it has on file, which are not always the contract's: that is how fees go wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from daozhang.money import share_of
from daozhang.world.cast import Acquirer, Rate
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
    if payment.kind == "dispute" or (payment.kind == "refund" and acquirer.refund_fee == "kept"):
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
