"""Tables as one workbook (xlsx): texts are texts, whatever they begin with, numbers are numbers; the same rows give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import xlsxwriter

LONGEST_CELL: Final = 32_000
"""Characters of a cell; the form itself takes 32,767."""

LARGEST_EXACT: Final = 2**53
"""A workbook keeps numbers as floating point; a larger one is written as text, so that no digit changes."""

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDTHS: Final = (10, 60)

Table = tuple[Sequence[str], Iterable[Sequence[object]]]


def workbook(sheets: Mapping[str, Table], *, stated_at: datetime) -> bytes:
    """Return a workbook with one sheet per table; ``stated_at`` is its date, so that the bytes depend on the facts alone."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"created": stated_at.replace(microsecond=0), "author": "Daozhang"})
    head = book.add_format({"bold": True, "bottom": 1})
    for name, (columns, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        widths = [len(column) for column in columns]
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column, head)
        for line, row in enumerate(rows, start=1):
            for at, value in enumerate(row):
                _write(sheet, line, at, value)
                widths[at] = max(widths[at], _width(value))
        for at, width in enumerate(widths):
            sheet.set_column(at, at, min(max(width + 2, WIDTHS[0]), WIDTHS[1]))
    book.close()
    return out.getvalue()


def _write(sheet: Any, line: int, at: int, value: object) -> None:  # noqa: ANN401 - the library has no types
    if value is None or value == "":
        return
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_EXACT:
        sheet.write_number(line, at, value)
    else:
        sheet.write_string(line, at, _text(value)[:LONGEST_CELL])


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _width(value: object) -> int:
    text = "" if value is None else _text(value)[: WIDTHS[1]]
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)
