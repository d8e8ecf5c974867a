"""Credits and payouts that are not one to one: merged, joint and lump credits, each with what it leaves open."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from daozhang.matching.bank_lines import WINDOW_DAYS, BankLeg, BankLine, Lump, take
from daozhang.matching.payouts import Payout
from daozhang.matching.sums import fewest_that_make, group_of, groups_of, some_of

LEAST_LUMP: Final = 4
"""Payouts that a group needs before a credit that is not their sum may still be their lump."""
LEFT_OUT_SHARE: Final = 10
"""A lump may leave out one tenth of its group's money where the payouts left out can be told."""
SHORT_SHARE: Final = 20
"""A credit of a known payer that differs by up to one twentieth from a group is its lump with an unknown remainder."""


class Waiting:
    """Payouts without a credit by account, so that those near a line are found without looking at all."""

    def __init__(self, payouts: Sequence[Payout]) -> None:
        """``payouts`` are in order of sending."""
        self._by_account: dict[tuple[str, str], list[Payout]] = {}
        for one in payouts:
            self._by_account.setdefault((one.account_tail, one.currency), []).append(one)
        self._days = {key: [one.sent_on for one in known] for key, known in self._by_account.items()}

    def near(self, line: BankLine, leg: BankLeg) -> list[Payout]:
        """Return the payouts of the line's account that have no credit and whose window holds the line."""
        key = (line.account_tail, line.currency)
        days = self._days.get(key, [])
        first = bisect_left(days, line.booked_on - timedelta(days=WINDOW_DAYS))
        last = bisect_right(days, line.booked_on + timedelta(days=1))
        return [one for one in self._by_account.get(key, ())[first:last] if one.payout_no not in leg.credits]


