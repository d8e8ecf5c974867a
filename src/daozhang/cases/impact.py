"""What an outage costs in payments: how many would have been made meanwhile, as the same hours of earlier days say, with a range.

An estimate and said as one: the range holds about nineteen of twenty ordinary days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

FEWEST: Final = 2
"""Earlier spans without which nothing is estimated."""
WIDTH: Final = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Payments that did not happen, between ``low`` and ``high``; ``hours`` of the outage in tenths; how many earlier spans say so."""

    lost: int
    low: int
    high: int
    tenth_hours: int
    spans: int

    @property
    def per_hour(self) -> int:
        """Return the payments lost in an hour, rounded."""
        return round(self.lost * 10 / self.tenth_hours) if self.tenth_hours else 0


def impact(earlier: Sequence[int], happened: int, seconds: int) -> Impact | None:
    """Return the estimate from what the same hours brought on earlier days; None when fewer than two such days are known.

    What happened all the same at the same terminals (another line, stored payments) is not lost. Counts vary at least as chance
    makes them vary, so that a few equal days do not pretend to be certain.
    """
    if len(earlier) < FEWEST or seconds <= 0:
        return None
    mean = sum(earlier) / len(earlier)
    spread = sum((one - mean) ** 2 for one in earlier) / (len(earlier) - 1)
    width = WIDTH * sqrt(max(spread, mean) * (1 + 1 / len(earlier)))
    lost = max(round(mean) - happened, 0)
    low, high = max(round(mean - width) - happened, 0), max(round(mean + width) - happened, 0)
    return Impact(lost=lost, low=low, high=high, tenth_hours=max(round(seconds / 360), 1), spans=len(earlier))
