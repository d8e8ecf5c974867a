"""Transactions against the clearing file: missing on one side, late, of another kind or status."""

from __future__ import annotations

from typing import Final

from daozhang.breaks import Break, BreakType, Severity
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import day, flag, money, number, word
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

SKEW_S: Final = 300
"""A terminal clock off by more than five minutes can put a sale on another clearing day near the cut-over (field rule)."""
DAY_S: Final = 43_200
"""Off by half a day or more, the date itself is wrong."""
STORED_DAYS: Final = 1
"""Stored payments expire after 24 hours at the strictest provider known (others 72)."""
NOTICE_CAUSES: Final = {"adjustment": "D041", "dispute": "D039"}


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:  # noqa: PLR0911 - one line per break type
    """Explain a transaction that one of journal and clearing lacks, or that they tell differently."""
    if found.type is BreakType.MISSING_IN_CLEARING:
        return _missing_in_clearing(found)
    if found.type is BreakType.MISSING_IN_JOURNAL:
        return _missing_in_journal(found)
    if found.type is BreakType.LATE_CLEARING:
        facts = {
            "cleared": str(day(found, "cleared_on") or found.keys.settled_on or "?"),
            "expected": str(day(found, "expected_on") or found.keys.settled_on or "?"),
        }
        return Verdict(
            cause="D071", certainty=Certainty.PROVEN, scope=Scope.MERCHANT_DAY, why="why-cleared-late", facts=facts
        )
    if found.type is BreakType.KIND_MISMATCH:
        return _kind(found)
    if found.type is BreakType.STATUS_MISMATCH:
        return _status(found)
    if found.type is BreakType.PREAUTH_OPEN:
        facts = {"amount": money(found, number(found, "amount_minor")), "days": str(number(found, "age_days") or 0)}
        return Verdict(
            cause="D080", certainty=Certainty.LIKELY, scope=Scope.TRANSACTION, why="why-preauth-open", facts=facts
        )
    return None


def _missing_in_clearing(found: Break) -> Verdict | None:  # noqa: PLR0911 - a list of reasons, the nearest first
    waited = number(found, "days_waited")
    facts: dict[str, object] = {
        "amount": money(found, number(found, "amount_minor")),
        "days": waited if waited is not None else "?",
        "expected": str(day(found, "expected_on") or found.keys.settled_on or "?"),
    }
    status, kind = word(found, "status"), word(found, "kind")
    if status == "declined":
        return _of_one("D092", Certainty.PROVEN, "why-declined", facts)
    if kind == "preauth":
        return _of_one("D080", Certainty.LIKELY, "why-preauth-open", facts)
    if (number(found, "candidates") or 0) > 1:
        return None
    skew = abs(number(found, "terminal_clock_skew_s") or 0)
    if skew > SKEW_S and (skew >= DAY_S or flag(found, "near_cutover") is True):
        certainty = Certainty.PROVEN if skew >= DAY_S else Certainty.LIKELY
        return Verdict(
            cause="D061", certainty=certainty, scope=Scope.TERMINAL, why="why-clock", facts={"minutes": skew // 60}
        )
    if status == "stored" or kind == "offline_sale":
        expired = waited is not None and waited > STORED_DAYS
        return Verdict(
            cause="D082" if expired else "D070",
            certainty=Certainty.LIKELY if expired else Certainty.POSSIBLE,
            scope=Scope.TERMINAL,
            why="why-stored",
            facts=facts,
        )
    if word(found, "batch_result") in {"unbalanced", "rejected"} and found.keys.batch_no:
        cause = "D050" if word(found, "batch_result") == "unbalanced" else "D055"
        return Verdict(cause=cause, certainty=Certainty.LIKELY, scope=Scope.BATCH, why="why-in-that-batch", facts=facts)
    if flag(found, "source_complete") is False:
        return None
    if status == "" and found.keys.order_no and not (found.keys.trace_no or found.keys.rrn):
        facts["order"] = found.keys.order_no
        return _of_one("D084", Certainty.POSSIBLE, "why-order-only", facts)
    if waited is None or waited <= 1:
        near = flag(found, "near_cutover") is True
        return Verdict(
            cause="D071",
            certainty=Certainty.LIKELY if near else Certainty.POSSIBLE,
            scope=Scope.MERCHANT_DAY,
            why="why-near-cutover" if near else "why-parked",
            facts=facts,
        )
    return Verdict(
        cause="D070", certainty=Certainty.LIKELY, scope=Scope.MERCHANT_DAY, why="why-not-cleared", facts=facts
    )


def _missing_in_journal(found: Break) -> Verdict | None:
    facts: dict[str, object] = {
        "amount": money(found, number(found, "gross_minor")),
        "cleared": str(day(found, "cleared_on") or found.keys.settled_on or "?"),
    }
    kind, status = word(found, "kind"), word(found, "journal_status")
    if kind == "dispute" and not number(found, "gross_minor") and not number(found, "net_minor"):
        return _of_one("D038", Certainty.PROVEN, "why-retrieval", facts)
    if kind in NOTICE_CAUSES:
        return _of_one(NOTICE_CAUSES[kind], Certainty.PROVEN, "why-notice-" + kind, facts)
    if flag(found, "reversal_in_journal") is True or status == "reversed":
        return _of_one("D068", Certainty.LIKELY, "why-reversal-missed", facts)
    if status == "unknown":
        return _of_one("D069", Certainty.PROVEN, "why-charged-unanswered", facts)
    if status == "" and kind in {"sale", ""} and flag(found, "journal_covers") is True:
        return _of_one("D069", Certainty.LIKELY, "why-only-host", facts)
    return None


def _kind(found: Break) -> Verdict | None:
    pair = {word(found, "journal_kind"), word(found, "clearing_kind")}
    facts = {"journal": word(found, "journal_kind"), "clearing": word(found, "clearing_kind")}
    if "preauth" in pair:
        return _of_one("D080", Certainty.LIKELY, "why-kinds", facts)
    if pair == {"void", "refund"}:
        return _of_one("D078", Certainty.POSSIBLE, "why-kinds", facts)
    return None


def _status(found: Break) -> Verdict | None:
    facts = {"journal": word(found, "journal_status"), "clearing": word(found, "clearing_kind")}
    if flag(found, "reversal_missing") is True:
        return _of_one("D068", Certainty.LIKELY, "why-reversal-missed", _with_amount(found))
    if flag(found, "void_missing") is True:
        return _of_one("D078", Certainty.LIKELY, "why-void-missed", _with_amount(found))
    if word(found, "journal_status") in {"unknown", "declined"} and word(found, "clearing_kind") in {
        "sale",
        "offline_sale",
    }:
        return _of_one("D067", Certainty.LIKELY, "why-statuses", facts)
    return None


def _with_amount(found: Break) -> dict[str, object]:
    return {
        "amount": money(found, abs(found.gap_minor)),
        "cleared": str(day(found, "cleared_on") or found.keys.settled_on or "?"),
    }


def _of_one(cause: str, certainty: Certainty, why: str, facts: dict[str, object] | dict[str, str]) -> Verdict:
    calm = Severity.INFO if cause == "D092" else None
    return Verdict(cause=cause, certainty=certainty, scope=Scope.TRANSACTION, why=why, facts=dict(facts), severity=calm)
