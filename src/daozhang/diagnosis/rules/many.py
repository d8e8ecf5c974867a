"""One difference across many rows: what they share is known from the numbers themselves; the cause says whose doing that is."""

from __future__ import annotations

from typing import Final

from daozhang.breaks import Break, BreakType, Grain, Severity
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import day, money, number, word
from daozhang.diagnosis.finding import CauseCategory
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

UNITS: Final = {"x100": "100", "div100": "1/100", "x10": "10", "div10": "1/10"}
"""How amounts of another unit are said."""
WRITTEN: Final = "D099"
"""The file is written in another form than agreed."""
CAUSES: Final = {
    "fee_rate": "D043", "fee_offset": "D043", "fee_factor": "D043", "fee_cap": "D044", "late": "D071", "zone": "D061",
    "shops": "D073", "terminals": "D073", "part": "D073", "doubled": "D073",
}  # fmt: skip
"""What the rows share → its cause; other things shared are ``WRITTEN``."""


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:
    """Name what the rows share. Where nothing is shared there is no verdict, and a question is asked."""
    like = word(found, "looks_like")
    if found.type is not BreakType.SYSTEMIC_DIFFERENCE or like == "unexplained":
        return None
    why, facts = _why(found, like)
    said = {**_extent(found), **facts}
    population = f"acquirer:{found.keys.acquirer}"
    scope = Scope.MERCHANT if found.grain is Grain.MERCHANT else Scope.POPULATION
    if like == "fee_rounded":
        return Verdict(
            category=CauseCategory.NOT_A_FAILURE, certainty=Certainty.PROVEN, scope=scope, population=population, why=why, facts=said,
            severity=Severity.INFO,
        )  # fmt: skip
    certainty = Certainty.LIKELY if like in {"shops", "terminals", "part"} else Certainty.PROVEN
    return Verdict(
        cause=CAUSES.get(like, WRITTEN), certainty=certainty, scope=scope, population=population, why=why, facts=said
    )


def _extent(found: Break) -> dict[str, object]:
    return {
        "rows": number(found, "rows") or 0, "share": number(found, "share") or 0, "merchants": number(found, "merchants") or 0,
        "terminals": number(found, "terminals") or 0, "days": number(found, "days") or 0, "gap": money(found, found.gap_minor),
        "first": str(day(found, "first_on") or "?"), "last": str(day(found, "last_on") or "?"),
    }  # fmt: skip


def _why(found: Break, like: str) -> tuple[str, dict[str, object]]:
    """Return the sentence's key and what only it names."""
    parts = [part for part in _parts(found) if part.get("what") or "days" in part]
    if like.startswith("fee_"):
        return _fees(found, like, parts)
    if like in UNITS:
        return "why-systemic-unit", {"factor": UNITS[like]}
    if like == "day":
        shifts = {part.get("days") for part in parts}
        return ("why-systemic-day", {"shift": shifts.pop()}) if len(shifts) == 1 else ("why-systemic-day-several", {})
    if "+" in like:
        return "why-systemic-mixed", {"words": ", ".join(like.split("+"))}
    seconds = number(found, "clock_skew_s") or 0
    hours, rest = divmod(abs(seconds), 3600)
    key = "state" if like in {"declined", "reversed"} else like
    return "why-systemic-" + key, {"hours": f"{'-' if seconds < 0 else '+'}{hours}{'.5' if rest else ''}"}


def _parts(found: Break) -> list[dict[str, object]]:
    value = found.facts.get("parts")
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list | tuple) else []


def _fees(found: Break, like: str, parts: list[dict[str, object]]) -> tuple[str, dict[str, object]]:
    answers = {(part.get("rate_bp"), part.get("cap_minor"), part.get("value")) for part in parts}
    if len(answers) != 1:
        return "why-systemic-fee-several", {"answers": len(answers)}
    ((rate, cap, value),) = answers
    why = "why-systemic-" + like.replace("_", "-")
    if like == "fee_rate":
        return why, {"rate": _percent(rate), "paid_rate": _percent(value)}
    if like == "fee_cap":
        return why, {"cap": money(found, cap if isinstance(cap, int) else None)}
    if like == "fee_offset":
        each = int(str(value))
        return why, {"each": money(found, abs(each)), "side": "more" if each > 0 else "less"}
    return why, {"factor": str(value)}


def _percent(rate_bp: object) -> str:
    """Return 60 basis points as ``0.6%``; ``?`` when unknown."""
    if rate_bp is None:
        return "?"
    whole, _, rest = str(rate_bp).partition(".")
    digits = f"{int(whole):03d}"
    shown = f"{digits[:-2]}.{digits[-2:]}{rest}".rstrip("0").rstrip(".")
    return f"{shown}%"
