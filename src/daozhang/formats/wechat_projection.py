"""The trade bill's rows in SQL, for bills of millions of rows: what ``sources.wechat_trade_bill`` reads, and nothing else.

Only plain rows are sure: cells behind back-ticks, SUCCESS or REFUND, amounts printed as usual, numbers of printable
ASCII. Whatever looks otherwise is read by the row reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from daozhang.formats.base import Projection, Sink, Source
from daozhang.formats.lines import Columns, first_records
from daozhang.formats.sql_lines import literal
from daozhang.formats.sql_steps import Form, Steps, Test, all_true

Rest = Callable[[Iterable[tuple[int, str]], Mapping[str, object], Sink], None]

AMOUNT: Final = r"-?[0-9]{1,10}(?:\.[0-9]{1,2}0*)?"
NUMBER: Final = "[!-~]*"
"""A number of an order, a payment, a merchant: signs that are no blank, which nothing is taken off from."""


WORD: Final = "[^ \\t\\r\u00a0\u3000\ufeff\x1f](?:[^\x1f]*[^ \\t\\r\u00a0\u3000\ufeff\x1f])?"
"""A text with no blank around it."""


def project(
    source: Source, known_by: Sequence[str], summed: Mapping[str, Sequence[str]], rest: Rest
) -> Projection | None:
    """Return how a bill is read set-wise; None for one without back-ticks.

    ``summed`` gives for each total of the summary the names its column goes by. ``rest`` gets ``rows``, the totals in
    minor units under their names, ``first_on``, ``last_on`` (texts) and ``first_merchant``, ``last_merchant``.
    """
    columns = ticked_columns(source, known_by)
    if columns is None:
        return None
    steps = Steps()
    cells = TickedCells(columns, steps)
    summed_cells = {name: cells.first(*of) for name, of in summed.items() if columns.has_any(of)}
    texts = _texts(cells, source.given.acquirer or "wechat")
    return Projection(
        table="clearings", width=columns.width, delimiter=",`", quote="", columns=texts, rest=rest,
        sure=all_true(_sure(cells, tuple(summed_cells.values()))), steps=steps.layers(),
        sums={
            "rows": "count(*)", **{name: f"sum({_fen(cell)})" for name, cell in summed_cells.items()},
            "first_on": "min(cleared_on)", "last_on": "max(cleared_on)",
            "first_merchant": "min(merchant_no)", "last_merchant": "max(merchant_no)",
        },
    )  # fmt: skip


def ticked_columns(source: Source, known_by: Sequence[str]) -> Columns | None:
    """Return the columns of a bill whose rows stand behind back-ticks; None for one that was saved without them."""
    records = first_records(source)
    header = records[0][0].cells if records else ()
    columns = Columns.of(header)
    if columns.width != len(header) or not columns.has(*known_by) or len(records) < 2:
        return None
    return columns if records[1][0].text.startswith("`") else None


class TickedCells:
    """The SQL of a bill's cells by the names of their columns; the first one without its back-tick."""

    def __init__(self, columns: Columns, steps: Steps) -> None:
        self._columns = columns
        self.steps = steps

    def first(self, *names: str) -> str:
        """Return the cell of the first of these names that the header has; an empty text when it has none."""
        place = next((self._columns.positions[name] for name in names if self._columns.has(name)), None)
        if place is None:
            return "''"
        return f"c{place}" if place else self.steps.named("substr(c0, 2)")

    def fen(self, *names: str) -> str:
        """Return the SQL of an amount in fen; zero when the cell is empty."""
        return self.steps.named(_fen(self.first(*names)))


def _fen(cell: str) -> str:
    return f"CAST(coalesce(try_cast({cell} AS DECIMAL(18, 5)), 0) * 100 AS BIGINT)"


def _sure(cells: TickedCells, summed: Sequence[str]) -> Iterable[Test]:
    moment, state = cells.first("交易时间"), cells.first("交易状态")
    settled, refunded = cells.fen("应结订单金额", "总金额"), cells.fen("退款金额")
    yield "starts_with(c0, '`')"
    yield f"strlen({moment}) = 19 AND {moment} >= '1990'"
    yield f"strlen({_occurred_at(cells)}) = 19 AND {_occurred_at(cells)} >= '1990'"
    yield f"{cells.first('货币种类')} = 'CNY'"
    yield f"{cells.first('微信订单号')} <> ''"
    yield (
        f"CASE {state} WHEN 'SUCCESS' THEN {refunded} = 0 AND {cells.first('应结订单金额', '总金额')} <> ''"
        f" WHEN 'REFUND' THEN {settled} = 0 AND {refunded} > 0 END"
    )
    yield f"{cells.first('手续费')} <> ''"
    for name in ("商户号", "设备号", "微信订单号", "商户订单号", "微信退款单号"):
        yield Form(cells.first(name), NUMBER)
    yield Form(cells.first("特约商户号", "子商户号"), NUMBER)
    yield Form(cells.first("付款银行"), "[0-9A-Z_]*")
    for cell in (cells.first("应结订单金额", "总金额"), cells.first("退款金额"), cells.first("手续费"), *summed):
        yield Form(cell, AMOUNT)


def _occurred_at(cells: TickedCells) -> str:
    refunded_at, state = cells.first("退款申请时间"), cells.first("交易状态")
    if refunded_at == "''":
        return cells.first("交易时间")
    is_refund = f"{state} = 'REFUND' AND {refunded_at} <> ''"
    return cells.steps.named(f"CASE WHEN {is_refund} THEN {refunded_at} ELSE {cells.first('交易时间')} END")


def _texts(cells: TickedCells, acquirer: str) -> dict[str, str]:
    state, fee = cells.first("交易状态"), cells.fen("手续费")
    gross = cells.steps.named(
        f"CASE WHEN {state} = 'REFUND' THEN -{cells.fen('退款金额')} ELSE {cells.fen('应结订单金额', '总金额')} END"
    )
    refund_no, bank, device = cells.first("微信退款单号"), cells.first("付款银行"), cells.first("设备号")
    sub = cells.first("特约商户号", "子商户号")
    occurred_at = _occurred_at(cells)
    return {
        "acquirer": literal(acquirer),
        "merchant_no": f"CASE WHEN trim({sub}, '0') = '' THEN {cells.first('商户号')} ELSE {sub} END",
        "terminal_no": f"CASE WHEN trim({device}, '0') <> '' THEN {device} END",
        "network_no": f"CASE WHEN {state} <> 'SUCCESS' AND trim({refund_no}, '0') <> '' THEN {refund_no}"
        f" ELSE {cells.first('微信订单号')} END",
        "order_no": cells.first("商户订单号"),
        "occurred_at": occurred_at,
        "cleared_on": f"left({occurred_at}, 10)",
        "kind": f"CASE WHEN {state} = 'REFUND' THEN 'refund' ELSE 'sale' END",
        "gross_minor": f"({gross})::VARCHAR",
        "fee_minor": f"({fee})::VARCHAR",
        "net_minor": f"({gross} - {fee})::VARCHAR",
        "currency": "'CNY'",
        "channel": "'wechat'",
        "card_kind": f"CASE WHEN {bank} = 'DEBIT' OR ends_with({bank}, '_DEBIT') THEN 'debit'"
        f" WHEN {bank} = 'CREDIT' OR ends_with({bank}, '_CREDIT') THEN 'credit' END",
    }
