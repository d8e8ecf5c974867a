"""Which cardholders a difference touches, which of their payments goes back, and by when: the customer is never left guessing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """How a customer is touched."""

    TWICE = "twice"  # charged more than once for one order
    NO_SALE = "no_sale"  # charged, and the shop knows of no sale
    REFUND = "refund"  # a refund that has not reached the card


KIND_OF_BREAK: Final = {"duplicate": Kind.TWICE, "missing_in_journal": Kind.NO_SALE}
REFUND_KINDS: Final = frozenset({"refund", "void", "reversal"})
REFUND_WORKDAYS: Final = 5
"""Working days within which a refund or credit adjustment reaches the card: the longer end of what acquirers publish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One payment of a customer, with where it is written. ``amount_minor`` is signed towards the merchant."""

    at: datetime | None
    amount_minor: int
    currency: str
    card_tail: str
    terminal_no: str
    rrn: str
    file: str
    line_no: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One cardholder: the payments concerned, and which of them goes back (None: there is nothing of theirs to give back yet)."""

    key: str
    kind: Kind
    card_tail: str
    legs: tuple[Leg, ...]
    back: Leg | None
    by: date | None

    @property
    def text_key(self) -> str:
        """Return the text key of what the customer is told."""
        return f"customer-reply-{self.kind.replace('_', '-')}"


def kind_of(break_type: str, kinds: Sequence[str]) -> Kind | None:
    """Return how customers are touched by a break whose rows are of ``kinds``; None when they are not.

    A refund that is missing in clearing has not reached the card, whatever the shop's slip says.
    """
    if break_type == "missing_in_clearing" and any(kind in REFUND_KINDS for kind in kinds):
        return Kind.REFUND
    return KIND_OF_BREAK.get(break_type)


def customer(key: str, kind: Kind, legs: Sequence[Leg], by: date | None) -> Customer | None:
    """Return who is touched by these payments; None when there are none.

    Of two charges the later one goes back: the first is the sale. Of a charge without a sale that charge, and of a refund its sum.
    """
    ordered = tuple(sorted(legs, key=lambda leg: (leg.at or datetime.max, leg.file, leg.line_no)))
    if not ordered:
        return None
    tail = next((leg.card_tail for leg in ordered if leg.card_tail), "")
    back = ordered[-1] if kind is not Kind.TWICE or len(ordered) > 1 else None
    return Customer(key=key, kind=kind, card_tail=tail, legs=ordered, back=back, by=by if back else None)
