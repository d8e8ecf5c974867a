"""Before and after a measure: did failures become rarer, more than they did where nothing was changed?

The same weeks of the year, or shops without the measure over the same weeks, are the control: what changed there too is the
season, not the measure. Counts are of incidents, since one incident with a hundred rows happened once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from daozhang.shares import Z95

FEWEST: Final = 5
"""Incidents before and after together in each group that are needed to say anything."""


class Verdict(StrEnum):
    """What can be said."""

    NOT_ENOUGH = "not_enough"
    NO_EFFECT_SEEN = "no_effect_seen"
    FEWER = "fewer"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Spell:
    """Incidents over an exposure: merchant-days that were due in the same time."""

    count: int
    days: int


@dataclass(frozen=True, slots=True)
class Effect:
    """The rate after ÷ before, less what the control did. ``ratio`` 0.5: half as often. None: not enough to say."""

    verdict: Verdict
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    is_controlled: bool = False


def effect(
    before: Spell, after: Spell, control_before: Spell | None = None, control_after: Spell | None = None
) -> Effect:
    """Return the effect with its 95 % interval; without a control it says so, since a season looks the same.

    The interval is the usual one of a ratio of two Poisson rates on the log scale, with half an incident added to each count so
    that none is infinite.
    """
    pairs = [(before, after)]
    if control_before is not None and control_after is not None and control_before.days and control_after.days:
        pairs.append((control_before, control_after))
    if any(not first.days or not second.days or first.count + second.count < FEWEST for first, second in pairs[:1]):
        return Effect(Verdict.NOT_ENOUGH)
    if len(pairs) == 2 and pairs[1][0].count + pairs[1][1].count < FEWEST:
        return Effect(Verdict.NOT_ENOUGH)
    log, spread = _log_ratio(*pairs[0])
    if len(pairs) == 2:
        log_control, spread_control = _log_ratio(*pairs[1])
        log, spread = log - log_control, spread + spread_control
    half = Z95 * math.sqrt(spread)
    low, high = math.exp(log - half), math.exp(log + half)
    verdict = Verdict.FEWER if high < 1 else Verdict.MORE if low > 1 else Verdict.NO_EFFECT_SEEN
    return Effect(verdict, math.exp(log), low, high, is_controlled=len(pairs) == 2)


def _log_ratio(before: Spell, after: Spell) -> tuple[float, float]:
    """Return the log of after ÷ before and its variance."""
    first, second = before.count + 0.5, after.count + 0.5
    return math.log(second / after.days) - math.log(first / before.days), 1 / first + 1 / second
