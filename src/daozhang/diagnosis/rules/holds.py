"""Money that is held: by risk control, by a court, because a licence ran out, or as an agreed reserve."""

from __future__ import annotations

import re
from typing import Final

from daozhang.breaks import Break, BreakType
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import flag, money, number, word
from daozhang.diagnosis.normal import plain
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

SIGNS: Final = (
    ("D036", re.compile(r"司法|法院|公安|检察|扣划|judicial|court|police")),
    ("D037", re.compile(r"证照|执照|证件.{0,4}(过期|到期|失效)|licen[cs]e|expired id")),
    ("D042", re.compile(r"滚动|准备金|保证金|reserve")),
    ("D090", re.compile(r"实名|资料.{0,4}(未|待)|认证未|kyc|verification|requirements")),
)
"""Words of a hold's reason that name its kind; without any of them it is a hold by risk control."""

STOPPED: Final = {"licence_expired": ("D037", "why-licence"), "suspended": ("D020", "why-suspended")}
"""Merchant states that stop payouts."""


def diagnose(found: Break, _day: DayFacts) -> Verdict | None:
    """Explain a held payout, and a missing one of a merchant whose payouts are stopped."""
    if found.type is BreakType.PAYOUT_HELD:
        return _held(found)
    if found.type is BreakType.PAYOUT_MISSING and flag(found, "not_due") is not True:
        return _stopped(found)
    return None


def _held(found: Break) -> Verdict | None:
    held = number(found, "held_minor")
    facts = {"amount": money(found, held), "text": word(found, "reason_text") or "-"}
    if word(found, "merchant_status") == "licence_expired":
        return Verdict(cause="D037", certainty=Certainty.PROVEN, scope=Scope.MERCHANT, why="why-licence", facts=facts)
    text = plain(word(found, "reason_text"))
    for cause, sign in SIGNS:
        if sign.search(text):
            return Verdict(
                cause=cause, certainty=Certainty.PROVEN, scope=Scope.MERCHANT, why="why-held-as", facts=facts
            )
    if word(found, "state") == "closed":
        return Verdict(cause="D020", certainty=Certainty.LIKELY, scope=Scope.MERCHANT, why="why-closed", facts=facts)
    if not held and word(found, "state") != "held":
        return None
    return Verdict(cause="D035", certainty=Certainty.LIKELY, scope=Scope.MERCHANT, why="why-held", facts=facts)


def _stopped(found: Break) -> Verdict | None:
    known = STOPPED.get(word(found, "merchant_status"))
    if not known:
        return None
    cause, why = known
    return Verdict(
        cause=cause,
        certainty=Certainty.LIKELY,
        scope=Scope.MERCHANT,
        why=why,
        facts={"amount": money(found, number(found, "expected_minor")), "text": "-"},
    )
