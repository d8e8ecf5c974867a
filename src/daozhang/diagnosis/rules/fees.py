"""Fees and deductions against the contract: rate, cap, rounding, deductions nobody agreed, and what a short payout is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from daozhang.breaks import Break, BreakType, Severity
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import amount, flag, money, number, parts, rate, word
from daozhang.diagnosis.finding import CauseCategory
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

DEDUCTIONS: Final = {
    "sim": "D047",
    "service": "D047",
    "insurance": "D047",
    "deposit": "D046",
    "device": "D046",
    "dispute": "D039",
}
"""What a deduction looks like → its cause."""

PART_CAUSES: Final = (
    ("refund", "D032"), ("reserve", "D042"), ("hold", "D035"), ("held", "D035"), ("suspend", "D035"),
    ("dispute", "D039"), ("chargeback", "D039"), ("fee", "D043"), ("sim", "D047"), ("service", "D047"),
    ("insurance", "D047"), ("device", "D046"), ("deposit", "D046"), ("split", "D049"), ("adjust", "D041"), ("represent", "D041"),
)  # fmt: skip
"""How the name of a part begins → its cause."""


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:
    """Explain a fee that differs, a deduction, or a payout that is short or over."""
    if found.type is BreakType.FEE_MISMATCH:
        return _fee(found)
    if found.type is BreakType.DEDUCTION_NOT_AGREED:
        return _deduction(found)
    if found.type in {BreakType.PAYOUT_SHORT, BreakType.PAYOUT_OVER, BreakType.CREDIT_SHORT}:
        return _made_of(found)
    return None


def _fee(found: Break) -> Verdict | None:
    expected, charged = number(found, "expected_fee_minor"), number(found, "charged_fee_minor")
    facts: dict[str, object] = {
        "expected": money(found, expected),
        "charged": money(found, charged),
        "rate": _percent(rate(found, "rate_bp")),
        "paid_rate": _percent(rate(found, "charged_rate_bp")),
        "cap": money(found, number(found, "cap_minor")),
        "rows": number(found, "rows") or 1,
    }
    if flag(found, "cap_ignored") is True:
        return Verdict(
            cause="D044", certainty=Certainty.PROVEN, scope=Scope.MERCHANT, why="why-cap-ignored", facts=facts
        )
    if expected is not None and charged is not None and 0 < abs(charged - expected) <= (number(found, "rows") or 1):
        return Verdict(
            category=CauseCategory.NOT_A_FAILURE,
            certainty=Certainty.LIKELY,
            scope=Scope.MERCHANT,
            why="why-rounding",
            facts=facts,
            severity=Severity.INFO,
        )
    agreed, paid = rate(found, "rate_bp"), rate(found, "charged_rate_bp")
    if flag(found, "consistent_ratio") is True and agreed is not None and paid is not None and agreed != paid:
        return Verdict(cause="D043", certainty=Certainty.PROVEN, scope=Scope.MERCHANT, why="why-rate", facts=facts)
    return None


def _percent(rate_bp: Decimal | None) -> str:
    """Return 60 basis points as ``0.60%``, 38.5 as ``0.385%``; ``?`` when unknown."""
    if rate_bp is None:
        return "?"
    shown = rate_bp / 100
    return f"{shown:.2f}%" if shown == round(shown, 2) else f"{shown:f}%"


def _deduction(found: Break) -> Verdict | None:
    """Name a deduction by what it looks like; money that comes back is an adjustment, a request for papers no deduction."""
    looks = word(found, "looks_like")
    taken = amount(found, "deducted_minor") - amount(found, "agreed_minor")
    facts = {"amount": money(found, abs(taken)), "names": _names(found)}
    if looks == "retrieval":
        return Verdict(
            cause="D038", certainty=Certainty.PROVEN, scope=Scope.TRANSACTION, why="why-retrieval", facts=facts
        )
    cause = "D041" if looks == "dispute" and taken < 0 else DEDUCTIONS.get(looks)
    if not cause:
        return None
    return Verdict(
        cause=cause,
        certainty=Certainty.LIKELY,
        scope=Scope.TRANSACTION if looks == "dispute" else Scope.MERCHANT_DAY,
        why="why-adjusted" if cause == "D041" else "why-chargeback" if looks == "dispute" else "why-deduction",
        facts=facts,
    )


def _names(found: Break) -> str:
    value = found.facts.get("agreed_names")
    names = [str(item) for item in value] if isinstance(value, list | tuple) else [word(found, "agreed_names")]
    return ", ".join(name for name in names if name) or "-"


def _made_of(found: Break) -> Verdict | None:
    """Name the largest known part, when the parts explain the difference to the fen; refunds alone are no failure."""
    named = [(name, minor, _cause_of_part(name)) for name, minor in parts(found) if minor]
    if not named or any(not cause for _, _, cause in named):
        return None
    if abs(sum(minor for _, minor, _ in named)) != abs(found.gap_minor):
        return None
    wrong = [row for row in named if row[2] not in {"D032", "D041"}] or named
    name, _, cause = max(wrong, key=lambda row: (abs(row[1]), row[0]))
    listed = ", ".join(f"{part} {money(found, minor)}" for part, minor, _ in named)
    return Verdict(
        cause=cause,
        certainty=Certainty.LIKELY if len(named) == 1 or cause == "D032" else Certainty.POSSIBLE,
        scope=Scope.MERCHANT_DAY,
        why="why-parts",
        facts={"parts": listed, "largest": name, "amount": money(found, abs(found.gap_minor))},
    )


def _cause_of_part(name: str) -> str:
    low = name.casefold()
    return next((cause for start, cause in PART_CAUSES if low.startswith(start)), "")
