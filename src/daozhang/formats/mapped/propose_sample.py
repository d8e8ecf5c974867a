"""The first rows of a foreign table as plain cells, and where its header stands. Nothing here knows a file or a sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from daozhang.formats.cells import clean, column_name
from daozhang.formats.mapped.propose_words import concepts_named

HEADER_WITHIN: Final = 40
"""Rows within which a header row stands; what is above it describes the account."""
WITHIN_TWO: Final = 70
"""How sure a name must make before it speaks for a header of two rows: the whole name is known."""
_VALUE: Final = re.compile(r"[+\-−¥￥]?[\d.,:/\-* ]+|[\d]{4}[-/年].*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first rows of one sheet, or of a text split at its delimiter."""

    name: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is known of a file before anything of it is understood. ``container`` and ``delimiter`` as in ``FileShape``."""

    name: str
    container: str
    delimiter: str = ""
    quoted: bool = True
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """One table of the sample: its header (normalised names by place; empty where a cell is) and the rows under it."""

    sheet: Sheet
    header_at: int
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    above: tuple[str, ...] = ()
    columns: Mapping[str, int] = field(default_factory=dict)
    strip: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Normalised name → the header as it is written, for people."""
    meant: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    """What the values of a column say it is, where no header names it (``header_at`` is then -1)."""

    def means(self, name: str) -> tuple[tuple[str, int], ...]:
        """Return what a column may be and how sure that is: by its name, without a header row by its values."""
        return self.meant.get(name, ()) if self.header_at < 0 else concepts_named(name)

    def cells(self, name: str) -> list[str]:
        """Return the cells of one column, in the order of the rows."""
        at = self.columns[name]
        return [row[at] if at < len(row) else "" for row in self.rows]


def find_layout(sample: Sample, header_row: int | None = None) -> Layout | None:
    """Return the most table-like sheet with its header row; ``header_row`` (from 0, in the first sheet) goes before.

    None when no row of any sheet can be a header.
    """
    if header_row is not None and sample.sheets:
        return _layout(sample.sheets[0], header_row)
    found = [
        (score, -place, sheet, at) for place, sheet in enumerate(sample.sheets) for at, score in [best_header(sheet)]
    ]
    score, _, sheet, at = max(found, key=lambda one: one[:2], default=(0, 0, None, 0))
    return _layout(sheet, at) if sheet is not None and score > 0 else None


def best_header(sheet: Sheet) -> tuple[int, int]:
    """Return the place of the likeliest header row and its score; a score of 0 means that no row is one."""
    scores = [_header_score(sheet.rows, at) for at in range(min(HEADER_WITHIN, len(sheet.rows)))]
    best = max(scores, default=0)
    return (scores.index(best), best) if best > 0 else (0, 0)


def evenness(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells stand in rows of the commonest width; 0 when that is one cell."""
    widths = [len(row) for row in rows if any(row)]
    width = max(set(widths), key=widths.count, default=0)
    return width * widths.count(width) if width > 1 else 0


def _header_score(rows: Sequence[Sequence[str]], at: int) -> int:
    """Return how much a row looks like a header: names we know count most, values count against it."""
    filled = [clean(cell) for cell in header_cells(rows, at) if clean(cell)]
    if len(filled) < 2 or len(set(filled)) < len(filled) - 1:
        return 0
    values = sum(bool(_VALUE.fullmatch(cell)) for cell in filled)
    if values * 3 > len(filled):
        return 0
    known = sum(bool(concepts_named(cell)) for cell in filled)
    below = [row for row in rows[at + 1 : at + 4] if sum(bool(clean(cell)) for cell in row) >= 2]
    return known * 10 + len(filled) - values * 2 if below else 0


def header_cells(rows: Sequence[Sequence[str]], at: int) -> Sequence[str]:
    """Return the names a row gives its columns: its own cells, or with the row above it where more are known together.

    ``收入`` over ``金额`` is ``收入金额``; a cell merged over both rows keeps its name (as ``formats.mapped.rows`` reads it).
    """
    if at == 0:
        return rows[at]
    joined, group = [], ""
    for place in range(max(len(rows[at - 1]), len(rows[at]))):
        above = clean(rows[at - 1][place]) if place < len(rows[at - 1]) else ""
        below = clean(rows[at][place]) if place < len(rows[at]) else ""
        group = above or group
        joined.append(above if not below else f"{group}{below}")
    return joined if _known(joined) > max(_known(rows[at]), _known(rows[at - 1])) else rows[at]


def _known(cells: Sequence[str]) -> int:
    return sum(score > WITHIN_TWO for cell in cells if cell for _, score in concepts_named(cell)[:1])


def _layout(sheet: Sheet, at: int) -> Layout:
    cells = header_cells(sheet.rows, at)
    names = tuple(column_name(cell) for cell in cells)
    columns: dict[str, int] = {}
    for place, name in enumerate(names):
        if name:
            columns.setdefault(name, place)
    titles = {name: " ".join(clean(cells[place]).split()) for name, place in columns.items()}
    return laid_out(sheet, at, names, titles)


def laid_out(sheet: Sheet, at: int, names: tuple[str, ...], titles: Mapping[str, str]) -> Layout:
    """Return the table under row ``at`` (-1: all rows) with these names for its columns, cells without their padding."""
    columns: dict[str, int] = {}
    for place, name in enumerate(names):
        if name:
            columns.setdefault(name, place)
    body = [row for row in sheet.rows[at + 1 :] if any(clean(cell) for cell in row)]
    strip = _padding(body)
    rows = tuple(tuple(clean(cell).strip(strip) if strip else clean(cell) for cell in row) for row in body)
    above = tuple(clean(cell) for row in sheet.rows[: max(at, 0)] for cell in row if clean(cell))
    return Layout(sheet, at, names, rows, above, columns, strip, titles)


def _padding(rows: Sequence[Sequence[str]]) -> str:
    """Return the characters that exports put before numbers to keep them text: a backtick, a quote, ``="…"``."""
    firsts = [clean(cell)[:2] for row in rows for cell in row if clean(cell)]
    for mark, strip in (("`", "`"), ("'", "'"), ('="', '="')):
        if sum(cell.startswith(mark) for cell in firsts) * 4 > len(firsts):
            return strip
    return ""
