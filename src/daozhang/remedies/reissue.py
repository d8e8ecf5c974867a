"""When a payout may be issued again: query first, same number, two people; waiting and open outcomes refuse.

Money asked for twice is the one mistake that no later check can take back, so every doubt is a refusal that names
what is missing. Class and finality come from the reason (``diagnosis.reasons``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

QUERIES_BEFORE_NOT_FOUND: Final = 2
"""How many queries, some time apart, must find nothing before an order counts as never received."""


class Queried(StrEnum):
    """What the query of the original payout showed."""

    NOT_ASKED = "not_asked"
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known before a payout is issued again.

    ``keeps_number`` says that the new order uses the original's number; after a return the provider makes a new
    order, which has to be linked instead. ``is_linked`` says that the new order stands in one chain with the original, of
    which only one can be open at a time: then it may have a number of its own once the bank has said that the original
    failed. ``is_prepared`` says that what the class asks for is done: data corrected,
    answer received, channel or card changed. ``asked_by`` and ``approved_by`` are user names.
    """

    retry: str
    finality: str
    queried: Queried = Queried.NOT_ASKED
    queries: int = 0
    keeps_number: bool = True
    is_linked: bool = False
    is_prepared: bool = False
    asked_by: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class ReissueAnswer:
    """Whether it may be issued again, and the text key that says why (``reissue-…``)."""

    is_allowed: bool
    why: str


_PREPARE: Final = {
    "FIX_DATA_THEN_REISSUE": "fix-first",
    "CONTACT": "ask-first",
    "SWITCH_CHANNEL_OR_CARD": "channel-first",
}
_NEVER: Final = {"WAIT": "wait", "NO_ACTION": "no-sale", "SIGN_IN_AGAIN": "not-a-payout"}


def may_reissue(situation: Situation) -> ReissueAnswer:
    """Return whether a payout may be issued again. The first refusal that applies is the one that is told."""
    refusal = _refusal(situation)
    return ReissueAnswer(is_allowed=refusal is None, why="reissue-" + (refusal or "allowed"))


def _refusal(now: Situation) -> str | None:  # noqa: PLR0911 - one refusal per line, the first that applies
    if now.queried is Queried.PAID:
        return "paid"
    if now.retry in _NEVER:
        return _NEVER[now.retry]
    if now.retry != "QUERY_FIRST" and now.retry not in _PREPARE:
        return "unknown"
    open_state = _open_state(now)
    if open_state:
        return open_state
    if now.retry in _PREPARE and not now.is_prepared:
        return _PREPARE[now.retry]
    if not now.keeps_number and not _may_renumber(now):
        return "keep-number"
    if not now.asked_by or not now.approved_by or now.asked_by == now.approved_by:
        return "two-people"
    return None


def _may_renumber(now: Situation) -> bool:
    return now.queried is Queried.RETURNED or (now.queried is Queried.FAILED and now.is_linked)


def _open_state(now: Situation) -> str | None:
    """Refuse while the original may still be paid; a reason that is final needs no query, a contradicting query wins."""
    if now.queried is Queried.PENDING:
        return "query-first"
    if now.queried is Queried.NOT_FOUND:
        return None if now.queries >= QUERIES_BEFORE_NOT_FOUND else "query-twice"
    if now.queried is Queried.NOT_ASKED and (now.retry == "QUERY_FIRST" or now.finality != "final"):
        return "query-first"
    return None
