"""Cells of an export that a spreadsheet shows and never executes, and tables of them as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
"""Signs with which a spreadsheet begins a formula or a call of another program; full-width ones count in Chinese ones."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_UNSEEN = re.compile(r"^[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x1f]+")


def inert(cell: str) -> str:
    """Return a text cell with an apostrophe in front where a spreadsheet would execute it; a number stays a number."""
    seen = _UNSEEN.sub("", cell)
    if cell.startswith(STARTS_FORMULA) or seen.startswith(STARTS_FORMULA):
        return cell if _NUMBER.fullmatch(cell) or cell == "-" else "'" + cell
    return cell


def cell_text(value: object) -> str:
    """Return a value as a cell of a CSV: unknown is empty, days and moments in ISO 8601, texts inert, numbers as they are."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return inert(str(value))


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV with a byte order mark, without which spreadsheets take Chinese for Latin."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell_text(value) for value in row])
    return ("\ufeff" + text.getvalue()).encode("utf-8", "replace")
