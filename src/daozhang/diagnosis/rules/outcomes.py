"""Payments that got no answer at the till: was the card charged, and did the reversal reach the host."""

from __future__ import annotations

from daozhang.breaks import Break, BreakType, Severity
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import flag, money, number, word
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:
    """Explain a payment whose outcome the terminal never learnt."""
    if found.type is not BreakType.OUTCOME_UNKNOWN:
        return None
    facts: dict[str, object] = {"amount": money(found, number(found, "amount_minor"))}
    charged, reversal = flag(found, "charged"), word(found, "reversal")
    if reversal == "cleared":
        return _one("D067", Certainty.PROVEN, "why-reversed", facts, Severity.INFO)
    if charged is False:
        return _one("D094", Certainty.PROVEN, "why-never-reached", facts, Severity.WATCH)
    if charged is None:
        return (
            _one("D067", Certainty.POSSIBLE, "why-reversal-under-way", facts, Severity.WATCH)
            if reversal == "sent"
            else None
        )
    if reversal == "sent":
        crossed = flag(found, "crossed_cutover") is True
        return _one(
            "D068" if crossed else "D067",
            Certainty.LIKELY,
            "why-reversal-late" if crossed else "why-reversal-open",
            facts,
        )
    return _one(
        "D069", Certainty.PROVEN if reversal == "missing" else Certainty.LIKELY, "why-charged-unanswered", facts
    )


def _one(
    cause: str, certainty: Certainty, why: str, facts: dict[str, object], severity: Severity | None = None
) -> Verdict:
    filled = {"cleared": "?", **facts}
    return Verdict(cause=cause, certainty=certainty, scope=Scope.TRANSACTION, why=why, facts=filled, severity=severity)
