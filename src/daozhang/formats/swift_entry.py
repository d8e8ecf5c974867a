"""One ``:61:`` with its ``:86:`` → amount, days, the other side and the texts, read by the library ``mt-940``."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mt940.models import Transactions
from mt940.options import Options
from mt940.tags import Statement, StatementASNB, StatementGLS

from daozhang.formats.cells import LARGEST_MINOR, UnreadableError, tail_of
from daozhang.formats.swift import Tagged
from daozhang.money import to_minor

# What the library cannot read it writes into its log, card numbers too.
logging.getLogger("mt940").setLevel(logging.CRITICAL + 1)

OPTIONS: Final = Options.all()
"""All corrections of the library: RC is money out, RD is money in; the account of ``?31`` is no part of the name."""
_DIALECTS: Final = (Statement(), StatementASNB(), StatementGLS())
"""Statement lines as SWIFT defines them, then two longer forms that banks write; the first that fits counts."""
_AMOUNT = re.compile(r"\d{6}(?:\d{4}|\s{4})?[A-Z]?[DC][A-Z]?\s?([\d,.]+)", re.ASCII | re.IGNORECASE)
_CODES: Final = ("EREF", "NAME", "IBAN", "REMI", "BENM", "ORDP", "BIC", "TRTP", "CSID", "MARF", "ISDT", "PREF", "RTRN", "ULTB",
                 "ULTD", "ADDR", "PURP", "SVCL", "EXCH", "CHGS", "BUSP", "RTYP", "ULDR", "ULCR", "CNTP", "INIT", "KREF")  # fmt: skip
_SLASHED = re.compile(rf"/({'|'.join(_CODES)})/(.*?)(?=/(?:{'|'.join(_CODES)})/|$)")
UNSAID: Final = frozenset(
    {"", "NONREF", "NOREF", "NOTPROVIDED", "NOT PROVIDED", "KREF+", "KREF", "EREF", "PREF", "MARF"}
)
"""What stands in a reference that has none, or that only points to the narrative. One letter alone is none either."""
_IBAN = re.compile(r"[A-Z]{2}\d\d[A-Z0-9]{11,30}", re.ASCII)
_RUN_ON = re.compile(r"(?=[A-Z]{4}[:+])")
"""Where the next keyword starts that the library does not know (``MTLG:``): the reference ends before it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. ``minor`` is signed, credit positive; ``value_on`` is None when the day written does not exist."""

    minor: int
    booked_on: date
    value_on: date | None
    described: dict[str, object]


def read_field(values: dict[str, Any], one: Tagged) -> bool:
    """Read a field about the statement into ``values``; return False when the library cannot."""
    reading = Transactions(options=OPTIONS)
    try:
        reading.parse(f":{one.tag}{one.option}:{one.text}")
    except Exception:  # noqa: BLE001 - whatever the library raises, it is about this one field
        return False
    values.update(reading.data)
    return True


def read_line(fields: list[Tagged], values: Mapping[str, Any], code: str) -> Line:
    """Return the entry of a ``:61:`` and the fields that follow it; ``UnreadableError`` when it does not read."""
    head = fields[0]
    data = _parsed(fields, values)
    amount = _AMOUNT.match(head.text)
    if amount is None or len(amount[1]) > 15:
        raise UnreadableError("61", head.lines[0][:60], "reject-amount")
    minor = to_minor(format(data["amount"].amount, "f"), code)
    if minor is None or abs(minor) > LARGEST_MINOR:
        raise UnreadableError("61", amount[1], "reject-amount")
    value_on = _written_day(head.text)
    booked_on = data.get("entry_date") or value_on
    if booked_on is None:
        raise UnreadableError("61", head.text[:6], "reject-day")
    return Line(minor, date(booked_on.year, booked_on.month, booked_on.day), value_on, _described(data))


def _parsed(fields: list[Tagged], values: Mapping[str, Any]) -> dict[str, Any]:
    text = "\n".join(f":{one.tag}{one.option}:{one.text}" for one in fields)
    for dialect in _DIALECTS:
        reading = Transactions(options=OPTIONS, tags={dialect.id: dialect})
        reading.data.update(values)
        try:
            reading.parse(text)
        except Exception:  # noqa: BLE001, S112 - whatever the library raises, it is about this one entry
            continue
        if len(reading.transactions) == 1:
            return reading.transactions[0].data
    raise UnreadableError("61", fields[0].lines[0][:60], "reject-swift-line")


def _written_day(text: str) -> date | None:
    """Return the value day as written; None for a 30 February, which the library would move to another day."""
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None


def _described(data: Mapping[str, Any]) -> dict[str, object]:
    details = _text(data.get("transaction_details"))
    slashed: dict[str, str] = {}
    for name, value in _SLASHED.findall(details.replace("\n", "")):
        if value.strip(" /"):
            slashed.setdefault(name, value.strip(" /"))
    account = _text(data.get("applicant_iban") or data.get("gvc_applicant_iban")) or slashed.get("IBAN", "")
    end_to_end, *more = _RUN_ON.split(_text(data.get("end_to_end_reference"))) or [""]
    customer = _text(data.get("customer_reference"))
    if _IBAN.fullmatch(customer):
        account, customer = account or customer, ""
    references = (end_to_end.strip(), slashed.get("EREF", ""), customer, _text(data.get("bank_reference")))
    return {
        "counterparty_name": _flat(data.get("applicant_name")) or slashed.get("NAME") or None,
        "counterparty_tail": tail_of(account) if account else None,
        "text": _narrative(data, details, "".join(more)) or None,
        "bank_reference": next((text for text in references if len(text) > 1 and text.upper() not in UNSAID), None),
    }


def _narrative(data: Mapping[str, Any], details: str, more: str) -> str:
    names = ("posting_text", "purpose", "additional_purpose")
    parts = [*(_flat(data.get(name)) for name in names), _flat(more), _flat(details), _flat(data.get("extra_details"))]
    if not any(parts):
        parts = [_flat(data.get("non_swift_text"))]
    return " ".join(dict.fromkeys(filter(None, parts)))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _flat(value: object) -> str:
    return " ".join(_text(value).split())
