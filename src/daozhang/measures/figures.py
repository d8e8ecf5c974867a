"""The figures of the page: each with what it counts, of what, in which unit, and how sure it is. A figure without ground is empty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from daozhang.measures.rates import Rate
from daozhang.measures.times import Spread


class Unit(StrEnum):
    """What ``value`` is counted in."""

    PCT = "pct"
    PER_10K = "per_10k"
    MINOR = "minor"
    MINOR_HOURS = "minor_hours"
    SECONDS = "seconds"
    COUNT = "count"
    SCORE = "score"


class Group(StrEnum):
    """Where a figure stands on the page."""

    GROUND = "ground"
    MONEY = "money"
    CASES = "cases"
    WORK = "work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure. ``count`` of ``of`` are what it is made of (merchant-days, payouts, cases … or minor units).

    ``value`` None: there is no ground to say anything, which is never shown as 0 or 100. ``low`` and ``high`` are the ends of
    the 95 % interval. ``part`` tells figures of one key apart (a currency, a size, a kind).
    """

    key: str
    group: Group
    unit: Unit
    value: float | None
    count: int = 0
    of: int = 0
    low: float | None = None
    high: float | None = None
    p90: float | None = None
    part: str = ""
    currency: str = ""
    left_out: int = 0
    """What could not be counted in: not mature, without an arrival, fewer than wanted."""


SCALES: Final = {Unit.PCT: 100, Unit.PER_10K: 10_000}


def of_rate(
    key: str, group: Group, rate: Rate, *, unit: Unit = Unit.PCT, part: str = "", currency: str = "", left_out: int = 0
) -> Figure:
    """Return the figure of a share of things that can be counted, with its interval."""
    ends = rate.per(SCALES[unit])
    return Figure(
        key=key, group=group, unit=unit, value=ends[0] if ends else None, low=ends[1] if ends else None,
        high=ends[2] if ends else None, count=rate.count, of=rate.of, part=part, currency=currency, left_out=left_out,
    )  # fmt: skip


def of_money(key: str, group: Group, count_minor: int, of_minor: int, currency: str, *, left_out: int = 0) -> Figure:
    """Return the figure of a share of money; without an interval, since fen are no independent events."""
    value = count_minor / of_minor * 100 if of_minor else None
    return Figure(
        key=key, group=group, unit=Unit.PCT, value=value, count=count_minor, of=of_minor, part=currency, currency=currency,
        left_out=left_out,
    )  # fmt: skip


def of_spread(key: str, group: Group, times: Spread, *, part: str = "", left_out: int = 0) -> Figure:
    """Return the figure of times: its value is the median, ``count`` those that are over, ``of`` all."""
    return Figure(
        key=key, group=group, unit=Unit.SECONDS, value=times.median_s, p90=times.p90_s, count=times.over,
        of=times.over + times.running, part=part, left_out=left_out,
    )  # fmt: skip


def of_scores(key: str, group: Group, scores: Iterable[int], *, fewest: int = 5) -> Figure:
    """Return the mean of answers; with fewer than ``fewest`` of them it is empty, so that nobody is recognised by one answer."""
    found = list(scores)
    value = sum(found) / len(found) if len(found) >= fewest else None
    return Figure(key=key, group=group, unit=Unit.SCORE, value=value, count=len(found), of=len(found))
