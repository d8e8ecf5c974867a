"""How much a workbook's package may hold, found out before any library opens it.

Every part is unpacked once as a stream, so that a lying directory shows, and the cells of each sheet are counted. A
library lays a sheet out as a full rectangle: two cells in opposite corners cost as much as all between them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO, Final
from xml.parsers import expat

from daozhang.errors import InputError

CELLS: Final = 4_000_000
"""Most cells of all sheets together, empty ones between filled ones counted."""
UNPACKED: Final = 400 * 1024 * 1024
"""Most bytes of all parts together."""
PARTS: Final = 4_000
_PIECE: Final = 1024 * 1024
_KEPT_BACK: Final = 256
"""Bytes of a piece that are looked at again with the next one, so that no mark is cut in two."""
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_SHEET: Final = re.compile(r"(?i)xl/worksheets/[^/]+\.xml")
_ROW: Final = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_CELL: Final = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_REFERENCE: Final = re.compile(rb"""\br\s*=\s*["']\s*\$?([A-Za-z]{1,3})\$?\d""")
_ROW_NUMBER: Final = re.compile(rb"""\br\s*=\s*["']\s*(?:\$?[A-Za-z]{1,3}\$?)?(\d{1,10})""")


def check_package(packed: IO[bytes], *, only_kind: bool = False) -> str:
    """Return ``xlsx`` or ``ods``, empty when the zip is neither; ``InputError`` when it holds more than may be opened.

    With ``only_kind`` nothing is counted or unpacked but a few bytes.
    """
    try:
        archive = zipfile.ZipFile(packed)
        kind = _kind(archive)
        if kind and not only_kind:
            _check(archive, kind)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        if only_kind:
            return ""
        raise InputError("refused-sheet-damaged") from error
    return kind


def _kind(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as part:
            return "ods" if part.read(len(_ODS)) == _ODS else ""
    return ""


def _check(archive: zipfile.ZipFile, kind: str) -> None:
    entries = archive.infolist()
    if len(entries) > PARTS or len({entry.filename.lower() for entry in entries}) != len(entries):
        raise InputError("refused-sheet-damaged")
    if any(entry.flag_bits & 1 for entry in entries):
        raise InputError("refused-sheet-locked")
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise InputError("refused-sheet-too-large", limit=UNPACKED // (1024 * 1024))
    cells = 0
    for entry in entries:
        with archive.open(entry) as part:
            if kind == "ods" and entry.filename == "content.xml":
                cells += _ods_cells(part, CELLS - cells)
            elif kind == "xlsx" and _SHEET.fullmatch(entry.filename.replace("\\", "/").lstrip("/")):
                cells += _xlsx_cells(part, CELLS - cells)
            else:
                for _ in _pieces(part):
                    pass  # reading to the end proves the stated size and sum


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    while piece := part.read(_PIECE):
        yield piece


def _xlsx_cells(part: IO[bytes], limit: int) -> int:
    """Return rows × columns of the rectangle a sheet spans; InputError as soon as it must be more than ``limit``."""
    rows = last_row = width = in_row = 0
    columns: set[bytes] = set()
    kept = b""
    for piece in _pieces(part):
        text = kept + piece
        cut = text.rfind(b"<")
        # What follows the last mark is looked at with the next piece, unless it is one endless mark.
        cut = cut if cut > 0 and len(text) - cut <= _PIECE else len(text)
        text, kept = text[:cut], text[cut:]
        first, *others = _ROW.split(text)
        in_row += len(_CELL.findall(first))
        width = max(width, in_row)
        for other in others:
            rows += 1
            in_row = len(_CELL.findall(other))
            width = max(width, in_row)
        columns.update(_REFERENCE.findall(text))
        last_row = max(last_row, _largest(_ROW_NUMBER.findall(text)))
        widest = max(width, max(map(_column, columns), default=0))
        if max(rows, last_row) * max(1, widest) > limit:
            raise InputError("refused-sheet-cells", limit=CELLS)
        columns = set(sorted(columns, key=_column)[-1:])
    return max(rows, last_row) * max(1, width)


def _largest(numbers: list[bytes]) -> int:
    longest = max(map(len, numbers), default=0)
    return int(max((one for one in numbers if len(one) == longest), default=b"0"))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


class _OdsCounter:
    """Counts the rectangle of each table, repeats unrolled, empty cells and rows at the end left out."""

    def __init__(self, limit: int) -> None:
        self.limit, self.done, self.rows, self.empty_rows, self.width = limit, 0, 0, 0, 0
        self.cells = self.empty_cells = 0
        self.row_repeat = self.cell_repeat = 1
        self.in_cell = self.is_filled = False

    def open(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "table":
            self.close_table()
        elif local == "table-row":
            self.cells = self.empty_cells = 0
            self.row_repeat = _repeat(attributes, "table:number-rows-repeated")
        elif local in {"table-cell", "covered-table-cell"}:
            self.cell_repeat = _repeat(attributes, "table:number-columns-repeated")
            filled = "office:value-type" in attributes or "table:formula" in attributes
            self.in_cell, self.is_filled = True, filled
        elif self.in_cell:
            self.is_filled = True

    def close(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in {"table-cell", "covered-table-cell"}:
            self.in_cell = False
            if self.is_filled:
                self.cells += self.empty_cells + self.cell_repeat
                self.empty_cells = 0
            else:
                self.empty_cells += self.cell_repeat
        elif local == "table-row":
            if self.cells:
                self.rows += self.empty_rows + self.row_repeat
                self.empty_rows = 0
                self.width = max(self.width, self.cells)
            else:
                self.empty_rows += self.row_repeat
            if self.done + self.rows * self.width > self.limit:
                raise InputError("refused-sheet-cells", limit=CELLS)

    def close_table(self) -> None:
        self.done += self.rows * self.width
        self.rows = self.empty_rows = self.width = 0

    def doctype(self, *_: object) -> None:
        raise InputError("refused-sheet-damaged")


def _repeat(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isdecimal() and len(text) < 10 else 1


def _ods_cells(part: IO[bytes], limit: int) -> int:
    counter = _OdsCounter(limit)
    parser = expat.ParserCreate()
    parser.StartElementHandler = counter.open
    parser.EndElementHandler = counter.close
    parser.StartDoctypeDeclHandler = counter.doctype
    try:
        for piece in _pieces(part):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise InputError("refused-sheet-damaged") from error
    counter.close_table()
    return counter.done
