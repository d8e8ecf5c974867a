"""Which findings are one incident: one cause at the smallest scope that explains them, named the same from run to run."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Final

from daozhang.breaks import Break, Grain
from daozhang.diagnosis.facts import day, word
from daozhang.diagnosis.verdict import Scope, Verdict

_UNKNOWN_SCOPE: Final = {
    Grain.TRANSACTION: Scope.MERCHANT_DAY,
    Grain.TERMINAL: Scope.TERMINAL,
    Grain.BATCH: Scope.BATCH,
    Grain.FILE: Scope.FILE,
    Grain.MERCHANT_DAY: Scope.MERCHANT_DAY,
    Grain.PAYOUT: Scope.PAYOUT,
    Grain.BANK_ENTRY: Scope.BANK_ENTRY,
    Grain.MERCHANT: Scope.MERCHANT,
}
"""Without a cause: what one person would ask about in one go, so that 800 open sales of one shop's day are one question."""


def incident_of(found: Break, verdict: Verdict | None) -> str:
    """Return the incident's id: a hash of cause, scope and the keys of that scope; the break type stands in for no cause."""
    if verdict is None:
        scope = _UNKNOWN_SCOPE.get(found.grain, Scope.MERCHANT)
        seed = f"unknown:{found.type}|{scope}|{_place(found, scope, '')}"
    else:
        cause = verdict.cause or f"{verdict.category}:{verdict.why}"
        seed = f"{cause}|{verdict.scope}|{_place(found, verdict.scope, verdict.population)}"
    return "i_" + hashlib.sha256(seed.encode()).hexdigest()[:16]


def _place(found: Break, scope: Scope, population: str) -> str:
    keys = found.keys
    shop = f"{keys.acquirer}|{keys.merchant_no}"
    places = {
        Scope.TRANSACTION: f"{shop}|{keys.terminal_no}|{_payment(found)}",
        Scope.TERMINAL: keys.terminal_no,
        Scope.BATCH: f"{shop}|{keys.terminal_no}|{keys.batch_no}",
        Scope.MERCHANT_DAY: f"{shop}|{_day(found) or ''}",
        Scope.PAYOUT: f"{shop}|{keys.payout_no or _day(found) or found.finding_id}",
        Scope.ACCOUNT: f"{shop}|{_tail(found)}",
        Scope.MERCHANT: shop,
        Scope.BANK_ENTRY: found.finding_id,
        Scope.FILE: f"{keys.acquirer}|{word(found, 'source')}|{_day(found) or ''}|{_tail(found)}|{keys.file}",
        Scope.POPULATION: population,
    }
    return places[scope]


def _payment(found: Break) -> str:
    """Return what names one payment: the reference number when there is one, since both sides write it."""
    keys = found.keys
    return keys.rrn or keys.network_no or keys.order_no or f"{keys.batch_no}|{keys.trace_no}|{_day(found) or ''}"


def _day(found: Break) -> date | None:
    if found.keys.settled_on:
        return found.keys.settled_on
    for name in ("day", "expected_on", "cleared_on"):
        value = day(found, name)
        if value:
            return value
    return found.occurred_at.date() if found.occurred_at else None


def _tail(found: Break) -> str:
    return word(found, "account_tail") or word(found, "paid_tail") or found.keys.account_tail
