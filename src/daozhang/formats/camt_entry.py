"""One entry of a camt message as rows: its days, who is on the other side, its texts, and what a return answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from daozhang.formats.camt_places import (
    BANK_REF,
    BOOKED_DAY,
    BOOKED_MOMENT,
    CLEARING_REF,
    CREDITOR,
    CREDITOR_ACCOUNT,
    DEBTOR,
    DEBTOR_ACCOUNT,
    DETAIL_BANK_REF,
    DETAIL_TEXT,
    END_TO_END,
    ENTRY_REF,
    ENTRY_TEXT,
    INSTRUCTION,
    LAST_CREDITOR,
    LAST_DEBTOR,
    RETURN_CODE,
    RETURN_OWN_CODE,
    RETURN_TEXT,
    STRUCTURED,
    TRANSACTION,
    UETR,
    UNSTRUCTURED,
    VALUE_DAY,
    VALUE_MOMENT,
)
from daozhang.formats.cells import UnreadableError, leading_day, moment, tail_of
from daozhang.formats.xml_stream import Record

UNSAID: Final = frozenset({"", "NOTPROVIDED"})
"""What stands in a reference that has none."""
_NONE_OF_THEM: Final = (None,) * 5
_IN: Final = (DEBTOR, LAST_DEBTOR, DEBTOR_ACCOUNT)
_OUT: Final = (CREDITOR, LAST_CREDITOR, CREDITOR_ACCOUNT)


class Days:
    """Reads booking and value days; a statement repeats few of them, so each text is read once."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._moments: dict[str, datetime] = {}
        self._days: dict[str, date] = {}

    def booked_at(self, entry: Record, else_at: str = "") -> datetime:
        """Return the booking moment in Shanghai, a bare day as it stands; ``else_at`` is read where the entry has none.

        ``UnreadableError`` when there is neither.
        """
        text = entry[BOOKED_MOMENT] or entry[BOOKED_DAY] or else_at
        if not text:
            raise UnreadableError("BookgDt", "", "reject-empty")
        known = self._moments.get(text)
        if known is None:
            known = moment("BookgDt", text, self._zone)
            if len(self._moments) < 4096:
                self._moments[text] = known
        return known

    def booked_on(self, entry: Record, booked_at: datetime) -> date:
        """Return the booking day as the bank wrote it: periods are days of the bank, not of Shanghai."""
        text = entry[BOOKED_MOMENT]
        return self._day("BookgDt", text) if text else booked_at.date()

    def value_on(self, entry: Record) -> date | None:
        """Return the value day as the bank wrote it; None when there is none."""
        text = entry[VALUE_DAY] or entry[VALUE_MOMENT]
        return self._day("ValDt", text) if text else None

    def _day(self, column: str, text: str) -> date:
        known = self._days.get(text)
        if known is None:
            known = leading_day(column, text)
            if len(self._days) < 4096:
                self._days[text] = known
        return known


def row_of(
    account: str, booked_at: datetime, value_on: date | None, code: str, entry: Record, detail: Record, amount: int
) -> dict[str, object]:
    """Return the row of an entry or of one of its details.

    The other side is who pays a credit and who gets a debit. The reference is the end-to-end number, else that of the
    instruction, of the transaction, then the bank's.
    """
    name, last_name, other = _IN if amount >= 0 else _OUT
    number = detail[other]
    reference = detail[END_TO_END]
    if reference is None or reference.upper() in UNSAID:
        reference = _first_said(
            detail[INSTRUCTION], detail[TRANSACTION], detail[DETAIL_BANK_REF], entry[BANK_REF], entry[ENTRY_REF]
        )
    return {
        "account_tail": account,
        "booked_at": booked_at,
        "value_on": value_on,
        "currency": code,
        "amount_minor": amount,
        "counterparty_name": detail[name] or detail[last_name],
        "counterparty_tail": _tail(number) if number else None,
        "text": _text(entry, detail),
        "bank_reference": reference,
    }


def _text(entry: Record, detail: Record) -> str | None:
    first = detail[UNSTRUCTURED]
    others = (detail[STRUCTURED], detail[DETAIL_TEXT], detail[RETURN_CODE], detail[RETURN_TEXT], entry[ENTRY_TEXT])
    if others == _NONE_OF_THEM:
        return first or None
    texts = [text for text in (first, *others) if text]
    return " ".join(dict.fromkeys(texts)) if len(texts) > 1 else texts[0] if texts else None


def _tail(number: str) -> str | None:
    """Return ``tail_of`` the account; a number without blanks, dashes and mask needs no search for them."""
    return number[-4:] if number.isalnum() and len(number) >= 4 else tail_of(number)


def _first_said(*references: str | None) -> str | None:
    return next((text for text in references if text and text.upper() not in UNSAID), None)


def answer(detail: Record, amount: int, code: str, booked_at: datetime, message_no: str | None) -> dict[str, object]:
    """Return what a credit with return information answers about the payment it brings back; empty when it answers none.

    Only money that comes back is an answer about a payment that was sent, and only when it names that payment.
    """
    code_of_return = detail[RETURN_CODE] or detail[RETURN_OWN_CODE]
    if amount <= 0 or not code_of_return:
        return {}
    payout_no = _first_said(detail[END_TO_END], detail[INSTRUCTION], detail[TRANSACTION])
    if payout_no is None:
        return {}
    return {
        "payout_no": payout_no,
        "network_no": detail[UETR] or detail[CLEARING_REF] or detail[TRANSACTION] or detail[DETAIL_BANK_REF],
        "message_no": message_no,
        "answered_at": booked_at,
        "state": "returned",
        "amount_minor": amount,
        "currency": code,
        "reason_scheme": "iso20022_return" if detail[RETURN_CODE] else "other",
        "reason_code": code_of_return,
        "reason_text": detail[RETURN_TEXT],
    }
