"""A change of what was agreed (cycle, due time, cut-over, fee) as one table: asked by one, approved by another, cooled off, in force.

The new terms are a row of the book of contracts from their first day on; going back is taking that row out again, by two people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from daozhang.contracts.contract import clock_of, cutover_of, parse_cycle
from daozhang.errors import RefusedError


class State(StrEnum):
    """Where a change stands."""

    ASKED = "asked"
    COOLING = "cooling"
    ACTIVE = "active"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ROLLED_BACK = "rolled_back"


class Step(StrEnum):
    """Everything that can happen to a change. ``activated`` and ``verified`` are the product's."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ACTIVATED = "activated"
    VERIFIED = "verified"
    ROLLBACK_ASKED = "rollback_asked"
    ROLLBACK_APPROVED = "rollback_approved"


TABLE: Final[Mapping[Step, tuple[State, State]]] = {
    Step.APPROVED: (State.ASKED, State.COOLING), Step.DECLINED: (State.ASKED, State.DECLINED),
    Step.ACTIVATED: (State.COOLING, State.ACTIVE), Step.VERIFIED: (State.ACTIVE, State.ACTIVE),
    Step.ROLLBACK_ASKED: (State.ACTIVE, State.ACTIVE), Step.ROLLBACK_APPROVED: (State.ACTIVE, State.ROLLED_BACK),
}  # fmt: skip
"""Step → from which state to which. ``withdrawn`` is possible while a change is not in force."""

NEEDS_NOTE: Final = frozenset({Step.ASKED, Step.DECLINED, Step.WITHDRAWN, Step.ROLLBACK_ASKED})
NEEDS_ANOTHER: Final = frozenset({Step.APPROVED, Step.DECLINED, Step.ROLLBACK_APPROVED})

COLUMNS: Final = ("cycle", "due_time", "cutover", "rate_bp", "cap_minor", "per_item_minor", "minimum_minor")
"""Columns of ``contracts`` that can be changed."""
_NUMBER: Final = re.compile(r"\d{1,9}(?:\.\d{1,4})?")
_FEES: Final = frozenset({"rate_bp", "cap_minor", "per_item_minor", "minimum_minor"})


def after(state: State, step: Step, *, note: str, is_other: bool, by: str) -> State:
    """Return the state after ``step``; RefusedError says what is possible, or that a note or another person is needed."""
    source, to = TABLE.get(step, (state, State.WITHDRAWN))
    if state is not source or (step is Step.WITHDRAWN and state not in {State.ASKED, State.COOLING}):
        raise RefusedError("error-terms-step", step=step.value, state=state.value, possible=possible(state))
    if step in NEEDS_NOTE and not note.strip():
        raise RefusedError("error-terms-note")
    if step in NEEDS_ANOTHER and not is_other:
        raise RefusedError("error-terms-same-person", by=by)
    return to


def possible(state: State) -> str:
    """Return the steps a person can take from ``state``, joined by commas."""
    names = [
        step.value
        for step, (source, _) in TABLE.items()
        if source is state and step not in {Step.ACTIVATED, Step.VERIFIED}
    ]
    names += [Step.WITHDRAWN.value] if state in {State.ASKED, State.COOLING} else []
    return ", ".join(names) or "-"


def value_of(column: str, typed: str) -> str:
    """Return a value as the contract has it; RefusedError when it is none. A fee cell is a whole number of its unit."""
    text = typed.strip()
    if column in _FEES:
        is_good = bool(_NUMBER.fullmatch(text)) and (column == "rate_bp" or text.isdecimal())
    else:
        is_good = {"cycle": parse_cycle, "due_time": clock_of, "cutover": cutover_of}[column](text) is not None
    if not is_good:
        raise RefusedError("error-terms-value", field=column, value=text)
    return str(parse_cycle(text)) if column == "cycle" else plain(column, text)


def plain(column: str, text: str) -> str:
    """Return a number without the zeros behind its point, so that 60.0000 and 60 are the same rate; anything else as it is."""
    return text.rstrip("0").rstrip(".") if column == "rate_bp" and "." in text else text
