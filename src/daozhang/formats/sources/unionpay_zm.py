"""银联 merchant clearing file ZM (607-byte records, GBK, with or without line ends) → clearings.

Widths are bytes, so a record is cut before it is decoded. Amounts are whole fen; the clearing fields start with C
(towards the merchant) or D (from the merchant). Times carry no year: it comes from the clearing day, which runs from
23:00 of the day before to 23:00.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.cells import UnreadableError, tail_of
from daozhang.money import to_text

RECORD_BYTES: Final = 607

FIELDS: Final = {
    "交易代码": (0, 3), "系统跟踪号": (28, 34), "交易传输时间": (35, 45), "帐号": (46, 65), "交易金额": (66, 78),
    "查询流水号": (87, 108), "商户订单号": (112, 144), "支付卡类型": (145, 147), "商户手续费": (166, 179),
    "结算金额": (180, 193), "交易类型": (215, 217), "商户代码": (293, 308), "清算净额": (374, 387),
    "终端号": (388, 396), "分期付款附加手续费": (458, 470),
}  # fmt: skip
"""Byte ranges of the fields used. The 41- and the 42-field form differ only behind byte 476, which is not used."""

SEPARATORS: Final = (3, 15, 27, 34, 45, 65, 78, 83, 86, 108, 111, 144, 147, 154, 165, 179, 193, 198, 214, 217, 220)
"""Bytes between fields, the same in both forms; the file uses one character for all of them."""

KIND_OF_TYPE: Final = {
    "01": "sale", "03": "preauth_completion", "04": "refund", "31": "void", "33": "void", "99": "reversal",
}  # fmt: skip
"""交易类型 (txnType). Pre-authorisations are not cleared and do not belong in this file."""
KIND_OF_CODE: Final = {"S22": "sale", "S30": "void", "S56": "refund"}
"""交易代码, used where 交易类型 is blank (values from hearsay, see the page of the format)."""

CARD_KINDS: Final = {"01": "debit", "02": "credit", "03": "credit", "05": "prepaid", "06": "prepaid"}
"""支付卡类型; 00 unknown and 04 (debit and credit on one card) stay unknown. 03 is a semi-credit card 准贷记卡."""

_NAME = re.compile(r"IN[ND](\d{6})\d{2}ZM(?:_(\w+))?", re.ASCII | re.IGNORECASE)
_SIGNED = re.compile(rb"[CD]\d+")


@dataclass(frozen=True, slots=True)
class _Raw:
    """One record: its line (record number when the file has no line ends) and its bytes."""

    line_no: int
    data: bytes

    def text(self, name: str) -> str:
        start, end = FIELDS[name]
        try:
            return self.data[start:end].decode("gb18030").strip(" \0\u3000")
        except UnicodeDecodeError:
            raise UnreadableError(name, repr(self.data[start:end])[2:-1], "reject-characters") from None

    def fen(self, name: str) -> int:
        """Return an unsigned amount in fen."""
        text = self.text(name)
        if not re.fullmatch(r"\d{12}", text, re.ASCII):
            raise UnreadableError(name, text, "reject-amount")
        return int(text)

    def signed_fen(self, name: str) -> int:
        """Return an amount in fen, C positive (towards the merchant), D negative; blank is zero."""
        text = self.text(name)
        if not text:
            return 0
        if not re.fullmatch(r"[CD]\d{11,12}", text, re.ASCII):
            raise UnreadableError(name, text, "reject-signed-amount")
        return int(text[1:]) * (1 if text[0] == "C" else -1)


def _cut(data: bytes) -> Iterator[_Raw]:
    """Yield records; a line of another length is yielded too and set aside by the caller."""
    if b"\n" in data:
        lines = data.split(b"\n")
        if not lines[-1].strip(b"\x1a"):
            lines.pop()
        for line_no, line in enumerate(lines, 1):
            yield _Raw(line_no, line.removesuffix(b"\r"))
        return
    for number, start in enumerate(range(0, len(data), RECORD_BYTES), 1):
        yield _Raw(number, data[start : start + RECORD_BYTES])


def _knows(source: Source) -> bool:
    first = source.data[:RECORD_BYTES]
    if len(first) < RECORD_BYTES or (len(source.data) > RECORD_BYTES and not _ends_well(source.data)):
        return False
    gaps = {first[at] for at in SEPARATORS}
    signed = all(_SIGNED.fullmatch(first[slice(*FIELDS[name])]) for name in ("商户手续费", "清算净额"))
    return len(gaps) == 1 and signed and first[slice(*FIELDS["交易金额"])].isdigit()


def _ends_well(data: bytes) -> bool:
    return data[RECORD_BYTES : RECORD_BYTES + 1] in {b"\r", b"\n"} or b"\n" not in data[:RECORD_BYTES]


def _read(source: Source, sink: Sink) -> None:
    cleared_on = _clearing_day(source)
    merchants = set()
    unequal, cut_at, is_complete = 0, 0, True
    for raw in _cut(source.data):
        if not raw.data.strip():
            sink.control(raw.line_no)
            continue
        try:
            values = _clearing(raw, source, cleared_on)
            is_unequal = raw.text("结算金额") != raw.text("清算净额")
        except UnreadableError as bad:
            sink.reject(raw.line_no, bad.column, bad.value, bad.reason, **bad.facts)
            is_complete, cut_at = False, 0 if len(raw.data) >= RECORD_BYTES else raw.line_no
            continue
        cut_at = 0
        sink.row("clearings", raw.line_no, values)
        merchants.add(str(values["merchant_no"]))
        unequal += is_unequal
    if unequal:
        sink.warn("warn-zm-settled-differs", count=unequal)
    if cut_at:
        sink.warn("warn-truncated", line_no=cut_at)
    if not is_complete:
        return
    merchant = merchants.pop() if len(merchants) == 1 else _named_merchant(source) if not merchants else ""
    sink.covers("clearings", first_on=cleared_on, last_on=cleared_on, merchant_no=merchant)


def _clearing_day(source: Source) -> date:
    """Return the clearing day: given with the file, else from the official file name; ``InputError`` asks for it."""
    if source.given.covers_on:
        return source.given.covers_on
    match = _NAME.search(source.name)
    try:
        if match:
            return datetime.strptime(match[1], "%y%m%d").date()
    except ValueError:
        pass
    raise InputError("input-day-unknown", file=source.name)


def _named_merchant(source: Source) -> str:
    match = _NAME.search(source.name)
    return source.given.merchant_no or (match[2] or "" if match else "")


def _clearing(raw: _Raw, source: Source, cleared_on: date) -> dict[str, object]:
    """Return one clearing: gross by kind, fee as charged (instalment surcharge included), net as the file states it."""
    if len(raw.data) != RECORD_BYTES:
        raise UnreadableError("", "", "reject-record-length", expected=RECORD_BYTES, found=len(raw.data))
    kind = _kind(raw)
    net = raw.signed_fen("清算净额")
    gross = raw.fen("交易金额") * _direction(kind, net)
    return {
        "acquirer": source.given.acquirer or "unionpay",
        "merchant_no": raw.text("商户代码") or source.given.merchant_no,
        "terminal_no": raw.text("终端号") or None,
        "trace_no": raw.text("系统跟踪号") or None,
        "network_no": raw.text("查询流水号") or None,
        "order_no": raw.text("商户订单号") or None,
        "occurred_at": _occurred_at(raw.text("交易传输时间"), cleared_on),
        "cleared_on": cleared_on,
        "kind": kind,
        "gross_minor": gross,
        "fee_minor": _fee(raw, gross, net),
        "net_minor": net,
        "card_tail": tail_of(raw.text("帐号")),
        "card_kind": CARD_KINDS.get(raw.text("支付卡类型")),
    }


def _kind(raw: _Raw) -> str:
    type_code, code = raw.text("交易类型"), raw.text("交易代码")
    kind = KIND_OF_TYPE.get(type_code) if type_code else KIND_OF_CODE.get(code)
    if kind is None:
        column, value = ("交易类型", type_code) if type_code else ("交易代码", code)
        raise UnreadableError(column, value, "reject-value", expected=" ".join(KIND_OF_TYPE))
    return kind


def _direction(kind: str, net: int) -> int:
    """Return +1 for money to the merchant, -1 for money back. A void or reversal undoes either: its net amount says."""
    if kind in {"void", "reversal"}:
        return 1 if net > 0 else -1
    return -1 if kind == "refund" else 1


def _fee(raw: _Raw, gross: int, net: int) -> int:
    """Return what was charged, in fen (negative: given back), so that net = gross - fee holds; else a reject."""
    fee = -raw.signed_fen("商户手续费")
    surcharge = -raw.signed_fen("分期付款附加手续费")
    for charged in (fee + surcharge, fee):
        if gross - charged == net:
            return charged
    raise UnreadableError(
        "清算净额", raw.text("清算净额"), "reject-net-stated", expected=to_text(gross - fee - surcharge, symbol=False)
    )


def _occurred_at(text: str, cleared_on: date) -> datetime:
    """Return MMDDhhmmss in the year nearest to the clearing day: 1231… cleared on 1 January is last year's."""
    found = [at for year in (-1, 0, 1) if (at := _in_year(text, cleared_on.year + year))]
    if not found:
        raise UnreadableError("交易传输时间", text, "reject-moment")
    return min(found, key=lambda at: abs((at.date() - cleared_on).days))


def _in_year(text: str, year: int) -> datetime | None:
    if not re.fullmatch(r"\d{10}", text, re.ASCII):
        return None
    month, day_, hour, minute, second = (int(text[at : at + 2]) for at in range(0, 10, 2))
    try:
        return datetime(year, month, day_, hour, minute, second)
    except ValueError:
        return None


FORMAT = Format(
    code="unionpay_zm",
    knows=_knows,
    tables=("clearings",),
    read=_read,
    unsure=("unsure-zm-codes", "unsure-zm-no-real-sample"),
)
