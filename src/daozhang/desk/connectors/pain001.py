"""Writes the payment order pain.001.001.09: one message, one payment, the request's number in every place that names it.

The number is the message's (``MsgId``), which is what a bank refuses the second time, and the payment's (``EndToEndId``),
which comes back on every answer and on the recipient's statement. Everything in the message follows from the request, so
the same request always gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.etree import ElementTree as ET

from daozhang.money import digits_of
from daozhang.remedies.accounts import compact, number_fault

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
TEXT_LENGTH: Final = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side of a payment: name, account number, and its bank by BIC or 联行号 (either may be empty)."""

    name: str
    account: str
    bic: str = ""
    bank_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One payment to be made. ``made_at`` is when it was approved: also the day on which it is wanted."""

    number: str
    amount_minor: int
    currency: str
    payer: Party
    payee: Party
    text: str
    made_at: datetime


def write(order: Order) -> bytes:
    """Return the message, UTF-8."""
    amount = decimal_text(order.amount_minor, order.currency)
    document = ET.Element("Document", {"xmlns": NAMESPACE})
    body = ET.SubElement(document, "CstmrCdtTrfInitn")
    _fill(body, "GrpHdr", {
        "MsgId": order.number, "CreDtTm": f"{order.made_at.isoformat(timespec='seconds')}+08:00", "NbOfTxs": "1",
        "CtrlSum": amount, "InitgPty/Nm": order.payer.name,
    })  # fmt: skip
    batch = _fill(body, "PmtInf", {
        "PmtInfId": order.number, "PmtMtd": "TRF", "NbOfTxs": "1", "CtrlSum": amount,
        "ReqdExctnDt/Dt": order.made_at.date().isoformat(), "Dbtr/Nm": order.payer.name,
        **_account("DbtrAcct", order.payer.account), **_agent("DbtrAgt", order.payer, is_needed=True),
    })  # fmt: skip
    one = _fill(batch, "CdtTrfTxInf", {"PmtId/InstrId": order.number, "PmtId/EndToEndId": order.number})
    ET.SubElement(ET.SubElement(one, "Amt"), "InstdAmt", {"Ccy": order.currency}).text = amount
    _into(one, {
        **_agent("CdtrAgt", order.payee), "Cdtr/Nm": order.payee.name, **_account("CdtrAcct", order.payee.account),
        "RmtInf/Ustrd": order.text[:TEXT_LENGTH],
    })  # fmt: skip
    written: bytes = ET.tostring(document, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written


def decimal_text(minor: int, currency: str) -> str:
    """Return whole minor units as the decimal text that messages carry."""
    digits = digits_of(currency)
    whole, rest = divmod(minor, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if digits else str(whole)


def _account(name: str, number: str) -> dict[str, str]:
    text = compact(number).upper()
    is_iban = text[:2].isalpha() and number_fault(text, "corporate") is None
    return {f"{name}/Id/IBAN": text} if is_iban else {f"{name}/Id/Othr/Id": text}


def _agent(name: str, party: Party, *, is_needed: bool = False) -> dict[str, str]:
    place = f"{name}/FinInstnId"
    if party.bic:
        return {f"{place}/BICFI": party.bic}
    if party.bank_code:
        return {f"{place}/ClrSysMmbId/ClrSysId/Cd": "CNAPS", f"{place}/ClrSysMmbId/MmbId": party.bank_code}
    return {f"{place}/Othr/Id": "NOTPROVIDED"} if is_needed else {}


def _fill(parent: ET.Element, name: str, values: dict[str, str]) -> ET.Element:
    return _into(ET.SubElement(parent, name), values)


def _into(element: ET.Element, values: dict[str, str]) -> ET.Element:
    """Put values by their paths below ``element``, in the order given; a path shares the elements it begins with."""
    for path, value in values.items():
        at = element
        *between, last = path.split("/")
        for name in between:
            found = at.find(name)
            at = ET.SubElement(at, name) if found is None else found
        ET.SubElement(at, last).text = value
    return element
