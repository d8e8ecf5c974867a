"""银联 merchant payout summary ZPSUM (686-byte records, GBK) → payouts: planned, held, deducted, paid.

Amounts are whole fen behind C (towards the merchant) or D (from it). 清算汇总金额 is what the clearing day owes; 挂账 keeps
a part of it back, 释放 pays what was kept back before, 回补 and the fee set-off take from it; 入账金额 is what is credited.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Final

from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.cells import tail_of
from daozhang.formats.fixed_width import FixedRecord, knows, layout, read_records
from daozhang.formats.unionpay import DEFAULT_ACQUIRER, clearing_day
from daozhang.money import to_text

LAYOUT: Final = layout("unionpay_zpsum")
PROOF: Final = ("清算汇总金额", "本期正常释放金额", "本期正常挂账金额", "本期回补金额", "入账金额")


@dataclass(frozen=True, slots=True)
class _Way:
    """What became of one merchant's day, signed fen: planned = paid + held + deducted when ``is_whole``.

    ``held`` is negative when more was released than kept back.
    """

    planned: int
    held: int
    deducted: int
    paid: int
    is_whole: bool

    @property
    def state(self) -> str:
        """Return ``claimed`` when money is credited; else ``held``: a balance kept back, or a debt carried on."""
        return "claimed" if self.paid > 0 else "held"


def _way(record: FixedRecord) -> _Way:
    """Return what became of the money.

    Files may print what is kept back as D, by the direction of the money, or as C, as a plain size; the one reading
    under which the line adds up is taken. When none adds up the sizes stand as printed, and the line is said to differ.
    """
    planned, paid = record.signed_fen("清算汇总金额"), record.signed_fen("入账金额")
    held, released = abs(record.signed_fen("本期正常挂账金额")), abs(record.signed_fen("本期正常释放金额"))
    refill, set_off = record.signed_fen("本期回补金额"), record.signed_fen("收支两条线费用抵减金额")
    kept = held - released
    takings = [-refill - set_off] + [one * abs(refill) + two * abs(set_off) for one, two in product((1, -1), repeat=2)]
    for taken in takings:
        if planned - kept - taken == paid:
            return _Way(planned, kept, taken, paid, is_whole=True)
    return _Way(planned, kept, takings[1], paid, is_whole=False)


def _knows(source: Source) -> bool:
    return knows(source, LAYOUT, PROOF)


def _read(source: Source, sink: Sink) -> None:
    settled_on = clearing_day(source)
    seen: dict[str, int] = {}

    def one(record: FixedRecord) -> None:
        way, merchant_no = _way(record), record.text("商户代码")
        if not any((way.planned, way.held, way.deducted, way.paid)):
            sink.control(record.line_no)
            return
        seen[merchant_no] = seen.get(merchant_no, 0) + 1
        sink.row("payouts", record.line_no, _payout(record, source, way, settled_on, seen[merchant_no]))
        if not way.is_whole:
            sink.warn(
                "warn-total-differs",
                name=f"{merchant_no} 入账金额",
                stated=to_text(way.paid, symbol=False),
                computed=to_text(way.planned - way.held - way.deducted, symbol=False),
            )

    if read_records(source, sink, LAYOUT, one):
        sink.covers("payouts", first_on=settled_on, last_on=settled_on, merchant_no=source.given.merchant_no)


def _payout(record: FixedRecord, source: Source, way: _Way, settled_on: date, place: int) -> dict[str, object]:
    merchant_no = record.text("商户代码")
    number = f"{merchant_no}-{settled_on:%Y%m%d}"
    return {
        "acquirer": source.given.acquirer or DEFAULT_ACQUIRER,
        "merchant_no": merchant_no,
        "payout_no": number if place == 1 else f"{number}-{place}",
        "settled_on": settled_on,
        "planned_minor": way.planned,
        "held_minor": way.held,
        "deducted_minor": way.deducted,
        "paid_minor": max(way.paid, 0),
        "state": way.state,
        "account_tail": tail_of(record.text("商户账号")),
        "account_holder": record.text("商户账户名") or None,
        "bank_name": record.text("开户行名称") or None,
    }


FORMAT = Format(
    code="unionpay_zpsum",
    knows=_knows,
    tables=("payouts",),
    read=_read,
    unsure=("unsure-zpsum-signs", "unsure-zpsum-paid", "unsure-zm-no-real-sample"),
    evidence="documentation",
)
