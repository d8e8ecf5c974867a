"""Rows that have the same columns are typed together, one column at a time; what is said is what ``row_plan`` says of each.

One search looks for card numbers in a whole column, one look-up serves every moment that is written alike. Where a single
cell needs a second look nothing is said of the batch: it is split, and at last ``row_plan`` looks at each row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from itertools import repeat
from typing import Final

from daozhang.intake.card_forms import may_hold_card
from daozhang.intake.cells import LARGEST_WHOLE, LONGEST_CELL, SEPARATOR, BadCellError, Value, canonical
from daozhang.intake.row_plan import tail_of_card
from daozhang.records import Column, ColumnType, Table

MOST: Final = 256
"""Rows that are typed together."""
LEAST: Final = 8
"""Rows below which a batch is not worth its start."""
FAILURES: Final = 40
"""Batches that came to nothing, after which no more are tried when they were the greater part."""
MOST_KNOWN: Final = 4096
"""Cells of one column whose value is remembered."""

Cells = Sequence[object]
Typed = tuple[Sequence[Value], Sequence[str]]
"""The values of a column and their canonical texts."""


class SecondLookError(Exception):
    """A cell of the batch is not beyond doubt."""


class RowBatch:
    """Types rows of one table that all have the columns ``names``, in this order."""

    def __init__(self, table: Table, names: tuple[str, ...], reads: Mapping[str, Callable[[object], Value]]) -> None:
        """``reads`` says of each column of the table how one cell of it is read."""
        self.names = names
        self._table = table
        self._ways = [_way(table.column(name), reads[name]) if name in reads else None for name in names]
        self._begin = table.name + SEPARATOR
        self._tried = self._failed = 0
        self._sums = ("gross_minor", "fee_minor", "net_minor") if table.name == "clearings" else ()

    @property
    def is_worth_it(self) -> bool:
        """Return whether most batches so far were beyond doubt."""
        return self._failed <= FAILURES or 2 * self._failed <= self._tried

    def rows(self, batch: Sequence[Mapping[str, object]]) -> tuple[list[tuple[Value, ...]], list[bytes]] | None:
        """Return the rows in the order of the columns and the md5 of each one's content; None when one needs a second look."""
        if len(batch) < LEAST or not self.is_worth_it:
            return None
        self._tried += 1
        try:
            columns = self._columns(batch)
        except (SecondLookError, BadCellError):
            self._failed += 1
            return None
        # Columns of defaults have no end, so the shortest counts.
        rows = list(zip(*(values for values, _ in columns), strict=False))
        texts = map(SEPARATOR.join, zip(*(texts for _, texts in columns), strict=False))
        begin, md5 = self._begin, hashlib.md5
        return rows, [md5((begin + text).encode("utf-8"), usedforsecurity=False).digest() for text in texts]

    def _columns(self, batch: Sequence[Mapping[str, object]]) -> list[Typed]:
        """Return values and texts of all columns of the table; a column nobody named repeats its default for ever."""
        known: dict[str, Typed] = {}
        for name, way, cells in zip(
            self.names, self._ways, zip(*(row.values() for row in batch), strict=True), strict=True
        ):
            if way is not None:
                known[name] = way(cells)
        if "card_tail" in known:
            self._keep_card_tails(known)
        for column in self._table.columns:
            if column.required and (column.name not in known or None in known[column.name][0]):
                raise SecondLookError
        if self._sums and "fee_minor" in known:
            self._check_sums([known[name][0] for name in self._sums])
        return [
            known.get(column.name) or (repeat(column.default), repeat(column.default or ""))  # type: ignore[misc]
            for column in self._table.columns
        ]

    @staticmethod
    def _keep_card_tails(known: dict[str, Typed]) -> None:
        """Leave four characters of longer tails; the token of a number moves to ``card_token`` where that is unknown."""
        values, texts = known["card_tail"]
        if max(map(len, texts)) <= 4:
            return
        cut = [tail_of_card(text) if len(text) > 4 else (text, "") for text in texts]
        tails = [tail for tail, _ in cut]
        known["card_tail"] = (
            [tail if len(text) > 4 else value for tail, text, value in zip(tails, texts, values, strict=True)],
            tails,
        )
        if any(token for _, token in cut):
            before = known.get("card_token", (repeat(None), ()))[0]
            tokens = [value or token or None for value, (_, token) in zip(before, cut, strict=False)]
            known["card_token"] = tokens, [str(token or "") for token in tokens]

    def _check_sums(self, columns: Sequence[Sequence[Value]]) -> None:
        for gross, fee, net in zip(*columns, strict=True):
            if isinstance(fee, int) and isinstance(gross, int) and net != gross - fee:
                raise SecondLookError


