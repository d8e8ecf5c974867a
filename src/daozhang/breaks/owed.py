"""What one merchant is owed, day by day, and what its judgement gives: the values ``money_side`` works on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from daozhang.breaks.kinds import Break, Evidence
from daozhang.matching.money import DayMoney
from daozhang.matching.payouts import Chain


@dataclass(slots=True, kw_only=True)
class OwedDay:
    """What one clearing day owes the merchant and when it is due. ``net_minor`` is what the clearing lines add up to."""

    settled_on: date
    net_minor: int
    expected_minor: int
    buckets: dict[str, int] = field(default_factory=dict)
    """Differences between expected and cleared that are known already (missing lines, fees): bucket → minor units."""
    due_at: datetime | None = None
    judge_on: date | None = None
    """The working day after the due day: a bank may post one day late before its silence means anything."""
    naive_due_on: date | None = None
    why_not_due: str = ""
    agreed_deductions: tuple[tuple[str, int], ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(slots=True, kw_only=True)
class Merchant:
    """Everything the judgement of one merchant at one acquirer needs; one currency."""

    acquirer: str
    merchant_no: str
    currency: str
    status: str
    days: list[OwedDay]
    chains: list[Chain]
    open_net: dict[date, int]
    minimum_minor: int = 0
    accounts: tuple[tuple[str, date | None, date | None, str], ...] = ()
    """(account tail, from, to, kind) as agreed."""
    has_payout_source: bool = True
    next_workday: Callable[[date], date] = lambda day: day + timedelta(days=1)
    """The calendar's answer; the next day where nobody gave one."""
    pseudo: Mapping[date, str] = field(default_factory=dict)
    """Day → number under which the bank was asked for a day that has no payout file."""

    def agreed_tails(self, day: date) -> list[str]:
        """Return the account tails agreed for a day; empty when the book does not say."""
        return [
            tail
            for tail, from_on, to_on, _ in self.accounts
            if (from_on is None or from_on <= day) and (to_on is None or day <= to_on)
        ]


@dataclass(slots=True)
class Judgement:
    """Breaks and the money of each day of one merchant."""

    breaks: list[Break] = field(default_factory=list)
    money: dict[date, DayMoney] = field(default_factory=dict)
    settled: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    """Payout number → the bank lines that prove it."""


def looks_like(amount_minor: int, text: str) -> str:
    """Return what an unexplained deduction looks like by its usual amounts and words: a hint, never a verdict."""
    words = {"sim": ("流量", "通讯", "SIM"), "device": ("设备", "服务费", "机具"), "deposit": ("押金", "激活"),
             "dispute": ("退单", "调单", "拒付", "差错")}  # fmt: skip
    for name, signs in words.items():
        if any(sign in text for sign in signs):
            return name
    if amount_minor in {3600, 4800, 6000, 7200, 9900}:
        return "sim"
    return "deposit" if amount_minor in {9900, 19900, 29900, 39900, 49900} else ""
