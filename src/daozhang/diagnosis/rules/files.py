"""Files that did not come, came late, were cut, or contradict their own totals."""

from __future__ import annotations

from typing import Final

from daozhang.breaks import Break, BreakType
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import day, number, word
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict
from daozhang.money import to_text


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:
    """Explain a file, a payout that its own transactions do not add up to, or an answer about a payout in no list."""
    if found.type in _PAYOUTS:
        return _payout(found)
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
        if found.type is BreakType.FILE_SUMS_DIFFER:
            facts |= _sums(found)
    return Verdict(cause=cause, certainty=Certainty.PROVEN, scope=Scope.FILE, why=why, facts=facts)


_ITSELF: Final = frozenset({BreakType.FILE_TRUNCATED, BreakType.FILE_CONTRADICTS_ITSELF, BreakType.FILE_SUMS_DIFFER})
_WHY: Final = {
    BreakType.FILE_MISSING: "why-file-missing", BreakType.FILE_LATE: "why-file-not-here",
    BreakType.FILE_TRUNCATED: "why-file-cut", BreakType.FILE_CONTRADICTS_ITSELF: "why-file-contradicts",
    BreakType.FILE_SUMS_DIFFER: "why-file-sums-differ",
}  # fmt: skip


_PAYOUTS: Final = frozenset({BreakType.PAYOUT_SUM_DIFFERS, BreakType.PAYOUT_UNKNOWN})


def _payout(found: Break) -> Verdict:
    facts: dict[str, object] = {"payout": found.keys.payout_no or "?"}
    if found.type is BreakType.PAYOUT_UNKNOWN:
        facts |= {"state": word(found, "state"), "fits": number(found, "fits") or 0}
        return Verdict(
            cause="D072", certainty=Certainty.POSSIBLE, scope=Scope.PAYOUT, why="why-payout-unknown", facts=facts
        )
    for name in ("planned", "sum"):
        facts[name] = to_text(number(found, f"{name}_minor") or 0, found.currency)
    facts["lines"] = number(found, "lines") or 0
    return Verdict(
        cause="D073", certainty=Certainty.LIKELY, scope=Scope.PAYOUT, why="why-payout-sum-differs", facts=facts
    )


def _sums(found: Break) -> dict[str, object]:
    """Return what was stated beside what was added up: the net, else the amount, else the lines."""
    for name in ("", "gross_"):
        stated, added = number(found, f"stated_{name}minor"), number(found, f"added_{name}minor")
        if stated is not None and added is not None and stated != added:
            return {"stated": to_text(stated, found.currency), "added": to_text(added, found.currency)}
    return {"stated": str(number(found, "stated_count")), "added": str(number(found, "added_count"))}


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
