"""Stamps of a log → times to detect, notify, decide and resolve, and how much money was at risk for how long.

Drills and real incidents are measured alike: all times count from the moment the fault began. A time is None until its stamp is there.
Money at risk is a step function of the log (what is open from one entry to the next), added up as minor units times seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

BEGAN, DETECTED, NOTIFIED, DECIDED, RESOLVED, AT_RISK = (
    "began",
    "detected",
    "notified",
    "decided",
    "resolved",
    "at_risk",
)
STAMPS: Final = (DETECTED, NOTIFIED, DECIDED, RESOLVED)
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Logged:
    """One entry: when, which stamp, and for ``at_risk`` the minor units that are open from then on."""

    at: datetime
    step: str
    minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Whole seconds from the beginning; the first stamp of a kind counts, of ``resolved`` the last.

    ``at_risk_minor_s`` is minor units times seconds, until resolved or until the last entry.
    """

    time_to_detect_s: int | None
    time_to_notify_s: int | None
    time_to_decide_s: int | None
    time_to_resolve_s: int | None
    at_risk_minor_s: int

    @property
    def at_risk_minor_h(self) -> int:
        """Return minor units times hours, rounded half up."""
        return (2 * self.at_risk_minor_s + _HOUR) // (2 * _HOUR)


def score(log: Iterable[Logged]) -> Score | None:
    """Return the score of a log, None while nothing has begun."""
    entries = sorted(log, key=lambda one: one.at)
    began = next((one.at for one in entries if one.step == BEGAN), None)
    if began is None:
        return None
    first: dict[str, datetime] = {}
    for one in entries:
        if one.step not in first or one.step == RESOLVED:
            first[one.step] = one.at
    seconds = {step: int((first[step] - began).total_seconds()) for step in STAMPS if step in first}
    return Score(
        time_to_detect_s=seconds.get(DETECTED),
        time_to_notify_s=seconds.get(NOTIFIED),
        time_to_decide_s=seconds.get(DECIDED),
        time_to_resolve_s=seconds.get(RESOLVED),
        at_risk_minor_s=_at_risk(entries, first.get(RESOLVED, entries[-1].at)),
    )


def _at_risk(entries: list[Logged], until: datetime) -> int:
    total, open_minor, since = 0, 0, entries[0].at
    for one in entries:
        if one.step != AT_RISK:
            continue
        total += open_minor * max(0, int((min(one.at, until) - since).total_seconds()))
        open_minor, since = one.minor, min(one.at, until)
    return total + open_minor * max(0, int((until - since).total_seconds()))
