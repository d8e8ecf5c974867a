"""The balances of a camt.053 statement against its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from daozhang.formats.base import Sink
from daozhang.formats.cells import UnreadableError, currency, leading_day, yuan
from daozhang.money import to_text

OPENING: Final = ("OPBD", "PRCD")
CLOSING: Final = ("CLBD",)


@dataclass(frozen=True, slots=True)
class Balance:
    """One Bal: its code, currency, signed minor units (CRDT positive) and day."""

    code: str
    currency: str
    minor: int
    on: date | None


def read_balance(fields: Mapping[str, str]) -> Balance:
    """Return a balance; ``UnreadableError`` when it has no readable amount or direction."""
    code = fields.get("Tp/CdOrPrtry/Cd") or fields.get("Tp/Cd", "")
    money = currency("Bal/Amt", fields.get("Amt@Ccy", "")) or "CNY"
    indicator = fields.get("CdtDbtInd", "")
    if indicator not in {"CRDT", "DBIT"}:
        raise UnreadableError("Bal/CdtDbtInd", indicator, "reject-value", expected="CRDT DBIT")
    minor = yuan("Bal/Amt", fields.get("Amt", ""), money) * (1 if indicator == "CRDT" else -1)
    text = fields.get("Dt/Dt") or fields.get("Dt/DtTm", "")
    return Balance(code, money, minor, leading_day("Bal/Dt", text) if text else None)


def is_checkable(fields: Mapping[str, str]) -> bool:
    """Return whether the statement stands alone: on one page of several the balances belong to all pages together."""
    return fields.get("StmtPgntn/PgNb", "1") == "1" and fields.get("StmtPgntn/LastPgInd", "true") in {"true", "1"}


def check_balances(
    sink: Sink, statement: str, balances: Sequence[Balance], booked: Mapping[str, Sequence[tuple[int, date | None]]]
) -> None:
    """Warn when opening balance and booked entries do not lead to the closing balance.

    Two forms are right: all booked entries, or only those with a value day up to the closing day (some banks leave an
    entry booked today and valued tomorrow to the forward balance). Without both balances there is nothing to check.
    """
    opening, closing = _pick(balances, OPENING), _pick(balances, CLOSING)
    if opening is None or closing is None:
        return
    if opening.currency != closing.currency:
        sink.warn("warn-statement-currencies", statement=statement, opening=opening.currency, closing=closing.currency)
        return
    entries = booked.get(opening.currency, ())
    moved = sum(amount for amount, _ in entries)
    valued = sum(amount for amount, on in entries if closing.on is None or on is None or on <= closing.on)
    if closing.minor - opening.minor not in {moved, valued}:
        shown = {
            "opening": to_text(opening.minor, opening.currency),
            "entries": to_text(moved, opening.currency, sign=True),
            "closing": to_text(closing.minor, opening.currency),
        }
        sink.warn("warn-statement-balance", statement=statement, **shown)


def _pick(balances: Sequence[Balance], codes: tuple[str, ...]) -> Balance | None:
    for code in codes:
        for balance in balances:
            if balance.code == code:
                return balance
    return None
