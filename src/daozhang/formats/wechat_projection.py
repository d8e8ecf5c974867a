"""The trade bill's rows in SQL, for bills of millions of rows: what ``sources.wechat_trade_bill`` reads, and nothing else.

Only plain rows are sure: the layout ALL with its back-ticks, SUCCESS or REFUND, amounts printed as usual, numbers of
printable ASCII. Whatever looks otherwise is read by the row reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from daozhang.formats.base import Projection, Sink, Source
from daozhang.formats.lines import Columns, first_records

Rest = Callable[[Iterable[tuple[int, str]], Mapping[str, object], Sink], None]


def project(
    source: Source, needed: Sequence[str], summed: Mapping[str, Sequence[str]], rest: Rest
) -> Projection | None:
    """Return how a bill of the layout ALL is read set-wise; None for another layout, or one without back-ticks.

    ``summed`` gives for each total of the summary the names its column goes by. ``rest`` gets ``rows``, the totals in
    minor units under their names, ``first_on``, ``last_on`` (texts) and ``first_merchant``, ``last_merchant``.
    """
    records = first_records(source)
    header = records[0][0].cells if records else ()
    columns = Columns.of(header)
    if columns.width != len(header) or not columns.has(*needed) or columns.has("退款申请时间") or len(records) < 2:
        return None
    if not records[1][0].text.startswith("`"):
        return None
    names = _Cells(columns)
    summed_cells = {name: names.first(of) for name, of in summed.items() if names.first(of)}
    ids = ("商户号", "特约商户号", "设备号", "微信订单号", "商户订单号", "微信退款单号")
    settled, refunded = names.fen("应结订单金额"), names.fen("退款金额")
    amounts = "concat(" + ", ".join(f"{cell}, '|'" for cell in summed_cells.values()) + ")"
    tests = (
        "starts_with(c0, '`')",
        f"strlen({names['交易时间']}) = 19 AND {names['交易时间']} >= '1990'",
        f"{names['货币种类']} = 'CNY'",
        f"regexp_full_match(concat({', '.join(names[one] for one in ids)}), '[!-~]*')",
        f"regexp_full_match({names['付款银行']}, '[0-9A-Z_]*')",
        f"regexp_full_match({amounts}, '((-?[0-9]{{1,10}}[.][0-9]{{1,2}}0*)?[|])*')",
        f"CASE {names['交易状态']} WHEN 'SUCCESS' THEN {refunded} = 0 WHEN 'REFUND' THEN {settled} = 0 AND {refunded} > 0 END",
        f"{names['微信订单号']} <> ''",
    )
    texts = _texts(names, source.given.acquirer or "wechat")
    return Projection(
        table="clearings", width=columns.width, delimiter=",`", quote="", columns=texts, rest=rest,
        sure=" AND ".join(f"coalesce({test}, false)" for test in tests),
        sums={
            "rows": "count(*)", **{name: f"sum({_fen(cell)})" for name, cell in summed_cells.items()},
            "first_on": "min(cleared_on)", "last_on": "max(cleared_on)",
            "first_merchant": "min(merchant_no)", "last_merchant": "max(merchant_no)",
        },
    )  # fmt: skip


class _Cells:
    """The SQL of a column's cell by its name; the first cell without its back-tick, which the delimiter leaves there."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def __getitem__(self, name: str) -> str:
        place = self._columns.positions[name]
        return f"c{place}" if place else "substr(c0, 2)"

    def first(self, names: Sequence[str]) -> str:
        """Return the cell of the first of these names that the header has; empty when it has none."""
        return next((self[name] for name in names if self._columns.has(name)), "")

    def fen(self, name: str) -> str:
        """Return the SQL of an amount in fen."""
        return _fen(self[name])


def _fen(cell: str) -> str:
    return f"CAST(coalesce(try_cast({cell} AS DECIMAL(18, 5)), 0) * 100 AS BIGINT)"


def _texts(names: _Cells, acquirer: str) -> dict[str, str]:
    state, gross, fee = names["交易状态"], names.fen("应结订单金额"), names.fen("手续费")
    signed = f"CASE WHEN {state} = 'REFUND' THEN -{names.fen('退款金额')} ELSE {gross} END"
    refund_no, bank = names["微信退款单号"], names["付款银行"]
    sub = names["特约商户号"]
    return {
        "acquirer": "'" + acquirer.replace("'", "''") + "'",
        "merchant_no": f"CASE WHEN trim({sub}, '0') = '' THEN {names['商户号']} ELSE {sub} END",
        "terminal_no": f"CASE WHEN trim({names['设备号']}, '0') <> '' THEN {names['设备号']} END",
        "network_no": f"CASE WHEN {state} <> 'SUCCESS' AND trim({refund_no}, '0') <> '' THEN {refund_no}"
        f" ELSE {names['微信订单号']} END",
        "order_no": names["商户订单号"],
        "occurred_at": names["交易时间"],
        "cleared_on": f"left({names['交易时间']}, 10)",
        "kind": f"CASE WHEN {state} = 'REFUND' THEN 'refund' ELSE 'sale' END",
        # An empty fee is no zero: without this the row would pass as one.
        "gross_minor": f"CASE WHEN {names['手续费']} <> '' AND {names['应结订单金额']} <> '' THEN ({signed})::VARCHAR END",
        "fee_minor": f"({fee})::VARCHAR",
        "net_minor": f"(({signed}) - {fee})::VARCHAR",
        "currency": "'CNY'",
        "channel": "'wechat'",
        "card_kind": f"CASE WHEN regexp_full_match({bank}, '(.*_)?DEBIT') THEN 'debit'"
        f" WHEN regexp_full_match({bank}, '(.*_)?CREDIT') THEN 'credit' END",
    }
