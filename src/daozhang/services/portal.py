"""What an owner is told of one day's money: where it is, whether that is normal, and whether anybody has to be called.

The first thing to do is to call the acquirer's service desk, unless the cause is proven to be no failure: then the answer
is that no call is needed, and by when the money comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

CALM: Final = frozenset({"not_a_failure", "expected_delay"})
"""Cause categories for which no call is needed once the cause is proven."""
PROVEN_PCT: Final = 90
"""Confidence, per cent, from which a cause counts as proven here."""


class Place(StrEnum):
    """Where the money of a day is, in one word; the most pressing that holds."""

    RETURNED = "returned"
    MISSING = "missing"
    HELD = "held"
    UNEXPLAINED = "unexplained"
    ON_ITS_WAY = "on_its_way"
    DEDUCTED = "deducted"
    ARRIVED = "arrived"
    NOTHING = "nothing"


class Call(StrEnum):
    """Whether somebody has to be called."""

    NONE = "none"  # normal: nothing to do
    WAIT = "wait"  # it arrived, or it is known and under way
    ACQUIRER = "acquirer"  # the service desk first; the pack is ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The money of one day, minor units: expected = the sum of the others."""

    expected: int
    arrived: int
    not_due: int
    held: int
    deducted: int
    returned: int
    missing: int
    unexplained: int


def place_of(sums: Sums) -> Place:
    """Return where the money is: what needs a person goes before what is normal."""
    for place, amount in (
        (Place.RETURNED, sums.returned), (Place.MISSING, sums.missing), (Place.HELD, sums.held),
        (Place.UNEXPLAINED, sums.unexplained), (Place.ON_ITS_WAY, sums.not_due), (Place.DEDUCTED, sums.deducted),
    ):  # fmt: skip
        if abs(amount) > rounding_of(sums.expected):
            return place
    return Place.ARRIVED if sums.arrived or sums.expected else Place.NOTHING


def rounding_of(expected: int) -> int:
    """Return up to what amount a difference is rounding and decides nothing: a thousandth, and never ¥1; the day's page shows it."""
    return min(abs(expected) // 1000, 99)


def amount_of(place: Place, sums: Sums) -> int:
    """Return the amount that the word is about."""
    amounts = {
        Place.RETURNED: sums.returned, Place.MISSING: sums.missing, Place.HELD: sums.held, Place.UNEXPLAINED: sums.unexplained,
        Place.ON_ITS_WAY: sums.not_due, Place.DEDUCTED: sums.deducted,
    }  # fmt: skip
    return amounts.get(place, sums.arrived)


def call_of(category: str, confidence_pct: int, *, is_open: bool, due_at: datetime | None, now: datetime) -> Call:
    """Return whether somebody has to be called about a cause. A calm cause needs no call until its due moment is over."""
    if not is_open:
        return Call.WAIT
    is_due = due_at is not None and due_at <= now
    if category in CALM and confidence_pct >= PROVEN_PCT and not is_due:
        return Call.NONE
    return Call.ACQUIRER
