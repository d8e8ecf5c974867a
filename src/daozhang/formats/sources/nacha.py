"""NACHA ACH files: credit entries → payouts; returns and notifications of change → payout_answers.

An ACH file is an order or an answer, never money: a credit in it is a claim until the bank statement shows it. Debit
entries collect money from others; they pay no merchant and are counted as other lines, said in a warning.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, time
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Format, Given, Sink, Source
from daozhang.formats.cells import UnreadableError, moment, tail_of, zone_named
from daozhang.formats.nacha_answers import answer, answer_addenda
from daozhang.formats.nacha_records import (
    CREDITS,
    DEBITS,
    RETURNS,
    TRANSACTION_CODES,
    WIDTH,
    Batch,
    Entry,
    cents,
    created_at,
    decoded,
    padded,
    records,
    routing_fits,
)
from daozhang.formats.nacha_totals import Totals

_FILE_HEADER: Final = re.compile(r"1\d\d(?:.{31}094|.{30}094101)", re.ASCII)
"""Record size 094 at its place, or a place too early with blocking and format behind it: a header one blank short."""
_BATCH_HEADER: Final = re.compile(r"5(?:200|220|225|280)")
_ENTRY: Final = re.compile(r"6\d\d")
_LONE_ENTRY: Final = re.compile(r"(?:6\d{11}.{17}\d{10}.{39}[01]\d{15}|7\d\d.{91})$", re.ASCII)
"""An entry or addenda of the full width; a file that begins so has lost its headers, and every entry is set aside with that."""


def _knows(source: Source) -> bool:
    lines = [line for _, line in records(decoded(source.head(2048))[: 4 * WIDTH + 4]) if line.strip()]
    if not lines:
        return False
    if _FILE_HEADER.match(lines[0]):
        return True
    if len(lines) > 1 and all(_LONE_ENTRY.match(line) for line in lines[:2]) and lines[0][:1] == "6":
        return True
    return bool(len(lines) > 1 and _BATCH_HEADER.match(lines[0]) and len(lines[0]) >= 88 and _ENTRY.match(lines[1]))


class _Reading:
    """One file: an entry is said when the next record shows that its addenda are complete."""

    def __init__(self, given: Given, sink: Sink) -> None:
        self._given, self._sink = given, sink
        self._zone = zone_named(given.timezone)
        self._totals = Totals(sink)
        self._made_at: datetime | None = None
        self._batch: Batch | None = None
        self._entry: Entry | None = None
        self._counts = dict.fromkeys(("debits", "unsaid", "routing", "taken"), 0)
        self._returned: Counter[str] = Counter()
        self._is_ended = False
        self._known = 0

    def take(self, line_no: int, line: str) -> None:
        """Read one record."""
        kind = line[:1]
        if not line.strip() or (kind == "9" and not line.rstrip().strip("9")):
            self._flush()
            self._sink.control(line_no)
            return
        self._known += kind in {"1", "5", "6"}
        try:
            text = line if len(line) == WIDTH else padded(line)
            if kind not in {"6", "7"}:
                self._flush()
                self._frame(kind, line_no, text)
                self._sink.control(line_no)
            elif kind == "6":
                self._flush()
                self._open_entry(line_no, line, text)
            else:
                self._addenda(line_no, text)
        except UnreadableError as bad:
            self._sink.reject(line_no, bad.column, bad.value, bad.reason, **bad.facts)

    def _frame(self, kind: str, line_no: int, text: str) -> None:
        if kind == "1":
            self._made_at = self._local(created_at(text))
        elif kind == "5":
            self._batch = Batch.of(line_no, text)
            self._totals.open_batch()
        elif kind == "8":
            self._totals.close_batch(line_no, text, is_advice=bool(self._batch and self._batch.entry_class == "ADV"))
            self._batch = None
        elif kind == "9":
            self._is_ended = True
            self._totals.close_file(line_no, text)
        else:
            raise UnreadableError("Record Type Code", kind, "reject-value", expected="1 5 6 7 8 9")

    def _local(self, at: datetime | None) -> datetime | None:
        return moment("File Creation Date", at.isoformat(sep=" "), self._zone) if at else None

    def _open_entry(self, line_no: int, line: str, text: str) -> None:
        if len(line) < WIDTH and not text[79:94].isdigit():
            raise UnreadableError("", line[:20], "reject-record-length", expected=WIDTH, found=len(line))
        batch = self._batch
        amount = text[batch.columns.amount] if batch else text[29:39]
        self._totals.add(text, int(amount) if amount.isascii() and amount.isdigit() else 0)
        if batch is None:
            raise UnreadableError("Record Type Code", "6", "reject-order", expected="5")
        self._entry = Entry(line_no, text)

    def _addenda(self, line_no: int, text: str) -> None:
        self._totals.add_addenda()
        if self._entry is None:
            raise UnreadableError("Record Type Code", "7", "reject-order", expected="6")
        self._entry.addenda.append((line_no, text))

    def _flush(self) -> None:
        entry, self._entry = self._entry, None
        if entry is None or self._batch is None:
            return
        try:
            self._say(self._batch, entry)
        except UnreadableError as bad:
            self._sink.reject(entry.line_no, bad.column, bad.value, bad.reason, **bad.facts)
        for line_no, _ in entry.addenda:
            self._sink.control(line_no)

    def _say(self, batch: Batch, entry: Entry) -> None:
        code, addenda = entry.text[1:3], answer_addenda(entry)
        if code not in TRANSACTION_CODES:
            raise UnreadableError("Transaction Code", code, "reject-value", expected="21 … 56")
        if addenda and code[1] in "1234":
            self._sink.row(
                "payout_answers", entry.line_no, answer(self._given, batch, entry, addenda, self._answered_at(batch))
            )
        elif addenda:
            self._returned[addenda[3:6].strip()] += 1
            self._sink.control(entry.line_no)
        elif code in RETURNS:
            raise UnreadableError("Addenda 98/99", "", "reject-empty")
        elif code in CREDITS and batch.description.upper() != "REVERSAL":
            self._sink.row("payouts", entry.line_no, self._payout(batch, entry))
        else:
            self._counts["debits"] += code in DEBITS
            self._sink.control(entry.line_no)

    def _answered_at(self, batch: Batch) -> datetime | None:
        """Return when the answer was written: the file's own moment, else its batch's day, else the day it was said to be of."""
        on = batch.on or self._given.covers_on
        return self._made_at or (datetime.combine(on, time()) if on else None)

    def _payout(self, batch: Batch, entry: Entry) -> dict[str, object]:
        text, columns, given = entry.text, batch.columns, self._given
        settled_on = batch.on or (self._made_at.date() if self._made_at and not batch.on_text.strip("0") else None)
        if settled_on is None:
            raise UnreadableError(
                "Effective Entry Date", batch.on_text, "reject-day" if batch.on_text else "reject-empty"
            )
        amount = cents("Amount", text[columns.amount])
        merchant_no = given.merchant_no or batch.company_no
        if not merchant_no:
            raise UnreadableError("Company Identification", "", "reject-empty")
        number = text[columns.number].strip() or text[79:94].strip()
        if not number:
            raise UnreadableError("Trace Number", "", "reject-empty")
        self._counts["unsaid"] += not given.merchant_no
        self._counts["routing"] += not routing_fits(text[3:12])
        return {
            "acquirer": given.acquirer or "ach",
            "merchant_no": merchant_no,
            "payout_no": number,
            "settled_on": settled_on,
            "planned_minor": amount,
            "paid_minor": amount,
            "currency": "USD",
            "state": "claimed",
            "account_tail": tail_of(text[columns.account]),
            "account_holder": _name(batch, entry) or None,
            "created_at": self._made_at,
        }

    def finish(self) -> None:
        """Say what ended without its next record, and once per file what was left out or does not fit."""
        self._flush()
        self._totals.finish()
        if not self._known:
            raise InputError("input-nacha-empty")
        counts = self._counts
        if counts["debits"]:
            self._sink.warn("warn-nacha-debits", count=counts["debits"])
        if self._returned:
            codes = ", ".join(f"{code} × {count}" for code, count in sorted(self._returned.items()))
            self._sink.warn("warn-nacha-debit-returns", count=self._returned.total(), codes=codes)
        if counts["unsaid"]:
            self._sink.warn("warn-nacha-merchant-unsaid", count=counts["unsaid"])
        if counts["routing"]:
            self._sink.warn("warn-nacha-routing", count=counts["routing"])
        if not self._is_ended:
            self._sink.warn("warn-summary-missing")


def _name(batch: Batch, entry: Entry) -> str:
    """Return the receiver's name; of an international entry it stands in its first addenda (10)."""
    if batch.entry_class == "IAT":
        return next((text[46:81].strip() for _, text in entry.addenda if text[1:3] == "10"), "")
    return entry.text[batch.columns.name].strip()


def _read(source: Source, sink: Sink) -> None:
    reading = _Reading(source.given, sink)
    for line_no, line in records(decoded(source.data)):
        reading.take(line_no, line)
    reading.finish()


FORMAT = Format(code="nacha", knows=_knows, tables=("payouts", "payout_answers"), read=_read, converts_time=True)
