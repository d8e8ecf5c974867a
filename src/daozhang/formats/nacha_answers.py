"""What comes back about an ACH entry: a return (addenda 99) or a notification of change (addenda 98) → payout_answers."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from daozhang.formats.base import Given
from daozhang.formats.cells import UnreadableError
from daozhang.formats.nacha_records import Batch, Entry, cents, corrected

DISPUTED: Final = ("R61", "R77")
"""Dishonoured and contested returns: the two banks disagree about a return, so where the money stays is open."""


def answer_addenda(entry: Entry) -> str:
    """Return the addenda 98 or 99 of an entry; empty when it has none and is an ordinary entry."""
    if not entry.addenda:
        return ""
    return next((text for _, text in entry.addenda if text[1:3] in {"98", "99"}), "")


def answer(given: Given, batch: Batch, entry: Entry, addenda: str, answered_at: datetime | None) -> dict[str, object]:
    """Return one answer. ``network_no`` is the trace number of the entry it is about, ``payout_no`` our number in it.

    A notification of change says the payment went through and what to write next time; its amount is none.
    """
    code, original = addenda[3:6].strip(), addenda[6:21].strip()
    if answered_at is None:
        raise UnreadableError("File Creation Date", "", "reject-empty")
    if not code:
        raise UnreadableError("Return Reason Code", "", "reject-empty")
    if not (original.isdigit() and original.isascii()):
        raise UnreadableError("Original Entry Trace Number", original, "reject-value", expected="0 … 9")
    is_change = addenda[1:3] == "98"
    return {
        "acquirer": given.acquirer or None,
        "merchant_no": given.merchant_no or None,
        "payout_no": entry.text[batch.columns.number].strip() or original,
        "network_no": original,
        "message_no": entry.text[79:94].strip() or None,
        "answered_at": answered_at,
        "state": "claimed" if is_change else _state(code),
        "amount_minor": None if is_change else cents("Amount", entry.text[batch.columns.amount]),
        "currency": "USD",
        "reason_scheme": "nacha",
        "reason_code": code,
        "reason_text": None if is_change else _words(batch, code, addenda),
        "corrected": (corrected(code, addenda[35:64]) or None) if is_change else None,
    }


def _state(code: str) -> str:
    return "pending" if DISPUTED[0] <= code <= DISPUTED[1] else "returned"


def _words(batch: Batch, code: str, addenda: str) -> str | None:
    """Return the free words of a return; a disputed return holds numbers there, an international one an amount first."""
    if DISPUTED[0] <= code <= DISPUTED[1]:
        return None
    return addenda[45 if batch.entry_class == "IAT" else 35 : 79].strip() or None
