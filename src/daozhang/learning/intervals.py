"""Shares with the interval they can be trusted within, and whether two of them differ: by counts alone, no distribution assumed.

The interval of one share is Wilson's score interval at 95 %, of a difference Newcombe's, made of the two; both stay
honest where nothing or everything happened. Rates are the only numbers here that are not whole, and none of them is money.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final

from daozhang.shares import wilson

FEWEST: Final = 50
"""Payments below which an operator's rate is not spoken of."""

FEWEST_COMPARED: Final = 100
"""Payments that each side of a comparison needs."""


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``count`` payments; both are whole and ``hits`` is never more than ``count``."""

    hits: int
    count: int

    @property
    def is_enough(self) -> bool:
        """Return whether there are enough payments to speak of a rate."""
        return self.count >= FEWEST

    @property
    def rate(self) -> float:
        """Return the share, 0 to 1; 0 where nothing was counted."""
        return self.hits / self.count if self.count else 0.0

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the 95 % interval of the share, both 0 to 1; everything is possible where nothing was counted."""
        return wilson(self.hits, self.count) or (0.0, 1.0)


class Trend(StrEnum):
    """What a comparison allows to be said."""

    FEWER = "fewer"
    MORE = "more"
    NO_DIFFERENCE = "no_difference"
    NOT_ENOUGH = "not_enough"


@dataclass(frozen=True, slots=True)
class Effect:
    """Slips before and after; ``low`` and ``high`` bound the change of the rate (after minus before) at 95 %."""

    before: Share
    after: Share
    low: float
    high: float
    trend: Trend


def effect(before: Share, after: Share) -> Effect:
    """Return whether slips became fewer or more; *no difference* when the interval holds 0, *not enough* when either side is small."""
    change = after.rate - before.rate
    (low_before, high_before), (low_after, high_after) = before.bounds, after.bounds
    low = change - sqrt((after.rate - low_after) ** 2 + (high_before - before.rate) ** 2)
    high = change + sqrt((high_after - after.rate) ** 2 + (before.rate - low_before) ** 2)
    if min(before.count, after.count) < FEWEST_COMPARED:
        trend = Trend.NOT_ENOUGH
    elif high < 0:
        trend = Trend.FEWER
    elif low > 0:
        trend = Trend.MORE
    else:
        trend = Trend.NO_DIFFERENCE
    return Effect(before=before, after=after, low=low, high=high, trend=trend)
