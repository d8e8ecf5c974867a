"""Causes in order: how likely each is, from how often such an answer was right and from what the evidence speaks for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from daozhang.breaks import Break
from daozhang.diagnosis.predicates import Truth, holds
from daozhang.diagnosis.verdict import Verdict

SHOWN: Final = 3
SPEAKS_FOR, OPEN, ELSE = 8, 1, 40
"""Weights: evidence that holds makes a cause eight times as likely as evidence that is not known; ``ELSE`` is the weight (per
mille) of a cause nobody has listed."""
PRIOR_ANSWERS: Final = 1
"""What a rule claims counts as much as so many answers that were measured (the strength of Jeffreys' prior)."""
MOST_PCT: Final = 99
"""Nothing is certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for one cause: the break types it can stand on, lines of which one has to hold, how common it is.

    ``said`` are lines about what people answer: one that does not hold rules the cause out.
    """

    cause: str
    on: frozenset[str]
    per_mille: int
    when: tuple[str, ...]
    said: tuple[str, ...] = ()

    def holds(self, found: Break) -> Truth:
        """Return true when one line holds, false when none can, None when it depends on what is not known."""
        said = [holds(line, found) for line in self.said]
        if found.type.value not in self.on or False in said:
            return False
        answers = [holds(line, found) for line in self.when]
        if True in answers or (None in answers and True in said):
            return True
        return None if None in answers else False


@cache
def evidence() -> Mapping[str, Evidence]:
    """Return what speaks for each cause, by its code."""
    text = (resources.files("daozhang.diagnosis") / "evidence.toml").read_text(encoding="utf-8")
    return {code: _evidence(code, row) for code, row in tomllib.loads(text).items()}


def _evidence(code: str, row: Mapping[str, Any]) -> Evidence:
    return Evidence(
        cause=code, on=frozenset(row["on"]), per_mille=row["per_mille"], when=tuple(row["when"]),
        said=tuple(row.get("said", ())),
    )  # fmt: skip


@cache
def measured() -> Mapping[str, tuple[int, int]]:
    """Return per kind of answer how many were right and how many were given, on simulated worlds made for this alone."""
    text = (resources.files("daozhang.diagnosis") / "calibration.toml").read_text(encoding="utf-8")
    return {key: (int(row[0]), int(row[1])) for key, row in tomllib.loads(text)["answers"].items()}


def kind_of(verdict: Verdict) -> str:
    """Return the kind of an answer: its sentence, how sure the rule was, and whether it was only taken over."""
    return f"{verdict.why}.{int(verdict.certainty)}" + (".follows" if verdict.follows else "")


def confidence_pct(verdict: Verdict) -> int:
    """Return how likely the cause of a verdict is, in per cent: measured, drawn towards what its rule claims when seldom seen."""
    right, answers = measured().get(kind_of(verdict), (0, 0))
    claimed = int(verdict.certainty)
    return min(MOST_PCT, (100 * right + PRIOR_ANSWERS * claimed) // (answers + PRIOR_ANSWERS))


def weights(found: Break) -> dict[str, int]:
    """Return the causes that the evidence leaves, each with its weight; what it rules out is not among them."""
    answers = {code: one.holds(found) for code, one in evidence().items() if found.type.value in one.on}
    return {
        code: evidence()[code].per_mille * (SPEAKS_FOR if answer else OPEN)
        for code, answer in answers.items()
        if answer is not False
    }


def ranked(found: Break, verdict: Verdict | None) -> tuple[tuple[str, int], ...]:
    """Return up to three causes with their per cent, best first, at most 100 together.

    A verdict leads with its measured confidence and leaves the rest to the others; without one all of them share, and what
    is not listed keeps its part.
    """
    first = verdict.cause if verdict else ""
    sure = confidence_pct(verdict) if verdict and first else 0
    others = {code: weight for code, weight in weights(found).items() if code != first}
    total = sum(others.values()) + ELSE
    rest = [(code, (100 - sure) * weight // total) for code, weight in others.items()]
    named = sorted((one for one in rest if one[1] > 0), key=lambda one: (-one[1], one[0]))
    return tuple([(first, sure)] * bool(first) + named)[:SHOWN]
