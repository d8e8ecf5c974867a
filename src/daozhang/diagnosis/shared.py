"""Whether failures share something that the healthy do not: how over-represented they are at one bank, carrier or shop.

Time alone explains nothing: failures of one morning are one incident only where they share more than the morning.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Final

LIFT: Final = 3
"""A place stands out when its failure rate is at least so many times that of all others…"""
CHANCE: Final = 0.001
"""…and when so many failures there would come about by chance in at most one of a thousand such looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """How many of one place failed, of how many, and the same of everybody else."""

    failed: int
    all: int
    failed_elsewhere: int
    all_elsewhere: int

    @property
    def lift(self) -> float:
        """Return the failure rate here by that elsewhere; where nothing failed elsewhere, half a failure is assumed."""
        if not self.all_elsewhere or not self.all:
            return 1.0
        return (self.failed / self.all) / (max(self.failed_elsewhere, 0.5) / self.all_elsewhere)

    @property
    def chance(self) -> float:
        """Return how likely at least so many of the failures are here if they fell on all alike (hypergeometric tail)."""
        failed = self.failed + self.failed_elsewhere
        ways = sum(
            comb(self.all, here) * comb(self.all_elsewhere, failed - here)
            for here in range(self.failed, min(self.all, failed) + 1)
        )
        return ways / comb(self.all + self.all_elsewhere, failed)

    @property
    def stands_out(self) -> bool:
        """Return whether the failures are of this place: against the rest, and not by chance."""
        return self.lift >= LIFT and self.chance <= CHANCE
