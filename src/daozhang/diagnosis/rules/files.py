"""Files that did not come, came late, were cut, or contradict their own totals."""

from __future__ import annotations

from daozhang.breaks import Break, BreakType
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import day, word
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:
    """Explain a file."""
    facts: dict[str, object] = {
        "source": word(found, "source") or "?",
        "day": str(day(found, "day") or found.keys.settled_on or "?"),
        "detail": found.keys.file or word(found, "account_tail") or "-",
    }
    if found.type in {BreakType.FILE_MISSING, BreakType.FILE_LATE}:
        bank = word(found, "source") == "bank_entries"
        late = found.type is BreakType.FILE_LATE
        return Verdict(
            cause="D074" if bank else "D072",
            certainty=Certainty.PROVEN,
            scope=Scope.FILE,
            why="why-file-late" if late else "why-file-missing",
            facts=facts,
        )
    if found.type in {BreakType.FILE_TRUNCATED, BreakType.FILE_CONTRADICTS_ITSELF}:
        cut = found.type is BreakType.FILE_TRUNCATED
        return Verdict(
            cause="D073",
            certainty=Certainty.PROVEN,
            scope=Scope.FILE,
            why="why-file-cut" if cut else "why-file-contradicts",
            facts=facts,
        )
    return None
