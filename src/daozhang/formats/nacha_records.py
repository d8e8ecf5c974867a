"""NACHA records: 94 columns each, cut from lines or from one long line, and the fields of every kind of record.

Some senders trim the blanks at the end of a line, some write no line ends at all. Columns are characters, not bytes:
names hold UTF-8 or Latin-1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final, NamedTuple

from daozhang.formats.cells import UnreadableError

WIDTH: Final = 94
CREDITS: Final = frozenset({"22", "32", "42", "52"})
"""Transaction codes that pay money out: checking, savings, general ledger, loan."""
TESTS: Final = frozenset({"23", "24", "28", "29", "33", "34", "38", "39", "43", "44", "48", "49", "53", "54"})
"""Prenotifications and entries without money."""
DEBITS: Final = frozenset({"27", "37", "47", "55"})
RETURNS: Final = frozenset({"21", "31", "41", "51", "26", "36", "46", "56"})
ADVICES: Final = frozenset({"81", "82", "83", "84", "85", "86", "87", "88"})
TRANSACTION_CODES: Final = CREDITS | TESTS | DEBITS | RETURNS | ADVICES


class Columns(NamedTuple):
    """Where the fields of an entry stand; they differ by the class of its batch."""

    account: slice = slice(12, 29)
    amount: slice = slice(29, 39)
    number: slice = slice(39, 54)
    name: slice = slice(54, 76)


PLAIN: Final = Columns()
BY_CLASS: Final = {
    "IAT": Columns(account=slice(39, 74), number=slice(0, 0), name=slice(0, 0)),
    "CTX": Columns(name=slice(58, 74)),
    "ENR": Columns(name=slice(58, 74)),
    "CIE": Columns(number=slice(54, 76), name=slice(39, 54)),
    "ADV": Columns(account=slice(12, 27), amount=slice(27, 39), number=slice(0, 0), name=slice(54, 76)),
}


@dataclass(slots=True)
class Entry:
    """One entry (6) and its addenda (7), each with its line."""

    line_no: int
    text: str
    addenda: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch header (5) says. ``on`` is the effective entry date, None when blank or unreadable (``on_text``)."""

    line_no: int
    company_no: str
    entry_class: str
    description: str
    on: date | None
    on_text: str
    columns: Columns

    @staticmethod
    def of(line_no: int, text: str) -> Batch:
        """Return the batch a header opens."""
        entry_class = text[50:53].strip().upper()
        return Batch(
            line_no,
            text[40:50].strip(),
            entry_class,
            text[53:63].strip(),
            day_or_none(text[69:75]),
            text[69:75].strip(),
            BY_CLASS.get(entry_class, PLAIN),
        )


def decoded(data: bytes) -> str:
    """Return the text: UTF-8, else Latin-1, which every byte fits."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def records(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, record). Without line ends the line is the number of the record; a longer line is yielded as it is."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1].strip("\x1a"):
        lines.pop()
    if len(lines) == 1 and len(lines[0].rstrip()) > WIDTH:
        lines = [lines[0][at : at + WIDTH] for at in range(0, len(lines[0]), WIDTH)]
    yield from enumerate(lines, 1)


def padded(line: str) -> str:
    """Return the record in its full width; a reject when more than blanks stands behind column 94."""
    if len(line) > WIDTH:
        line = line[:WIDTH] + line[WIDTH:].rstrip()
        if len(line) > WIDTH:
            raise UnreadableError("", line[:20], "reject-record-length", expected=WIDTH, found=len(line))
    return line if len(line) == WIDTH else line.ljust(WIDTH)


def cents(column: str, text: str) -> int:
    """Return an unsigned amount in cents."""
    if not (text.isascii() and text.isdigit()):
        raise UnreadableError(column, text, "reject-amount")
    return int(text)


@lru_cache(maxsize=256)
def day_or_none(text: str) -> date | None:
    """Return a day written YYMMDD; None when it is blank, zeros or no day."""
    if not re.fullmatch(r"\d{6}", text, re.ASCII):
        return None
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None


def created_at(header: str) -> datetime | None:
    """Return when a file header (1) says the file was made, in the sender's local time; None when it says no day."""
    on = day_or_none(header[23:29])
    if on is None:
        return None
    clock = header[29:33]
    try:
        return datetime.combine(on, time(int(clock[:2]), int(clock[2:4])))
    except ValueError:
        return datetime.combine(on, time())


@lru_cache(maxsize=4096)
def routing_fits(number: str) -> bool:
    """Return whether the nine digits of a routing number keep their check digit (weights 3, 7, 1)."""
    if not (number.isascii() and number.isdigit() and len(number) == 9):
        return False
    return sum(int(digit) * weight for digit, weight in zip(number, (3, 7, 1) * 3, strict=True)) % 10 == 0


def corrected(code: str, data: str) -> str:
    """Return what a notification of change (addenda 98) says is right; account numbers are cut to their last four."""
    routing, account = data[:9].strip(), data[:17].strip()
    if code == "C01":
        return _cut(account)
    if code == "C03":
        return f"{routing} {_cut(data[12:29].strip())}".strip()
    if code == "C06":
        return f"{_cut(account)} {data[20:22].strip()}".strip()
    if code == "C07":
        return f"{routing} {_cut(data[9:26].strip())} {data[26:28].strip()}".strip()
    if code in {"C02", "C05"}:
        return data.strip()
    return re.sub(r"\d{6,}", lambda run: _cut(run[0]), data.strip())


def _cut(account: str) -> str:
    digits = re.sub(r"[\s-]", "", account)
    return f"****{digits[-4:]}" if len(digits) > 4 else digits
