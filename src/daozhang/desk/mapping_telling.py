"""The assistant's points, choices and checks as sentences of one language; the console and the command line say the same."""

from __future__ import annotations

from collections.abc import Mapping

from daozhang.formats.mapped.propose_money import Held
from daozhang.formats.mapped.propose_points import Choice, Point
from daozhang.texts import has, say


def question(language: str, point: Point) -> str:
    """Return what a point is about, as a question or a name."""
    return say(language, f"map-q-{_dashed(point.name)}", **_facts(language, point.facts))


def why(language: str, point: Point) -> str:
    """Return why a point is asked, or how the file told it."""
    return say(language, f"map-why-{point.why}", **_facts(language, point.facts))


def label(language: str, choice: Choice) -> str:
    """Return one answer in words."""
    if choice.family:
        value = _dashed(choice.value)
        keys = {"kind": f"web-kind-{value}", "status": f"map-status-{value}", "state": f"map-state-{value}"}
        return say(language, keys[choice.family]) if has(language, keys[choice.family]) else choice.value
    if choice.key:
        return say(language, choice.key, **_facts(language, choice.facts))
    return str(choice.facts.get("text", choice.value))


def chosen(language: str, point: Point) -> str:
    """Return what counts for a point, in words; empty when its reason says it already."""
    for choice in point.choices:
        if choice.value == point.chosen:
            return label(language, choice)
    return point.chosen if point.is_text and point.asked else ""


def check(language: str, held: Held) -> str:
    """Return one check with how many rows agree."""
    return say(language, f"map-check-{_dashed(held.kind)}", holds=held.holds, of=held.of)


def slot(language: str, name: str) -> str:
    """Return the name of what a column fills."""
    return say(language, f"map-slot-{_dashed(name)}")


def _facts(language: str, facts: Mapping[str, object]) -> dict[str, object]:
    said: dict[str, object] = {name: value for name, value in facts.items() if isinstance(value, str | int)}
    pairs = facts.get("pairs")
    if isinstance(pairs, tuple):
        family = str(facts.get("family", ""))
        words = [f"{cell} → {label(language, Choice(value, family=family))}" for cell, value in pairs[:12]]
        said["words"] = ("；" if language == "zh" else "; ").join(words)
    return said


def _dashed(name: str) -> str:
    return name.replace("_", "-").replace(":", "-")
