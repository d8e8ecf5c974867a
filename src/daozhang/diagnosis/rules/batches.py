"""Terminal batches that do not balance, stay open, or were refused by the host."""

from __future__ import annotations

from daozhang.breaks import Break, BreakType, Severity
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import amount, flag, money, number, word
from daozhang.diagnosis.reasons import read_reason
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:
    """Explain a batch."""
    if found.type is BreakType.BATCH_UNBALANCED:
        return _unbalanced(found)
    if found.type is BreakType.BATCH_OPEN:
        return _open(found)
    if found.type is BreakType.BATCH_REJECTED:
        return _rejected(found)
    return None


def _differs(found: Break) -> bool:
    return any(number(found, name) for name in ("debit_diff_minor", "credit_diff_minor", "count_diff"))


def _facts(found: Break) -> dict[str, object]:
    return {
        "debit": money(found, amount(found, "debit_diff_minor")),
        "credit": money(found, amount(found, "credit_diff_minor")),
        "count": number(found, "count_diff") or 0,
        "pending": number(found, "pending_reversals") or 0,
    }


def _unbalanced(found: Break) -> Verdict | None:
    if number(found, "pending_reversals"):
        return Verdict(
            cause="D050",
            certainty=Certainty.PROVEN,
            scope=Scope.BATCH,
            why="why-pending-reversals",
            facts=_facts(found),
        )
    if not _differs(found):
        return None
    return Verdict(
        cause="D050", certainty=Certainty.LIKELY, scope=Scope.BATCH, why="why-totals-differ", facts=_facts(found)
    )


def _open(found: Break) -> Verdict:
    """An open batch stops the money only where the terminal captures; in mainland China the host does."""
    if word(found, "capture") == "terminal":
        return Verdict(
            cause="D053", certainty=Certainty.PROVEN, scope=Scope.BATCH, why="why-terminal-capture", facts=_facts(found)
        )
    if flag(found, "upload_interrupted") is True or _differs(found):
        return Verdict(
            cause="D051",
            certainty=Certainty.LIKELY,
            scope=Scope.BATCH,
            why="why-upload-interrupted",
            facts=_facts(found),
        )
    return Verdict(
        cause="D052",
        certainty=Certainty.LIKELY,
        scope=Scope.BATCH,
        why="why-host-capture",
        facts=_facts(found),
        severity=Severity.INFO,
    )


def _rejected(found: Break) -> Verdict | None:
    text = word(found, "reason_text") or word(found, "detail")
    meaning = read_reason(text, provider="us_processor") if text else None
    if not meaning or meaning.cause_code not in {"D054", "D055", "D056", "D057"}:
        return None
    return Verdict(
        cause=meaning.cause_code,
        certainty=Certainty.PROVEN if meaning.confidence >= 85 else Certainty.LIKELY,
        scope=Scope.BATCH,
        why="why-batch-refused",
        facts={"text": text},
    )
