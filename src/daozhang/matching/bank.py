"""Payout ↔ bank line: by reference, by amount in a window, then merged and split credits.

Order of the steps, each with the sentence a person reads (texts ``bank-match-…``):

1. reference  the payout's number stands in the line, and the amount is the same
2. amount     the same account and amount within the window, payouts and lines paired in order of time
3. merged     one line pays all payouts of an account that were sent on one day, or a run of them
4. split      two to four lines of one payer on the account add up to one payout
5. different  the number stands in the line but the amount differs: short or over

Equal amounts on one account are interchangeable: when there are fewer lines than payouts the oldest payouts are
served first, and the verdict on the rest says how many candidates there were.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Final

from daozhang.matching.payouts import Payout
from daozhang.records import Evidence

WINDOW_DAYS: Final = 10
MOST_MERGED: Final = 16
MOST_SPLIT: Final = 4
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{6,}")


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


@dataclass(slots=True)
class BankLeg:
    """What the bank side gave: credits by payout number, return lines by payout number, lines nobody claimed."""

    credits: dict[str, Credit] = field(default_factory=dict)
    returns: dict[str, BankLine] = field(default_factory=dict)
    payers: dict[str, set[str]] = field(default_factory=dict)
    left: list[BankLine] = field(default_factory=list)


def match_bank(payouts: Sequence[Payout], lines: Sequence[BankLine]) -> BankLeg:
    """Return which lines prove which payouts. Order of the arguments does not matter."""
    leg = BankLeg()
    open_payouts = sorted(
        (one for one in payouts if one.paid_minor > 0), key=lambda one: (one.sent_on, one.settled_on, one.payout_no)
    )
    incoming = sorted((line for line in lines if line.amount_minor > 0), key=_line_order)
    outgoing = sorted((line for line in lines if line.amount_minor < 0), key=_line_order)
    for line in incoming:
        line.left_minor = line.amount_minor
    for step in (_by_reference, _by_amount, _merged, _split, _reference_only):
        open_payouts = [one for one in open_payouts if one.payout_no not in leg.credits]
        step(open_payouts, [line for line in incoming if line.left_minor > 0], leg)
    for credit in leg.credits.values():
        for line, _ in credit.lines:
            if line.counterparty:
                leg.payers.setdefault(credit.payout.acquirer, set()).add(line.counterparty)
    _returns(payouts, outgoing, leg)
    leg.left = [line for line in incoming if line.left_minor > 0]
    return leg


def _line_order(line: BankLine) -> tuple[datetime, str, int, str]:
    return (line.booked_at, line.account_tail, line.amount_minor, str(line.evidence))


def _take(leg: BankLeg, payout: Payout, lines: Iterable[tuple[BankLine, int]], how: str) -> None:
    credit = leg.credits.setdefault(payout.payout_no, Credit(payout, [], how))
    for line, amount in lines:
        line.left_minor -= amount
        line.how = how
        credit.lines.append((line, amount))


def _in_window(payout: Payout, line: BankLine) -> bool:
    return payout.sent_on - timedelta(days=1) <= line.booked_on <= payout.sent_on + timedelta(days=WINDOW_DAYS)


def _by_reference(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    by_amount: dict[tuple[int, str], list[BankLine]] = {}
    for line in lines:
        by_amount.setdefault((line.amount_minor, line.currency), []).append(line)
    for payout in payouts:
        for line in by_amount.get((payout.paid_minor, payout.currency), ()):
            if line.left_minor == line.amount_minor and payout.payout_no in line.text:
                _take(leg, payout, [(line, line.amount_minor)], "reference")
                break


def _by_amount(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    by_key: dict[tuple[str, str, int], list[BankLine]] = {}
    for line in lines:
        by_key.setdefault((line.account_tail, line.currency, line.amount_minor), []).append(line)
    for payout in payouts:
        for line in by_key.get((payout.account_tail, payout.currency, payout.paid_minor), ()):
            if (
                line.left_minor == line.amount_minor
                and _in_window(payout, line)
                and not _names_another(payout, line, leg)
            ):
                _take(leg, payout, [(line, line.amount_minor)], "amount")
                break


def _names_another(payout: Payout, line: BankLine, leg: BankLeg) -> bool:
    """Return whether the line's text carries the number of a payout that was matched otherwise (a second run of it)."""
    if payout.payout_no in line.text:
        return False
    return any(token in leg.credits for token in TOKEN.findall(line.text))


