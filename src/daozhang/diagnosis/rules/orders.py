"""What the till knows: a payment on another shop's terminal, an order whose stored payment is gone."""

from __future__ import annotations

from daozhang.breaks import Break, BreakType
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import flag, money, number, word
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:
    """Explain a transaction by the order it belongs to; needs orders, or the book of terminals."""
    if found.type not in {BreakType.MISSING_IN_JOURNAL, BreakType.MISSING_IN_CLEARING}:
        return None
    owner = word(found, "terminal_belongs_to")
    facts: dict[str, object] = {
        "amount": money(found, number(found, "amount_minor") or number(found, "gross_minor")),
        "terminal": found.keys.terminal_no or "?",
        "owner": owner or "?",
    }
    if owner and owner != found.keys.merchant_no:
        return Verdict(
            cause="D081", certainty=Certainty.PROVEN, scope=Scope.TERMINAL, why="why-other-shop", facts=facts
        )
    if flag(found, "stored_data_cleared") is True:
        return Verdict(
            cause="D084", certainty=Certainty.PROVEN, scope=Scope.TERMINAL, why="why-data-cleared", facts=facts
        )
    return None
