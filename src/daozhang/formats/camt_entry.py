"""One entry of a camt.053: its sign, its days, the parts it is made of, and who is on the other side."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from daozhang.formats.cells import UnreadableError, leading_day, tail_of, yuan

UNSAID: Final = frozenset({"", "NOTPROVIDED"})
"""What stands in a reference that has none."""

Fields = dict[str, str]


@dataclass(slots=True)
class Entry:
    """One Ntry: the line it starts on, its elements by path, and its TxDtls each with its own line."""

    line_no: int
    fields: Fields = field(default_factory=dict)
    details: list[tuple[int, Fields]] = field(default_factory=list)


def status(fields: Fields) -> str:
    """Return the entry's status: text in versions 2 to 6, an element ``Cd`` from version 8."""
    return fields.get("Sts/Cd") or fields.get("Sts", "")


def signed(column: str, text: str, code: str, indicator: str) -> int:
    """Return an amount in signed minor units of currency ``code``: CRDT positive, DBIT negative."""
    if not text:
        raise UnreadableError(f"{column}/Amt", "", "reject-empty")
    if indicator not in {"CRDT", "DBIT"}:
        raise UnreadableError(f"{column}/CdtDbtInd", indicator, "reject-value", expected="CRDT DBIT")
    return yuan(f"{column}/Amt", text, code) * (1 if indicator == "CRDT" else -1)


def value_day(fields: Fields) -> date | None:
    """Return the value day as the bank wrote it; None when there is none."""
    text = fields.get("ValDt/Dt") or fields.get("ValDt/DtTm", "")
    return leading_day("ValDt", text) if text else None


def written_day(fields: Fields, booked_at: datetime) -> date:
    """Return the booking day as the bank wrote it: periods are days of the bank, not of Shanghai."""
    text = fields.get("BookgDt/DtTm", "")
    return leading_day("BookgDt", text) if text else booked_at.date()


def stated_period(fields: Fields) -> tuple[date, date] | None:
    """Return the first and last day the statement says it is complete for, as written; None when it does not say."""
    start = fields.get("FrToDt/FrDtTm") or fields.get("FrToDt/FrDt", "")
    end = fields.get("FrToDt/ToDtTm") or fields.get("FrToDt/ToDt", "")
    try:
        first_on, last_on = leading_day("", start), leading_day("", end)
    except UnreadableError:
        return None
    return (first_on, last_on) if first_on <= last_on else None


def parts_of(entry: Entry, amount: int, code: str) -> tuple[list[tuple[int, int, Fields]], bool]:
    """Return (line, signed amount, elements) of what the entry is made of, and whether its details add up to it.

    An entry that stays whole keeps what all its details have in common: one payer, for example.
    """
    details = [detail for _, detail in entry.details]
    whole = [(entry.line_no, amount, _common(details))]
    if any(_detail_amount(detail, code) is None for detail in details):
        return whole, len(details) <= 1
    indicator = entry.fields.get("CdtDbtInd", "")
    parts = [
        (
            line_no,
            signed("TxDtls", _detail_amount(detail, code) or "", code, detail.get("CdtDbtInd", indicator)),
            detail,
        )
        for line_no, detail in entry.details
    ]
    adds_up = not parts or sum(part for _, part, _ in parts) == amount
    return (parts, True) if adds_up and len(parts) > 1 else (whole, adds_up)


def _detail_amount(detail: Fields, code: str) -> str | None:
    """Return the text of a detail's amount; None when it has none or it is in another currency than the entry."""
    prefix = "Amt" if "Amt" in detail else "AmtDtls/TxAmt/Amt"
    return detail.get(prefix) if detail.get(f"{prefix}@Ccy", code) == code else None


def _common(details: list[Fields]) -> Fields:
    if len(details) <= 1:
        return details[0] if details else {}
    return {name: text for name, text in details[0].items() if all(detail.get(name) == text for detail in details)}


def described(fields: Fields, detail: Fields, amount: int) -> dict[str, object]:
    """Return the other side, the texts, and the reference: end-to-end, instruction, transaction, then the bank's."""
    role = "Dbtr" if amount >= 0 else "Cdtr"
    names = (f"RltdPties/{who}/{where}" for who in (role, f"Ultmt{role}") for where in ("Nm", "Pty/Nm"))
    account = _first(detail, f"RltdPties/{role}Acct/Id/IBAN", f"RltdPties/{role}Acct/Id/Othr/Id")
    references = [
        detail.get(name, "") for name in ("Refs/EndToEndId", "Refs/InstrId", "Refs/TxId", "Refs/AcctSvcrRef")
    ] + [fields.get("AcctSvcrRef", ""), fields.get("NtryRef", "")]
    texts = [
        detail.get(name, "")
        for name in ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "AddtlTxInf", "RtrInf/Rsn/Cd", "RtrInf/AddtlInf")
    ] + [fields.get("AddtlNtryInf", "")]
    return {
        "counterparty_name": _first(detail, *names),
        "counterparty_tail": tail_of(account) if account else None,
        "text": " ".join(dict.fromkeys(filter(None, texts))) or None,
        "bank_reference": next((text for text in references if text.upper() not in UNSAID), None),
    }


def _first(fields: Fields, *names: str) -> str | None:
    return next((fields[name] for name in names if fields.get(name)), None)
