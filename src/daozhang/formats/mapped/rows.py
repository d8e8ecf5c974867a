"""A foreign table's rows whatever its container: delimited text, the sheets of a workbook, Parquet. All become records of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Source
from daozhang.formats.cells import clean, column_name
from daozhang.formats.decoding import decode, peek
from daozhang.formats.lines import FIRST_RECORDS, Columns, Record, records
from daozhang.formats.mapped.json_rows import is_json, names_in, table_of
from daozhang.formats.mapped.spec import FileShape
from daozhang.formats.sheets import Sheet, is_workbook, sheets_of

DELIMITERS: Final = (",", "\t", "|", ";", "^", "|@|", "||", "\x01")
"""Tried in this order where a mapping leaves the delimiter open."""
PARQUET: Final = b"PAR1"


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands among the first records (``first`` to ``last``, from 0) and the columns it names.

    ``first`` is -1 for a table without a header row.
    """

    columns: Columns
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Block:
    """One table of a file: its sheet's name (empty in a text), its header (None: it has none), all its records."""

    name: str
    header: Header | None
    records: Iterable[Record]
    delimiter: str = ""


def blocks_of(source: Source, shape: FileShape) -> Iterator[Block]:
    """Yield the parts of a file in order; together their records are every line of it, numbered through the file."""
    if _is_json(source, shape):
        columns, found = table_of(source)
        yield Block("", Header(columns, -1, -1) if _names(columns, shape) else None, found)
    elif _is_sheet(source, shape):
        yield from _sheet_blocks(source, shape)
    elif shape.container == "parquet":
        yield _parquet_block(source, shape)
    else:
        text = decode(source.data)
        delimiter, header = _text_header(_beginning(text), shape)
        yield Block("", header, records(text, delimiter, quoted=shape.quoted), delimiter)


def has_header(source: Source, shape: FileShape) -> bool:
    """Return whether the beginning of a file holds the header a mapping names; never raises for a file of another kind."""
    if _is_json(source, shape):
        names = names_in(source)
        wanted = {part for name in shape.header for part in name.split(".")}
        return wanted <= names and not names & set(shape.without)
    if _is_sheet(source, shape):
        with suppress(InputError):
            return any(_sheet_header(sheet, shape) is not None for sheet in _sheets(source, shape))
        return False
    if shape.container == "parquet":
        columns = _parquet_columns(source)
        return columns is not None and _names(columns, shape)
    return _text_header(peek(source), shape)[1] is not None


def first_records_of(source: Source, shape: FileShape) -> tuple[Record, ...]:
    """Return the first records of a file, for a table that is known by what its cells hold."""
    if _is_sheet(source, shape):
        with suppress(InputError):
            return tuple(record for sheet in _sheets(source, shape)[:1] for record in _beginning_of(sheet))
        return ()
    return _cut(peek(source), shape.delimiter or ",", shape.quoted) if shape.container in {"text", "table"} else ()


def is_text(source: Source, shape: FileShape) -> bool:
    """Return whether a file is read as delimited text."""
    return shape.container in {"text", "table"} and not _is_json(source, shape) and not _is_sheet(source, shape)


def first_text_records(text: str, shape: FileShape) -> tuple[str, Header | None, tuple[Record, ...]]:
    """Return the delimiter of a text, its header, and its first records."""
    delimiter, header = _text_header(text, shape)
    return delimiter, header, _cut(text, delimiter, shape.quoted)


def find_header(first: tuple[Record, ...], shape: FileShape) -> Header | None:
    """Return where the names of the header stand: in one row, or in two where the upper one groups the lower.

    In two rows a name is the lower cell, the upper one where the lower is empty (a cell merged over both), or both
    together (``收入`` over ``金额`` is ``收入金额``).
    """
    if not shape.header:
        width = len(shape.positions)
        positions = {column_name(name): place for place, name in enumerate(shape.positions)}
        return Header(Columns(positions, width), -1, -1)
    for place, record in enumerate(first):
        columns = columns_of(record.cells, shape.strip)
        if _names(columns, shape):
            return Header(columns, place, place)
    for place, (upper, lower) in enumerate(pairwise(first)):
        columns = _columns_of_two(upper.cells, lower.cells)
        if _names(columns, shape):
            return Header(columns, place, place + 1)
    return None


def _names(columns: Columns, shape: FileShape) -> bool:
    """Return whether a header row is the one a mapping means."""
    wanted = _in_one_form(tuple(shape.header or shape.positions))
    return columns.has(*wanted) and not any(columns.has(name) for name in _in_one_form(tuple(shape.without)))


