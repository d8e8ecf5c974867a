"""Lines of an original as they may be shown: card numbers cut, columns of card data blank."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

from daozhang.errors import InputError
from daozhang.formats.decoding import decode
from daozhang.intake.cards import CardGuard, is_forbidden_column
from daozhang.intake.cells import shown

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyarrow.parquet import ParquetFile

LONGEST_LINE: Final = 4000
HIDDEN: Final = "***"
HELD: Final = 32 * 1024 * 1024
"""Bytes up to which an original is held whole while a line of it is looked for."""
_LONGEST_BYTES: Final = 8 * LONGEST_LINE
"""Bytes of one line that are kept: more than can be shown of it, however it is written."""
_WHOLE: Final = (b"PAR1", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How originals begin in which no line can be found piece by piece."""
_PARQUET_ROWS: Final = 256
"""Rows of a Parquet original that are held at once."""


def lines_from(
    pieces: Iterable[bytes], size: int, line_no: int, around: int, guard: CardGuard, *, record_bytes: int = 0
) -> list[tuple[int, str]]:
    """Return what ``lines_around`` returns, of an original that comes in pieces; a large text is never held whole.

    ``size`` is about how many bytes there are.
    """
    coming = iter(pieces)
    first = next(coming, b"")
    has_other_ends = b"\r" in first and b"\n" not in first
    if size <= HELD or record_bytes or has_other_ends or first.startswith(_WHOLE):
        data = b"".join((first, *coming))
        return lines_around(data, line_no, around, guard, record_bytes=record_bytes)
    wanted = range(max(1, line_no - around), line_no + around + 1)
    found = _picked(chain((first,), coming), wanted)
    header = found.pop(1, b"") if 1 not in wanted else found.get(1, b"")
    hidden = _hidden_places(_text_of(header))
    return [(number, _calm(_without(_text_of(line), hidden), guard)) for number, line in sorted(found.items())]


def _picked(pieces: Iterable[bytes], wanted: range) -> dict[int, bytes]:
    """Return the first bytes of line 1 and of the wanted lines, by number; nothing behind them is read."""
    found: dict[int, bytes] = {}
    number, begun = 1, b""
    for piece in pieces:
        ends = piece.count(b"\n")
        if number + ends < wanted.start and number > 1:
            number, begun = number + ends, b""
            continue
        *whole, last = piece.split(b"\n")
        for line in whole:
            if number == 1 or number in wanted:
                found[number] = (begun + line)[:_LONGEST_BYTES].removesuffix(b"\r")
            number, begun = number + 1, b""
        begun = (begun + last)[:_LONGEST_BYTES] if number == 1 or number in wanted else b""
        if number >= wanted.stop:
            return found
    if begun:
        found[number] = begun
    return found


def _text_of(line: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            return decoder.decode(line)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")


def lines_around(
    data: bytes, line_no: int, around: int, guard: CardGuard, *, record_bytes: int = 0
) -> list[tuple[int, str]]:
    """Return the line and its neighbours with their numbers; a Parquet file's row reads ``name=value``.

    ``record_bytes`` is the length of a record of a format that may come without line ends; then a record is a line.
    """
    if record_bytes and b"\n" not in data:
        data = b"\n".join(data[start : start + record_bytes] for start in range(0, len(data), record_bytes))
    if data.startswith(b"PAR1"):
        return _parquet_rows(data, line_no, around, guard)
    try:
        text = decode(data)
    except InputError:
        text = data.decode("latin-1")
    lines = _lines(text)
    hidden = _hidden_places(lines[0]) if lines else ()
    first, last = max(1, line_no - around), min(len(lines), line_no + around)
    return [(number, _calm(_without(lines[number - 1], hidden), guard)) for number in range(first, last + 1)]


def _lines(text: str) -> list[str]:
    lines = io.StringIO(text, newline=None).read().split("\n") if text else []
    return lines[:-1] if lines and not lines[-1] else lines


def _hidden_places(header: str) -> tuple[int, ...]:
    cells = next(csv.reader([header]), [])
    return tuple(place for place, name in enumerate(cells) if is_forbidden_column(name))


def _without(line: str, hidden: tuple[int, ...]) -> str:
    if not hidden:
        return line
    cells = next(csv.reader([line]), [])
    for place in hidden:
        if place < len(cells):
            cells[place] = HIDDEN
    return ",".join(cells)


def _calm(line: str, guard: CardGuard) -> str:
    cut = guard.cut(line.replace("\t", " ")[: LONGEST_LINE * 2])
    return "".join(sign if sign.isprintable() else "�" for sign in cut[:LONGEST_LINE])


def _parquet_rows(data: bytes, line_no: int, around: int, guard: CardGuard) -> list[tuple[int, str]]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only for Parquet originals

    file = pq.ParquetFile(io.BytesIO(data))
    first, last = max(1, line_no - around), line_no + around
    found: list[tuple[int, str]] = []
    for number, batch in _batches(file, first, last):
        begin = max(0, first - number)
        rows = batch.slice(begin, max(0, last + 1 - number - begin)).to_pylist() if begin < batch.num_rows else []
        found += [(number + begin + place, _named(row, guard)) for place, row in enumerate(rows)]
    return found


def _batches(file: ParquetFile, first: int, last: int) -> Iterator[tuple[int, RecordBatch]]:
    """Yield the rows of the groups that hold the wanted ones, few at a time, with the number of each batch's first row."""
    start = 1
    for group in range(file.num_row_groups):
        number, start = start, start + file.metadata.row_group(group).num_rows
        if start <= first or number > last:
            continue
        for batch in file.iter_batches(_PARQUET_ROWS, row_groups=[group]):
            yield number, batch
            number += batch.num_rows
            if number > last:
                return


def _named(row: dict[str, object], guard: CardGuard) -> str:
    pairs = (
        f"{name}={HIDDEN if is_forbidden_column(name) else guard.cut(str(value))}"
        for name, value in row.items()
        if value is not None
    )
    return " ".join(shown(pair) for pair in pairs)
