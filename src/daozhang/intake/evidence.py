"""Lines of an original as they may be shown: card numbers cut, columns of card data blank."""

from __future__ import annotations

import csv
import io
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.decoding import decode
from daozhang.intake.cards import CardGuard, is_forbidden_column
from daozhang.intake.cells import shown

LONGEST_LINE: Final = 4000
HIDDEN: Final = "***"


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

    table = pq.read_table(io.BytesIO(data))
    first, last = max(1, line_no - around), min(table.num_rows, line_no + around)
    rows = table.slice(first - 1, max(0, last - first + 1)).to_pylist()
    return [(first + place, _named(row, guard)) for place, row in enumerate(rows)]


def _named(row: dict[str, object], guard: CardGuard) -> str:
    pairs = (
        f"{name}={HIDDEN if is_forbidden_column(name) else guard.cut(str(value))}"
        for name, value in row.items()
        if value is not None
    )
    return " ".join(shown(pair) for pair in pairs)
