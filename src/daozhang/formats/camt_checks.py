"""The balances of an account statement against its entries, and what the statement states of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from daozhang.formats.base import Sink, Statement
from daozhang.formats.camt_details import signed
from daozhang.formats.camt_places import (
    ACCOUNT_CURRENCY,
    BALANCE_AMOUNT,
    BALANCE_CODE,
    BALANCE_CODE_OLD,
    BALANCE_CURRENCY,
    BALANCE_DAY,
    BALANCE_MOMENT,
    BALANCE_SIDE,
    FROM_DAY,
    FROM_MOMENT,
    IS_LAST_PAGE,
    LINE,
    PAGE,
    SEQUENCE,
    STATEMENT_ID,
    TO_DAY,
    TO_MOMENT,
)
from daozhang.formats.cells import UnreadableError, currency, leading_day
from daozhang.formats.xml_stream import Record
from daozhang.money import to_text

OPENING: Final = ("OPBD", "PRCD")
CLOSING: Final = ("CLBD",)

Booked = Mapping[str, Mapping[date | None, int]]
"""What the booked entries add up to, by currency and value day."""


@dataclass(frozen=True, slots=True)
class Balance:
    """One Bal: its code, currency, signed minor units (CRDT positive) and day."""

    code: str
    currency: str
    minor: int
    on: date | None


def read_balance(record: Record) -> Balance:
    """Return a balance; ``UnreadableError`` when it has no readable amount or direction."""
    money = currency("Bal/Amt", record[BALANCE_CURRENCY] or "") or "CNY"
    minor = signed("Bal", record[BALANCE_AMOUNT], money, record[BALANCE_SIDE])
    text = record[BALANCE_DAY] or record[BALANCE_MOMENT]
    on = leading_day("Bal/Dt", text) if text else None
    return Balance(record[BALANCE_CODE] or record[BALANCE_CODE_OLD] or "", money, minor, on)


def stated_period(statement: Record) -> tuple[date, date] | None:
    """Return the first and last day the statement says it is complete for, as written; None when it does not say."""
    try:
        first_on = leading_day("", statement[FROM_MOMENT] or statement[FROM_DAY] or "")
        last_on = leading_day("", statement[TO_MOMENT] or statement[TO_DAY] or "")
    except UnreadableError:
        return None
    return (first_on, last_on) if first_on <= last_on else None


def check_balances(sink: Sink, statement: Record, balances: Sequence[Balance], booked: Booked) -> None:
    """Warn when opening balance and booked entries do not lead to the closing balance.

    Two forms are right: all booked entries, or only those with a value day up to the closing day (some banks leave an
    entry booked today and valued tomorrow to the forward balance). Without both balances there is nothing to check, nor
    on one page of several: the balances belong to all pages together.
    """
    opening, closing = _pick(balances, OPENING), _pick(balances, CLOSING)
    if opening is None or closing is None or not (_is_first(statement) and _is_last(statement)):
        return
    name = statement[STATEMENT_ID] or ""
    if opening.currency != closing.currency:
        sink.warn("warn-statement-currencies", statement=name, opening=opening.currency, closing=closing.currency)
        return
    by_day = booked.get(opening.currency, {})
    moved = sum(by_day.values())
    valued = sum(minor for on, minor in by_day.items() if closing.on is None or on is None or on <= closing.on)
    if closing.minor - opening.minor not in {moved, valued}:
        shown = {
            "opening": to_text(opening.minor, opening.currency),
            "entries": to_text(moved, opening.currency, sign=True),
            "closing": to_text(closing.minor, opening.currency),
        }
        sink.warn("warn-statement-balance", statement=name, **shown)


def said_of_itself(statement: Record, balances: Sequence[Balance], account_tail: str, booked: Booked) -> Statement:
    """Return what the statement states of itself; a page of several states only the balance at its own end."""
    opening = _pick(balances, OPENING) if _is_first(statement) else None
    closing = _pick(balances, CLOSING) if _is_last(statement) else None
    period = stated_period(statement)
    # A previous closing balance is of the day before; only an opening balance says where the statement starts.
    starts = opening.on if opening and opening.code == "OPBD" else None
    known = [one.currency for one in (opening, closing) if one] or [statement[ACCOUNT_CURRENCY] or "", *booked]
    number = statement[SEQUENCE] or ""
    return Statement(
        account_tail=account_tail,
        currency=next((code for code in known if code), "CNY"),
        statement_no=statement[STATEMENT_ID] or "",
        sequence=int(number) if number.isascii() and number.isdigit() and len(number) <= 18 else 0,
        opening_minor=opening.minor if opening else None,
        closing_minor=closing.minor if closing else None,
        first_on=period[0] if period else starts,
        last_on=period[1] if period else closing.on if closing else None,
        line_no=statement[LINE],
    )


def _is_first(statement: Record) -> bool:
    return (statement[PAGE] or "1") == "1"


def _is_last(statement: Record) -> bool:
    return (statement[IS_LAST_PAGE] or "true") in {"true", "1"}


def _pick(balances: Sequence[Balance], codes: tuple[str, ...]) -> Balance | None:
    for code in codes:
        for balance in balances:
            if balance.code == code:
                return balance
    return None
