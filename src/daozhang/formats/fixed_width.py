"""Files of fixed-width records: a layout is a table of byte ranges, and it alone says where a field stands and what it is.

Widths are bytes, so a record is cut before it is decoded (GB18030). Records stand on lines or follow each other without
line ends. One byte stands between two fields; the file uses the same one everywhere, which is how a layout is known.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from importlib import resources
from typing import Final

from daozhang.formats.base import Sink, Source
from daozhang.formats.cells import UnreadableError

_FEN = re.compile(r"\d{12}", re.ASCII)
_SIGNED_FEN = re.compile(r"[CD]\d{8,12}", re.ASCII)
_DIGITS = re.compile(rb"[0-9]+")
_SIGNED = re.compile(rb"[CD][0-9]+")


class FieldType(StrEnum):
    """What a field holds. Amounts are whole fen; a signed one starts with C (towards the merchant) or D (from it)."""

    TEXT = "text"
    FEN = "fen"
    SIGNED_FEN = "signed_fen"
    COUNT = "count"
    MOMENT = "moment"
    DAY = "day"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the layout, first byte and the byte behind it (from 0), and what it holds."""

    name: str
    start: int
    end: int
    type: FieldType

    def is_well_formed(self, record: bytes) -> bool:
        """Return whether the bytes of the field are an amount or a number of its type; any bytes are a text."""
        form = {FieldType.SIGNED_FEN: _SIGNED, FieldType.FEN: _DIGITS, FieldType.COUNT: _DIGITS}.get(self.type)
        return form is None or form.fullmatch(record[self.start : self.end]) is not None


@dataclass(frozen=True)
class Layout:
    """The fields of one kind of record, in their order."""

    code: str
    fields: Mapping[str, Field]

    @cached_property
    def record_bytes(self) -> int:
        """Return how long a record is."""
        return max(one.end for one in self.fields.values())

    @cached_property
    def gaps(self) -> tuple[int, ...]:
        """Return the bytes that stand between two fields."""
        covered = {at for one in self.fields.values() for at in range(one.start, one.end)}
        return tuple(at for at in range(self.record_bytes) if at not in covered)

    def fits(self, record: bytes, proof: tuple[str, ...], *, gaps_before: int = 1 << 30) -> bool:
        """Return whether a record has one and the same byte in every gap, no digit, and ``proof`` is well formed."""
        if len(record) < self.record_bytes:
            return False
        between = {record[at] for at in self.gaps if at < gaps_before}
        is_parted = len(between) == 1 and not bytes(between).isalnum()
        return is_parted and all(self.fields[name].is_well_formed(record) for name in proof)


@cache
def layout(code: str) -> Layout:
    """Return the layout called ``code`` from its table in ``layouts``."""
    table = (resources.files("daozhang.formats") / "layouts" / f"{code}.csv").read_text(encoding="utf-8")
    return Layout(
        code,
        {
            row["name"]: Field(row["name"], int(row["start"]), int(row["end"]), FieldType(row["type"]))
            for row in csv.DictReader(table.splitlines())
        },
    )


RECORD_LAYOUTS: Final = {
    "unionpay_zm": "unionpay_zm_42",
    "unionpay_zme": "unionpay_zme",
    "unionpay_acomn": "unionpay_acomn",
    "unionpay_zsum": "unionpay_zsum",
    "unionpay_zpsum": "unionpay_zpsum",
}
"""Format → layout of its records."""


def record_bytes_of(format_code: str) -> int:
    """Return how long a record of a format is; 0 for a format whose records are lines of any length."""
    code = RECORD_LAYOUTS.get(format_code)
    return layout(code).record_bytes if code else 0


@dataclass(frozen=True, slots=True)
class FixedRecord:
    """One record: its line (its number where the file has no line ends) and its bytes. Readings raise a reject."""

    layout: Layout
    line_no: int
    data: bytes

    def check_length(self) -> None:
        """Refuse a record that is longer or shorter than its layout: its fields would stand elsewhere."""
        expected, found = self.layout.record_bytes, len(self.data)
        if found != expected:
            raise UnreadableError("", "", "reject-record-length", expected=expected, found=found)

    def text(self, name: str) -> str:
        """Return a field without padding."""
        one = self.layout.fields[name]
        raw = self.data[one.start : one.end]
        if raw.isascii():
            return raw.decode("ascii").strip(" \0")  # most fields; twice as fast as the decoder that follows
        try:
            return raw.decode("gb18030").strip(" \0\u3000")
        except UnicodeDecodeError:
            raise UnreadableError(name, repr(raw)[2:-1], "reject-characters") from None

    def fen(self, name: str) -> int:
        """Return an unsigned amount in fen."""
        text = self.text(name)
        if _FEN.fullmatch(text) is None:
            raise UnreadableError(name, text, "reject-amount")
        return int(text)

    def signed_fen(self, name: str) -> int:
        """Return an amount in fen, C positive (towards the merchant), D negative; blank is zero."""
        text = self.text(name)
        if not text:
            return 0
        if _SIGNED_FEN.fullmatch(text) is None:
            raise UnreadableError(name, text, "reject-signed-amount")
        return int(text[1:]) * (1 if text[0] == "C" else -1)


def cut(data: bytes, one: Layout) -> Iterator[FixedRecord]:
    """Yield the records of a file; one of another length is yielded too, and set aside when it is read."""
    if b"\n" in data:
        lines = data.split(b"\n")
        if not lines[-1].strip(b"\x1a"):
            lines.pop()
        for line_no, line in enumerate(lines, 1):
            yield FixedRecord(one, line_no, line.removesuffix(b"\r"))
        return
    for number, start in enumerate(range(0, len(data), one.record_bytes), 1):
        yield FixedRecord(one, number, data[start : start + one.record_bytes])


def knows(source: Source, one: Layout, proof: tuple[str, ...], *, gaps_before: int = 1 << 30) -> bool:
    """Return whether a file starts with a record of the layout that ends where a record must end.

    Without line ends the second record has to fit as well, since a longer record may begin like a shorter one.
    """
    size = one.record_bytes
    head = source.head(2 * size + 2)
    if not one.fits(head[:size], proof, gaps_before=gaps_before):
        return False
    if b"\n" in head[: size + 2]:
        return head[size : size + 1] == b"\n" or head[size : size + 2] == b"\r\n" or not head[size:].strip(b"\x1a")
    second = head[size : 2 * size]
    return len(second) < size or one.fits(second, proof, gaps_before=gaps_before)


def read_records(source: Source, sink: Sink, one: Layout, read_one: Callable[[FixedRecord], None]) -> bool:
    """Read every record: blank ones are control lines, unreadable ones are set aside. Return whether all were read.

    A last record that is too short means that the file was cut, and is said.
    """
    return read_cut(cut(source.data, one), sink, one, read_one)


def read_cut(
    records: Iterable[FixedRecord],
    sink: Sink,
    one: Layout,
    read_one: Callable[[FixedRecord], None],
    last_taken: int = 0,
) -> bool:
    """Read these records as ``read_records`` does; ``last_taken`` is the last one that was read set-wise."""
    cut_at, is_complete = 0, True
    for record in records:
        if not record.data.strip():
            sink.control(record.line_no)
            continue
        try:
            record.check_length()
            read_one(record)
            cut_at = 0
        except UnreadableError as bad:
            sink.reject(record.line_no, bad.column, bad.value, bad.reason, **bad.facts)
            is_complete, cut_at = False, 0 if len(record.data) >= one.record_bytes else record.line_no
    if cut_at > last_taken:
        sink.warn("warn-truncated", line_no=cut_at)
    return is_complete
