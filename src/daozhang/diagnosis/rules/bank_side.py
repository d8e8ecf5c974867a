"""The bank's side: a claimed payout without a bank line, money in another account, a credit nobody can place."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from daozhang.breaks import Break, BreakType
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import day, money, number, word, working_days_between
from daozhang.diagnosis.rules.payout_reasons import as_read, has_reason, meaning_of
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

DEFECT_WORKING_DAYS: Final = 5
"""A success with a defect may take three to five working days to be posted; only then it is chased."""

SETTLEMENT_WORDS: Final = re.compile(r"结算|清算|收单|划款|打款|刷卡|pos|货款|提现|settlement|payout")


def diagnose(found: Break, today: DayFacts) -> Verdict | None:
    """Explain a difference between what was paid out and what the bank statement shows."""
    if found.type is BreakType.CREDIT_MISSING:
        return _missing(found, today)
    if found.type is BreakType.CREDIT_TO_OTHER_ACCOUNT:
        return _other_account(found, today)
    if found.type is BreakType.CREDIT_FROM_OTHER_PAYER:
        return _other_payer(found)
    if found.type is BreakType.CREDIT_UNIDENTIFIED:
        return _unidentified(found, today)
    return None


def _missing(found: Break, today: DayFacts) -> Verdict | None:
    facts: dict[str, object] = {
        "amount": money(found, number(found, "paid_minor")),
        "tail": word(found, "account_tail") or found.keys.account_tail or "?",
        "agreed": word(found, "account_tail_agreed") or "?",
    }
    if word(found, "state") == "returned":
        return Verdict(cause="D017", certainty=Certainty.PROVEN, scope=Scope.PAYOUT, why="why-returned", facts=facts)
    meaning = meaning_of(found) if has_reason(found) else None
    if meaning and meaning.cause_code == "D014":
        if (number(found, "days_late") or 0) > DEFECT_WORKING_DAYS:
            return None
        return Verdict(cause="D014", certainty=Certainty.PROVEN, scope=Scope.PAYOUT, why="why-with-defect", facts=facts)
    if meaning and not meaning.ask:
        return as_read(found, meaning)
    paid, agreed = word(found, "account_tail"), word(found, "account_tail_agreed")
    if paid and agreed and paid != agreed:
        return _to(found, today, paid, agreed)
    return None


def _other_account(found: Break, today: DayFacts) -> Verdict:
    return _to(found, today, word(found, "paid_tail"), word(found, "agreed_tail"))


def _to(found: Break, today: DayFacts, paid: str, agreed: str) -> Verdict:
    """An account of the past is an old card; one nobody knows, in a book that knows others, may be somebody else's."""
    changed = day(found, "changed_on")
    facts: dict[str, object] = {"paid": paid or "?", "agreed": agreed or "?", "changed": str(changed or "-")}
    book = today.accounts.get((found.keys.acquirer, found.keys.merchant_no), ())
    tails = {str(row.get("account_tail", "")) for row in book}
    if paid and paid in tails:
        return Verdict(
            cause="D022", certainty=Certainty.PROVEN, scope=Scope.ACCOUNT, why="why-old-account", facts=facts
        )
    if tails and not _just_changed(changed, today):
        return Verdict(
            cause="D023", certainty=Certainty.LIKELY, scope=Scope.ACCOUNT, why="why-strange-account", facts=facts
        )
    certainty = Certainty.LIKELY if changed else Certainty.POSSIBLE
    return Verdict(cause="D022", certainty=certainty, scope=Scope.ACCOUNT, why="why-other-account", facts=facts)


def _other_payer(found: Break) -> Verdict:
    """Somebody stands between the acquirer and the merchant: the money is there, and it should not come from there."""
    facts: dict[str, object] = {
        "payer": word(found, "counterparty_name") or "?",
        "usual": word(found, "usual_payer") or "?",
        "amount": money(found, number(found, "amount_minor")),
    }
    return Verdict(cause="D024", certainty=Certainty.LIKELY, scope=Scope.MERCHANT, why="why-other-payer", facts=facts)


def _just_changed(changed: date | None, today: DayFacts) -> bool:
    return changed is not None and working_days_between(changed, today.as_of.date()) <= DEFECT_WORKING_DAYS


def _unidentified(found: Break, today: DayFacts) -> Verdict | None:
    payer, text = word(found, "counterparty_name"), word(found, "text")
    if payer and found.keys.acquirer:
        facts_of = {"amount": money(found, number(found, "amount_minor")), "payer": payer}
        return Verdict(
            cause="D074", certainty=Certainty.LIKELY, scope=Scope.BANK_ENTRY, why="why-from-acquirer", facts=facts_of
        )
    facts: dict[str, object] = {"amount": money(found, number(found, "amount_minor")), "payer": payer or "-"}
    known = {name for names in today.payers.values() for name in names}
    if payer and payer in known:
        return Verdict(
            cause="D074", certainty=Certainty.LIKELY, scope=Scope.BANK_ENTRY, why="why-from-acquirer", facts=facts
        )
    if not payer and not text:
        return Verdict(
            cause="D074", certainty=Certainty.POSSIBLE, scope=Scope.BANK_ENTRY, why="why-no-text", facts=facts
        )
    if payer and known and SETTLEMENT_WORDS.search(text.casefold()):
        return Verdict(
            cause="D024", certainty=Certainty.POSSIBLE, scope=Scope.BANK_ENTRY, why="why-unknown-payer", facts=facts
        )
    return None
