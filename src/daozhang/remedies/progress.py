"""How far a playbook is: which steps are proven, which may be left out, and what still stands between now and "fixed"."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from daozhang.errors import RefusedError
from daozhang.remedies.playbooks import RemedyStep

BY_THE_MONEY: Final = frozenset({"match-bank-line", "watch-days", "check-on-due-day", "match-refund"})
"""Steps that the bank statement proves by itself, after the remedy is done; nobody ticks them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of the playbook and how it stands: ``proven``, ``left_out``, ``open``, or ``money`` when the statement will prove it."""

    step: RemedyStep
    state: str


def progress(
    playbook: Collection[RemedyStep], proven: Collection[str], left_out: Collection[str]
) -> tuple[Progress, ...]:
    """Return how each step stands, in the order of the playbook."""
    return tuple(Progress(one, _state(one, proven, left_out)) for one in playbook)


def still_open(playbook: Collection[RemedyStep], proven: Collection[str]) -> tuple[RemedyStep, ...]:
    """Return the mandatory steps that have no proof yet. Steps that need none on record do not hold anything up."""
    return tuple(
        one
        for one in playbook
        if one.is_mandatory and one.needs_proof and one.key not in BY_THE_MONEY and one.key not in proven
    )


def next_open(
    playbook: Collection[RemedyStep], proven: Collection[str], left_out: Collection[str]
) -> RemedyStep | None:
    """Return the first step that a person still has to do, None when only the money is missing."""
    return next((one.step for one in progress(playbook, proven, left_out) if one.state == "open"), None)


def check_proof(playbook: Collection[RemedyStep], key: str, *, proof: str, leaves_out: bool) -> RemedyStep:
    """Return the step ``key`` when it may be recorded so.

    RefusedError when it is not of this playbook, is proven by the money, has no proof named, or is mandatory and left out.
    """
    step = next((one for one in playbook if one.key == key), None)
    if step is None or key in BY_THE_MONEY:
        possible = ", ".join(one.key for one in playbook if one.key not in BY_THE_MONEY)
        raise RefusedError("error-no-remedy-step", remedy=key, possible=possible)
    if leaves_out and step.is_mandatory:
        raise RefusedError("error-remedy-mandatory", remedy=key)
    if not leaves_out and step.needs_proof and not proof.strip():
        raise RefusedError("error-remedy-needs-proof", remedy=key, proof=step.proof)
    return step


def _state(step: RemedyStep, proven: Collection[str], left_out: Collection[str]) -> str:
    if step.key in proven:
        return "proven"
    if step.key in left_out:
        return "left_out"
    return "money" if step.key in BY_THE_MONEY else "open"
