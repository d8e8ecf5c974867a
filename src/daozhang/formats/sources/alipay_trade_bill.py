"""支付宝 trade bill 业务明细 (25 and 29 columns) → clearings.

GB18030, ``#`` lines before and after the table, tabs after identifiers, amounts in yuan with their own signs: a refund
is negative. 服务费 is money out of the wallet, so a fee charged is printed negative and turned positive here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from daozhang.formats.alipay import header_of, stated_account, stated_period, text_of
from daozhang.formats.alipay_projection import table_of
from daozhang.formats.base import Format, NotSetWiseError, Projection, Sink, Source
from daozhang.formats.cells import UnreadableError
from daozhang.formats.lines import Columns, Record, Row, check_width, records, take
from daozhang.formats.projected_table import lines_as_records
from daozhang.formats.sql_lines import LineCells, literal
from daozhang.formats.sql_steps import Steps, Test, all_true
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

    def add(self, sums: Mapping[str, object]) -> None:
        """Take what rows add up to that were read set-wise."""
        for label in KINDS:
            if count := int(str(sums[f"count {label}"])):
                self.counts[label] = count
                self.sums[label] = int(str(sums[f"sum {label}"]))
        self.merchants |= {str(sums[name]) for name in ("first_merchant", "last_merchant") if sums[name] is not None}
        self.shared_rows += int(str(sums["shared"]))


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


def _project(source: Source) -> Projection | None:
    table = table_of(source, KNOWN_BY)
    if table is None:
        return None
    steps = Steps()
    cells = table.cells(steps)
    label = cells.text("业务类型")
    received = cells.fen(*RECEIVED)
    texts, tests = _texts(cells, source, table.account or source.given.merchant_no)

    def rest(lines: Iterable[tuple[int, str]], sums: Mapping[str, object], sink: Sink) -> None:
        reading = _Reading(source, sink)
        reading.add(sums)
        for record in lines_as_records(lines):
            reading.record(record)
            if record.line_no >= table.first_line and reading.merchant_no != table.account:
                raise NotSetWiseError  # a second account is named within the table
        reading.finish()

    sums = {
        **{f"count {one}": f"count(*) FILTER (WHERE {label} = {literal(one)})" for one in KINDS},
        **{f"sum {one}": f"sum({received}) FILTER (WHERE {label} = {literal(one)})" for one in KINDS},
        "shared": f"count(*) FILTER (WHERE {cells.fen(*SHARED)} <> 0)",
        "first_merchant": "min(merchant_no)", "last_merchant": "max(merchant_no)",
    }  # fmt: skip
    return Projection(
        table="clearings", width=table.width, least=table.columns.width, columns=texts, rest=rest, steps=steps.layers(),
        sure=all_true([*tests, *table.extra, "NOT starts_with(c0, '#')"]), first_line=table.first_line,
        sums=sums,
    )  # fmt: skip


def _texts(cells: LineCells, source: Source, merchant_no: str) -> tuple[dict[str, str], list[Test]]:
    """Return the columns of a clearing as SQL, and what must be true of a line for them; see ``_Reading`` for the reasons."""
    named = cells.steps.named
    label, at, number = cells.text("业务类型"), cells.text("完成时间"), cells.text("支付宝交易号")
    gross, net, request = cells.fen(*RECEIVED), cells.fen(*NET), cells.text(*REQUEST)
    printed = named(f"coalesce({cells.fen(*FEE)}, 0)")
    fee = named(
        f"CASE WHEN {net} IS NULL OR {net} = {gross} + {printed} THEN -{printed} WHEN {net} = {gross} - {printed} THEN {printed} END"
    )
    own = cells.text("商户识别号")
    tests: list[Test] = [
        f"CASE {label} WHEN '交易' THEN {gross} >= 0 WHEN '退款' THEN {gross} <= 0 END",
        f"{fee} IS NOT NULL", f"{number} <> ''", f"strlen({at}) = 19 AND {at} >= '1990'",
        *(cells.amount(*names) for names in (RECEIVED, FEE, NET, SHARED)),
    ]  # fmt: skip
    return {
        "acquirer": literal(source.given.acquirer or "alipay"),
        "merchant_no": f"CASE WHEN {own} <> '' THEN {own} ELSE {literal(merchant_no)} END",
        "terminal_no": cells.text("终端号"),
        "network_no": f"CASE WHEN {label} = '退款' AND {request} <> '' THEN {number} || '/' || {request} ELSE {number} END",
        "order_no": cells.text("商户订单号"),
        "occurred_at": at,
        "cleared_on": f"left({at}, 10)",
        "kind": f"CASE WHEN {label} = '退款' THEN 'refund' ELSE 'sale' END",
        "gross_minor": f"({gross})::VARCHAR",
        "fee_minor": f"({fee})::VARCHAR",
        "net_minor": f"({gross} - {fee})::VARCHAR",
        "channel": "'alipay'",
    }, tests


FORMAT = Format(
    code="alipay_trade_bill",
    knows=_knows,
    tables=("clearings",),
    read=_read,
    project=_project,
    unsure=("unsure-alipay-fee-sign", "unsure-alipay-shared"),
    evidence="documentation",
)
