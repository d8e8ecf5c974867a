"""One row at a time: cells become typed values of a table, or the row is set aside with the cell that failed.

Nothing is defaulted but the currency (CNY) and nothing is guessed: an empty cell is unknown, a cell that does not read
as its type is a reject. ``row_plan`` says rows beyond doubt at once, ``set_wise`` whole files; whatever they are not
sure of comes here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from daozhang.intake.cards import SHORTEST_CARD, CardGuard
from daozhang.intake.cells import SEPARATOR, BadCellError, Value, canonical, readers, shown
from daozhang.intake.reading import Reject
from daozhang.intake.row_plan import RowPlan, tail_of_card
from daozhang.records import Column, ColumnType, Table

_LOOKED_AT: Final = {ColumnType.TEXT, ColumnType.NUMBER, ColumnType.CLOCK}
"""Types whose cells are looked at as texts by the card guard also when the reader gave a number."""


class RowTyper:
    """Types rows of one file. ``zone`` is where the source's clock stands when a moment carries no offset."""

    def __init__(self, guard: CardGuard, zone: str = "Asia/Shanghai") -> None:
        self.guard = guard
        self._read = readers(zone)
        self._plans: dict[str, RowPlan] = {}

    def plan(self, table: Table) -> RowPlan:
        """Return what types the table's rows that are beyond doubt."""
        known = self._plans.get(table.name)
        if known is None:
            known = self._plans[table.name] = RowPlan(table, self._read, self.guard)
        return known

    def row(self, table: Table, line_no: int, values: Mapping[str, object]) -> tuple[Value, ...] | Reject:
        """Return the row's values in the order of the table's columns, or why it is set aside."""
        typed: dict[str, Value] = {}
        for column in table.columns:
            cell = values.get(column.name)
            if cell is None and not column.required:
                typed[column.name] = column.default
                continue
            cell = self._without_card(column, cell)
            try:
                typed[column.name] = self._cell(column, cell)
            except BadCellError as bad:
                shown_cell = "" if bad.reason == "reject-too-large" else cell  # its digits may be a card number
                return self.reject(line_no, column.name, shown_cell, bad.reason, **bad.facts)
        self._keep_card_tail(typed)
        return self._sum_reject(table, line_no, typed) or tuple(typed.values())

    def reject(self, line_no: int, column: str, value: object, reason: str, **facts: object) -> Reject:
        """Return a reject whose value and facts hold no card data, no NUL and not more than a glance can take in."""
        if reason == "reject-net-stated" and len(str(value)) >= SHORTEST_CARD:
            value, facts = (
                "",
                dict.fromkeys(facts, ""),
            )  # a card number in the stead of an amount stays one in minor units
        return Reject(line_no, column[:64], shown(self.guard.cut(_as_text(value))), reason, self.guard.cut_facts(facts))

    def _without_card(self, column: Column, cell: object) -> object:
        if column.type in _LOOKED_AT and isinstance(cell, int | Decimal):
            cell = str(cell)
        return self.guard.cut(cell) if isinstance(cell, str) and len(cell) >= SHORTEST_CARD else cell

    def _cell(self, column: Column, cell: object) -> Value:
        value = None if cell is None else self._read[column.type](cell)
        if value is None:
            if column.required:
                raise BadCellError("reject-empty")
            return column.default
        if column.values and value not in column.values:
            raise BadCellError("reject-value", expected=", ".join(column.values))
        if column.name == "currency" and not re.fullmatch(r"[A-Z]{3}", str(value)):
            raise BadCellError("reject-currency")
        return value

    def _keep_card_tail(self, typed: dict[str, Value]) -> None:
        """Leave four characters in ``card_tail``; the token of a whole number moves to ``card_token`` when that is unknown."""
        tail = typed.get("card_tail")
        if isinstance(tail, str) and len(tail) > 4:
            typed["card_tail"], token = tail_of_card(tail)
            if token:
                typed["card_token"] = typed.get("card_token") or token

    def _sum_reject(self, table: Table, line_no: int, typed: Mapping[str, Value]) -> Reject | None:
        if table.name != "clearings":
            return None
        gross, fee, net = (typed[name] for name in ("gross_minor", "fee_minor", "net_minor"))
        if isinstance(gross, int) and isinstance(fee, int) and net != gross - fee:
            return self.reject(line_no, "net_minor", net, "reject-net-stated", expected=str(gross - fee))
        return None


def fingerprint(table: Table, values: tuple[Value, ...]) -> bytes:
    """Return the 16-byte md5 of a row's content: table name and canonical texts, unknown being an empty text.

    The canonical text is what ``set_wise`` finds in a clean cell, so both ways of reading give the same fingerprint.
    """
    text = SEPARATOR.join((table.name, *map(canonical, values)))
    return hashlib.md5(text.encode("utf-8"), usedforsecurity=False).digest()


def occurrence(content: bytes, number: int) -> bytes:
    """Return the fingerprint of the ``number``-th equal row of a file (1 = the first, whose fingerprint is its content)."""
    if number == 1:
        return content
    return hashlib.md5(f"{content.hex().upper()}#{number}".encode("ascii"), usedforsecurity=False).digest()


def _as_text(value: object) -> str:
    return "" if value is None else str(value)
