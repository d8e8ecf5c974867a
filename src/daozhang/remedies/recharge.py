"""When a customer's card may be charged again: after a query said that it was not charged, and with the customer's consent.

A payment with an unknown outcome is the trap: the till shows an error, the host has charged. Charging again makes the
duplicate that the customer complains about days later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from daozhang.remedies.reissue import QUERIES_BEFORE_NOT_FOUND, Queried

CONSENT_WAYS: Final = ("in_person", "phone", "message", "signed")
"""How a customer can have said yes."""


class Outcome(StrEnum):
    """What is known of the first charge before anybody asked."""

    UNKNOWN = "unknown"
    DECLINED = "declined"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The customer's yes: when, how, and who heard it (a user's name)."""

    at: datetime
    how: str
    heard_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeSituation:
    """The first charge, what its query showed and how often, whether clearing has it, and the customer's consent."""

    outcome: Outcome
    queried: Queried = Queried.NOT_ASKED
    queries: int = 0
    is_in_clearing: bool = False
    consent: Consent | None = None


@dataclass(frozen=True, slots=True)
class ChargeAnswer:
    """Whether the card may be charged again, and the text key that says why (``recharge-…``)."""

    is_allowed: bool
    why: str


def may_recharge(now: ChargeSituation) -> ChargeAnswer:
    """Return whether the card may be charged again. The first refusal that applies is the one that is told."""
    refusal = _refusal(now)
    return ChargeAnswer(is_allowed=refusal is None, why="recharge-" + (refusal or "allowed"))


def _refusal(now: ChargeSituation) -> str | None:
    if now.is_in_clearing or now.queried is Queried.PAID or now.outcome is Outcome.APPROVED:
        return "charged"
    if now.outcome is Outcome.UNKNOWN and now.queried in {Queried.NOT_ASKED, Queried.PENDING}:
        return "query-first"
    if now.queried is Queried.NOT_FOUND and now.queries < QUERIES_BEFORE_NOT_FOUND:
        return "query-twice"
    consent = now.consent
    if consent is None or consent.how not in CONSENT_WAYS or not consent.heard_by.strip():
        return "consent"
    return None
