"""支付宝 trade bill 业务明细 (25 and 29 columns) → clearings.

GB18030, ``#`` lines before and after the table, tabs after identifiers, amounts in yuan with their own signs: a refund
is negative. 服务费 is money out of the wallet, so a fee charged is printed negative and turned positive here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from daozhang.formats.alipay import header_of, stated_account, stated_period, text_of
from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.cells import UnreadableError
from daozhang.formats.lines import Columns, Record, Row, check_width, records, take
from daozhang.formats.totals import compare_amount, compare_count
from daozhang.money import to_text

KNOWN_BY: Final = ("支付宝交易号", "商户订单号", "业务类型", "完成时间")
RECEIVED: Final = ("商家实收(元)", "商家实收")
FEE: Final = ("服务费(元)", "服务费")
NET: Final = ("实收净额(元)", "实收净额")
SHARED: Final = ("分润(元)", "分润")
REQUEST: Final = ("退款批次号/请求号", "退款批次号", "退款请求号")
KINDS: Final = {"交易": "sale", "退款": "refund"}

_TOTALS = re.compile(r"#(交易|退款)合计[:：]\s*(\d+)\s*笔[,，]商家实收(?:退款)?共\s*(-?[\d.]+)\s*元")


@dataclass(slots=True)
class _Reading:
    """The state while one bill is read; counts and sums are over rows that could be read, by 业务类型."""

    source: Source
    sink: Sink
    columns: Columns | None = None
    header: tuple[str, ...] = ()
    merchant_no: str = ""
    period: tuple[date, date] | None = None
    totals: dict[str, tuple[str, str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    merchants: set[str] = field(default_factory=set)
    shared_rows: int = 0
    is_whole: bool = True

    def record(self, record: Record) -> None:
        """Say what one record is."""
        if record.text.startswith("#"):
            self._comment(record.text)
            self.sink.control(record.line_no)
        elif self.columns is None or record.is_blank or record.cells == self.header:
            columns = Columns.of(record.cells)
            if columns.has(*KNOWN_BY):
                self.columns, self.header = columns, record.cells
            self.sink.control(record.line_no)
        else:
            self.is_whole = take(self.sink, record, self._clearing) and self.is_whole

    def _comment(self, text: str) -> None:
        self.merchant_no = stated_account(text) or self.merchant_no
        self.period = stated_period(text) or self.period
        if match := _TOTALS.match(text):
            self.totals[match[1]] = (match[2], match[3])

    def _clearing(self, record: Record) -> None:
        assert self.columns is not None
        check_width(record, self.columns)
        row = Row(record, self.columns)
        label = row.must("业务类型")
        if label not in KINDS:
            raise UnreadableError("业务类型", label, "reject-value", expected=" ".join(KINDS))
        gross = row.yuan(*RECEIVED)
        if (gross < 0 and label == "交易") or (gross > 0 and label == "退款"):
            raise UnreadableError(RECEIVED[0], row.text(*RECEIVED), "reject-sign", expected=label)
        fee = _fee(row, gross)
        values = self._values(row, KINDS[label], gross, fee)
        self.shared_rows += bool(row.yuan_or_none(*SHARED))
        self.sink.row("clearings", record.line_no, values)
        self.merchants.add(str(values["merchant_no"]))
        self.counts[label] = self.counts.get(label, 0) + 1
        self.sums[label] = self.sums.get(label, 0) + gross

    def _values(self, row: Row, kind: str, gross: int, fee: int) -> dict[str, object]:
        occurred_at = row.moment("完成时间")
        number, request = row.must("支付宝交易号"), row.text(*REQUEST)
        # A refund keeps the sale's 交易号, so the request number is what tells two partial refunds apart.
        network_no = f"{number}/{request}" if kind == "refund" and request else number
        merchant_no = row.text("商户识别号") or self.merchant_no or self.source.given.merchant_no
        if not merchant_no:
            raise UnreadableError("商户识别号", "", "reject-empty")
        return {
            "acquirer": self.source.given.acquirer or "alipay",
            "merchant_no": merchant_no,
            "terminal_no": row.text("终端号") or None,
            "network_no": network_no,
            "order_no": row.text("商户订单号") or None,
            "occurred_at": occurred_at,
            "cleared_on": occurred_at.date(),
            "kind": kind,
            "gross_minor": gross,
            "fee_minor": fee,
            "net_minor": gross - fee,
            "channel": "alipay",
        }

    def finish(self) -> None:
        """Compare the footer with the rows, and say what days the file is complete for."""
        if self.columns is None:
            self.sink.warn("warn-header-missing")
        agrees = [bool(self.totals)]
        if not self.totals:
            self.sink.warn("warn-summary-missing")
        for label, (count, received) in self.totals.items():
            agrees.append(compare_count(self.sink, f"{label}合计 笔数", count, self.counts.get(label, 0)))
            agrees.append(compare_amount(self.sink, f"{label}合计 商家实收", received, self.sums.get(label, 0)))
        if self.shared_rows:
            self.sink.warn("warn-profit-shared", count=self.shared_rows)
        if all(agrees) and self.is_whole and self.period:
            merchants = self.merchants or {self.merchant_no}
            only = next(iter(merchants)) if len(merchants) == 1 else ""
            self.sink.covers("clearings", first_on=self.period[0], last_on=self.period[1], merchant_no=only)


def _fee(row: Row, gross: int) -> int:
    """Return the fee charged (negative: given back). 实收净额 decides the sign where the file has it."""
    printed = row.yuan_or_none(*FEE) or 0
    net = row.yuan_or_none(*NET)
    if net is None or net == gross + printed:
        return -printed
    if net == gross - printed:
        return printed
    raise UnreadableError(NET[0], row.text(*NET), "reject-net-stated", expected=to_text(gross + printed, symbol=False))


def _knows(source: Source) -> bool:
    found = header_of(source)
    return found is not None and found[1].has(*KNOWN_BY)


def _read(source: Source, sink: Sink) -> None:
    reading = _Reading(source, sink)
    for record in records(text_of(source)):
        reading.record(record)
    reading.finish()


FORMAT = Format(
    code="alipay_trade_bill",
    knows=_knows,
    tables=("clearings",),
    read=_read,
    unsure=("unsure-alipay-fee-sign", "unsure-alipay-shared"),
    evidence="documentation",
)
