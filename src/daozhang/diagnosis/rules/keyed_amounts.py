"""Amounts that were keyed wrong: one digit too many or too few, or two digits swapped, against the order or the clearing."""

from __future__ import annotations

from typing import Final

from daozhang.breaks import Break, BreakType
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import money, number, word
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

PATTERNS: Final = frozenset({"x10", "div10", "x100", "div100", "swap"})


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:
    """Explain an amount that differs from its order or from its clearing line by a keying pattern."""
    if found.type not in {BreakType.KEYED_AMOUNT_SUSPECT, BreakType.AMOUNT_MISMATCH}:
        return None
    pattern = word(found, "pattern")
    against_order = number(found, "order_minor") is not None
    facts: dict[str, object] = {
        "one": money(found, number(found, "journal_minor")),
        "other": money(found, number(found, "order_minor") if against_order else number(found, "clearing_minor")),
    }
    if pattern in PATTERNS:
        certainty = Certainty.PROVEN if against_order and pattern != "swap" else Certainty.LIKELY
        return Verdict(
            cause="D077", certainty=certainty, scope=Scope.TRANSACTION, why="why-keyed-" + pattern, facts=facts
        )
    if against_order:
        return Verdict(
            cause="D077",
            certainty=Certainty.POSSIBLE,
            scope=Scope.TRANSACTION,
            why="why-differs-from-order",
            facts=facts,
        )
    return None
