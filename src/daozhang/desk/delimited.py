"""A delimited original as a person corrects it: header, cells by name, a line rebuilt with other cells, a small file again.

Only the cells that change are written anew; whatever else stands on a line stays as it was received.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.cells import column_name
from daozhang.formats.decoding import decode
from daozhang.formats.lines import physical_lines
from daozhang.intake.cards import is_forbidden_column
from daozhang.intake.evidence import HIDDEN

DELIMITERS: Final = (",", "\t", "|", ";", "^")
LONGEST_RECORD: Final = 20
"""Physical lines one quoted record may span."""


@dataclass(frozen=True, slots=True)
class Delimited:
    """The decoded lines of an original; ``head`` counts the lines before its first row, ``header`` is the last table head."""

    lines: Sequence[str]
    head: int
    header: tuple[str, ...]
    delimiter: str

    @staticmethod
    def of(data: bytes, first_row: int) -> Delimited | None:
        """Return the original whose first row (taken or set aside) is on line ``first_row``; None when it is no such text."""
        if b"\0" in data[:4096]:
            return None
        try:
            lines = physical_lines(decode(data))
        except InputError:
            return None
        head = max(0, min(first_row - 1, len(lines)))
        best: tuple[int, tuple[str, ...], str] = (1, (), "")
        for line in lines[:head]:
            for delimiter in DELIMITERS:
                cells = tuple(_bare(cell) for cell in raw_cells(line, delimiter))
                if len(cells) >= best[0] and len(cells) > 1 and (len(cells) > best[0] or delimiter == best[2]):
                    best = (len(cells), cells, delimiter)
        return Delimited(lines, head, best[1], best[2]) if best[1] else None

    def record(self, line_no: int) -> str:
        """Return the record that starts on a line, with the lines its quotes hold open; empty when there is none."""
        if not 1 <= line_no <= len(self.lines):
            return ""
        record = self.lines[line_no - 1]
        for more in self.lines[line_no : line_no + LONGEST_RECORD - 1]:
            if record.count('"') % 2 == 0:
                return record
            record += "\n" + more
        return record if record.count('"') % 2 == 0 else self.lines[line_no - 1]

    def cells(self, line_no: int) -> list[tuple[str, str]]:
        """Return the cells of a record with the names of their columns; a cell beyond the header has a number for a name."""
        cells = raw_cells(self.record(line_no), self.delimiter)
        names = (*self.header, *(str(place + 1) for place in range(len(self.header), len(cells))))
        filled = [*cells, *[""] * (len(self.header) - len(cells))]
        return [
            (name or str(place + 1), _bare(cell)) for place, (name, cell) in enumerate(zip(names, filled, strict=True))
        ]

    def shown(self, record: str) -> str:
        """Return a record without what stands in columns of card data (security code, PIN, expiry, track)."""
        cells = raw_cells(record, self.delimiter)
        for place, name in enumerate(self.header[: len(cells)]):
            if is_forbidden_column(name):
                cells[place] = HIDDEN
        return self.delimiter.join(cells)

    def place_of(self, column: str) -> int:
        """Return the place of a column by its name; InputError names the columns there are. Card data has no place."""
        wanted = column_name(column)
        for place, name in enumerate(self.header):
            if column_name(name) == wanted and not is_forbidden_column(name):
                return place
        raise InputError("error-correct-column", column=column, columns=", ".join(name for name in self.header if name))

    def replaced(self, line_no: int, changes: Mapping[str, str]) -> str:
        """Return the record with other cells in the named columns."""
        cells = raw_cells(self.record(line_no), self.delimiter)
        cells += [""] * (len(self.header) - len(cells))
        for column, value in changes.items():
            cells[self.place_of(column)] = _written(value, self.delimiter)
        return self.delimiter.join(cells)

    def small(self, records: Mapping[int, str]) -> tuple[bytes, dict[int, int]]:
        """Return a file of the head and these records (line of the original → text), and its lines → the original's."""
        lines, back = list(self.lines[: self.head]), {}
        for line_no, record in sorted(records.items()):
            back[len(lines) + 1] = line_no
            lines += record.split("\n")
        return ("\n".join(lines) + "\n").encode("utf-8"), back


def raw_cells(record: str, delimiter: str) -> list[str]:
    """Return the cells of a record exactly as they are written, quotes and all; joined again they give the record."""
    if '"' not in record:
        return record.split(delimiter)
    cells, start, is_open = [], 0, False
    for place, sign in enumerate(record):
        if sign == '"' and (is_open or not record[start:place].strip()):
            is_open = not is_open
        elif sign == '"' and record[start:place].lstrip().startswith('"'):
            is_open = not is_open  # a doubled quote inside a quoted cell
        elif sign == delimiter and not is_open:
            cells.append(record[start:place])
            start = place + 1
    return [*cells, record[start:]]


def _bare(cell: str) -> str:
    text = cell.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    return text


def _written(value: str, delimiter: str) -> str:
    if any(sign in value for sign in (delimiter, '"', "\n")):
        return '"' + value.replace('"', '""') + '"'
    return value
