"""The fee a contract allows on a payment: rate, floor, cap, per item, and the way it is rounded.

``contracts/sql.py`` is the same rule for a whole table; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

PAID_KINDS: Final = ("sale", "offline_sale", "preauth_completion", "void", "reversal")
"""Kinds that carry the fee with the sign of their gross: a void or a reversal gives back the whole fee of its sale."""

FREE_KINDS: Final = ("preauth", "preauth_void")
"""Kinds that move no money and cost nothing. What adjustments, disputes and fee lines cost no plan says."""

SCALE: Final = 100_000_000
"""An exact fee is counted in 1/100 000 000 of a minor unit: a rate in basis points has at most four decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """One fee plan.

    rate_bp         basis points of the gross amount, at most four decimals: 60 means 0.60 %
    floor_minor     least the rate part may be, minor units; None means no floor
    cap_minor       most the rate part may be (封顶), minor units; it wins over a floor above it
    per_item_minor  added to each item after cap and floor, minor units
    rounding        ``half_up_each``, ``half_even_each``, or ``half_up_batch`` (only the batch's sum is rounded)
    refund_fee      ``kept`` (a refund brings no fee back), ``returned``, or empty: not known
    """

    rate_bp: Decimal | None = None
    cap_minor: int | None = None
    floor_minor: int | None = None
    per_item_minor: int | None = None
    rounding: str = "half_up_each"
    refund_fee: str = ""

    @property
    def is_known(self) -> bool:
        """Return whether the plan states what an item costs."""
        return self.rate_bp is not None or self.per_item_minor is not None

    def exact(self, gross_minor: int, kind: str) -> int | None:
        """Return the fee before rounding, in 1/100 000 000 of a minor unit, with the sign of the gross.

        Positive is charged, negative given back. None when the plan does not say: no rate, a kind without a price, or
        a refund where nobody knows whether the fee comes back.
        """
        if kind in FREE_KINDS or (kind == "refund" and self.refund_fee == "kept"):
            return 0
        has_price = kind in PAID_KINDS or (kind == "refund" and self.refund_fee == "returned")
        if not has_price or not self.is_known:
            return None
        if gross_minor == 0:
            return 0
        share = abs(gross_minor) * int((self.rate_bp or Decimal(0)).scaleb(4).to_integral_value())
        if self.floor_minor is not None:
            share = max(share, self.floor_minor * SCALE)
        if self.cap_minor is not None:
            share = min(share, self.cap_minor * SCALE)
        share += (self.per_item_minor or 0) * SCALE
        return share if gross_minor > 0 else -share

    def of(self, gross_minor: int, kind: str = "sale") -> int | None:
        """Return the fee of one item in minor units, signed like ``exact``; None when the plan does not say.

        Under ``half_up_batch`` this is the item's own fee rounded half up: near, but only ``of_batch`` is owed.
        """
        exact = self.exact(gross_minor, kind)
        return None if exact is None else _rounded(exact, half_even=self.rounding == "half_even_each")

    def of_batch(self, items: Iterable[tuple[int, str]]) -> int | None:
        """Return the fee of (gross_minor, kind) items settled together, minor units; None when one is not known."""
        if self.rounding != "half_up_batch":
            each = [self.of(gross, kind) for gross, kind in items]
            known = [fee for fee in each if fee is not None]
            return sum(known) if len(known) == len(each) else None
        exacts = [self.exact(gross, kind) for gross, kind in items]
        exact = [one for one in exacts if one is not None]
        return _rounded(sum(exact), half_even=False) if len(exact) == len(exacts) else None


def _rounded(exact: int, *, half_even: bool) -> int:
    whole, rest = divmod(abs(exact), SCALE)
    up = 2 * rest > SCALE or (2 * rest == SCALE and (whole % 2 == 1 or not half_even))
    return (whole + up) * (1 if exact >= 0 else -1)
