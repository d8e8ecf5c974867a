"""What is not here yet, or is here but set aside, before a payout or its credit may be called missing."""

from __future__ import annotations

from collections.abc import Sequence

from daozhang.breaks.owed import Merchant, OwedDay
from daozhang.breaks.set_aside import that_may_be
from daozhang.matching.aside_lines import PROVING, Wanted
from daozhang.matching.coverage import Coverage, SetAside


def orders_aside(merchant: Merchant, cover: Coverage, run: Sequence[OwedDay]) -> tuple[SetAside, ...]:
    """Return the file with a line set aside that may be the order for these days, or without a payout file its credit.

    An order may be for less than its days (deductions), so a line that names the merchant is enough.
    """
    last = run[-1]
    assert last.due_at is not None
    due_on = last.due_at.date()
    until = max(last.judge_on or due_on, due_on)
    if merchant.has_payout_source:
        days = {day.settled_on for day in run} | {due_on, until}
        wanted = Wanted(
            numbers={"merchant_no": merchant.merchant_no},
            amounts=_of(merchant, run),
            named_by=PROVING | {"merchant_no"},
        )
        return that_may_be(cover.aside("payouts", merchant.acquirer, merchant.merchant_no, days), wanted)
    tails = merchant.agreed_tails(due_on)
    lines = tuple(one for tail in tails for one in cover.aside_on_account(tail, due_on, until))
    return that_may_be(lines, Wanted(amounts=_of(merchant, run), may_be_part=True))


def _of(merchant: Merchant, run: Sequence[OwedDay]) -> frozenset[int]:
    return frozenset({sum(merchant.open_net[day.settled_on] for day in run)})


def absent_sources(merchant: Merchant, cover: Coverage, day: OwedDay) -> list[str]:
    """Return what would have to be here before a missing payout can be claimed."""
    assert day.due_at is not None
    due_on = day.due_at.date()
    if cover.is_skipped("payouts", merchant.acquirer, due_on):
        return [
            f"payouts:{merchant.acquirer}:{due_on.isoformat()}"
        ]  # lists before and after it came: it may name this day
    last = cover.last_day("payouts", merchant.acquirer)
    if last is not None and last >= due_on:
        return []  # the acquirer's payout list goes past the due day and does not name this day
    until = day.judge_on or due_on
    tails = merchant.agreed_tails(due_on)
    if tails and all(cover.account_is_complete(tail, due_on, until) for tail in tails):
        return []
    absent = [f"payouts:{merchant.acquirer}:{due_on.isoformat()}"] if merchant.has_payout_source else []
    absent += [
        f"bank_statement:{tail}:{gap.isoformat()}"
        for tail in tails
        for gap in cover.account_gaps(tail, due_on, until)[:3]
    ]
    return absent or [f"bank_statement:?:{due_on.isoformat()}"]
