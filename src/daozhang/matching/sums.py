"""Which payouts add up to an amount: groups that belong together first, and a bounded search that never guesses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, islice
from typing import Final

from daozhang.matching.payouts import Payout

MOST_MERGED: Final = 16
"""Payouts among which two or three that add up to a credit are looked for where no group does."""
MOST_LEFT_OUT: Final = 3
"""Payouts that a lump may have left out, so that the remainder can be told by their amounts."""
MOST_TRIPLES: Final = 400
"""Size of a lump up to which three left-out payouts are looked for; in a larger one too many of them fit by chance."""
MOST_WAYS: Final = 20
"""Ways to make up a remainder that are listed; with several it is not decided anyway."""


def groups_of(waiting: Sequence[Payout]) -> Iterator[list[Payout]]:
    """Give the payouts that were sent together: those of each day, then those of each day and acquirer."""
    days: dict[date, list[Payout]] = {}
    for one in waiting:
        days.setdefault(one.sent_on, []).append(one)
    yield from (days[day] for day in sorted(days))
    for day in sorted(days):
        by_acquirer: dict[str, list[Payout]] = {}
        for one in days[day]:
            by_acquirer.setdefault(one.acquirer, []).append(one)
        if len(by_acquirer) > 1:
            yield from (by_acquirer[name] for name in sorted(by_acquirer))


def group_of(waiting: Sequence[Payout], amount: int) -> Sequence[Payout]:
    """Return the first group of two or more payouts sent together that adds up to ``amount``; empty when none does."""
    for group in groups_of(waiting):
        if len(group) >= 2 and sum(one.paid_minor for one in group) == amount:
            return group
    return ()


def some_of(waiting: Sequence[Payout], amount: int) -> Sequence[Payout]:
    """Return two or more payouts that add up to ``amount`` without being a group; empty when there are none or several ways.

    The earliest run in order of sending goes first, then two or three of the ``MOST_MERGED`` first, if there is one way.
    """
    run = _run(waiting, amount)
    if run:
        return run
    few = waiting[:MOST_MERGED]
    for size in (2, 3):
        found = [group for group in combinations(few, size) if sum(one.paid_minor for one in group) == amount]
        if len(found) == 1:  # two ways to add up would be a guess
            return found[0]
    return ()


def _run(waiting: Sequence[Payout], amount: int) -> Sequence[Payout]:
    """Return the first run of two or more that adds up; amounts are positive, so a window that slides sees every run."""
    start = total = 0
    for end, one in enumerate(waiting):
        total += one.paid_minor
        while total > amount:
            total -= waiting[start].paid_minor
            start += 1
        if total == amount and end > start:
            return waiting[start : end + 1]
    return ()


def fewest_that_make(payouts: Sequence[Payout], amount: int) -> list[tuple[Payout, ...]]:
    """Return every way to make ``amount`` of as few of the payouts as possible, ``MOST_LEFT_OUT`` at most.

    One way is an answer, several are a tie. At most ``MOST_WAYS`` are returned; empty when there is no way within bounds.
    """
    places: dict[int, list[int]] = {}
    for place, one in enumerate(payouts):
        places.setdefault(one.paid_minor, []).append(place)
    for size in range(1, MOST_LEFT_OUT + 1):
        if size == MOST_LEFT_OUT and len(payouts) > MOST_TRIPLES:
            break
        ways = list(islice(_ways(payouts, places, amount, size, 0), MOST_WAYS))
        if ways:
            return ways
    return []


def _ways(
    payouts: Sequence[Payout], places: dict[int, list[int]], amount: int, size: int, start: int
) -> Iterator[tuple[Payout, ...]]:
    """Give the ways of ``size`` payouts from ``start`` on; ``places`` says where each amount stands, in order."""
    if size == 1:
        alike = places.get(amount, [])
        yield from ((payouts[place],) for place in alike[bisect_left(alike, start) :])
        return
    for place in range(start, len(payouts)):
        rest = amount - payouts[place].paid_minor
        if rest > 0:
            for more in _ways(payouts, places, rest, size - 1, place + 1):
                yield (payouts[place], *more)
