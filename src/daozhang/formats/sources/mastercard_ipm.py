"""Mastercard IPM clearing file (T112 and its kin; blocked or not, EBCDIC or ASCII) → clearings.

Amounts are minor units of field 49 with the exponent the message states (PDS 0148). What institutions pay each other
(interchange) is no fee of the merchant: the fee of a row stays unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.cells import UnreadableError, tail_of
from daozhang.formats.ipm import decode, form_of, is_number, private, records
from daozhang.formats.iso8583.currencies import currency_of
from daozhang.money import digits_of

HEADER, TRAILER = ("1644", "697"), ("1644", "695")
PRESENTMENT, CHARGEBACK, FEE = "1240", "1442", "1740"
FIRST: Final = "200"
BACK: Final = frozenset({"20", "28"})
"""First digits of field 3 of a payment to the cardholder."""
FEE_TAKEN: Final = "19"
"""First digits of field 3 of a fee that its originator is paid."""


@dataclass(slots=True)
class _File:
    """One logical file: what its messages add up to, and its day."""

    source: Source
    sink: Sink
    encoding: str
    day: date | None = None
    amount: int = 0
    count: int = 0
    is_open: bool = False
    fees: int = 0

    def record(self, number: int, record: bytes) -> None:
        """Say what one record is."""
        fields = decode(record, self.encoding)
        if fields is None:
            self.count += 1
            self.sink.reject(number, "", "", "reject-message")
            return
        what = fields["t"], fields.get("24", "")
        if what == HEADER:
            self._begin(fields)
        self.count += 1
        self.amount += int(fields["4"]) if is_number(fields.get("4", "")) else 0
        if what == TRAILER:
            self._end(fields)
        if fields["t"] not in {PRESENTMENT, CHARGEBACK, FEE}:
            self.sink.control(number)
            return
        if fields["t"] == FEE and not fields.get("42", "").strip():
            self.fees += 1
            self.sink.control(number)
            return
        try:
            values = self._clearing(fields)
        except UnreadableError as bad:
            self.sink.reject(number, bad.column, bad.value, bad.reason, **bad.facts)
            return
        self.sink.row("clearings", number, values)

    def _begin(self, fields: Mapping[str, str]) -> None:
        if self.is_open:
            self.sink.warn("warn-summary-missing")
        self.amount, self.count, self.is_open = 0, 0, True
        self.day = self.source.given.covers_on or _day_of(private(fields).get("0105", ""))
        if self.day is None:
            raise InputError("input-ipm-day-unknown", file=self.source.name)

    def _end(self, fields: Mapping[str, str]) -> None:
        """Compare the trailer with the messages: their number (header and trailer included) and the sum of field 4."""
        self.is_open = False
        stated = private(fields)
        for tag, name, computed in (("0306", "PDS 0306", self.count), ("0301", "PDS 0301", self.amount)):
            text = stated.get(tag, "").strip()
            if text and not (is_number(text) and int(text) == computed):
                self.sink.warn("warn-total-differs", name=name, stated=text, computed=str(computed))

    def _clearing(self, fields: Mapping[str, str]) -> dict[str, object]:
        tags = private(fields)
        kind, sign = _kind(fields, tags)
        currency = currency_of(fields.get("49", "").strip())
        amount = sign * _amount(fields, tags, currency or "CNY")
        return {
            "acquirer": self.source.given.acquirer or fields.get("32", "").strip() or "mastercard",
            "merchant_no": fields.get("42", "").strip() or self.source.given.merchant_no,
            "terminal_no": fields.get("41", "").strip() or None,
            "rrn": fields.get("37", "").strip() or None,
            "network_no": fields.get("31", "").strip() or None,
            "occurred_at": _moment(fields.get("12", "")),
            "cleared_on": self.day,
            "kind": kind,
            "gross_minor": amount,
            "net_minor": amount,
            "currency": currency,
            "channel": "card",
            "card_tail": tail_of(fields.get("2", "").strip()),
        }

    def finish(self) -> None:
        """Say what the whole file leaves open."""
        if self.is_open:
            self.sink.warn("warn-summary-missing")
        if self.fees:
            self.sink.warn("warn-institution-fees", count=self.fees)


def _kind(fields: Mapping[str, str], tags: Mapping[str, str]) -> tuple[str, int]:
    """Return kind and sign towards the merchant of a message; a reversal (PDS 0025) goes the other way."""
    message, process = fields["t"], fields.get("3", "")[:2]
    undoes = -1 if tags.get("0025", "").startswith("R") else 1
    if message == FEE:
        return "fee", undoes * (-1 if process == FEE_TAKEN else 1)
    paid = -1 if process in BACK else 1
    if message == CHARGEBACK:
        return "dispute", -paid * undoes
    if fields.get("24") != FIRST:
        return "dispute", paid * undoes
    return ("reversal" if undoes < 0 else "refund" if paid < 0 else "sale"), paid * undoes


def _amount(fields: Mapping[str, str], tags: Mapping[str, str], currency: str) -> int:
    """Return field 4 in our minor units; a reject when the message's exponent leaves a rest."""
    text = fields.get("4", "")
    if not (len(text) == 12 and is_number(text)):
        raise UnreadableError("4", text, "reject-amount")
    ours = digits_of(currency)
    stated = _exponent(tags.get("0148", ""), fields.get("49", ""))
    theirs = ours if stated is None else stated
    amount = int(text) * int(10**ours)
    if amount % 10**theirs:
        raise UnreadableError("4", text, "reject-amount")
    return amount // int(10**theirs)


def _exponent(stated: str, number: str) -> int | None:
    """Return the exponent that PDS 0148 (currency 3, exponent 1, repeated) states for a currency; None when it does not."""
    for at in range(0, len(stated) - 3, 4):
        if stated[at : at + 3] == number and is_number(stated[at + 3]):
            return int(stated[at + 3])
    return None


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%y%m%d%H%M%S")
    except ValueError:
        raise UnreadableError("12", text, "reject-moment") from None


def _day_of(file_id: str) -> date | None:
    """Return the day of a file id (PDS 0105: type 3, YYMMDD, processor 11, number 5)."""
    try:
        return datetime.strptime(file_id[3:9], "%y%m%d").date()
    except ValueError:
        return None


def _knows(source: Source) -> bool:
    return form_of(source.head()) is not None


def _read(source: Source, sink: Sink) -> None:
    form = form_of(source.head())
    if form is None:
        raise InputError("input-ipm-header")
    is_blocked, encoding = form
    reading = _File(source, sink, encoding)
    for number, record in enumerate(records(source, is_blocked=is_blocked), 1):
        if record is None:
            sink.reject(number, "", "", "reject-record-cut")
            sink.warn("warn-truncated", line_no=number)
        else:
            reading.record(number, record)
    reading.finish()


FORMAT = Format(
    code="mastercard_ipm",
    knows=_knows,
    tables=("clearings",),
    read=_read,
    unsure=("unsure-ipm-day", "unsure-ipm-fees", "unsure-ipm-totals"),
    evidence="documentation",
    hides_lines=True,
)
