"""Payouts that failed or came back: what the bank's answer says, and what the order itself shows when it says nothing."""

from __future__ import annotations

from typing import Final

from daozhang.breaks import Break, BreakType
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import amount, flag, money, number, word
from daozhang.diagnosis.reasons import ReasonMeaning, read_reason
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

ACCOUNT_CAUSES: Final = frozenset({f"D{no:03d}" for no in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 89)})
"""Causes that lie in one account: every payout to it fails until the account or its data change."""

PAYOUT_CAUSES: Final = ACCOUNT_CAUSES | {
    f"D{no:03d}" for no in (13, 14, 15, 16, 17, 19, 20, 21, 27, 35, 36, 37, 88, 90, 95)
}
"""Causes a payout may have; a reading that names a terminal's cause here was misled by a short code."""

CLASS_II_DAY_MINOR: Final = 1_000_000
"""What a class II account may receive in a day: 10 000 yuan (practice of Chinese banks)."""

BOOKS: Final = {
    "iso20022_status": ("iso20022", "status"),
    "iso20022_return": ("iso20022", "return"),
    "nacha": ("ach", ""),
    "stripe": ("stripe", ""),
    "wechat": ("wechatpay", ""),
}
"""Provider and interface in the code book of reasons, by the scheme an answer names. Lists differ: AC16 is one thing in a
status report and another in a return."""

EMPTY: Final = frozenset({"", "[]", "{}", "null", "none", "-", "/", "无", "n/a"})


def has_reason(found: Break) -> bool:
    """Return whether the other side gave any reason; ``[]`` or ``null`` is none."""
    return word(found, "reason_text").casefold() not in EMPTY or word(found, "reason_code").casefold() not in EMPTY


def meaning_of(found: Break) -> ReasonMeaning:
    """Return what the reason of a payout means; only causes a payout may have.

    The code book that the answer itself names comes first, then its own provider's code, then the words; a code of
    unknown origin counts only where there are no words.
    """
    text, code = word(found, "reason_text"), word(found, "reason_code")
    provider, interface = BOOKS.get(word(found, "reason_scheme"), (found.keys.acquirer, "query"))
    ways: tuple[dict[str, str], ...] = (
        {"provider": provider, "interface": interface, "code": code},
        {"code": "" if text else code},
    )
    for way in ways:
        read = read_reason(text, **way)
        if read.cause_code in PAYOUT_CAUSES:
            return read
    return ReasonMeaning()


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:
    """Explain a payout that failed or was returned."""
    if found.type not in {BreakType.PAYOUT_FAILED, BreakType.PAYOUT_RETURNED}:
        return None
    if word(found, "replaced_by"):
        return Verdict(
            cause="D018",
            certainty=Certainty.PROVEN,
            scope=Scope.PAYOUT,
            why="why-replaced",
            facts={"payout": found.keys.payout_no, "other": word(found, "replaced_by")},
        )
    meaning = meaning_of(found) if has_reason(found) else ReasonMeaning()
    if meaning.cause_code == "D009" or (meaning.ask and not has_reason(found)):
        together = _same_second(found)
        if together:
            return together
    if not meaning.ask:
        return as_read(found, meaning)
    return _by_the_order(found)


def as_read(found: Break, meaning: ReasonMeaning) -> Verdict:
    """Return the verdict of a reason that could be read; account causes are one incident per account."""
    cause = meaning.cause_code
    shown = word(found, "reason_text") or word(found, "reason_code")
    in_account = cause in ACCOUNT_CAUSES
    return Verdict(
        cause=cause,
        certainty=Certainty.PROVEN if meaning.confidence >= 85 else Certainty.LIKELY,
        scope=Scope.ACCOUNT if in_account else Scope.PAYOUT,
        why="why-reason-read",
        facts={
            "text": shown,
            "tail": word(found, "account_tail") or found.keys.account_tail or "?",
            "amount": money(found, number(found, "planned_minor")),
        },
    )


def _same_second(found: Break) -> Verdict | None:
    if flag(found, "same_second") is not True:
        return None
    return Verdict(
        cause="D009",
        certainty=Certainty.LIKELY,
        scope=Scope.ACCOUNT,
        why="why-same-second",
        facts={"tail": word(found, "account_tail") or "?"},
    )


def _by_the_order(found: Break) -> Verdict | None:
    """Return what the order shows when the reason is empty or cannot be read."""
    tail = word(found, "account_tail") or found.keys.account_tail or "?"
    planned = amount(found, "planned_minor")
    if word(found, "account_kind") == "personal_class_ii" and planned > CLASS_II_DAY_MINOR:
        return Verdict(
            cause="D007",
            certainty=Certainty.LIKELY,
            scope=Scope.ACCOUNT,
            why="why-class-ii",
            facts={"tail": tail, "amount": money(found, planned), "limit": money(found, CLASS_II_DAY_MINOR)},
        )
    if flag(found, "holder_differs") is True:
        return Verdict(
            cause="D002",
            certainty=Certainty.LIKELY,
            scope=Scope.ACCOUNT,
            why="why-holder-differs",
            facts={"tail": tail},
        )
    if has_reason(found):
        return None
    if found.type is BreakType.PAYOUT_RETURNED:
        return Verdict(
            cause="D017",
            certainty=Certainty.PROVEN,
            scope=Scope.PAYOUT,
            why="why-returned",
            facts={"amount": money(found, planned), "tail": tail},
        )
    if word(found, "state") == "closed":
        return Verdict(
            cause="D020",
            certainty=Certainty.LIKELY,
            scope=Scope.MERCHANT,
            why="why-closed",
            facts={"amount": money(found, planned), "text": "-"},
        )
    return Verdict(
        cause="D096",
        certainty=Certainty.PROVEN,
        scope=Scope.PAYOUT,
        why="why-no-reason",
        facts={"amount": money(found, planned), "tail": tail},
    )
