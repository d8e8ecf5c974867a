"""What a lump credit leaves open: a remainder whose payouts are not told, and who may be among them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from daozhang.breaks.kinds import Break, BreakType, Evidence, Grain, Keys, Severity
from daozhang.matching.bank_lines import Lump
from daozhang.matching.payouts import Payout

MOST_NAMED: Final = 20
"""Payouts that one finding names; how many there are in all stands beside them."""


def of_lumps(lumps: Iterable[Lump], as_of: datetime) -> list[Break]:
    """Return one break per lump whose remainder nobody can place; a lump whose left-out payouts are told needs none.

    On the day of the credit it is only watched: the rest may come with another one.
    """
    return [_undecided(lump, as_of) for lump in lumps if not lump.left_out]


def _undecided(lump: Lump, as_of: datetime) -> Break:
    line, head = lump.line, lump.group[0]
    merchants = {one.merchant_no for one in lump.group}
    named = lump.candidates[:MOST_NAMED]
    return Break(
        type=BreakType.CREDIT_SHORT, grain=Grain.BANK_ENTRY, gap_minor=-lump.remainder_minor, currency=line.currency,
        severity=Severity.ALARM if as_of.date() > line.booked_on else Severity.WATCH, occurred_at=line.booked_at,
        keys=Keys(
            acquirer=head.acquirer, merchant_no=head.merchant_no if len(merchants) == 1 else "", settled_on=line.booked_on,
            account_tail=line.account_tail, file=f"{line.evidence}",
        ),
        facts={
            "paid_minor": sum(one.paid_minor for one in lump.group), "credited_minor": line.amount_minor,
            "payouts": len(lump.group), "candidates": len(lump.candidates),
            "candidate_numbers": [one.payout_no for one in named],
        },
        evidence=(line.evidence, *(_said_last(one) for one in named if one.evidence)),
    )  # fmt: skip


def _said_last(payout: Payout) -> Evidence:
    return payout.evidence[-1]
