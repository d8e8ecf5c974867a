"""Emergency plans as they are written down (TOML), and the linter that says what one still lacks.

A plan that lacks something is kept as a draft; only one without findings can be approved.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from daozhang.drills.continuity import Shop, Situation, without_means
from daozhang.errors import InputError

LONGEST: Final = 20_000
_WORDS: Final = 400
KEYS: Final = frozenset(
    {"name", "situation", "trigger", "owner", "deputy", "contacts", "shops", "decisions", "recovery"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One fork: a question with what is done on yes and on no."""

    question: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """One step back to normal, in the order of the plan: what, who, within how many minutes (None: nobody said)."""

    step: str
    who: str
    within_min: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One plan. ``contacts`` are roles of the contact book; ``shops`` are shop numbers, empty for all that are known."""

    name: str
    situation: str
    trigger: str
    owner: str
    deputy: str
    contacts: tuple[str, ...]
    shops: tuple[str, ...]
    decisions: tuple[Decision, ...]
    recovery: tuple[Recovery, ...]


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing a plan lacks: the key of its sentence, and what fills it."""

    key: str
    facts: Mapping[str, str]


REACHED, UNTESTED, SILENT, UNKNOWN = "reached", "untested", "silent", "unknown"
"""What is known of a contact role: it acknowledged a test, it was never tested, it did not answer in time, no verified entry."""


def read_plan(body: str) -> Plan:
    """Return the plan in a text; InputError where it cannot be read or says something no plan says."""
    try:
        said = tomllib.loads(body[:LONGEST])
    except tomllib.TOMLDecodeError as error:
        raise InputError("plan-unreadable", problem=str(error)[:200]) from error
    if unknown := sorted(set(said) - KEYS):
        raise InputError("plan-unknown-words", words=", ".join(unknown)[:200])
    try:
        return Plan(
            name=_text(said, "name"), situation=_text(said, "situation"), trigger=_text(said, "trigger"),
            owner=_text(said, "owner"), deputy=_text(said, "deputy"), contacts=_texts(said, "contacts"),
            shops=_texts(said, "shops"),
            decisions=tuple(
                Decision(question=_text(one, "question"), yes=_text(one, "yes"), no=_text(one, "no")) for one in _tables(said, "decisions")
            ),
            recovery=tuple(
                Recovery(step=_text(one, "step"), who=_text(one, "who"), within_min=_minutes(one)) for one in _tables(said, "recovery")
            ),
        )  # fmt: skip
    except TypeError as error:
        raise InputError("plan-unreadable", problem=str(error)[:200]) from error


def lint(plan: Plan, contacts: Mapping[str, str], shops: Iterable[Shop]) -> list[Lack]:
    """Return everything a plan lacks, nothing when it may be approved.

    ``contacts`` says of each role of the book whether it can be reached (``REACHED`` or why not); ``shops`` are the profiles that
    are known.
    """
    return [*_people(plan), *_reachable(plan, contacts), *_shops(plan, list(shops)), *_course(plan)]


def _people(plan: Plan) -> Iterable[Lack]:
    for name in ("name", "trigger", "owner", "deputy"):
        if not getattr(plan, name):
            yield Lack(f"plan-lacks-{name}", {})
    if plan.owner and plan.owner == plan.deputy:
        yield Lack("plan-lacks-second-person", {"name": plan.owner})


def _reachable(plan: Plan, contacts: Mapping[str, str]) -> Iterable[Lack]:
    if not plan.contacts:
        yield Lack("plan-lacks-contacts", {})
    for role in plan.contacts:
        if (state := contacts.get(role, UNKNOWN)) != REACHED:
            yield Lack(f"plan-contact-{state}", {"role": role})


def _shops(plan: Plan, known: list[Shop]) -> Iterable[Lack]:
    if plan.situation not in set(Situation):
        yield Lack("plan-lacks-situation", {"possible": ", ".join(Situation)})
        return
    by_number = {shop.store_no: shop for shop in known}
    for number in plan.shops:
        if number not in by_number:
            yield Lack("plan-shop-unknown", {"shop": number})
    asked = [shop for shop in known if not plan.shops or shop.store_no in plan.shops]
    if not asked and not plan.shops:
        yield Lack("plan-lacks-shops", {})
    for shop in without_means(asked, Situation(plan.situation)):
        yield Lack("plan-shop-without-means", {"shop": shop.name or shop.store_no})


def _course(plan: Plan) -> Iterable[Lack]:
    if not plan.decisions:
        yield Lack("plan-lacks-decisions", {})
    for number, one in enumerate(plan.decisions, 1):
        if not (one.question and one.yes and one.no):
            yield Lack("plan-decision-open", {"number": str(number)})
    if not plan.recovery:
        yield Lack("plan-lacks-recovery", {})
    for number, step in enumerate(plan.recovery, 1):
        if not (step.step and step.who and step.within_min):
            yield Lack("plan-recovery-open", {"number": str(number)})


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str):
        raise TypeError(name)
    return value.strip()[:_WORDS]


def _texts(said: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = said.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError(name)
    return tuple(one.strip()[:64] for one in value if one.strip())


def _tables(said: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = said.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise TypeError(name)
    return value[:50]


def _minutes(said: Mapping[str, Any]) -> int | None:
    value = said.get("within_min")
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 100_000 else None
