"""Inquiries from outside (调单, 协查, 风控问询, disputes): kinds, deadlines in working time, when somebody is reminded.

A missed retrieval becomes a chargeback, so what counts is the moment by which the answer must be there and what share of the
time is gone: the owner of the inquiry is reminded at half, at four fifths, and when it is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from daozhang.errors import RefusedError

HOURS_A_DAY: Final = 9
"""Working hours of one working day: 09:00 to 18:00, as deadlines of cases are counted."""

MARKS: Final = (50, 80, 100)
"""Shares of the time, per cent, at which somebody is reminded; 100: the deadline itself."""


class Kind(StrEnum):
    """What is asked."""

    RETRIEVAL = "retrieval"
    DISPUTE = "dispute"
    RISK = "risk"
    REGULATOR = "regulator"
    CUSTOMER = "customer"


class Sender(StrEnum):
    """Who asks."""

    ACQUIRER = "acquirer"
    BANK = "bank"
    NETWORK = "network"
    REGULATOR = "regulator"
    CUSTOMER = "customer"


class State(StrEnum):
    """Where an inquiry stands. ``answered`` waits for what the other side makes of it."""

    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """Everything that can happen to an inquiry."""

    ENTERED = "entered"
    ASSIGNED = "assigned"
    ADDED = "added"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    REMINDED = "reminded"


TABLE: Final[Mapping[Act, tuple[frozenset[State], State | None]]] = {
    Act.ASSIGNED: (frozenset({State.OPEN}), None),
    Act.ADDED: (frozenset({State.OPEN, State.ANSWERED}), None),
    Act.ANSWERED: (frozenset({State.OPEN}), State.ANSWERED),
    Act.ACCEPTED: (frozenset({State.ANSWERED}), State.ACCEPTED),
    Act.NOT_ACCEPTED: (frozenset({State.ANSWERED, State.OPEN}), State.NOT_ACCEPTED),
    Act.WITHDRAWN: (frozenset({State.OPEN, State.ANSWERED}), State.WITHDRAWN),
}
"""Act → from which states, and to which; None: the state stays."""

USUAL_DAYS: Final[Mapping[Kind, int]] = {
    Kind.RETRIEVAL: 3,
    Kind.DISPUTE: 5,
    Kind.RISK: 2,
    Kind.REGULATOR: 3,
    Kind.CUSTOMER: 2,
}
"""Working days proposed where the letter names none; what the letter says goes first."""


def after(state: State, act: Act, *, note: str) -> State:
    """Return the state after ``act``; RefusedError says what is possible, or that the answer must be noted."""
    sources, to = TABLE.get(act, (frozenset[State](), None))
    if state not in sources:
        possible = ", ".join(one.value for one, (among, _) in TABLE.items() if state in among) or "-"
        raise RefusedError("error-inquiry-step", act=act.value, state=state.value, possible=possible)
    if to is not None and not note.strip():
        raise RefusedError("error-inquiry-note", act=act.value)
    return to or state


def mark_at(
    received_at: datetime, workdays: int, percent: int, add: Callable[[datetime, timedelta], datetime | None]
) -> datetime | None:
    """Return when ``percent`` of the working time is gone; None when the calendar of that year is not published."""
    return add(received_at, timedelta(seconds=workdays * HOURS_A_DAY * 3600 * percent // 100))


def named(kind: type[StrEnum], value: str) -> StrEnum:
    """Return a member of a closed list by its name; RefusedError lists them."""
    try:
        return kind(value)
    except ValueError:
        raise RefusedError("error-inquiry-word", value=value, possible=", ".join(kind)) from None
