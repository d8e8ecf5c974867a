"""The life of a payout request as one table, and what is done with every answer or silence of the bank.

A request gets its number once; whatever happens, it is sent under that number only, which is what the bank knows it by.
A call without an answer is *unknown*: neither failed nor sent. Unknown is asked about (five minutes, an hour, then daily
five times, then a person), never simply sent again. Only when two queries some time apart found nothing does the same
message go out once more, under the same number. Pure functions of values; the desk keeps the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from daozhang.errors import RefusedError
from daozhang.remedies.reissue import QUERIES_BEFORE_NOT_FOUND

SYSTEM: Final = "system"
"""Who took a step that no person took."""

ASKED_AFTER: Final = (timedelta(minutes=5), timedelta(hours=1), *(timedelta(days=1),) * 5)
"""How long after the silence, and then after each query, the bank is asked again; after the last one a person is."""

MOST_SENDS: Final = 3
"""Times one message goes out, all under one number, before a person has to look."""


class RequestState(StrEnum):
    """Where a request stands. ``again`` waits to go out once more under its own number; ``person`` waits for somebody."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    SENDING = "sending"
    UNKNOWN = "unknown"
    AGAIN = "again"
    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    RETURNED = "returned"
    PERSON = "person"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class RequestStep(StrEnum):
    """Everything that can happen to a request."""

    DRAFTED = "drafted"
    QUERIED = "queried"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CALL_BEGUN = "call_begun"
    HANDED_OVER = "handed_over"
    TAKEN = "taken"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    ASKED = "asked"
    NOT_RECEIVED = "not_received"
    GIVEN_UP = "given_up"
    SAID_TAKEN = "said_taken"
    SAID_REFUSED = "said_refused"
    ARRIVED = "arrived"
    RETURNED = "returned"
    STOPPED = "stopped"


class Told(StrEnum):
    """What the bank said of a number, or that it said nothing. ``known`` is its answer to a number it has had before."""

    TAKEN = "taken"
    REFUSED = "refused"
    RETURNED = "returned"
    NOT_FOUND = "not_found"
    KNOWN = "known"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class RequestRule:
    """One line of the table. ``to`` None: the state stays. ``by_person``: a person takes it, and never the product."""

    step: RequestStep
    sources: frozenset[RequestState]
    to: RequestState | None
    by_person: bool = False
    needs_note: bool = False


def _of(*states: RequestState) -> frozenset[RequestState]:
    return frozenset(states)


_S, _T = RequestState, RequestStep
OVER: Final = _of(_S.FAILED, _S.RETURNED, _S.DECLINED, _S.WITHDRAWN)
"""States after which the money of a chain may be asked for in another request. Everything else stands in its way."""

