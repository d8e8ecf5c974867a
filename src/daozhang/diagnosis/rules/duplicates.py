"""The same money twice: a card charged twice for one order, a payout run twice, a clearing line repeated."""

from __future__ import annotations

from typing import Final

from daozhang.breaks import Break, BreakType
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import amount, flag, money, number, word
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

SOON_S: Final = 600
"""Two approvals of one card and amount within ten minutes are suspected to be one sale charged twice (field rule)."""


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:
    """Explain what was paid, cleared or charged twice."""
    if found.type is BreakType.DUPLICATE:
        return _charged_twice(found)
    if found.type is BreakType.PAYOUT_DUPLICATE:
        return Verdict(
            cause="D085",
            certainty=Certainty.PROVEN,
            scope=Scope.MERCHANT_DAY,
            why="why-payout-twice",
            facts={
                "payout": found.keys.payout_no,
                "other": word(found, "other_payout_no"),
                "amount": money(found, number(found, "amount_minor")),
            },
        )
    if found.type in {BreakType.CREDIT_OVER, BreakType.PAYOUT_OVER}:
        return _double(found)
    return None


def _charged_twice(found: Break) -> Verdict | None:
    seconds = number(found, "seconds_apart")
    order = word(found, "order_no") or found.keys.order_no
    orders = number(found, "orders")
    facts: dict[str, object] = {
        "amount": money(found, number(found, "amount_minor")),
        "seconds": seconds if seconds is not None else "?",
        "order": order or "-",
    }
    if orders is not None and orders >= 2:
        return Verdict(
            cause="D076", certainty=Certainty.PROVEN, scope=Scope.TRANSACTION, why="why-two-orders", facts=facts
        )
    if word(found, "side") == "clearing" and not seconds:
        return Verdict(
            cause="D085", certainty=Certainty.LIKELY, scope=Scope.MERCHANT_DAY, why="why-cleared-twice", facts=facts
        )
    after_timeout = flag(found, "timeout_before") is True
    if flag(found, "paid_cash") is True:
        return Verdict(
            cause="D069" if after_timeout else "D075",
            certainty=Certainty.PROVEN,
            scope=Scope.TRANSACTION,
            why="why-paid-cash",
            facts=facts,
        )
    by_order = word(found, "side") == "order" and bool(order)
    if not by_order and (seconds is None or abs(seconds) > SOON_S or not (order or after_timeout)):
        return None
    return Verdict(
        cause="D075",
        certainty=Certainty.PROVEN if order and after_timeout else Certainty.LIKELY,
        scope=Scope.TRANSACTION,
        why="why-charged-again" if after_timeout else "why-one-order-twice",
        facts=facts,
    )


def _double(found: Break) -> Verdict | None:
    if found.type is BreakType.CREDIT_OVER:
        due, got = amount(found, "paid_minor"), amount(found, "credited_minor")
    else:
        due, got = amount(found, "expected_minor"), amount(found, "planned_minor")
    twice = flag(found, "credited_twice") is True
    if due <= 0 or (got != 2 * due and not twice):
        return None
    return Verdict(
        cause="D085",
        certainty=Certainty.PROVEN if twice else Certainty.LIKELY,
        scope=Scope.MERCHANT_DAY,
        why="why-exactly-double",
        facts={"due": money(found, due), "got": money(found, got)},
    )
