"""What looks unpaid and is not due: calendar, cut-over, cycle, minimum, negative day, new merchant, rail maintenance."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from daozhang.breaks import Break, BreakType, Severity
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import day, flag, moment, money, number, word, working_days_between
from daozhang.diagnosis.finding import CauseCategory
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

LONG_HOLIDAY_DAYS: Final = 3
"""A due day moved by this many days or more is told as a long holiday, with the sum that will arrive together."""

AFTER_MAINTENANCE: Final = timedelta(hours=2)
"""How long after the end of a rail's maintenance an arrival is still not late (field practice)."""

PLAIN: Final = {
    "weekend": ("D025", "why-weekend"),
    "cutover": ("D026", "why-cutover"),
    "cycle_changed": ("D034", "why-cycle-changed"),
    "new_merchant": ("D033", "why-new-merchant"),
    "bank_holiday": ("D097", "why-bank-holiday"),
}
UNPAID: Final = frozenset({BreakType.PAYOUT_MISSING, BreakType.CREDIT_MISSING})


def diagnose(found: Break, today: DayFacts) -> Verdict | None:
    """Explain money that is not due yet."""
    if found.type not in UNPAID:
        return None
    if flag(found, "not_due") is True:
        return _not_due(found)
    return _rail_stopped(found, today)


def _not_due(found: Break) -> Verdict:
    why = word(found, "why_not_due")
    due = moment(found, "due_at") or found.due_at
    facts: dict[str, object] = {
        "due": due.strftime("%Y-%m-%d %H:%M") if due else "?",
        "amount": money(found, number(found, "expected_minor")),
    }
    if why == "holiday":
        naive = day(found, "naive_due_on")
        days = (due.date() - naive).days if due and naive else 0
        return _calm("D029" if days >= LONG_HOLIDAY_DAYS else "D025", "why-holiday", facts)
    if why == "minimum":
        facts["shortfall"] = money(found, number(found, "shortfall_to_minimum_minor"))
        return _calm("D030", "why-minimum", facts)
    if why == "negative":
        facts["carried"] = money(found, number(found, "carried_minor"))
        return _calm("D031", "why-negative", facts)
    naive_on = day(found, "naive_due_on")
    if (
        why == "cycle"
        and naive_on
        and due
        and working_days_between(naive_on, due.date()) < (due.date() - naive_on).days
    ):
        return _calm("D025", "why-weekend", facts)
    cause, key = PLAIN.get(why, ("", "why-not-due"))
    return _calm(cause, key, facts)


def _calm(cause: str, key: str, facts: dict[str, object]) -> Verdict:
    return Verdict(
        cause=cause,
        category=None if cause else CauseCategory.NOT_A_FAILURE,
        certainty=Certainty.PROVEN,
        scope=Scope.MERCHANT_DAY,
        why=key,
        facts=facts,
        severity=Severity.INFO,
    )


def _rail_stopped(found: Break, today: DayFacts) -> Verdict | None:
    due = moment(found, "due_at") or found.due_at
    for item in today.notices:
        if item.kind == "rail_maintenance" and due and item.from_at <= due <= item.to_at + AFTER_MAINTENANCE:
            if today.as_of > item.to_at + AFTER_MAINTENANCE:
                continue
            return Verdict(
                cause="D027",
                certainty=Certainty.PROVEN,
                scope=Scope.POPULATION,
                population="rail:" + (item.scope or "BEPS/IBPS"),
                why="why-rail-maintenance",
                facts={"until": item.to_at.strftime("%Y-%m-%d %H:%M")},
            )
    return None
