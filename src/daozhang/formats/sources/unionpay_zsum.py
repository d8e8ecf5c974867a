"""银联 summary ZSUM (339-byte records, GBK): one line of totals per merchant and clearing day, taken as control.

The payments behind the totals are in ZM, the money paid in ZPSUM: a row of either table made from a total would count
the same money twice. Each line is checked (net = amount + fee, both signed), the file's sum is said, and each merchant's
amount and net are what the lines of its ZM of that day must add up to.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Format, Sink, Source, StatedTotal
from daozhang.formats.fixed_width import FixedRecord, knows, layout, read_records
from daozhang.formats.unionpay import DEFAULT_ACQUIRER, clearing_day
from daozhang.money import to_text

LAYOUT: Final = layout("unionpay_zsum")
PROOF: Final = ("交易金额", "手续费金额", "清算金额")


def _knows(source: Source) -> bool:
    return knows(source, LAYOUT, PROOF)


def _read(source: Source, sink: Sink) -> None:
    nets: list[int] = []
    day: date | None = None
    with suppress(InputError):  # a summary whose day nobody says is read, and compared with nothing
        day = clearing_day(source)

    def one(record: FixedRecord) -> None:
        amount, fee, net = (record.signed_fen(name) for name in PROOF)
        merchant_no = record.text("商户代码")
        sink.control(record.line_no)
        nets.append(net)
        if day is not None:
            acquirer = source.given.acquirer or DEFAULT_ACQUIRER
            sink.total(
                StatedTotal(
                    table="clearings", acquirer=acquirer, merchant_no=merchant_no, day=day, gross_minor=amount, net_minor=net,
                    line_no=record.line_no,
                )
            )  # fmt: skip
        if net not in {amount + fee, amount - fee}:
            sink.warn(
                "warn-total-differs",
                name=f"{merchant_no} 清算金额",
                stated=to_text(net, symbol=False),
                computed=to_text(amount + fee, symbol=False),
            )

    read_records(source, sink, LAYOUT, one)
    sink.warn("warn-totals-only", count=len(nets), amount=to_text(sum(nets), symbol=False))


FORMAT = Format(
    code="unionpay_zsum",
    knows=_knows,
    tables=(),
    read=_read,
    unsure=("unsure-zm-no-real-sample",),
    evidence="documentation",
)
