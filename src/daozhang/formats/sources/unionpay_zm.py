"""银联 merchant clearing file ZM (607-byte records, GBK, with or without line ends) → clearings.

Amounts are whole fen; the clearing fields start with C (towards the merchant) or D (from the merchant). Times carry no
year: it comes from the clearing day, which runs from 23:00 of the day before to 23:00.
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
from daozhang.formats.unionpay import DEFAULT_ACQUIRER, clearing_day, named_merchant, occurred_at
from daozhang.money import to_text

LAYOUT: Final = layout("unionpay_zm_42")
"""The form of 41 fields differs only behind byte 475, in a reserve that neither form uses for anything read here."""
PROOF: Final = ("交易金额", "商户手续费", "清算净额")
_SHARED_BYTES: Final = 476

KIND_OF_TYPE: Final = {
    "01": "sale", "02": "preauth", "03": "preauth_completion", "04": "refund", "31": "void", "32": "preauth_void",
    "33": "void", "99": "reversal",
}  # fmt: skip
"""交易类型 (txnType). A pre-authorisation moves no money."""
KIND_OF_CODE: Final = {"S22": "sale", "S30": "void", "S56": "refund"}
"""交易代码, used where 交易类型 is blank (values from hearsay, see the page of the format)."""
MONEYLESS: Final = frozenset({"preauth", "preauth_void"})

CARD_KINDS: Final = {"01": "debit", "02": "credit", "03": "credit", "05": "prepaid", "06": "prepaid"}
"""支付卡类型; 00 unknown and 04 (debit and credit on one card) stay unknown. 03 is a semi-credit card 准贷记卡."""


def _knows(source: Source) -> bool:
    return knows(source, LAYOUT, PROOF, gaps_before=_SHARED_BYTES)


def _read(source: Source, sink: Sink) -> None:
    _take(source, sink, cut(source.data, LAYOUT), {})


def _take(source: Source, sink: Sink, records: Iterable[FixedRecord], before: Mapping[str, object]) -> None:
    """Read records; ``before`` is what those add up to that were read set-wise."""
    cleared_on = clearing_day(source)
    merchants = {str(name) for name in (before.get("first_merchant"), before.get("last_merchant")) if name}
    unequal: list[int] = []

    def one(record: FixedRecord) -> None:
        values = _clearing(record, source, cleared_on)
        is_unequal = record.text("结算金额") != record.text("清算净额")
        sink.row("clearings", record.line_no, values)
        merchants.add(str(values["merchant_no"]))
        if is_unequal:
            unequal.append(record.line_no)

    is_complete = read_cut(records, sink, LAYOUT, one, last_taken=int(str(before.get("last_line") or 0)))
    if count := len(unequal) + int(str(before.get("unequal", 0))):
        sink.warn("warn-zm-settled-differs", count=count)
    if not is_complete:
        return
    merchant = merchants.pop() if len(merchants) == 1 else named_merchant(source) if not merchants else ""
    sink.covers("clearings", first_on=cleared_on, last_on=cleared_on, merchant_no=merchant)


def _clearing(record: FixedRecord, source: Source, cleared_on: date) -> dict[str, object]:
    """Return one clearing: gross by kind, fee as charged (instalment surcharge included), net as the file states it."""
    kind = _kind(record)
    net = record.signed_fen("清算净额")
    gross = _gross(record, kind, net)
    return {
        "acquirer": source.given.acquirer or DEFAULT_ACQUIRER,
        "merchant_no": record.text("商户代码") or source.given.merchant_no,
        "terminal_no": record.text("终端号") or None,
        "trace_no": record.text("系统跟踪号") or None,
        "network_no": record.text("查询流水号") or None,
        "order_no": record.text("商户订单号") or None,
        "occurred_at": occurred_at(record, "交易传输时间", cleared_on),
        "cleared_on": cleared_on,
        "kind": kind,
        "gross_minor": gross,
        "fee_minor": _fee(record, gross, net),
        "net_minor": net,
        "card_tail": tail_of(record.text("帐号")),
        "card_kind": CARD_KINDS.get(record.text("支付卡类型")),
    }


def _kind(record: FixedRecord) -> str:
    type_code, code = record.text("交易类型"), record.text("交易代码")
    kind = KIND_OF_TYPE.get(type_code) if type_code else KIND_OF_CODE.get(code)
    if kind is None:
        column, value = ("交易类型", type_code) if type_code else ("交易代码", code)
        raise UnreadableError(column, value, "reject-value", expected=" ".join(KIND_OF_TYPE))
    return kind


def _gross(record: FixedRecord, kind: str, net: int) -> int:
    """Return the amount: positive to the merchant, negative for money back, zero where none moved.

    A void or reversal undoes either direction, so its net amount says which.
    """
    amount = record.fen("交易金额")
    if kind in MONEYLESS and net == 0:
        return 0
    if kind in {"void", "reversal"} | MONEYLESS:
        return amount if net > 0 else -amount
    return -amount if kind == "refund" else amount


def _fee(record: FixedRecord, gross: int, net: int) -> int:
    """Return what was charged, in fen (negative: given back), so that net = gross - fee holds; else a reject."""
    fee = -record.signed_fen("商户手续费")
    surcharge = -record.signed_fen("分期付款附加手续费")
    for charged in (fee + surcharge, fee):
        if gross - charged == net:
            return charged
    raise UnreadableError(
        "清算净额",
        record.text("清算净额"),
        "reject-net-stated",
        expected=to_text(gross - fee - surcharge, symbol=False),
    )


def _project(source: Source) -> Projection:
    cells = FixedCells(LAYOUT, Steps())

    def rest(lines: Iterable[tuple[int, str]], sums: Mapping[str, object], sink: Sink) -> None:
        _take(source, sink, left_records(source, LAYOUT, lines), sums)

    columns = _texts(cells, source)
    sums = {
        "last_line": "max(line_no)", "first_merchant": "min(merchant_no)", "last_merchant": "max(merchant_no)",
        "unequal": f"count(*) FILTER (WHERE {cells.text('结算金额')} <> {cells.text('清算净额')})",
    }  # fmt: skip
    return Projection(
        table="clearings", width=1, delimiter=DELIMITER, quote="", first_line=1, columns=columns, rest=rest, sums=sums,
        sure=all_true(cells.proofs), steps=cells.steps.layers(), text=lambda one: as_lines(one, LAYOUT.record_bytes),
    )  # fmt: skip


def _texts(cells: FixedCells, source: Source) -> dict[str, str]:
    """Return the columns of a clearing as SQL; see ``_clearing`` for the reasons."""
    cleared_on, named = clearing_day(source), cells.steps.named
    kind = named(_kind_sql(cells))
    amount, net = cells.fen("交易金额"), cells.signed_fen("清算净额")
    gross = named(
        f"CASE WHEN {kind} IN ('preauth', 'preauth_void') AND {net} = 0 THEN 0"
        f" WHEN {kind} IN ('void', 'reversal', 'preauth', 'preauth_void') THEN CASE WHEN {net} > 0 THEN {amount} ELSE -{amount} END"
        f" WHEN {kind} = 'refund' THEN -{amount} ELSE {amount} END"
    )
    charged, surcharge = cells.signed_fen("商户手续费"), cells.signed_fen("分期付款附加手续费")
    fee = named(
        f"CASE WHEN {gross} + {charged} + {surcharge} = {net} THEN -{charged} - {surcharge}"
        f" WHEN {gross} + {charged} = {net} THEN -{charged} END"
    )
    cells.proofs |= dict.fromkeys([f"{kind} IS NOT NULL", f"{fee} IS NOT NULL"])
    card, merchant = tail(cells.text("帐号")), cells.text("商户代码")
    card_kinds = " ".join(f"WHEN '{code}' THEN '{word}'" for code, word in CARD_KINDS.items())
    return {
        "acquirer": literal(source.given.acquirer or DEFAULT_ACQUIRER),
        "merchant_no": f"CASE WHEN {merchant} <> '' THEN {merchant} ELSE {literal(source.given.merchant_no)} END",
        "terminal_no": cells.text("终端号"),
        "trace_no": cells.text("系统跟踪号"),
        "network_no": cells.text("查询流水号"),
        "order_no": cells.text("商户订单号"),
        "occurred_at": cells.occurred_at("交易传输时间", cleared_on),
        "cleared_on": f"'{cleared_on}'",
        "kind": kind,
        "gross_minor": f"({gross})::VARCHAR",
        "fee_minor": f"({fee})::VARCHAR",
        "net_minor": f"({net})::VARCHAR",
        "card_tail": named(card.text),
        "card_kind": f"CASE {cells.text('支付卡类型')} {card_kinds} END",
    }


def _kind_sql(cells: FixedCells) -> str:
    type_code, code = cells.text("交易类型"), cells.text("交易代码")
    by_type = " ".join(f"WHEN '{one}' THEN '{kind}'" for one, kind in KIND_OF_TYPE.items())
    by_code = " ".join(f"WHEN '{one}' THEN '{kind}'" for one, kind in KIND_OF_CODE.items())
    return f"CASE WHEN {type_code} <> '' THEN CASE {type_code} {by_type} END ELSE CASE {code} {by_code} END END"


FORMAT = Format(
    code="unionpay_zm",
    knows=_knows,
    tables=("clearings",),
    read=_read,
    project=_project,
    unsure=("unsure-zm-codes", "unsure-zm-no-real-sample"),
    evidence="documentation",
)
