"""The settlement day, told once: what is known → what is due → what matches → what differs → why.

The engine (DuckDB here, a cluster there) does the set-wise part behind ``Ledger``; everything that judges is a rule
of the rooms below. The same facts and the same moment give the same findings, in any order of arrival.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from daozhang.breaks import Break, Evidence
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.explain import explain
from daozhang.diagnosis.finding import Finding
from daozhang.matching.money import DayMoney


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for a merchant whose contract is not known; findings built on it say that it is assumed."""

    cycle: str = "T+1"
    cutover: str = "23:00"
    due_time: str = "14:00"


@dataclass(slots=True, kw_only=True)
class Settled:
    """What the set-wise part found for one moment. ``settled_payouts``: payout number → bank lines that prove it."""

    breaks: list[Break]
    money: Sequence[DayMoney]
    facts: DayFacts
    settled_payouts: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


class Ledger(Protocol):
    """Where the facts are joined."""

    def settle(self, as_of: datetime) -> Settled:
        """Match the four legs as they were known at ``as_of`` and say what differs and where the money is."""


@dataclass(slots=True, kw_only=True)
class SettlementDay:
    """The answer: findings with their causes, and the money of every merchant-day, which adds up to the fen."""

    as_of: datetime
    findings: Sequence[Finding]
    money: Sequence[DayMoney]
    settled_payouts: Mapping[str, tuple[Evidence, ...]]
    counts: Mapping[str, int]


def settlement_day(
    ledger: Ledger, as_of: datetime, answers: Mapping[str, Mapping[str, object]] | None = None
) -> SettlementDay:
    """Judge one moment. Running it again changes nothing: the answer is a function of the facts.

    ``answers`` are what people answered by then: finding id → name of the question → answer.
    """
    settled = ledger.settle(as_of)
    findings = explain(settled.breaks, replace(settled.facts, answers=answers) if answers else settled.facts)
    return SettlementDay(
        as_of=as_of,
        findings=findings,
        money=settled.money,
        settled_payouts=settled.settled_payouts,
        counts=settled.counts,
    )