TABLE: Final[Mapping[RequestStep, RequestRule]] = {
    rule.step: rule
    for rule in (
        RequestRule(_T.QUERIED, _of(_S.DRAFTED), None, by_person=True, needs_note=True),
        RequestRule(_T.APPROVED, _of(_S.DRAFTED), _S.APPROVED, by_person=True),
        RequestRule(_T.DECLINED, _of(_S.DRAFTED), _S.DECLINED, by_person=True, needs_note=True),
        RequestRule(_T.WITHDRAWN, _of(_S.DRAFTED, _S.APPROVED), _S.WITHDRAWN, by_person=True, needs_note=True),
        RequestRule(_T.STOPPED, _of(_S.DRAFTED, _S.APPROVED), _S.WITHDRAWN),
        RequestRule(_T.CALL_BEGUN, _of(_S.APPROVED, _S.AGAIN), _S.SENDING),
        RequestRule(_T.HANDED_OVER, _of(_S.APPROVED), _S.SENT, by_person=True, needs_note=True),
        RequestRule(_T.TAKEN, _of(_S.SENDING, _S.UNKNOWN, _S.PERSON, _S.AGAIN), _S.SENT),
        RequestRule(_T.REFUSED, _of(_S.SENDING, _S.UNKNOWN, _S.SENT, _S.PERSON, _S.AGAIN), _S.FAILED),
        RequestRule(_T.UNANSWERED, _of(_S.SENDING), _S.UNKNOWN),
        RequestRule(_T.ASKED, _of(_S.UNKNOWN), None),
        RequestRule(_T.NOT_RECEIVED, _of(_S.UNKNOWN), _S.AGAIN),
        RequestRule(_T.GIVEN_UP, _of(_S.UNKNOWN), _S.PERSON),
        RequestRule(_T.SAID_TAKEN, _of(_S.PERSON), _S.SENT, by_person=True, needs_note=True),
        RequestRule(_T.SAID_REFUSED, _of(_S.PERSON, _S.SENT), _S.FAILED, by_person=True, needs_note=True),
        RequestRule(
            _T.ARRIVED, _of(_S.SENDING, _S.UNKNOWN, _S.AGAIN, _S.SENT, _S.PERSON, _S.FAILED, _S.RETURNED), _S.CONFIRMED
        ),
        RequestRule(
            _T.RETURNED, _of(_S.SENDING, _S.UNKNOWN, _S.AGAIN, _S.SENT, _S.PERSON, _S.CONFIRMED), _S.RETURNED
        ),
    )
}  # fmt: skip
"""The whole life. ``drafted`` makes a request and is never taken on one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """What the rules need to know of a request: how often it went out, was asked about, was not found; when it is next due."""

    state: RequestState = RequestState.DRAFTED
    sends: int = 0
    asks: int = 0
    not_found: int = 0
    next_at: datetime | None = None


def after(state: RequestState, step: RequestStep, *, by: str, note: str = "", made_by: str = "") -> RequestState:
    """Return the state after ``step``; RefusedError says what is possible, or that two people are needed."""
    rule = TABLE.get(step)
    if rule is None or state not in rule.sources:
        raise RefusedError("error-request-step", step=step.value, state=state.value, possible=possible(state))
    if rule.by_person and (by == SYSTEM or not by.strip()):
        raise RefusedError("error-request-needs-a-person", step=step.value)
    if not rule.by_person and by != SYSTEM:
        raise RefusedError("error-request-step-of-product", step=step.value)
    if rule.needs_note and not note.strip():
        raise RefusedError("error-request-needs-note", step=step.value)
    if step is RequestStep.APPROVED and is_same_person(by, made_by):
        raise RefusedError("error-request-same-person", by=by)
    return rule.to or state


def is_same_person(one: str, other: str) -> bool:
    """Return whether two names are one person's: capitals and blanks around them make nobody another person."""
    return one.strip().casefold() == other.strip().casefold()


def possible(state: RequestState) -> str:
    """Return the steps a person can take from ``state``, joined by commas."""
    return ", ".join(rule.step.value for rule in TABLE.values() if rule.by_person and state in rule.sources) or "-"


def begin(now: Instruction) -> Instruction:
    """Return the instruction with a call begun. What is written before the call is what a crash leaves behind."""
    return replace(
        now, state=after(now.state, RequestStep.CALL_BEGUN, by=SYSTEM), sends=now.sends + 1, asks=0, not_found=0,
        next_at=None,
    )  # fmt: skip


def hear(now: Instruction, told: Told, at: datetime) -> tuple[RequestStep, Instruction]:
    """Return the step that follows from what the bank ``told`` at ``at``, and the instruction after it.

    Right after a call: taken, refused, or unknown. Later, while unknown: what the bank knows decides; that it knows
    nothing has to be said twice. What is told of a request that is neither leaves it as the table says.
    """
    if told in _DECIDES:
        step = _DECIDES[told]
        return step, _stand(now, after(now.state, step, by=SYSTEM))
    if now.state is RequestState.SENDING:
        return RequestStep.UNANSWERED, replace(
            now, state=RequestState.UNKNOWN, asks=0, not_found=0, next_at=at + ASKED_AFTER[0]
        )
    after(now.state, RequestStep.ASKED, by=SYSTEM)
    return _still_unknown(now, told, at)


_DECIDES: Final = {
    Told.TAKEN: RequestStep.TAKEN, Told.REFUSED: RequestStep.REFUSED, Told.RETURNED: RequestStep.RETURNED,
}  # fmt: skip


def _stand(now: Instruction, state: RequestState) -> Instruction:
    return replace(now, state=state, next_at=None)


def _still_unknown(now: Instruction, told: Told, at: datetime) -> tuple[RequestStep, Instruction]:
    asks = now.asks + 1
    not_found = now.not_found + 1 if told is Told.NOT_FOUND else 0
    if not_found >= QUERIES_BEFORE_NOT_FOUND and now.sends < MOST_SENDS:
        return RequestStep.NOT_RECEIVED, replace(
            now, state=RequestState.AGAIN, asks=asks, not_found=not_found, next_at=at
        )
    if asks >= len(ASKED_AFTER):
        return RequestStep.GIVEN_UP, replace(
            now, state=RequestState.PERSON, asks=asks, not_found=not_found, next_at=None
        )
    return RequestStep.ASKED, replace(now, asks=asks, not_found=not_found, next_at=at + ASKED_AFTER[asks])