def merged(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    """One line for several payouts: all of a day, all of a day and acquirer, or a run of them.

    A payout that came back may never have been on the line: a group that fits without those that came back is as sure.
    A line that may be the lump of a group without a few of its payouts waits for ``lumps``: there ties are seen.
    """
    waiting = Waiting(payouts)
    for line in lines:
        near = waiting.near(line, leg)
        chosen = group_of(near, line.left_minor) or group_of(
            [one for one in near if one.state != "returned"], line.left_minor
        )
        if not chosen and not any(True for _ in _left_outs(near, line)):
            chosen = some_of(near, line.left_minor)
            if any(one.payout_no in line.text for one in near) and not any(
                one.payout_no in line.text for one in chosen
            ):
                chosen = ()  # it says whose it is, and it is none of these
        for payout in chosen:
            take(leg, payout, [(line, payout.paid_minor)], "merged")


def joint(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    """Several lines of one payer and day for one payout or for a group sent together: when only their sums agree.

    Both sums must find each other alone. The lines are used in order of time, the payouts in order of sending, so that
    what each line paid adds up on both sides.
    """
    waiting = Waiting(payouts)
    parts: dict[tuple[str, str, str, date], list[BankLine]] = {}
    for line in lines:
        if line.is_untouched and line.counterparty:
            parts.setdefault((line.account_tail, line.currency, line.counterparty, line.booked_on), []).append(line)
    found: list[tuple[list[BankLine], list[Payout]]] = []
    for several in parts.values():
        total = sum(line.amount_minor for line in several)
        near = waiting.near(several[0], leg) if len(several) > 1 else []
        fits = [group for group in groups_of(near) if len(group) > 1 and sum(one.paid_minor for one in group) == total]
        fits += [[one] for one in near if one.paid_minor == total and _speaks_of(one, several, leg)]
        if len(fits) == 1:
            found.append((several, fits[0]))
    claimed = Counter(one.payout_no for _, group in found for one in group)
    for several, group in found:
        if all(claimed[one.payout_no] == 1 for one in group):
            _share_out(several, group, leg)


def _speaks_of(payout: Payout, lines: Sequence[BankLine], leg: BankLeg) -> bool:
    is_known = lines[0].counterparty in leg.payers.get(payout.acquirer, ())
    return is_known or any(payout.payout_no in line.text for line in lines)


def _share_out(lines: Sequence[BankLine], group: Sequence[Payout], leg: BankLeg) -> None:
    places = iter(lines)
    line = next(places)
    for payout in group:
        wanted = payout.paid_minor
        while wanted:
            if not line.left_minor:
                line = next(places)
            part = min(wanted, line.left_minor)
            take(leg, payout, [(line, part)], "joint")
            wanted -= part


def lumps(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    """One line for a group sent together, without a few of its payouts, told by what they make up together.

    Fewest explain it: one payout before two, two before three. Where several ways are equally few, nothing is chosen: the
    payouts of all of them stay open, and the rest of the group is paid.
    """
    waiting = Waiting(payouts)
    for line in (line for line in lines if line.is_untouched):
        found = list(_left_outs(waiting.near(line, leg), line))
        fewest = min((len(ways[0]) for _, ways in found), default=0)
        fits = [(group, ways) for group, ways in found if len(ways[0]) == fewest]
        if len(fits) != 1:
            continue
        group, ways = fits[0]
        open_numbers = {one.payout_no for way in ways for one in way}
        apart = tuple(one for one in group if one.payout_no in open_numbers)
        for payout in group:
            if payout.payout_no not in open_numbers:
                take(leg, payout, [(line, payout.paid_minor)], "lump")
        line.left_minor, line.how = 0, "lump"
        remainder = sum(one.paid_minor for one in ways[0])
        told, open_ones = (apart, ()) if len(ways) == 1 else ((), apart)
        lump = Lump(line=line, group=tuple(group), remainder_minor=remainder, left_out=told, candidates=open_ones)
        _note(leg, lump, apart)


def _left_outs(near: Sequence[Payout], line: BankLine) -> Iterator[tuple[list[Payout], list[tuple[Payout, ...]]]]:
    for group in groups_of(near):
        total = sum(one.paid_minor for one in group)
        remainder = total - line.amount_minor
        if len(group) >= LEAST_LUMP and 0 < remainder * LEFT_OUT_SHARE <= total:
            ways = fewest_that_make(group, remainder)
            if ways:
                yield group, ways


def lumps_that_differ(payouts: Sequence[Payout], lines: Sequence[BankLine], leg: BankLeg) -> None:
    """One line of a known payer that nearly is the sum of a group, when each is the only one near the other.

    What is over stays on the line. What is short stands with the last payouts of the group, since nobody says whose it is.
    """
    waiting = Waiting(payouts)
    found: list[tuple[BankLine, list[Payout]]] = []
    for line in (line for line in lines if line.is_untouched):
        fits = [
            group
            for group in groups_of(waiting.near(line, leg))
            if len(group) >= LEAST_LUMP
            and abs((total := sum(one.paid_minor for one in group)) - line.amount_minor) * SHORT_SHARE <= total
            and all(line.counterparty in leg.payers.get(one.acquirer, ()) for one in group)
        ]
        if len(fits) == 1:
            found.append((line, fits[0]))
    claimed = Counter(one.payout_no for _, group in found for one in group)
    for line, group in found:
        if all(claimed[one.payout_no] == 1 for one in group):
            _pay_in_order(line, group, leg)


def _pay_in_order(line: BankLine, group: Sequence[Payout], leg: BankLeg) -> None:
    remainder = sum(one.paid_minor for one in group) - line.amount_minor
    for payout in group:
        how = "lump-short" if remainder > 0 else "lump"
        take(leg, payout, [(line, min(payout.paid_minor, line.left_minor))], how)
    if remainder > 0:
        _note(leg, Lump(line=line, group=tuple(group), remainder_minor=remainder), ())


def _note(leg: BankLeg, lump: Lump, apart: Sequence[Payout]) -> None:
    leg.lumps.append(lump)
    for payout in apart:
        leg.lump_of[payout.payout_no] = lump
