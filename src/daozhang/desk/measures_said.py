"""Figures as people read them, in their language: with unit, interval, and "not enough to say" where there is no ground."""

from __future__ import annotations

from daozhang import money
from daozhang.breaks import BreakType
from daozhang.measures.case_log import Phase
from daozhang.measures.figures import Figure, Unit
from daozhang.texts import say

PHASES = frozenset(phase.value for phase in Phase)
BREAKS = frozenset(kind.value for kind in BreakType)


def name(language: str, figure: Figure) -> str:
    """Return the name of a figure with the part it is of."""
    title = say(language, f"measures-figure-{figure.key.replace('_', '-')}")
    part = part_name(language, figure)
    return f"{title} · {part}" if part else title


def part_name(language: str, figure: Figure) -> str:
    """Return what the part of a figure is called: a currency, an age, a size, a kind of break."""
    if figure.part in BREAKS:
        return say(language, f"break-{figure.part.replace('_', '-')}-name")
    if figure.key == "ageing":
        currency, _, age = figure.part.partition(" ")
        return f"{currency} · {say(language, 'measures-age', days=age.replace('-', '–'))}"
    return figure.part.upper() if figure.key in PHASES else figure.part


def value(language: str, figure: Figure) -> str:
    """Return the value with its unit."""
    return amount(language, figure.unit, figure.value, figure.currency)


def amount(language: str, unit: Unit, number: float | None, currency: str) -> str:
    """Return a number in its unit; None says that there is not enough to say anything."""
    if number is None:
        return say(language, "measures-no-ground")
    if unit in {Unit.MINOR, Unit.MINOR_HOURS}:
        said = money.to_text(round(number), currency)
        return said if unit is Unit.MINOR else say(language, "measures-money-hours", amount=said)
    if unit is Unit.SECONDS:
        return lasting(language, number)
    if unit is Unit.PCT:
        return f"{number:.1f}%" if number >= 1 or number == 0 else f"{number:.2g}%"
    whole = f"{number:g}" if number == int(number) and unit is Unit.COUNT else f"{number:.1f}"
    return f"{whole} / 5" if unit is Unit.SCORE else whole


def lasting(language: str, seconds: float) -> str:
    """Return a time as people say it: minutes, hours, or days and hours."""
    minutes = round(seconds / 60)
    if minutes < 120:
        return say(language, "measures-minutes", minutes=minutes)
    hours = round(seconds / 3600)
    if hours < 72:
        return say(language, "measures-hours", hours=hours)
    return say(language, "measures-days-hours", days=hours // 24, hours=hours % 24)


def between(language: str, figure: Figure) -> str:
    """Return the interval of a rate, or the 90th percentile of times; empty where there is none."""
    if figure.low is not None and figure.high is not None:
        low, high = (amount(language, figure.unit, end, "") for end in (figure.low, figure.high))
        return say(language, "measures-between", low=low, high=high)
    if figure.p90 is not None and figure.unit is Unit.SECONDS:
        return say(language, "measures-p90", time=lasting(language, figure.p90))
    return ""


def made_of(language: str, figure: Figure) -> str:
    """Return what the figure is made of: numerator and denominator, and what was left out."""
    if figure.unit in {Unit.MINOR, Unit.MINOR_HOURS}:
        said = str(figure.count) if figure.unit is Unit.MINOR else ""
    elif figure.currency:
        said = f"{money.to_text(figure.count, figure.currency)} / {money.to_text(figure.of, figure.currency)}"
    else:
        said = f"{figure.count:,} / {figure.of:,}"
    left = say(language, "measures-left-out", count=figure.left_out) if figure.left_out else ""
    return " · ".join(one for one in (said, left) if one)
