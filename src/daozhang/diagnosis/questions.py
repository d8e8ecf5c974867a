"""The one to three questions that split the causes that are left best, and what an answer does to them.

A question is about one fact a person can find out. Asking it is worth what it takes away on average from the uncertainty
(entropy, in bits) over the causes; an answer becomes a fact of the break, so rules and evidence read it like any other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from math import log2
from typing import Final

from daozhang.breaks import Break
from daozhang.diagnosis.predicates import value_of
from daozhang.diagnosis.ranking import weights

MOST_QUESTIONS: Final = 3
WORTH_BITS: Final = 0.05
"""A question that takes away less than this is not asked."""
CANNOT_SAY: Final = "?"
"""What a person answers who does not know; it settles nothing and is not asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: the fact it is about, on which breaks it makes sense, and the values a person chooses from.

    Its words are ``question-<name>``, those of an answer ``question-<name>-<value>``.
    """

    name: str
    fact: str
    on: frozenset[str]
    values: tuple[str | bool | int, ...]

    def key(self, value: object = None) -> str:
        """Return the text key of the question, or of one answer to it."""
        if value is None:
            return f"question-{self.name}"
        shown = ("yes" if value else "no") if isinstance(value, bool) else str(value).replace("_", "-")
        return f"question-{self.name}-{shown}"


@cache
def questions() -> Mapping[str, Question]:
    """Return every question by its name."""
    text = (resources.files("daozhang.diagnosis") / "questions.toml").read_text(encoding="utf-8")
    return {
        name: Question(name=name, fact=row["fact"], on=frozenset(row["on"]), values=tuple(row["values"]))
        for name, row in tomllib.loads(text).items()
    }


def best_questions(found: Break, answered: Mapping[str, object] | None = None) -> tuple[Question, ...]:
    """Return up to three questions, the one that splits the causes best first; none where nothing is left to split."""
    known = answered or {}
    found = with_answers(found, known)
    worth = [
        (gain_bits(found, one), one)
        for one in questions().values()
        if found.type.value in one.on and one.name not in known and value_of(found, one.fact) is None
    ]
    asked = sorted((row for row in worth if row[0] >= WORTH_BITS), key=lambda row: (-row[0], row[1].name))
    return tuple(one for _, one in asked[:MOST_QUESTIONS])


def with_answers(found: Break, answered: Mapping[str, object]) -> Break:
    """Return the break with what people answered among its facts; what a file says goes before what a person says."""
    facts = {
        questions()[name].fact: value
        for name, value in answered.items()
        if name in questions() and value in questions()[name].values and value_of(found, questions()[name].fact) is None
    }
    return replace(found, facts={**found.facts, **facts}) if facts else found


def entropy_bits(found: Break) -> float:
    """Return how uncertain the cause of a break is: 0 when one is left, log2 of their number when all are alike."""
    return _entropy(list(weights(found).values()))


def gain_bits(found: Break, question: Question) -> float:
    """Return how much of the uncertainty an answer takes away on average.

    A cause under which several answers are possible is taken to give each of them alike.
    """
    after = {value: weights(replace(found, facts={**found.facts, question.fact: value})) for value in question.values}
    before = weights(found)
    possible = {code: [value for value in question.values if code in after[value]] for code in before}
    total = sum(weight for code, weight in before.items() if possible[code])
    left = 0.0
    for value in question.values:
        shares = [before[code] / len(possible[code]) for code in before if value in possible[code]]
        left += sum(shares) / total * _entropy(shares) if total and shares else 0.0
    return _entropy([weight for code, weight in before.items() if possible[code]]) - left


def _entropy(values: Sequence[float]) -> float:
    total = sum(values)
    return -sum(value / total * log2(value / total) for value in values if value > 0) if total else 0.0
