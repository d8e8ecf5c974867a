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
from daozhang.formats.zip_limits import DAMAGED, PACKED, check_directory

CELLS: Final = 4_000_000
"""Most cells of all sheets together, empty ones between filled ones counted."""
UNPACKED: Final = 400 * 1024 * 1024
"""Most bytes of all parts together."""
PARTS: Final = 4_000
_PIECE: Final = 1024 * 1024
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_SHEET: Final = b"sheetData"
"""The element without which a part holds no cells; where a sheet's part lies, and what it is called, is free."""
_DOCTYPE: Final = b"<!DOCTYPE"
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
"""How a text of two bytes a sign begins. The library takes a sheet written so for an empty one."""
_ROW: Final = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_COLUMN: Final = re.compile(rb' r="([A-Za-z]{1,3})\d')
_LONG_ROW: Final = re.compile(rb' r="[A-Za-z]{0,3}(\d{6,10})')
_UNUSUAL: Final = (
    b"\tr=", b"\nr=", b"\rr=", b"r =", b"r\t", b"r\n", b"r\r", b"r= ", b"r=\t", b"r=\n", b"r=\r", b"r='", b'r=" ', b'r="$', b'r="\t',
    b'r="\n', b'r="\r',
)  # fmt: skip
"""Other ways to write a place than every program does; a text may hold them too, which only costs time."""
_ANY_COLUMN: Final = re.compile(rb"""\sr\s*=\s*["']\s*\$?([A-Za-z]{1,3})\$?\d""")
_ANY_ROW: Final = re.compile(rb"""\sr\s*=\s*["']\s*(?:\$?[A-Za-z]{1,3}\$?)?(\d{1,10})""")
_SHORT_ROWS: Final = 99_999
"""No row number of five digits is larger; which of them a sheet reaches matters only to a wide one."""


def check_package(packed: IO[bytes], *, only_kind: bool = False) -> str:
    """Return ``xlsx`` or ``ods``, empty when the zip is neither; ``InputError`` when it holds more than may be opened.

    With ``only_kind`` nothing is counted or unpacked but a few bytes.
    """
    try:
        check_directory(packed)
        archive = zipfile.ZipFile(packed)
        kind = _kind(archive)
        if kind and not only_kind:
            _check(archive, kind)
    except InputError:
        if not only_kind:
            raise
        return ""
    except DAMAGED as error:
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


def _check_names(entries: list[zipfile.ZipInfo], kind: str) -> None:
    """Refuse what has two parts of one name, or is two workbooks at once: the library would open the one that was not counted."""
    names = {entry.filename.lower() for entry in entries}
    if len(entries) > PARTS or len(names) != len(entries):
        raise InputError("refused-sheet-damaged")
    others = {"content.xml"} if kind == "xlsx" else {"_rels/.rels"}
    if others & names or any(name.endswith("workbook.bin") for name in names):
        raise InputError("refused-sheet-damaged")


def _check(archive: zipfile.ZipFile, kind: str) -> None:
    entries = archive.infolist()
    _check_names(entries, kind)
    if any(entry.compress_type not in PACKED for entry in entries):
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
            elif kind == "xlsx":
                is_xml = entry.filename.lower().endswith((".xml", ".rels"))  # a picture may well have a document type
                cells += _xlsx_cells(part, CELLS - cells, is_xml=is_xml)
            else:
                for _ in _pieces(part):
                    pass  # reading to the end proves the stated size and sum


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    while piece := part.read(_PIECE):
        yield piece


class _XlsxCounter:
    """Counts the rectangle a sheet spans: by the cells that are there, and by the places they name."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.rows = self.width = self.in_row = self.last_row = self.last_column = 0

    def piece(self, text: bytes) -> None:
        """Take one piece; InputError as soon as the rectangle must be larger than the limit."""
        first, *others = _ROW.split(text)
        self.in_row += _cells_in(first)
        self.width = max(self.width, self.in_row)
        for other in others:
            self.in_row = _cells_in(other)
            self.width = max(self.width, self.in_row)
        self.rows += len(others)
        self._places(text)
        if self.cells > self.limit:
            raise InputError("refused-sheet-cells", limit=CELLS)

    @property
    def cells(self) -> int:
        """Return rows × columns so far."""
        return max(self.rows, self.last_row) * max(1, self.width, self.last_column)

    def _places(self, text: bytes) -> None:
        unusual = any(mark in text for mark in _UNUSUAL)
        columns = set((_ANY_COLUMN if unusual else _COLUMN).findall(text))
        self.last_column = max(self.last_column, max(map(_column, columns), default=0))
        wide = _SHORT_ROWS * max(self.width, self.last_column) > self.limit
        numbers = (_ANY_ROW if unusual or wide else _LONG_ROW).findall(text)
        self.last_row = max(self.last_row, _largest(numbers))


def _xlsx_cells(part: IO[bytes], limit: int, *, is_xml: bool) -> int:
    """Return the cells of a part: none unless it is a sheet. Reading to the end proves the size and sum it states."""
    counter = _XlsxCounter(limit)
    kept = b""
    is_sheet = False
    for number, piece in enumerate(_pieces(part)):
        text = kept + piece
        if is_xml and (_DOCTYPE in text or (number == 0 and text.startswith(_WIDE))):
            raise InputError("refused-sheet-damaged")
        if not is_sheet and _SHEET not in text:
            kept = text[-len(_SHEET) :]
            continue
        is_sheet = True
        cut = text.rfind(b"<")
        # What follows the last mark is looked at with the next piece, unless it is one endless mark.
        cut = cut if cut > 0 and len(text) - cut <= _PIECE else len(text)
        counter.piece(text[:cut])
        kept = text[cut:]
    if is_sheet:
        counter.piece(kept)
    return counter.cells


def _cells_in(row: bytes) -> int:
    """Return how many cells a piece of a row holds; other marks that begin with a c may be among them, never fewer."""
    return row.count(b"<c") + (row.count(b":c") if b":c" in row else 0)


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
    """Return how often a cell or row is repeated, as the library takes it: with leading zeros or a plus as well."""
    digits = attributes.get(name, "1").removeprefix("+").lstrip("0")
    if not digits.isdecimal():
        return 1
    return int(digits) if len(digits) < 10 else CELLS + 1


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
