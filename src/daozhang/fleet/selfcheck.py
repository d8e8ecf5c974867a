"""The self-check of a terminal as a decision table: questions in order, each answer going on or ending at one fix card.

Facts may answer in the cashier's place: a heartbeat tells battery and paper, the version policy tells the version, a probe
tells port, host and line. What nobody could say stays unsure and is said so at the end.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from daozhang.fleet.health import LOW_BATTERY_PCT, PAPER_OK, Figures

UNSURE: Final = "unsure"
WELL: Final = "well"
"""The outcome when every question was answered and nothing was found."""
UNCLEAR: Final = "unclear"
"""The outcome when nothing was found, but some questions stayed unsure."""
MOST_FACTS: Final = 200
"""Characters of a text that is taken from a probe."""
_LINE_SAYS: Final = {"good": "no", "watch": "yes", "failed": "yes"}


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``answers``: answer → fix card, empty to go on."""

    code: str
    section: str
    answers: Mapping[str, str]
    known: str = ""


@cache
def table() -> tuple[Question, ...]:
    """Return the questions in order."""
    text = resources.files("daozhang.fleet").joinpath("selfcheck.toml").read_text(encoding="utf-8")
    return tuple(
        Question(one["code"], one["section"], dict(one["answers"]), one.get("known", ""))
        for one in tomllib.loads(text)["question"]
    )


def cards() -> tuple[str, ...]:
    """Return the fix cards in the order in which the table reaches them."""
    return tuple(card for question in table() for card in question.answers.values() if card)


def next_question(answers: Mapping[str, str]) -> Question | None:
    """Return the question that is to be asked now; None when the check has ended."""
    for question in table():
        if question.code not in answers:
            return question
        if question.answers.get(answers[question.code]):
            return None
    return None


def outcome(answers: Mapping[str, str]) -> str:
    """Return the fix card the answers lead to, ``well``, ``unclear``, or nothing while questions are open."""
    for question in table():
        if question.code not in answers:
            return ""
        card = question.answers.get(answers[question.code], "")
        if card:
            return card
    return UNCLEAR if UNSURE in answers.values() else WELL


def known(figures: Figures | None, probe: Mapping[str, Any]) -> dict[str, str]:
    """Return what facts answer: question → answer. A source that says nothing answers nothing."""
    found = _from_probe(probe)
    if figures is None:
        return found
    if figures.battery_pct is not None and figures.battery_pct < LOW_BATTERY_PCT:
        found["battery"] = "no"
    if figures.paper and figures.paper.lower() not in PAPER_OK:
        found["printer"] = "no"
    if figures.is_below_target is not None:
        found["version"] = "no" if figures.is_below_target else "yes"
    return found


def _from_probe(probe: Mapping[str, Any]) -> dict[str, str]:
    states = {one["step"]: one["state"] for one in probe.get("steps", ())}
    found = {}
    if {"name", "connect", "tls"} & states.keys():
        failed = any(states.get(step) == "failed" for step in ("name", "connect", "tls"))
        found["port"] = "no" if failed else "yes"
    if "echo" in states:
        failed = "failed" in {states["echo"], states.get("sign_on")}
        found["backend"] = "no" if failed else "yes"
    if states.get("line") in _LINE_SAYS:
        found["line"] = _LINE_SAYS[states["line"]]
    return found


def read_probe(value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - whatever JSON somebody pasted
    """Return what a self-check keeps of the JSON of ``daozhang probe``, checked and cut to size; None when it is none."""
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("probe"), int)
        or not isinstance(value.get("steps"), list)
    ):
        return None
    steps = []
    for one in value["steps"][:10]:
        if not isinstance(one, dict) or not all(isinstance(one.get(name), str) for name in ("step", "state", "key")):
            return None
        said = one.get("facts")
        facts: dict[str, Any] = said if isinstance(said, dict) else {}
        plain = {str(name)[:32]: _plain(each) for name, each in list(facts.items())[:12]}
        steps.append({name: one[name][:40] for name in ("step", "state", "key")} | {"facts": plain})
    kept = {
        name: _plain(value.get(name)) for name in ("host", "port", "at", "grade", "tries", "lost", "loss_bp", "rtt_ms")
    }
    return {**kept, "steps": steps}


def _plain(value: Any) -> Any:  # noqa: ANN401
    return value if isinstance(value, int | float) or value is None else str(value)[:MOST_FACTS]
