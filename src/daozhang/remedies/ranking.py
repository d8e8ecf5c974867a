"""The ways to solve a case, best first: by how often each worked here, how long it takes, what it costs and what it risks.

A way's rate is what the workspace saw, mixed with the planning value as if that were ``PRIOR_CASES`` cases more: with no history
the planning value holds, with much the history does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from statistics import median
from typing import Final

PRIOR_CASES: Final = 4
RISK_POINTS: Final = {1: 0, 2: 6, 3: 15}
"""Points that a risk costs, where a point weighs as much as one per cent of success."""
HOURS_A_POINT: Final = 4
COST_A_POINT_MINOR: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way. ``hours`` of working time until money moves, ``cost_minor`` per case, ``risk`` 1 to 3; planning values."""

    key: str
    categories: tuple[str, ...]
    causes: tuple[str, ...] = ()
    hours: int
    cost_minor: int
    risk: int
    prior_pct: int

    @property
    def text_key(self) -> str:
        """Return the text key of what it is."""
        return "option-" + self.key


@dataclass(frozen=True, slots=True)
class Outcome:
    """One earlier case in which an option was taken: whether the money came by it, and after how many working hours."""

    option: str
    worked: bool
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """An option with what it is ranked by: ``rate_pct`` and ``hours`` as this workspace knows them, and how many cases say so."""

    option: Option
    rate_pct: int
    hours: int
    tried: int
    worked: int
    points: int


@cache
def options() -> Mapping[str, Option]:
    """Return every option by its key."""
    text = (resources.files("daozhang.remedies") / "options.toml").read_text(encoding="utf-8")
    return {
        key: Option(key=key, categories=tuple(row.pop("categories")), causes=tuple(row.pop("causes", ())), **row)
        for key, row in tomllib.loads(text).items()
    }


def options_for(cause_code: str, category: str) -> tuple[Option, ...]:
    """Return the options for a cause; one that names causes is for these alone."""
    return tuple(
        one for one in options().values() if category in one.categories and (not one.causes or cause_code in one.causes)
    )


def rank(possible: Sequence[Option], history: Sequence[Outcome]) -> tuple[Ranked, ...]:
    """Return the options, the best first; equal ones by their key."""
    made = [_ranked(one, [past for past in history if past.option == one.key]) for one in possible]
    return tuple(sorted(made, key=lambda one: (-one.points, one.option.key)))


def _ranked(option: Option, past: Sequence[Outcome]) -> Ranked:
    worked = sum(one.worked for one in past)
    rate = (worked * 100 + option.prior_pct * PRIOR_CASES) // (len(past) + PRIOR_CASES)
    took = [one.hours for one in past if one.worked]
    hours = int(median(took)) if took else option.hours
    points = rate - hours // HOURS_A_POINT - option.cost_minor // COST_A_POINT_MINOR - RISK_POINTS[option.risk]
    return Ranked(option=option, rate_pct=rate, hours=hours, tried=len(past), worked=worked, points=points)
