"""What a terminal and the host agree on: the payments of a batch, their totals, and what was answered before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

DEBITS: Final = frozenset({"sale", "preauth_completion", "offline_sale", "adjustment"})
CREDITS: Final = frozenset({"void", "refund"})
"""Which side of the totals a kind is counted on. Pre-authorisations and balances move no money."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Both sides of a batch: fen and numbers, nothing negative."""

    debit_minor: int = 0
    debit_count: int = 0
    credit_minor: int = 0
    credit_count: int = 0


@dataclass(slots=True)
class Payment:
    """One approved payment of a batch. ``undone`` means reversed: it counts on neither side."""

    trace_no: str
    kind: str
    amount_minor: int
    rrn: str = ""
    original_trace_no: str = ""
    undone: bool = False
    voided: bool = False


def totals_of(payments: Iterable[Payment]) -> Totals:
    """Return what payments come to, those that were undone left out."""
    debit = [one.amount_minor for one in payments if not one.undone and one.kind in DEBITS]
    credit = [one.amount_minor for one in payments if not one.undone and one.kind in CREDITS]
    return Totals(sum(debit), len(debit), sum(credit), len(credit))


@dataclass(slots=True)
class Batch:
    """The payments since the last balanced close, by trace number, and what the terminal uploaded of them."""

    number: str
    payments: dict[str, Payment] = field(default_factory=dict)
    uploaded: dict[str, Payment] | None = None
    reversed_unseen: set[str] = field(default_factory=set)
    is_closed: bool = False

    def totals(self) -> Totals:
        """Return the host's totals: of what it approved, or of what was uploaded once an upload has begun.

        After totals differed the terminal says payment by payment what it has, and that is settled; what the host
        approved and nobody uploaded is named in ``unconfirmed``.
        """
        return totals_of((self.payments if self.uploaded is None else self.uploaded).values())

    def by_rrn(self, rrn: str) -> Payment | None:
        """Return the payment with a reference number."""
        return next((one for one in self.payments.values() if rrn and one.rrn == rrn), None)

    def unconfirmed(self) -> tuple[str, ...]:
        """Return trace numbers the host approved and the upload does not name; nothing where there was no upload."""
        told = self.uploaded
        if told is None:
            return ()
        return tuple(no for no, one in self.payments.items() if not one.undone and no not in told)

    def unknown_uploads(self) -> tuple[str, ...]:
        """Return trace numbers that were uploaded and never asked for here."""
        return tuple(no for no in self.uploaded or () if no not in self.payments)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer given before: what was asked (a digest), in which batch of the terminal's life, and the answer's fields."""

    asked: bytes
    generation: int
    fields: dict[str, str]


AnswerKey = tuple[str, str, str]
"""Class of the message, batch the terminal said (empty where none), trace number."""


@dataclass(slots=True)
class Till:
    """What the host keeps of one terminal: its open batch, the one before it, and answers of both."""

    batch: Batch = field(default_factory=lambda: Batch("000001"))
    before: Batch | None = None
    generation: int = 0
    answered: dict[AnswerKey, Answered] = field(default_factory=dict)

    def close(self) -> None:
        """End the open batch and begin the next; answers of the batch before the last are forgotten."""
        self.batch.is_closed = True
        self.before, self.batch = self.batch, Batch(_next(self.batch.number))
        self.generation += 1
        self.answered = {key: one for key, one in self.answered.items() if one.generation >= self.generation - 1}


def _next(number: str) -> str:
    return f"{int(number) % 999_999 + 1:06d}"
