"""UnionPay's merchant clearing file ZM: 607 bytes a record in GBK, 42 fields, one blank between fields."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from daozhang.world.acquirer import Cleared
from daozhang.world.cast import Shop
from daozhang.world.till import Payment

RECORD_BYTES: Final = 607
_CODES: Final = {"sale": ("S22", "01"), "void": ("S30", "31"), "reversal": ("S30", "99"), "refund": ("S56", "04")}
_CARD: Final = {"debit": "01", "credit": "02"}


def file_name(shop: Shop, day: date) -> str:
    """Return the name of the file of one merchant and clearing day."""
    return f"INN{day:%y%m%d}88ZM_{shop.merchant_no}"


def write_zm(rows: Iterable[Cleared]) -> bytes:
    """Return the file: records in GBK, each ended by CR LF."""
    return b"".join(_record(one) + b"\r\n" for one in rows)


def _record(one: Cleared) -> bytes:
    payment = one.payment
    code, kind = _CODES[payment.kind]
    original = payment.original
    fields: tuple[tuple[int, int, str], ...] = (
        (0, 3, code),
        (4, 15, "00010000"),
        (16, 27, "00010000"),
        (28, 34, payment.trace_no),
        (35, 45, f"{payment.occurred_at:%m%d%H%M%S}"),
        (46, 65, f"622202******{payment.card_tail}"),
        (66, 78, f"{abs(one.gross_minor):012d}"),
        (79, 83, payment.shop.mcc),
        (84, 86, "08"),
        (87, 108, _query_id(payment)),
        (112, 144, payment.order_no),
        (145, 147, _CARD.get(payment.card_kind, "00")),
        (148, 154, original.trace_no if original else ""),
        (155, 165, f"{original.occurred_at:%m%d%H%M%S}" if original else ""),
        (166, 179, _signed(-one.fee_minor)),
        (180, 193, _signed(one.net_minor)),
        (194, 198, "0001"),
        (215, 217, kind),
        (218, 220, "01" if payment.kind == "sale" else "00"),
        (221, 227, "000201"),
        (228, 230, "01"),
        (271, 292, _query_id(original) if original else ""),
        (293, 308, payment.shop.merchant_no),
        (360, 373, _signed(0)),
        (374, 387, _signed(one.net_minor)),
        (388, 396, payment.terminal_no),
        (430, 443, _signed(0)),
        (444, 457, _signed(0)),
        (458, 470, _signed(0, 11)),
        (474, 475, "1"),
        (476, 508, original.order_no if original else ""),
    )
    record = bytearray(b" " * RECORD_BYTES)
    for start, end, text in fields:
        data = text.encode("gbk")
        assert len(data) <= end - start, text
        record[start : start + len(data)] = data
    return bytes(record)


def _signed(minor: int, digits: int = 12) -> str:
    """Return an amount as ``C`` (to the merchant) or ``D`` (from it) and its digits in fen."""
    return f"{'D' if minor < 0 else 'C'}{abs(minor):0{digits}d}"


def _query_id(payment: Payment) -> str:
    return f"{payment.occurred_at:%Y%m%d%H%M%S}{payment.trace_no}8"
