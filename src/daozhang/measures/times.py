"""Median and 90th percentile of times of which some are not over yet: an open case is censored, never dropped.

Dropping the open ones would make a desk look the faster the longer it leaves its hard cases lying. The product-limit estimate
(Kaplan and Meier) keeps them: until now an open case took *at least* so long.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

FEWEST: Final = 3
"""Times that must be over before a percentile is said: one case is no median."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """One time in seconds. ``is_over`` false: it still runs, this is how long it has run."""

    seconds: float
    is_over: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """The times of one kind: how many are over, how many still run, median and 90th percentile in seconds.

    A percentile is None while too much still runs to say it, and with fewer than three times that are over.
    """

    over: int
    running: int
    median_s: float | None
    p90_s: float | None
    at_least_s: float


def spread(times: Iterable[Lasting]) -> Spread:
    """Return the spread of ``times``; all empty without any."""
    found = sorted(times, key=lambda one: (one.seconds, not one.is_over))
    over = sum(one.is_over for one in found)
    return Spread(
        over=over,
        running=len(found) - over,
        median_s=_quantile(found, 0.5) if over >= FEWEST else None,
        p90_s=_quantile(found, 0.9) if over >= FEWEST else None,
        at_least_s=max((one.seconds for one in found), default=0.0),
    )


def _quantile(ordered: list[Lasting], share: float) -> float | None:
    """Return the first time by which ``share`` of all is over, by the product-limit estimate."""
    left, still = len(ordered), 1.0
    for one in ordered:
        if one.is_over:
            still *= (left - 1) / left
            if 1 - still >= share - 1e-12:
                return one.seconds
        left -= 1
    return None
