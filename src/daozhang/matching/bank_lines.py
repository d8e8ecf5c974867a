"""The values of the bank side: a line of a statement, what paid a payout, and what a lump leaves open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from daozhang.matching.payouts import Payout
from daozhang.records import Evidence

WINDOW_DAYS: Final = 10


@dataclass(slots=True, kw_only=True)
class BankLine:
    """One line of a statement; credits are positive. ``left_minor`` is what no payout has used yet."""

    account_tail: str
    booked_at: datetime
    amount_minor: int
    currency: str
    counterparty: str
    text: str
    evidence: Evidence
    left_minor: int = 0
    how: str = ""

    @property
    def booked_on(self) -> date:
        """Return the day of the booking."""
        return self.booked_at.date()

    @property
    def is_untouched(self) -> bool:
        """Return whether no payout has used any of it."""
        return self.left_minor == self.amount_minor


@dataclass(slots=True)
class Credit:
    """The bank lines that paid one payout, and how that is known."""

    payout: Payout
    lines: list[tuple[BankLine, int]] = field(default_factory=list)
    how: str = ""

    @property
    def amount_minor(self) -> int:
        """Return what arrived for the payout."""
        return sum(amount for _, amount in self.lines)

    @property
    def is_proven(self) -> bool:
        """Return whether the lines prove this very payout; a lump that is short proves its payouts together only."""
        return self.how != "lump-short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lump:
    """A credit that pays a group of payouts, but not all of their money.

    ``remainder_minor`` is the sum of the group less the credit. ``left_out`` are the payouts that alone make it up; empty
    when that is not decided. ``candidates`` are those that each belong to one of several ways to make it up; empty when
    there is none, and then the remainder stands with the last payouts of the group.
    """

    line: BankLine
    group: tuple[Payout, ...]
    remainder_minor: int
    left_out: tuple[Payout, ...] = ()
    candidates: tuple[Payout, ...] = ()


@dataclass(slots=True)
class BankLeg:
    """What the bank side gave: credits by payout number, return lines by payout number, lines nobody claimed."""

    credits: dict[str, Credit] = field(default_factory=dict)
    returns: dict[str, BankLine] = field(default_factory=dict)
    payers: dict[str, set[str]] = field(default_factory=dict)
    left: list[BankLine] = field(default_factory=list)
    lumps: list[Lump] = field(default_factory=list)
    lump_of: dict[str, Lump] = field(default_factory=dict)
    """The lump that left a payout out, or may have, by payout number."""


def take(leg: BankLeg, payout: Payout, lines: Iterable[tuple[BankLine, int]], how: str) -> None:
    """Note that ``lines`` pay the payout, each with an amount, and that this much of them is used."""
    credit = leg.credits.setdefault(payout.payout_no, Credit(payout, [], how))
    for line, amount in lines:
        line.left_minor -= amount
        line.how = how
        credit.lines.append((line, amount))


def in_window(payout: Payout, line: BankLine) -> bool:
    """Return whether a line may be the credit of a payout, by their days."""
    return payout.sent_on - timedelta(days=1) <= line.booked_on <= payout.sent_on + timedelta(days=WINDOW_DAYS)
