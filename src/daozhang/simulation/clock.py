"""The clock of a simulation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(slots=True)
class SimulatedClock:
    """A clock that stands until it is moved; each look at it lets a millisecond pass, so that no two looks are equal."""

    at: datetime

    def now(self) -> datetime:
        """Return the moment."""
        self.at += timedelta(milliseconds=1)
        return self.at

    def move_to(self, moment: datetime) -> None:
        """Let time pass until ``moment``; it never goes back."""
        self.at = max(self.at, moment)

    def sleep(self, pause: timedelta) -> None:
        """Let ``pause`` pass."""
        self.at += pause
