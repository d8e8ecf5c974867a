"""Files that did not come, came late, were cut, or contradict their own totals."""

from __future__ import annotations

from typing import Final

from daozhang.breaks import Break, BreakType
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import day, number, word
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict
from daozhang.money import to_text


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:
    """Explain a file."""
    if not found.type.value.startswith("file_"):
        return None
    bank = word(found, "source") == "bank_entries"
    if found.facts.get("chain"):
        cause, why, facts = "D074", f"why-statement-{word(found, 'chain')}", _statement(found)
    else:
        cause, why = "D073" if found.type in _ITSELF else "D074" if bank else "D072", _WHY[found.type]
        facts = {
            "source": word(found, "source") or "?", "day": str(day(found, "day") or found.keys.settled_on or "?"),
            "detail": found.keys.file or word(found, "account_tail") or "-", "due": f"{found.due_at:%m-%d %H:%M}" if found.due_at else "?",
            "days": number(found, "days") or 1,
        }  # fmt: skip
    return Verdict(cause=cause, certainty=Certainty.PROVEN, scope=Scope.FILE, why=why, facts=facts)


_ITSELF: Final = frozenset({BreakType.FILE_TRUNCATED, BreakType.FILE_CONTRADICTS_ITSELF})
_WHY: Final = {
    BreakType.FILE_MISSING: "why-file-missing", BreakType.FILE_LATE: "why-file-not-here",
    BreakType.FILE_TRUNCATED: "why-file-cut", BreakType.FILE_CONTRADICTS_ITSELF: "why-file-contradicts",
}  # fmt: skip


def _statement(found: Break) -> dict[str, object]:
    """Return what two statements say of each other, amounts written out in the account's currency."""

    def money(name: str) -> str:
        value = number(found, name)
        return "?" if value is None else to_text(value, found.currency)

    return {
        "tail": found.keys.account_tail, "between": money("between_minor"), "closing": money("closing_minor"),
        "opening": money("opening_minor"), "from": number(found, "missing_from") or 0, "to": number(found, "missing_to") or 0,
        "until": str(day(found, "until") or "?"), "since": str(day(found, "from") or "?"),
    }  # fmt: skip
