"""银联 institution file ACOMN (500-byte records, GBK): every payment of one acquirer in one clearing day → clearings.

Amounts are whole fen and unsigned; message type and processing code give the kind and the sign. The fees in the file are
what the institutions owe each other. What the merchant is charged is not in it, so the fee of a row stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from daozhang.formats.base import Format, Projection, Sink, Source
from daozhang.formats.cells import UnreadableError, tail_of
from daozhang.formats.fixed_projection import DELIMITER, FixedCells, as_lines, left_records
from daozhang.formats.fixed_width import FixedRecord, cut, knows, layout, read_cut
from daozhang.formats.sql_lines import literal, tail
from daozhang.formats.sql_steps import Steps, all_true
from daozhang.formats.unionpay import DEFAULT_ACQUIRER, clearing_day, occurred_at, settle_key

LAYOUT: Final = layout("unionpay_acomn")
PROOF: Final = (
    "交易金额", "持卡人交易手续费", "受理方应收手续费(交换费)", "受理方应付手续费(交换费)", "转接服务费(转接清算费)",
)  # fmt: skip

KINDS: Final = {
    ("0200", "00"): "sale", ("0200", "20"): "void", ("0220", "00"): "offline_sale", ("0220", "20"): "refund",
    ("0420", "00"): "reversal", ("0420", "20"): "reversal", ("0420", "03"): "reversal",
    ("0100", "03"): "preauth", ("0100", "20"): "preauth_void",
}  # fmt: skip
"""报文类型 and the first two digits of 交易类型码 → kind."""
PREAUTHORISED: Final = "06"
"""服务点条件码 of a pre-authorisation; money taken under it is its completion."""
CODES: Final = frozenset({"03", "04", "93", "94"})
"""First two digits of 服务点输入方式 of a payment by code."""


def _knows(source: Source) -> bool:
    return knows(source, LAYOUT, PROOF)


def _read(source: Source, sink: Sink) -> None:
    _take(source, sink, cut(source.data, LAYOUT))


def _take(source: Source, sink: Sink, records: Iterable[FixedRecord], last_taken: int = 0) -> None:
    cleared_on = clearing_day(source)

    def one(record: FixedRecord) -> None:
        sink.row("clearings", record.line_no, _clearing(record, source, cleared_on))

    if read_cut(records, sink, LAYOUT, one, last_taken=last_taken):
        sink.covers("clearings", first_on=cleared_on, last_on=cleared_on, merchant_no=source.given.merchant_no)


def _clearing(record: FixedRecord, source: Source, cleared_on: date) -> dict[str, object]:
    kind = _kind(record)
    amount = record.fen("交易金额") * _direction(kind, record.text("交易类型码")[:2])
    return {
        "acquirer": source.given.acquirer or DEFAULT_ACQUIRER,
        "merchant_no": record.text("受卡方标识码"),
        "terminal_no": record.text("受卡机终端标识码") or None,
        "trace_no": record.text("系统跟踪号") or None,
        "rrn": record.text("检索参考号") or None,
        "network_no": settle_key(record) or None,
        "order_no": record.text("订单号") or None,
        "occurred_at": occurred_at(record, "交易传输时间", cleared_on),
        "cleared_on": cleared_on,
        "kind": kind,
        "gross_minor": amount,
        "net_minor": amount,
        "channel": "unionpay_qr" if record.text("服务点输入方式")[:2] in CODES else "card",
        "card_tail": tail_of(record.text("主账号")),
        "card_kind": "foreign" if record.text("交易地域标志") == "1" else None,
    }


def _kind(record: FixedRecord) -> str:
    message, process = record.text("报文类型"), record.text("交易类型码")[:2]
    kind = KINDS.get((message, process))
    if kind is None:
        known = " ".join(f"{one}/{two}" for one, two in KINDS)
        raise UnreadableError("报文类型", f"{message}/{process}", "reject-value", expected=known)
    if process == "00" and kind != "reversal" and record.text("服务点条件码") == PREAUTHORISED:
        return "preauth_completion"
    return kind


def _direction(kind: str, process: str) -> int:
    """Return +1 for money to the merchant, -1 for money back, 0 where none moves; a reversal undoes what it repeats."""
    if process == "03" or kind == "preauth_void":
        return 0
    back = process == "20"
    return -1 if back != (kind == "reversal") else 1


def _project(source: Source) -> Projection:
    cells = FixedCells(LAYOUT, Steps())

    def rest(lines: Iterable[tuple[int, str]], sums: Mapping[str, object], sink: Sink) -> None:
        _take(source, sink, left_records(source, LAYOUT, lines), int(str(sums["last_line"] or 0)))

    columns = _texts(cells, source)
    return Projection(
        table="clearings", width=1, delimiter=DELIMITER, quote="", first_line=1, columns=columns, rest=rest,
        sure=all_true(cells.proofs), steps=cells.steps.layers(), sums={"last_line": "max(line_no)"},
        text=lambda one: as_lines(one, LAYOUT.record_bytes),
    )  # fmt: skip


def _texts(cells: FixedCells, source: Source) -> dict[str, str]:
    """Return the columns of a clearing as SQL; see ``_clearing`` for the reasons."""
    cleared_on, named = clearing_day(source), cells.steps.named
    process, entry = named(f"left({cells.text('交易类型码')}, 2)"), named(f"left({cells.text('服务点输入方式')}, 2)")
    kinds = " ".join(f"WHEN '{message}/{code}' THEN '{kind}'" for (message, code), kind in KINDS.items())
    known = named(f"CASE {cells.text('报文类型')} || '/' || {process} {kinds} END")
    kind = named(
        f"CASE WHEN {process} = '00' AND {known} <> 'reversal' AND {cells.text('服务点条件码')} = '{PREAUTHORISED}'"
        f" THEN 'preauth_completion' ELSE {known} END"
    )
    amount = cells.fen("交易金额")
    gross = named(
        f"CASE WHEN {process} = '03' OR {kind} = 'preauth_void' THEN 0"
        f" WHEN ({process} = '20') <> ({kind} = 'reversal') THEN -{amount} ELSE {amount} END"
    )
    cells.proofs[f"{known} IS NOT NULL"] = None
    card = tail(cells.text("主账号"))
    keys = ("代理机构标识码", "发送机构标识码", "系统跟踪号", "交易传输时间")
    return {
        "acquirer": literal(source.given.acquirer or DEFAULT_ACQUIRER),
        "merchant_no": cells.text("受卡方标识码"),
        "terminal_no": cells.text("受卡机终端标识码"),
        "trace_no": cells.text("系统跟踪号"),
        "rrn": cells.text("检索参考号"),
        "network_no": f"concat({', '.join(cells.text(name) for name in keys)})",
        "order_no": cells.text("订单号"),
        "occurred_at": cells.occurred_at("交易传输时间", cleared_on),
        "cleared_on": f"'{cleared_on}'",
        "kind": kind,
        "gross_minor": f"({gross})::VARCHAR",
        "net_minor": f"({gross})::VARCHAR",
        "channel": f"CASE WHEN {entry} IN ({', '.join(literal(code) for code in sorted(CODES))}) THEN 'unionpay_qr' ELSE 'card' END",
        "card_tail": named(card.text),
        "card_kind": f"CASE WHEN {cells.text('交易地域标志')} = '1' THEN 'foreign' END",
    }


FORMAT = Format(
    code="unionpay_acomn",
    knows=_knows,
    tables=("clearings",),
    read=_read,
    project=_project,
    unsure=("unsure-acomn-kinds", "unsure-acomn-fee", "unsure-zm-no-real-sample"),
    evidence="documentation",
)
