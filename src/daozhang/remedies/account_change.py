"""The life of a settlement-account change as one table: where money goes is changed by two people, slowly, and tested first.

A changed account is how payouts are stolen, so between the second person's yes and the first fen stands a cooling-off, and
before real money a test credit of 0.01 that the bank's statement has to show. Afterwards the next three payouts are
watched; going back to the account before needs two people as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from daozhang.errors import RefusedError
from daozhang.remedies.retry import SYSTEM, is_same_person

TEST_MINOR: Final = 1
"""The test credit: one minor unit, ¥0.01."""

WATCHED_PAYOUTS: Final = 3
"""Payouts to the new account that have to arrive before the change is done."""


class ChangeState(StrEnum):
    """Where a change stands."""

    DRAFTED = "drafted"
    DOCUMENTED = "documented"
    COOLING = "cooling"
    TESTING = "testing"
    TESTED = "tested"
    ACTIVE = "active"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ROLLED_BACK = "rolled_back"


class ChangeStep(StrEnum):
    """Everything that can happen to a change."""

    DRAFTED = "drafted"
    DOCUMENTS_ADDED = "documents_added"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TEST_SENT = "test_sent"
    TEST_ARRIVED = "test_arrived"
    TEST_FAILED = "test_failed"
    ACTIVATED = "activated"
    PAYOUT_ARRIVED = "payout_arrived"
    PAYOUT_FAILED = "payout_failed"
    DONE = "done"
    ROLLBACK_ASKED = "rollback_asked"
    ROLLBACK_APPROVED = "rollback_approved"


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """One line of the table. ``to`` None: the state stays. ``other_person``: not by whoever asked for it."""

    step: ChangeStep
    sources: frozenset[ChangeState]
    to: ChangeState | None
    by_person: bool = False
    needs_note: bool = False
    other_person: bool = False


_S, _T = ChangeState, ChangeStep


def _of(*states: ChangeState) -> frozenset[ChangeState]:
    return frozenset(states)


OVER: Final = _of(_S.DONE, _S.DECLINED, _S.WITHDRAWN, _S.ROLLED_BACK)
"""Nothing more happens to a change in these states by itself."""

TABLE: Final[Mapping[ChangeStep, ChangeRule]] = {
    rule.step: rule
    for rule in (
        ChangeRule(
            _T.DOCUMENTS_ADDED, _of(_S.DRAFTED, _S.DOCUMENTED), _S.DOCUMENTED, by_person=True, needs_note=True
        ),
        ChangeRule(_T.APPROVED, _of(_S.DOCUMENTED), _S.COOLING, by_person=True, other_person=True),
        ChangeRule(
            _T.DECLINED, _of(_S.DRAFTED, _S.DOCUMENTED, _S.COOLING), _S.DECLINED, by_person=True, needs_note=True
        ),
        ChangeRule(
            _T.WITHDRAWN, _of(_S.DRAFTED, _S.DOCUMENTED, _S.COOLING, _S.TESTED), _S.WITHDRAWN, by_person=True,
            needs_note=True,
        ),
        ChangeRule(_T.TEST_SENT, _of(_S.COOLING), _S.TESTING),
        ChangeRule(_T.TEST_ARRIVED, _of(_S.TESTING), _S.TESTED),
        ChangeRule(_T.TEST_FAILED, _of(_S.TESTING), _S.DRAFTED),
        ChangeRule(_T.ACTIVATED, _of(_S.TESTED), _S.ACTIVE),
        ChangeRule(_T.PAYOUT_ARRIVED, _of(_S.ACTIVE), None),
        ChangeRule(_T.PAYOUT_FAILED, _of(_S.ACTIVE), None),
        ChangeRule(_T.DONE, _of(_S.ACTIVE), _S.DONE),
        ChangeRule(_T.ROLLBACK_ASKED, _of(_S.ACTIVE, _S.DONE), None, by_person=True, needs_note=True),
        ChangeRule(
            _T.ROLLBACK_APPROVED, _of(_S.ACTIVE, _S.DONE), _S.ROLLED_BACK, by_person=True, other_person=True
        ),
    )
}  # fmt: skip
"""The whole life. ``drafted`` makes a change and is never taken on one."""


def after(state: ChangeState, step: ChangeStep, *, by: str, note: str = "", asked_by: str = "") -> ChangeState:
    """Return the state after ``step``; RefusedError says what is possible, or that two people are needed."""
    rule = TABLE.get(step)
    if rule is None or state not in rule.sources:
        raise RefusedError("error-change-step", step=step.value, state=state.value, possible=possible(state))
    if rule.by_person and (by == SYSTEM or not by.strip()):
        raise RefusedError("error-request-needs-a-person", step=step.value)
    if not rule.by_person and by != SYSTEM:
        raise RefusedError("error-request-step-of-product", step=step.value)
    if rule.needs_note and not note.strip():
        raise RefusedError("error-request-needs-note", step=step.value)
    if rule.other_person and is_same_person(by, asked_by):
        raise RefusedError("error-request-same-person", by=by)
    return rule.to or state


def possible(state: ChangeState) -> str:
    """Return the steps a person can take from ``state``, joined by commas."""
    return ", ".join(rule.step.value for rule in TABLE.values() if rule.by_person and state in rule.sources) or "-"


FIELD_OF_CAUSE: Final[Mapping[str, str]] = {
    "D001": "number", "D002": "holder", "D003": "bank_code", "D004": "kind", "D005": "account", "D006": "account",
    "D007": "kind", "D008": "account", "D009": "legal_person",
    "D010": "account",
}  # fmt: skip
"""Cause of a failed payout → the field of the account to look at first; ``account``: the account itself, ask its bank."""


def field_to_fix(cause_code: str) -> str:
    """Return which field of the account a payout's cause points to; empty when it points to none."""
    return FIELD_OF_CAUSE.get(cause_code, "")
