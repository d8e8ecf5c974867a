"""Payout ↔ bank line: by reference, by amount in a window, then merged and split credits.

Order of the steps, each with the sentence a person reads (texts ``bank-match-…``):

1. reference  the payout's number stands in the line, and the amount is the same
2. amount     the same account and amount within the window, payouts and lines paired in order of time
3. merged     one line pays all payouts of an account that were sent on one day, or a run of them
4. split      two to four lines of one payer on the account add up to one payout
5. joint      all lines of one payer and day add up to a group of payouts that were sent together, or to one
6. lump       one line pays such a group without a few of them, which alone make up the remainder
7. different  the number stands in the line but the amount differs: short or over
8. lump-short one line of a known payer nearly is the sum of such a group: who is short is not decided

Equal amounts on one account are interchangeable: when there are fewer lines than payouts the oldest payouts are
served first, and the verdict on the rest says how many candidates there were.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final

from daozhang.matching.bank_lines import WINDOW_DAYS, BankLeg, BankLine, Credit, Lump, in_window, take
from daozhang.matching.many import joint, lumps, lumps_that_differ, merged
from daozhang.matching.numbers import LEAST_NUMBER, TOKEN, lines_saying
from daozhang.matching.payouts import Payout

__all__ = ["TOKEN", "WINDOW_DAYS", "BankLeg", "BankLine", "Credit", "Lump", "match_bank"]

MOST_NEAR: Final = 16
MOST_SPLIT: Final = 4


def match_bank(
    payouts: Sequence[Payout], lines: Sequence[BankLine], payers: Mapping[str, set[str]] | None = None
) -> BankLeg:
    """Return which lines prove which payouts. Order of the arguments does not matter.

    payers  names under which each acquirer is known to pay already, from payouts that are not asked about here
    """
    leg = BankLeg(payers={acquirer: set(names) for acquirer, names in (payers or {}).items()})
    open_payouts = sorted(
        (one for one in payouts if one.paid_minor > 0), key=lambda one: (one.sent_on, one.settled_on, one.payout_no)
    )
    incoming = sorted((line for line in lines if line.amount_minor > 0), key=_line_order)
    outgoing = sorted((line for line in lines if line.amount_minor < 0), key=_line_order)
    for line in incoming:
        line.left_minor = line.amount_minor
    for step in (_by_reference, _by_amount, merged, _split, joint, lumps, _reference_only, lumps_that_differ):
        open_payouts = [one for one in open_payouts if one.payout_no not in leg.credits]
        step(open_payouts, [line for line in incoming if line.left_minor > 0], leg)
        _learn_payers(leg)
    _returns(payouts, outgoing, leg)
    leg.left = [line for line in incoming if line.left_minor > 0]
    return leg


def _learn_payers(leg: BankLeg) -> None:
    for credit in leg.credits.values():
        for line, _ in credit.lines:
            if line.counterparty:
                leg.payers.setdefault(credit.payout.acquirer, set()).add(line.counterparty)


def _line_order(line: BankLine) -> tuple[datetime, str, int, str]:
    return (line.booked_at, line.account_tail, line.amount_minor, str(line.evidence))


def _by_reference(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    said = lines_saying(payouts, lines)
    for payout in payouts:
        for line in said.get(payout.payout_no, ()):
            same = line.amount_minor == payout.paid_minor and line.currency == payout.currency
            if same and line.is_untouched:
                take(leg, payout, [(line, line.amount_minor)], "reference")
                break


def _by_amount(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    by_key: dict[tuple[str, str, int], list[BankLine]] = {}
    for line in lines:
        by_key.setdefault((line.account_tail, line.currency, line.amount_minor), []).append(line)
    numbers = {one.payout_no for one in payouts} | leg.credits.keys()
    for payout in payouts:
        for line in by_key.get((payout.account_tail, payout.currency, payout.paid_minor), ()):
            if (
                line.left_minor == line.amount_minor
                and in_window(payout, line)
                and not _names_another(payout, line, numbers)
            ):
                take(leg, payout, [(line, line.amount_minor)], "amount")
                break


def _names_another(payout: Payout, line: BankLine, numbers: AbstractSet[str]) -> bool:
    """Return whether the line's text carries the number of another payout: a second run of it, or its short credit."""
    if payout.payout_no in line.text:
        return False
    return any(token in numbers for token in TOKEN.findall(line.text))


def _split(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    """Several lines of one payer for one payout; only when there is exactly one way."""
    known = {name for names in leg.payers.values() for name in names}
    known |= {name for credit in leg.credits.values() for line, _ in credit.lines if (name := line.counterparty)}
    numbers = {one.payout_no for one in payouts} | leg.credits.keys()
    by_account: dict[tuple[str, str], list[BankLine]] = {}
    for line in lines:
        by_account.setdefault((line.account_tail, line.currency), []).append(line)
    for payout in payouts:
        near = [
            line
            for line in _lines_near(payout, by_account.get((payout.account_tail, payout.currency), []))
            if line.is_untouched
            and (line.counterparty in known or payout.payout_no in line.text)
            and not _names_another(payout, line, numbers)
        ][:MOST_NEAR]
        ways = [
            group
            for size in range(2, MOST_SPLIT + 1)
            for group in combinations(near, size)
            if sum(line.amount_minor for line in group) == payout.paid_minor
            and len({line.counterparty for line in group}) == 1
        ]
        if len(ways) == 1:
            take(leg, payout, [(line, line.amount_minor) for line in ways[0]], "split")


def _lines_near(payout: Payout, lines: Sequence[BankLine]) -> Sequence[BankLine]:
    """Return the lines, in order of booking, that the window of the payout holds."""
    first = bisect_left(lines, payout.sent_on - timedelta(days=1), key=lambda line: line.booked_on)
    last = bisect_right(lines, payout.sent_on + timedelta(days=WINDOW_DAYS), key=lambda line: line.booked_on)
    return lines[first:last]


def _reference_only(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    said = lines_saying(payouts, lines)
    for payout in payouts:
        named = [line for line in said.get(payout.payout_no, ()) if line.is_untouched]
        if named and len(payout.payout_no) >= LEAST_NUMBER:
            take(leg, payout, [(line, line.amount_minor) for line in named], "different")


def _returns(payouts: Sequence[Payout], outgoing: Sequence[BankLine], leg: BankLeg) -> None:
    """A debit that takes a credited payout back: by number, or same account and amount soon after the credit."""
    used: set[int] = set()
    by_amount: dict[tuple[int, str], list[BankLine]] = {}
    for line in outgoing:
        by_amount.setdefault((-line.amount_minor, line.currency), []).append(line)
    for payout in sorted(payouts, key=lambda one: (one.sent_on, one.payout_no)):
        credit = leg.credits.get(payout.payout_no)
        for line in by_amount.get((payout.paid_minor, payout.currency), ()):
            if id(line) in used:
                continue
            named = payout.payout_no in line.text
            after = credit is not None and credit.lines and line.booked_at >= credit.lines[-1][0].booked_at
            same_account = line.account_tail == payout.account_tail
            if named or (payout.state == "returned" and after and same_account and in_window(payout, line)):
                leg.returns[payout.payout_no] = line
                used.add(id(line))
                break
