"""Shares with their interval: how often something happens, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from daozhang.shares import wilson


@dataclass(frozen=True, slots=True)
class Rate:
    """``count`` of ``of``, with the 95 % interval of the share (Wilson score). Without a denominator nothing is known."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """Return count ÷ of; None when there is nothing to divide by."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the lower and upper end of the 95 % interval of the share; None when nothing was looked at."""
        return wilson(self.count, self.of)

    def per(self, scale: int) -> tuple[float, float, float] | None:
        """Return (value, low, high) per ``scale`` (100 for per cent, 10,000 for payments); None without a denominator."""
        ends = self.interval
        if ends is None or self.share is None:
            return None
        return self.share * scale, ends[0] * scale, ends[1] * scale

    def holds(self, share: float) -> bool:
        """Return whether a share lies in the interval."""
        ends = self.interval
        return ends is not None and ends[0] <= share <= ends[1]
