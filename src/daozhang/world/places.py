"""One event of a plan: which scenario, at whom, from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Place:
    """One scenario from or on one day. ``shop`` is where it was placed, ``shops`` are all it reaches.

    ``until`` is its last day; None: to the end of the world. ``within`` names the compound it is a part of.
    """

    scenario: str
    shop: str
    day: date
    until: date | None = None
    shops: frozenset[str] = frozenset()
    within: str = ""

    @property
    def told_as(self) -> str:
        """Return the name under which the truth tells of it: the compound's, if it is part of one that fails."""
        return self.within if self.within.startswith("C") else self.scenario

    def covers(self, day: date) -> bool:
        """Return whether it is in force on a day."""
        return self.day <= day and (self.until is None or day <= self.until)
