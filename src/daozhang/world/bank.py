"""Six banks: accounts on which payouts, wallets and everything else of a business are booked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.world.cast import EVERY_ACCOUNT, Account
from daozhang.world.chance import chance
from daozhang.world.payout import Payout
from daozhang.world.plan import Plan

DAY: Final = timedelta(days=1)

_OTHERS: Final = (
    ("深圳市安居物业服务有限公司", "5521", "房租", -1_850_000),
    ("代发工资", "0000", "代发工资", -6_420_000),
    ("成都鲜达食材供应链有限公司", "8812", "货款", -1_126_500),
    ("李明", "3304", "往来款", 300_000),
    ("深圳供电局有限公司", "7741", "电费", -238_640),
    ("王小红", "9920", "包间订金", 50_000),
    ("国家税务总局深圳市税务局", "0001", "缴税", -412_377),
)

AGENT: Final = ("深圳市聚通达信息服务有限公司", "6017")
"""An agent that takes the acquirer's money first and passes it on from an account of its own (S41)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an account, amount signed: credit positive. ``payouts`` is what it pays, known only to the world."""

    account: Account
    booked_at: datetime
    amount_minor: int
    counterparty: str
    counterparty_tail: str
    text: str
    reference: str
    payouts: tuple[Payout, ...] = ()
    scenario: str = ""


def credits_of(payouts: Sequence[Payout], plan: Plan) -> list[Entry]:
    """Return the bank lines that pay ``payouts``: one each, or one a day and account where the acquirer or bank merges them."""
    merged: dict[tuple[date, str, str], list[Payout]] = {}
    entries: list[Entry] = []
    blank = {key for one in payouts if plan.on("S44", one.shop, one.settled_on) and (key := _together(one))}
    for payout in payouts:
        key = _together(payout)
        if key is None:
            continue
        is_merged = payout.shop.by.merges_credits and plan.has("merged_credit")
        if (is_merged or key in blank) and not plan.since("S41", payout.shop, payout.settled_on):
            merged.setdefault(key, []).append(payout)
        else:
            entries.extend(_credit([payout], plan))
    for key, together in merged.items():
        entries.extend(_credit(together, plan, is_blank=key in blank))
    return entries


def _together(payout: Payout) -> tuple[date, str, str] | None:
    """Return what the bank or the acquirer can merge by: day of the order, acquirer, account. None: never credited."""
    return (payout.created_at.date(), payout.shop.acquirer, payout.account_tail) if payout.credited_at else None


def _credit(payouts: Sequence[Payout], plan: Plan, *, is_blank: bool = False) -> Iterable[Entry]:
    first = payouts[0]
    account, by = EVERY_ACCOUNT[first.account_tail], first.shop.by
    booked_at = max(payout.credited_at for payout in payouts if payout.credited_at) + timedelta(minutes=7)
    scenario = first.scenario
    if plan.on("late_posting", first.shop, first.settled_on):
        booked_at, scenario = datetime.combine(booked_at.date() + DAY, time(9, 12)), "late_posting"
    total = sum(payout.paid_minor for payout in payouts)
    amounts = [total]
    if plan.on("split_credit", first.shop, first.settled_on):
        amounts, scenario = [total * 7 // 10, total - total * 7 // 10], "split_credit"
    text = f"{first.number} 结算款" if len(payouts) == 1 and not by.merges_credits else "商户结算款"
    payer, tail = by.name, by.payer_tail
    if plan.since("S41", first.shop, first.settled_on):
        (payer, tail), text, scenario = AGENT, "商户结算款", "S41"
    if is_blank:
        text, scenario = "", "S44"
    for place, amount in enumerate(amounts):
        yield Entry(
            account,
            booked_at + timedelta(seconds=9 * place),
            amount,
            payer,
            tail,
            text,
            f"{booked_at:%y%m%d}{first.number[-6:]}{place}",
            tuple(payouts),
            scenario,
        )


def other_money(account: Account, first_on: date, last_on: date, plan: Plan, seed: int) -> list[Entry]:
    """Return the lines of everyday business on an account that have nothing to do with payments taken."""
    if not plan.has("other_money"):
        return []
    rng = chance(seed, "other", account.tail)
    entries: list[Entry] = []
    day = first_on
    while day <= last_on:
        if rng.randrange(3) == 0:
            name, tail, text, amount = rng.choice(_OTHERS)
            at = datetime.combine(day, time(10 + rng.randrange(7), rng.randrange(60), rng.randrange(60)))
            entries.append(
                Entry(
                    account,
                    at,
                    amount + rng.randrange(90) * 100,
                    name,
                    tail,
                    text,
                    f"{day:%y%m%d}{rng.randrange(10**7):07d}",
                    scenario="other_money",
                )
            )
        day += DAY
    return entries