def _way(column: Column, read: Callable[[object], Value]) -> Callable[[Cells], Typed]:
    """Return what types the cells of a column."""
    default = column.default
    if column.type is ColumnType.TEXT and not column.values and column.name != "currency":
        usual = _texts
    elif column.type in {ColumnType.MINOR, ColumnType.COUNT}:
        usual = _Wholes(read)
    else:
        usual = _Known(read)

    def way(cells: Cells) -> Typed:
        values, texts = usual(cells)
        if default is None or None not in values:
            return values, texts
        return [default if value is None else value for value in values], [text or default for text in texts]

    return way


def _texts(cells: Cells) -> Typed:
    first = cells[0]
    if first.__class__ is str and cells.count(first) == len(cells):
        (value,), (text,) = _different_texts([first])
        return [value] * len(cells), [text] * len(cells)
    return _different_texts(cells)


def _different_texts(cells: Cells) -> Typed:
    """Return texts without blanks around them. Between two cells the separator keeps what one search looks at apart."""
    try:
        joined = SEPARATOR.join(cells)  # type: ignore[arg-type]
    except TypeError:
        cells = as_texts = ["" if cell is None else str(cell) for cell in cells]
        joined = SEPARATOR.join(as_texts)
    if joined.count(SEPARATOR) != len(cells) - 1 or "\0" in joined or may_hold_card(joined):
        raise SecondLookError
    if len(joined) > LONGEST_CELL and max(map(len, cells)) > LONGEST_CELL:  # type: ignore[arg-type]
        raise SecondLookError
    texts: list[str] = [cell.strip() for cell in cells]  # type: ignore[attr-defined]
    return ([text or None for text in texts] if "" in texts else texts), texts


class _Wholes:
    """Types whole numbers; those that come as texts are read one by one."""

    def __init__(self, read: Callable[[object], Value]) -> None:
        self._read = read

    def __call__(self, cells: Cells) -> Typed:
        values: Sequence[Value]
        if {cell.__class__ for cell in cells} == {int}:
            values = cells  # type: ignore[assignment]
            if max(values) >= LARGEST_WHOLE or min(values) <= -LARGEST_WHOLE:  # type: ignore[type-var, operator]
                raise SecondLookError
            return values, list(map(str, values))
        values = [None if cell is None else self._read(cell) for cell in cells]
        return values, ["" if value is None else str(value) for value in values]


class _Known:
    """Types cells of which a file has few different ones; what was read once is remembered."""

    def __init__(self, read: Callable[[object], Value]) -> None:
        self._read = read
        self._known: dict[tuple[type, object], tuple[Value, str]] = {}

    def __call__(self, cells: Cells) -> Typed:
        first = cells[0]
        if first.__class__ in {str, datetime, date} and cells.count(first) == len(cells):
            value, text = self._one(first)
            return [value] * len(cells), [text] * len(cells)
        found = [self._one(cell) for cell in cells]
        return [value for value, _ in found], [text for _, text in found]

    def _one(self, cell: object) -> tuple[Value, str]:
        key = (cell.__class__, cell)
        known = self._known.get(key)
        if known is None:
            value = None if cell is None else self._read(cell)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            known = self._known[key] = value, canonical(value)
        return known
