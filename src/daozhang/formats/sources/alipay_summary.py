"""支付宝 summaries 业务汇总 and 账务汇总, which lie beside the details in the daily zip: taken as control, no rows.

Their totals are sums of the detail files, so a row made from one would count the same money twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from daozhang.formats.alipay import header_of, text_of
from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.cells import UnreadableError
from daozhang.formats.lines import Columns, Record, Row, records
from daozhang.formats.totals import compare_amount
from daozhang.money import to_text

LEDGER: Final = ("类型", "收入笔数", "支出笔数")
TRADES: Final = ("交易订单总笔数", "退款订单总笔数")
DETAILS: Final = ("账务流水号", "支付宝交易号")
SUMS: Final = ("总金额(元)", "总金额", "商家实收(元)", "商家实收")
INCOME: Final = ("收入金额(+元)", "收入金额(元)")
OUTGO: Final = ("支出金额(-元)", "支出金额(元)")


@dataclass(slots=True)
class _Totals:
    sink: Sink
    columns: Columns | None = None
    amounts: list[int | None] = field(default_factory=list)

    def record(self, record: Record) -> None:
        """Take one line as control; a line of totals is added up and compared with itself."""
        self.sink.control(record.line_no)
        if record.text.startswith("#") or record.is_blank:
            return
        if self.columns is None:
            self.columns = Columns.of(record.cells)
            return
        if not record.cells[0].strip().startswith(("合计", "总计")):
            self._line(Row(record, self.columns))

    def _line(self, row: Row) -> None:
        amount = _amount(row, SUMS)
        income, outgo = _amount(row, INCOME), _amount(row, OUTGO)
        if amount is not None and income is not None and outgo is not None:
            compare_amount(self.sink, f"{row.text('类型')} 总金额", row.text(*SUMS), income - abs(outgo))
        self.amounts.append(amount)

    def finish(self) -> None:
        """Say how many totals there are and what they add up to, as far as it can be read."""
        if self.amounts and None not in self.amounts:
            total = sum(amount or 0 for amount in self.amounts)
            self.sink.warn("warn-totals-only", count=len(self.amounts), amount=to_text(total, symbol=False))
        else:
            self.sink.warn("warn-totals-unread", count=len(self.amounts))


def _amount(row: Row, names: tuple[str, ...]) -> int | None:
    try:
        return row.yuan_or_none(*names)
    except UnreadableError:
        return None


def _knows(source: Source) -> bool:
    found = header_of(source)
    if found is None:
        return False
    title, columns = found
    if any(columns.has(name) for name in DETAILS):
        return False
    return columns.has(*LEDGER) or columns.has(*TRADES) or title.startswith(("#支付宝业务汇总", "#支付宝账务汇总"))


def _read(source: Source, sink: Sink) -> None:
    totals = _Totals(sink)
    for record in records(text_of(source)):
        totals.record(record)
    totals.finish()


FORMAT = Format(
    code="alipay_summary",
    knows=_knows,
    tables=(),
    read=_read,
    unsure=("unsure-alipay-summary",),
    evidence="documentation",
)
