"""Short courses made from the slips of the real counter: a manual page to read, then a quiz drawn by seed and marked at once.

The same course and seed give the same quiz everywhere, so that it can be taken on paper and marked later, without any network.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from random import Random
from typing import Any, Final

from daozhang.errors import RefusedError
from daozhang.learning.journal import Slip

CODES: Final = ("void_or_refund", "timeouts", "batch_close", "duplicates", "wrong_amount")
ASKED: Final = 4
"""Questions of one quiz."""
PASS: Final = 4
"""Right answers that pass it: all of them, since each is about somebody's money."""
LETTERS: Final = "ABC"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: what it says, and why it is wrong (empty: it is right)."""

    say: dict[str, str]
    why: dict[str, str]

    @property
    def is_right(self) -> bool:
        """Return whether this is the answer."""
        return not self.why


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answers, the right one first until it is drawn."""

    ask: dict[str, str]
    options: tuple[Option, ...]

    @property
    def right_letter(self) -> str:
        """Return the letter of the right answer."""
        return next(letter for letter, one in zip(LETTERS, self.options, strict=True) if one.is_right)


@dataclass(frozen=True, slots=True)
class Course:
    """A course: the manual page that teaches it, the slips it is for, how many days a certificate holds."""

    code: str
    title: dict[str, str]
    page: str
    slips: tuple[Slip, ...]
    valid_days: int
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A quiz with the answers given: how many were right, whether it is passed."""

    questions: tuple[Question, ...]
    answers: tuple[str, ...]

    @property
    def right(self) -> int:
        """Return how many answers are right."""
        return sum(one.right_letter == given for one, given in zip(self.questions, self.answers, strict=True))

    @property
    def passed(self) -> bool:
        """Return whether the pass mark is reached."""
        return self.right >= PASS


@cache
def courses() -> tuple[Course, ...]:
    """Return every course."""
    folder = resources.files("daozhang.learning") / "courses"
    return tuple(_course(code, tomllib.loads((folder / f"{code}.toml").read_text(encoding="utf-8"))) for code in CODES)


def _course(code: str, row: dict[str, Any]) -> Course:
    questions = tuple(
        Question(
            one["ask"], (Option(one["right"], {}), *(Option(wrong["say"], wrong["why"]) for wrong in one["wrong"]))
        )
        for one in row["questions"]
    )
    slips = tuple(Slip(name) for name in row["slips"])
    return Course(code, row["title"], row["page"], slips, row["valid_days"], questions)


def course(code: str) -> Course:
    """Return one course; RefusedError where there is none."""
    found = next((one for one in courses() if one.code == code), None)
    if found is None:
        raise RefusedError("error-course-none", course=code[:40], courses=", ".join(CODES))
    return found


def course_for(slip: Slip) -> Course:
    """Return the course that teaches what a slip got wrong."""
    return next((one for one in courses() if slip in one.slips), course("timeouts"))


def drawn(one: Course, seed: int) -> tuple[Question, ...]:
    """Return the questions of the quiz with that seed, their answers in the order of that seed."""
    rng = Random(f"{one.code} {seed}")  # noqa: S311 - which questions are drawn is no secret
    chosen = rng.sample(one.questions, ASKED)
    return tuple(Question(each.ask, tuple(rng.sample(each.options, len(each.options)))) for each in chosen)


def marked(one: Course, seed: int, answers: Sequence[str]) -> Marked:
    """Return the quiz with its answers (a letter each); RefusedError when one is missing or no letter of the sheet."""
    given = tuple(letter.strip().upper() for letter in answers)
    if len(given) != ASKED or any(len(letter) != 1 or letter not in LETTERS for letter in given):
        raise RefusedError("error-course-answers", count=ASKED, letters=LETTERS)
    return Marked(drawn(one, seed), given)
