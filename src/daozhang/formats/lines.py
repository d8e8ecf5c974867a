"""Text → records of cells with the line each starts on. A quote that is never closed costs one line, not the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Final

from daozhang.formats import cells as read
from daozhang.formats.base import Sink, Source
from daozhang.formats.cells import UnreadableError, clean, column_name
from daozhang.formats.decoding import peek

LONGEST_RECORD: Final = 20
"""Physical lines one quoted record may span. A quote open for longer is damage, and only its own line is set aside."""


FIRST_RECORDS: Final = 40
"""A header row stands within the first lines of a file; what stands before it describes the account."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it starts on (from 1), its raw cells, its raw text, and whether its quotes never close."""

    line_no: int
    cells: tuple[str, ...]
    text: str
    is_broken: bool = False

    @property
    def is_blank(self) -> bool:
        """Return whether no cell holds anything."""
        return not any(clean(cell) for cell in self.cells)


def physical_lines(text: str) -> list[str]:
    """Return the lines of a text without their ends; a last line end starts no further line."""
    if "\n" not in text:
        text = text.replace("\r", "\n")
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def records(text: str, delimiter: str = ",", *, quoted: bool = True) -> Iterator[Record]:
    """Yield the records of a text, quoted the usual way; a quoted cell may hold line ends.

    ``delimiter`` may be several characters; without ``quoted`` a quote is a character like any other.
    """
    lines = physical_lines(text)
    at = 0
    while at < len(lines):
        cells, is_open, _ = split_cells(lines[at], delimiter) if quoted else (lines[at].split(delimiter), False, False)
        used, is_loose = 1, False
        while is_open and not is_loose and used < LONGEST_RECORD and at + used < len(lines):
            used += 1
            cells, is_open, is_loose = split_cells("\n".join(lines[at : at + used]), delimiter)
        if is_open or is_loose:
            is_open, used, cells = True, 1, lines[at].split(delimiter)
        yield Record(at + 1, tuple(cells), "\n".join(lines[at : at + used]), is_broken=is_open)
        at += used


def first_records(source: Source) -> tuple[tuple[Record, Columns], ...]:
    """Return the first records of a file, each with the columns it names if it is a header; all formats look at them."""
    return _first_records(peek(source))


@lru_cache(maxsize=2)
def _first_records(text: str) -> tuple[tuple[Record, Columns], ...]:
    end = -1
    for _ in range(FIRST_RECORDS):
        end = text.find("\n", end + 1)
        if end < 0:
            break
    first = islice(records(text if end < 0 else text[:end]), FIRST_RECORDS)
    return tuple((record, Columns.of(record.cells)) for record in first)


def split_cells(line: str, delimiter: str = ",") -> tuple[list[str], bool, bool]:
    """Return the cells of one line, whether it ends inside quotes, and whether text stands after a closing quote.

    Quotes count only at the start of a cell. Text after a closing quote is kept on one line, but two lines are never
    joined over it: it is then the opening quote of another cell that was taken for a closing one.
    """
    if '"' not in line:
        return line.split(delimiter), False, False
    cells: list[str] = []
    at, is_loose = 0, False
    while True:
        cell = ""
        if line.startswith('"', at):
            cell, at, is_open = _quoted(line, at + 1)
            if is_open:
                return cells, True, False
            is_loose = is_loose or (not line.startswith((delimiter, " ", "\t"), at) and at < len(line))
        end = line.find(delimiter, at)
        cells.append(cell + (line[at:] if end < 0 else line[at:end]))
        if end < 0:
            return cells, False, is_loose
        at = end + len(delimiter)


def _quoted(line: str, at: int) -> tuple[str, int, bool]:
    parts: list[str] = []
    while True:
        end = line.find('"', at)
        if end < 0:
            return "", at, True
        parts.append(line[at:end])
        if not line.startswith('"', end + 1):
            return "".join(parts), end + 1, False
        parts.append('"')
        at = end + 2


@dataclass(frozen=True, slots=True)
class Columns:
    """A header row: normalised column name → position."""

    positions: Mapping[str, int]
    width: int

    @staticmethod
    def of(cells: tuple[str, ...] | list[str]) -> Columns:
        """Return the columns a header row names; the first of two equal names counts."""
        positions: dict[str, int] = {}
        for at, cell in enumerate(cells):
            name = column_name(cell)
            if name:
                positions.setdefault(name, at)
        return Columns(positions, max(positions.values(), default=-1) + 1)

    def has(self, *names: str) -> bool:
        """Return whether all ``names`` are there."""
        return all(name in self.positions for name in names)

    def has_any(self, names: Iterable[str]) -> bool:
        """Return whether at least one of ``names`` is there."""
        return any(name in self.positions for name in names)


@dataclass(frozen=True, slots=True)
class Row:
    """One data record under its header. Each reading method takes the names a column goes by, the newest first."""

    record: Record
    columns: Columns
    tidy: Callable[[str], str] = clean

    def text(self, *names: str) -> str:
        """Return the cell, tidied; empty when the column or the cell is not there."""
        for name in names:
            at = self.columns.positions.get(name)
            if at is not None:
                return self.tidy(self.record.cells[at]) if at < len(self.record.cells) else ""
        return ""

    def must(self, *names: str) -> str:
        """Return the cell; a reject when it is empty."""
        text = self.text(*names)
        if not text:
            raise UnreadableError(names[0], "", "reject-empty")
        return text

    def yuan(self, *names: str, currency: str = "CNY") -> int:
        """Return the amount in signed minor units; a reject when it is empty or no amount."""
        return read.yuan(names[0], self.must(*names), currency)

    def yuan_or_none(self, *names: str, currency: str = "CNY") -> int | None:
        """Return the amount in signed minor units, None when the cell is empty; a reject when it is no amount."""
        text = self.text(*names)
        return read.yuan(names[0], text, currency) if text else None

    def moment(self, *names: str) -> datetime:
        """Return the moment as naive Shanghai time; a reject when it is empty or no moment."""
        return read.moment(names[0], self.must(*names))

    def day(self, *names: str) -> date:
        """Return the day; a reject when it is empty or no day."""
        return read.day(names[0], self.must(*names))


def check_width(record: Record, columns: Columns) -> None:
    """Refuse a record with more filled cells than the header has columns: a comma inside a text has moved its cells."""
    extra = [cell for cell in record.cells[columns.width :] if clean(cell)]
    if extra:
        raise UnreadableError("", record.text[:200], "reject-columns", expected=columns.width, found=len(record.cells))


def take(sink: Sink, record: Record, read_record: Callable[[Record], None]) -> bool:
    """Read one record; what cannot be read is said to the sink as a reject. Return whether it was taken."""
    if record.is_broken:
        sink.reject(record.line_no, "", record.text[:200], "reject-quotes")
        return False
    try:
        read_record(record)
    except UnreadableError as bad:
        sink.reject(record.line_no, bad.column, bad.value, bad.reason, **bad.facts)
        return False
    return True