def _merged(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    """One line for several payouts: all of a day, all of a day and acquirer, or a short run of them."""
    by_account: dict[tuple[str, str], list[Payout]] = {}
    for payout in payouts:
        by_account.setdefault((payout.account_tail, payout.currency), []).append(payout)
    for line in lines:
        waiting = [
            one
            for one in by_account.get((line.account_tail, line.currency), ())
            if one.payout_no not in leg.credits and _in_window(one, line)
        ]
        chosen = _group_that_adds_up(waiting, line.left_minor)
        for payout in chosen:
            _take(leg, payout, [(line, payout.paid_minor)], "merged")


def _group_that_adds_up(waiting: Sequence[Payout], amount: int) -> Sequence[Payout]:
    if len(waiting) < 2:
        return ()
    days = sorted({one.sent_on for one in waiting})
    groups: list[list[Payout]] = [[one for one in waiting if one.sent_on == day] for day in days]
    groups += [
        [one for one in waiting if one.sent_on == day and one.acquirer == acquirer]
        for day in days
        for acquirer in sorted({one.acquirer for one in waiting})
    ]
    groups += [list(waiting[start:end]) for start in range(len(waiting)) for end in range(start + 2, len(waiting) + 1)]
    for group in groups:
        if len(group) >= 2 and sum(one.paid_minor for one in group) == amount:
            return group
    few = waiting[:MOST_MERGED]
    for size in (2, 3):
        found = [group for group in combinations(few, size) if sum(one.paid_minor for one in group) == amount]
        if len(found) == 1:  # two ways to add up would be a guess
            return found[0]
    return ()


def _split(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    """Several lines of one payer for one payout; only when there is exactly one way."""
    known = {name for credit in leg.credits.values() for line, _ in credit.lines if (name := line.counterparty)}
    for payout in payouts:
        if payout.payout_no in leg.credits:
            continue
        near = [
            line
            for line in lines
            if line.account_tail == payout.account_tail
            and line.currency == payout.currency
            and line.left_minor == line.amount_minor
            and _in_window(payout, line)
            and (line.counterparty in known or payout.payout_no in line.text)
        ][:MOST_MERGED]
        ways = [
            group
            for size in range(2, MOST_SPLIT + 1)
            for group in combinations(near, size)
            if sum(line.amount_minor for line in group) == payout.paid_minor
            and len({line.counterparty for line in group}) == 1
        ]
        if len(ways) == 1:
            _take(leg, payout, [(line, line.amount_minor) for line in ways[0]], "split")


def _reference_only(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    for payout in payouts:
        named = [line for line in lines if line.left_minor == line.amount_minor and payout.payout_no in line.text]
        if payout.payout_no not in leg.credits and named and len(payout.payout_no) >= 6:
            _take(leg, payout, [(line, line.amount_minor) for line in named], "different")


def _returns(payouts: Sequence[Payout], outgoing: Sequence[BankLine], leg: BankLeg) -> None:
    """A debit that takes a credited payout back: by number, or same account and amount soon after the credit."""
    used: set[int] = set()
    for payout in sorted(payouts, key=lambda one: (one.sent_on, one.payout_no)):
        credit = leg.credits.get(payout.payout_no)
        for line in outgoing:
            if id(line) in used or line.currency != payout.currency or -line.amount_minor != payout.paid_minor:
                continue
            named = payout.payout_no in line.text
            after = credit is not None and credit.lines and line.booked_at >= credit.lines[-1][0].booked_at
            same_account = line.account_tail == payout.account_tail
            if named or (payout.state == "returned" and after and same_account and _in_window(payout, line)):
                leg.returns[payout.payout_no] = line
                used.add(id(line))
                break