@lru_cache(maxsize=256)
def _in_one_form(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of a mapping in one form; every row of every file's beginning is held against the same few."""
    return tuple(column_name(name) for name in names)


def _is_json(source: Source, shape: FileShape) -> bool:
    return shape.container == "json" or (shape.container == "table" and is_json(source))


def _is_sheet(source: Source, shape: FileShape) -> bool:
    return shape.container == "sheet" or (shape.container == "table" and is_workbook(source))


@lru_cache(maxsize=512)
def _columns_of_two(upper: tuple[str, ...], lower: tuple[str, ...]) -> Columns:
    return Columns.of(_joined(upper, lower))


@lru_cache(maxsize=512)
def columns_of(cells: tuple[str, ...], strip: str) -> Columns:
    """Return the columns a header row names, padding taken off each name."""
    return Columns.of([clean(cell).strip(strip) if strip else cell for cell in cells])


def _joined(upper: tuple[str, ...], lower: tuple[str, ...]) -> list[str]:
    names, group = [], ""
    for place in range(max(len(upper), len(lower))):
        above = clean(upper[place]) if place < len(upper) else ""
        below = clean(lower[place]) if place < len(lower) else ""
        group = above or group
        names.append(above if not below else f"{group}{below}")
    return names


def _text_header(text: str, shape: FileShape) -> tuple[str, Header | None]:
    for delimiter in (shape.delimiter,) if shape.delimiter else DELIMITERS:
        header = find_header(_cut(text, delimiter, shape.quoted), shape)
        if header is not None:
            return delimiter, header
    return shape.delimiter or ",", None


@lru_cache(maxsize=16)
def _cut(text: str, delimiter: str, quoted: bool) -> tuple[Record, ...]:  # noqa: FBT001 - a cached function's key
    return tuple(islice(records(_beginning(text), delimiter, quoted=quoted), FIRST_RECORDS))


def _beginning(text: str) -> str:
    """Return the first lines of a text, enough for the records a header may stand in."""
    end = -1
    for _ in range(FIRST_RECORDS + 1):
        end = text.find("\n", end + 1)
        if end < 0:
            return text[: 1 << 20]
    return text[:end]


def _sheets(source: Source, shape: FileShape) -> tuple[Sheet, ...]:
    if not is_workbook(source):
        return ()
    return tuple(sheet for sheet in sheets_of(source) if shape.sheet in {"", sheet.name})


def _sheet_blocks(source: Source, shape: FileShape) -> Iterator[Block]:
    if not is_workbook(source):
        raise InputError("refused-sheet-damaged")
    start = 0
    for sheet in sheets_of(source):
        header = _sheet_header(sheet, shape) if shape.sheet in {"", sheet.name} else None
        numbered = list(_sheet_records(sheet, start))
        yield Block(sheet.name, header, numbered)
        start = numbered[-1].line_no if numbered else start


def _sheet_header(sheet: Sheet, shape: FileShape) -> Header | None:
    return find_header(_beginning_of(sheet), shape)


def _beginning_of(sheet: Sheet) -> tuple[Record, ...]:
    return tuple(islice(_sheet_records(sheet, 0), FIRST_RECORDS))


def _sheet_records(sheet: Sheet, start: int) -> Iterator[Record]:
    for number, cells in sheet.rows():
        yield Record(start + number, cells, " ".join(filter(None, cells)))


def _parquet_columns(source: Source) -> Columns | None:
    if source.head(4) != PARQUET or source.tail(4) != PARQUET:
        return None
    import pyarrow as pa  # noqa: PLC0415 - a fifth of a second to load, only for files that look like Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        return Columns.of([str(name) for name in pq.read_schema(source.file()).names])
    except (pa.ArrowException, OSError, ValueError):
        return None


def _parquet_block(source: Source, shape: FileShape) -> Block:
    columns = _parquet_columns(source)
    if columns is None:
        raise InputError("refused-parquet", fault="schema")
    header = Header(columns, -1, -1) if _names(columns, shape) else None
    return Block("", header, _parquet_records(source))


def _parquet_records(source: Source) -> Iterator[Record]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    number = 0
    try:
        for batch in pq.ParquetFile(source.file()).iter_batches(batch_size=4096):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                cells = tuple(_parquet_text(cell) for cell in row)
                yield Record(number, cells, " ".join(filter(None, cells)))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise InputError("refused-parquet", fault=type(error).__name__) from error


def _parquet_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
