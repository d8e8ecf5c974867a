"""How the rows of one table are typed at once: every column's way is chosen when the first row of the table comes.

A plan only says rows that are beyond doubt. Of any other it says nothing, and ``typed_rows`` looks at it cell by cell
and names the one that failed; so a plan never decides what a reject is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from daozhang.intake.cards import MASKED, SHORTEST_CARD, CardGuard
from daozhang.intake.cells import LARGEST_WHOLE, LONGEST_CELL, SEPARATOR, BadCellError, Value, canonical
from daozhang.records import Column, ColumnType, Table

Read = Callable[[object], Value]
Readers = Mapping[ColumnType, Read]

MOST_MOMENTS: Final = 4096
"""Moments whose text is remembered; a statement of a day has few."""


class RowPlan:
    """Types the rows of one table and says what their content is."""

    def __init__(self, table: Table, readers: Readers, guard: CardGuard) -> None:
        self._columns = {
            column.name: (place, _way(column, readers[column.type], guard))
            for place, column in enumerate(table.columns)
        }
        self.names = frozenset(self._columns)
        self._start: list[Value] = [column.default for column in table.columns]
        self._texts = [column.default or "" for column in table.columns]
        self._required = tuple(place for place, column in enumerate(table.columns) if column.required)
        self._begin = table.name + SEPARATOR
        self._separators = len(table.columns) - 1
        self._sum = _places(table, "gross_minor", "fee_minor", "net_minor") if table.name == "clearings" else ()
        self._tail = _places(table, "card_tail", "card_token") if "card_tail" in self.names else ()
        self._moments: dict[datetime, str] = {}

    @property
    def reads(self) -> dict[str, Read]:
        """Return what reads one cell of each column; BadCellError when it needs a second look."""
        return {name: read for name, (_, read) in self._columns.items()}

    def row(self, values: Mapping[str, object]) -> tuple[tuple[Value, ...], bytes] | None:
        """Return the row in the order of the columns, and the md5 of its content; None when it needs a second look."""
        row, texts = self._start.copy(), self._texts.copy()
        columns = self._columns
        for name, cell in values.items():
            if cell is None or name not in columns:
                continue
            place, read = columns[name]
            try:
                value = read(cell)
            except BadCellError:
                return None
            if value is None:
                continue
            row[place] = value
            texts[place] = value if value.__class__ is str else self._canonical(value)
        for place in self._required:
            if row[place] is None:
                return None
        if self._tail and not self._keep_card_tail(row, texts):
            return None
        if self._sum and not self._agrees(row):
            return None
        text = SEPARATOR.join(texts)
        if "\0" in text or text.count(SEPARATOR) != self._separators:
            return None
        return tuple(row), hashlib.md5((self._begin + text).encode("utf-8"), usedforsecurity=False).digest()

    def _canonical(self, value: Value) -> str:
        if value.__class__ is int:
            return str(value)
        if value.__class__ is not datetime:
            return canonical(value)
        known = self._moments.get(value)
        if known is None:
            known = canonical(value)
            if len(self._moments) < MOST_MOMENTS:
                self._moments[value] = known
        return known

    def _keep_card_tail(self, row: list[Value], texts: list[str]) -> bool:
        """Leave four characters of a longer tail; False when signs would get lost with the others for which a row is set aside."""
        place, token_place = self._tail
        tail = row[place]
        if isinstance(tail, str) and len(tail) > 4:
            if SEPARATOR in tail or "\0" in tail:
                return False
            short, token = tail_of_card(tail)
            row[place] = texts[place] = short
            if token and not row[token_place]:
                row[token_place] = texts[token_place] = token
        return True

    def _agrees(self, row: list[Value]) -> bool:
        gross, fee, net = (row[place] for place in self._sum)
        return not isinstance(fee, int) or not isinstance(gross, int) or net == gross - fee


def tail_of_card(tail: str) -> tuple[str, str]:
    """Return the last four characters of a card number as it was cut, and its token, empty when it had none."""
    masked = MASKED.search(tail)
    if masked:
        number, token = masked.group().split("~")
        return number[-4:], token
    return re.sub(r"[\s-]", "", tail)[-4:], ""


def _places(table: Table, *names: str) -> tuple[int, ...]:
    return tuple(table.column_names.index(name) for name in names)


def _way(column: Column, read: Read, guard: CardGuard) -> Read:
    """Return what reads a cell of the column that is known; BadCellError when it needs a second look."""
    if column.type is ColumnType.TEXT and not column.values:
        return _currency if column.name == "currency" else _text(guard)
    if column.type in {ColumnType.MINOR, ColumnType.COUNT}:
        return _whole(read)
    return _other(read, guard, frozenset(column.values))


def _text(guard: CardGuard) -> Read:
    cut = guard.cut

    def read(cell: object) -> str | None:
        text = cell if cell.__class__ is str else str(cell)
        assert isinstance(text, str)
        if len(text) >= SHORTEST_CARD:
            text = cut(text)
            if len(text) > LONGEST_CELL:
                raise BadCellError("reject-text-too-long")
        return text.strip() or None

    return read


def _currency(cell: object) -> str | None:
    if cell == "CNY":
        return "CNY"
    if isinstance(cell, str) and len(cell) == 3 and cell.isascii() and cell.isalpha() and cell.isupper():
        return cell
    raise BadCellError("reject-currency")


def _whole(usual: Read) -> Read:
    def read(cell: object) -> Value:
        if cell.__class__ is int and -LARGEST_WHOLE < cell < LARGEST_WHOLE:
            return cell
        if isinstance(cell, str) and len(cell) >= SHORTEST_CARD:
            raise BadCellError("reject-whole")
        return usual(cell)

    return read


def _other(usual: Read, guard: CardGuard, allowed: frozenset[str]) -> Read:
    """Return what reads cells that are as their type prints; a number with decimals is always looked at as a text."""

    def read(cell: object) -> Value:
        if isinstance(cell, str | int | Decimal):
            cell = guard.cut(str(cell))
        value = usual(cell)
        if allowed and value is not None and value not in allowed:
            raise BadCellError("reject-value")
        return value

    return read
