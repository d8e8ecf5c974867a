"""Interchange CSV, one record at a time: the reference that decides every line ``set_wise`` is not sure of.

A quote that never closes costs its own line, not the rest of the file: the line is set aside and reading goes on below.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Projection, Sink
from daozhang.intake.cards import is_forbidden_column
from daozhang.intake.collector import Collector
from daozhang.records import Table

LONGEST_RECORD_LINES: Final = 200
csv.field_size_limit(64 * 1024 * 1024)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")


@dataclass(frozen=True, slots=True)
class Header:
    """The header row: names in the order of the file."""

    names: tuple[str, ...]

    @property
    def forbidden(self) -> set[str]:
        """Return the columns of card data, which are never read."""
        return {name for name in self.names if is_forbidden_column(name)}


def header_of(line: str, table: Table) -> Header:
    """Read the header row; InputError when it names a column of the table twice, since then no cell has one meaning.

    Of columns that are not the table's any number may be called the same: they are not read.
    """
    names = tuple(name.strip().lstrip("\ufeff") for name in next(csv.reader([line]), []))
    twice = sorted({name for name in table.column_names if names.count(name) > 1})
    if twice:
        raise InputError("refused-header-twice", columns=", ".join(twice))
    return Header(names)


def read_text(text: str, table: Table, collector: Collector) -> None:
    """Read a whole decoded CSV file into the collector."""
    lines = _LINE.findall(text)
    if not lines:
        return
    header = header_of(lines[0], table)
    collector.drop_columns(header.forbidden)
    collector.control(1)
    for line_no, record in _records(lines, len(header.names)):
        read_record(record, line_no, header, table, collector)


def projection(header: Header, table: Table) -> Projection:
    """Return how an interchange CSV with this header is read set-wise; ``read_record`` decides what is not sure."""
    places = {name: f"c{place}" for place, name in enumerate(header.names) if name in table.column_names}

    def rest(lines: Iterable[tuple[int, str]], sums: Mapping[str, object], sink: Sink) -> None:  # noqa: ARG001 - no totals
        for line_no, line in lines:
            if line_no == 1:
                sink.control(1)
            else:
                read_record(line, line_no, header, table, sink)

    return Projection(table=table.name, width=len(header.names), columns=places, rest=rest)


def read_record(record: str, line_no: int, header: Header, table: Table, sink: Sink) -> None:
    """Read one record: a blank line is a control line, a record of another width is set aside."""
    cells = _cells(record)
    if not cells or (len(cells) == 1 and not cells[0].strip() and len(header.names) > 1):
        sink.control(line_no)
        return
    if len(cells) != len(header.names):
        sink.reject(line_no, "", record.strip(), "reject-columns", expected=len(header.names), found=len(cells))
        return
    known = set(table.column_names)
    sink.row(table.name, line_no, {name: cell for name, cell in zip(header.names, cells, strict=True) if name in known})


def _records(lines: Sequence[str], width: int) -> Iterator[tuple[int, str]]:
    """Yield each record with the number of its first line; a quoted cell may hold line ends."""
    place = 0
    while place < len(lines):
        end = place + 1
        if lines[place].count('"') % 2:
            end = _end_of_quoted(lines, place, width)
        if place:
            yield place + 1, "".join(lines[place:end])
        place = end


def _end_of_quoted(lines: Sequence[str], start: int, width: int) -> int:
    """Return where the record that opens a quote on line ``start`` ends; just after its own line when it never does."""
    quotes = 0
    for end in range(start + 1, min(len(lines), start + LONGEST_RECORD_LINES) + 1):
        quotes += lines[end - 1].count('"')
        if quotes % 2 == 0:
            return end if len(_cells("".join(lines[start:end]))) == width else start + 1
    return start + 1


def _cells(record: str) -> list[str]:
    return next(csv.reader(_LINE.findall(record)), [])
