"""One record of a foreign table → the interchange rows its mapping says, or the cell that could not be read."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Values
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from daozhang.formats import cells as read
from daozhang.formats.base import Given
from daozhang.formats.cells import SHANGHAI, UnreadableError, clean, column_name, tail_of, zone_named
from daozhang.formats.lines import Columns, Record
from daozhang.formats.mapped import values as cell
from daozhang.formats.mapped.spec import ColumnRule, Kept, Mapping, Moment, TableRule
from daozhang.formats.sheets import Number
from daozhang.records import Column, ColumnType, table_named

UNKNOWN_ACCOUNT: Final = "unknown"
UNKNOWN: Final = "-"
"""As ``otherwise`` of a rule: a cell that is not translated leaves the column unknown."""
_FIRST: Final = {"currency": 0, "kind": 1}
TAILS: Final = frozenset({"card_tail", "account_tail", "counterparty_tail"})
IDENTIFIERS: Final = frozenset({
    "merchant_no", "terminal_no", "store_no", "batch_no", "trace_no", "rrn", "auth_code", "order_no", "network_no",
    "payout_no", "replaces_payout_no", "bank_reference", "original_trace_no", "original_rrn", "operator_no", "serial_no",
})  # fmt: skip
"""Columns whose leading zeros and last digits matter."""
MAIN_AMOUNTS: Final = ("amount_minor", "gross_minor", "net_minor")
_SHOWN_WORDS: Final = 12
AGAINST: Final = frozenset({"refund", "void", "reversal", "preauth_void"})
"""Kinds that take money back from the merchant."""
_AS_WRITTEN: Final = Moment()

Cells = Callable[[str], str]
"""Column name → its cell in one record, cleaned; empty when the column or the cell is not there."""
Row = dict[str, object]
"""The interchange columns of one row that are read so far; currency and kind come first."""
Rows = list[tuple[str, Row]]


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    read: Callable[[Cells, Row], object]
    is_late: bool
    is_derived: bool


class TableReading:
    """A mapping bound to the columns of one table and to what the delivery said."""

    def __init__(self, mapping: Mapping, columns: Columns, given: Given, account: str = "") -> None:
        self._columns = columns
        self._strip = mapping.shape.strip
        self._empty = frozenset({"", *mapping.shape.empty})
        self._given = given
        self._account = account
        self._for_knowing = False
        self._tables = [(rule, self._compiled(rule)) for rule in mapping.tables]
        self.numbers: set[str] = set()
        """Source columns of identifiers that held numbers of a workbook."""

    def rows(self, record: Record, *, for_knowing: bool = False) -> Rows:
        """Return the rows the record becomes, none when no rule takes it; ``UnreadableError`` sets the record aside."""
        self._for_knowing = for_knowing
        cells = partial(self._cell, record.cells)
        found: Rows = []
        refused: list[Kept] = []
        for rule, columns in self._tables:
            if any(table == rule.table for table, _ in found):
                continue
            missed = next((kept for kept in rule.kept if not _is_kept(kept, cells)), None)
            if missed is None:
                found.append((rule.table, self._row(rule, columns, cells)))
            else:
                refused.append(missed)
        if not found and any(kept.others == "reject" for kept in refused):
            known = ", ".join([word for kept in refused for word in kept.is_in][:_SHOWN_WORDS])
            raise UnreadableError(refused[0].column, cells(refused[0].column), "reject-value", expected=known)
        return found

    def text(self, record: Record, name: str) -> str:
        """Return one cell of a record."""
        return self._cell(record.cells, name)

    def _cell(self, cells: tuple[str, ...], name: str) -> str:
        place = self._columns.positions.get(name)
        if place is None:
            place = self._columns.positions.get(column_name(name))
        if place is None or place >= len(cells):
            return ""
        text = cells[place]
        if isinstance(text, Number):
            return text
        text = clean(text)
        if self._strip:
            text = clean(text.strip(self._strip))
        return "" if text in self._empty else text

    def _row(self, rule: TableRule, columns: list[_Rule], cells: Cells) -> dict[str, object]:
        row: Row = {}
        for one in columns:
            value = one.read(cells, row)
            row[one.name] = _derived(one.name, row) if one.is_derived and value is None else value
        for column in table_named(rule.table).columns:
            if column.required and row.get(column.name) is None and not self._for_knowing:
                raise UnreadableError(_source_name(rule, column.name), "", "reject-empty")
        return {name: row[name] for name, _ in rule.columns}

    def _compiled(self, rule: TableRule) -> list[_Rule]:
        table = table_named(rule.table)
        compiled = [
            _Rule(name, self._reader(one, table.column(name)), _is_late(one), one.value.startswith("derived:"))
            for name, one in rule.columns
        ]
        # The currency says how many decimals an amount has, the kind its sign; what is derived needs all the others.
        return sorted(
            compiled, key=lambda one: (one.is_late, _FIRST.get(one.name, 2) if not one.is_late else one.name == "kind")
        )

    def _reader(self, rule: ColumnRule, column: Column) -> Callable[[Cells, Row], object]:
        if column.type is ColumnType.MINOR:
            return partial(self._minor, rule, column)
        if column.type in {ColumnType.MOMENT, ColumnType.DAY}:
            zone = zone_named(rule.moment.zone if rule.moment else "")
            return partial(self._time, rule, column, zone)
        return partial(self._word, rule, column)

    # -- texts

    def _word(self, rule: ColumnRule, column: Column, cells: Cells, _row: Row) -> str | None:
        source, text = _first(rule, cells)
        if rule.joined:
            text = " ".join(filter(None, map(cells, rule.columns)))
        if rule.values and (rule.columns and (text or any(not key for key, _ in rule.values))):
            # A file is known by how its cells are built; a word nobody translated yet makes it no other file.
            return _translated(rule, source, text) if not self._for_knowing else None
        if not text:
            return self._said(rule)
        if column.name == "currency":
            return read.currency(source, text)
        if column.name in TAILS:
            return tail_of(text)
        if column.name in IDENTIFIERS:
            if isinstance(text, Number):
                self.numbers.add(source)
            text = cell.identifier(source, text)
        return str(text)[-rule.last :] if rule.last else str(text)

    def _said(self, rule: ColumnRule) -> str | None:
        """Return what counts without a cell: a constant or what the delivery said."""
        if not rule.value.startswith("given:"):
            return None if rule.value.startswith("derived:") else rule.value or None
        said = getattr(self._given, rule.value.removeprefix("given:"))
        if rule.value == "given:account_tail":
            return said or self._account or rule.otherwise or UNKNOWN_ACCOUNT
        return (said.isoformat() if isinstance(said, date) else said) or rule.otherwise or None

    # -- amounts

    def _minor(self, rule: ColumnRule, _column: Column, cells: Cells, row: Row) -> int | None:
        how = rule.amount
        currency = str(row.get("currency") or "CNY")
        if how is None or not rule.columns:
            return int(rule.value) if rule.value and not rule.value.startswith("derived:") else None
        if how.sign == "in_minus_out":
            return _in_minus_out(rule, cells, currency)
        source, text = _first(rule, cells)
        if not text:
            return int(rule.value) if rule.value.lstrip("-").isdecimal() else None
        if rule.joined:
            found = sum(cell.amount(name, one, how, currency) for name in rule.columns if (one := cells(name)))
        else:
            found = cell.amount(source, text, how, currency)
        if how.sign in {"negated", "absolute"}:
            return -found if how.sign == "negated" else abs(found)
        if how.sign in {"by_kind", "by_net"}:
            return _by_kind(source, text, found, row) if how.sign == "by_kind" else _by_net(source, text, found, row)
        return found if how.sign == "as_written" else _signed(rule, source, text, found, cells)

    # -- days and moments

    def _time(
        self, rule: ColumnRule, column: Column, zone: ZoneInfo | timezone, cells: Cells, _row: Row
    ) -> date | datetime | None:
        how = rule.moment or _AS_WRITTEN
        filled = [(name, text) for name in rule.columns if (text := cells(name))]
        if not filled:
            said = self._said(rule)
            on = read.day(column.name, said) if said else None
            return (
                on if column.type is ColumnType.DAY or on is None else self._placed(datetime.combine(on, time()), None)
            )
        source, text = filled[0]
        if column.type is ColumnType.DAY:
            return cell.day(source, text, how)
        clock = next((other for _, other in filled[1:] if cell.is_clock(other)), "")
        if how.part == "day":
            return self._placed(datetime.combine(cell.day(source, text, how), time()), None)
        if how.zone_column and (named := cells(how.zone_column)):
            zone = cell.zone_of(how.zone_column, named)
        is_known = bool(how.zone or how.zone_column)
        return self._placed(cell.moment(source, text, clock, how, zone), zone if is_known else None)

    def _placed(self, at: datetime, zone: ZoneInfo | timezone | None) -> datetime:
        """Return a moment so that the place the delivery names does not move it again where its own zone is known."""
        if self._given.timezone in {"", "Asia/Shanghai"}:
            return at
        return at.replace(tzinfo=SHANGHAI) if zone is not None or at.time() == time() else at


def _first(rule: ColumnRule, cells: Cells) -> tuple[str, str]:
    for name in rule.columns:
        if text := cells(name):
            return name, text
    return (rule.columns[0] if rule.columns else ""), ""


def _translated(rule: ColumnRule, source: str, text: str) -> str | None:
    low = text.lower()
    for key, word in rule.values:
        if (key.lower() in low and key) if rule.match == "contains" else key.lower() == low:
            return word or None
    if not text or rule.otherwise == UNKNOWN:
        return None if rule.otherwise == UNKNOWN else rule.otherwise or None
    if not rule.otherwise:
        known = ", ".join(key for key, _ in rule.values[:_SHOWN_WORDS])
        raise UnreadableError(source, text, "reject-value", expected=known)
    return rule.otherwise


def _in_minus_out(rule: ColumnRule, cells: Cells, currency: str) -> int | None:
    assert rule.amount is not None
    texts = [cells(name) for name in rule.columns]
    if not any(texts):
        return None
    income, outgo = (
        cell.amount(name, text, rule.amount, currency) if text else 0
        for name, text in zip(rule.columns, texts, strict=True)
    )
    if income and outgo:
        raise UnreadableError(rule.columns[0], texts[0], "reject-both-directions")
    return income - abs(outgo)


def _signed(rule: ColumnRule, source: str, text: str, found: int, cells: Cells) -> int:
    how = rule.amount
    assert how is not None
    said = cells(how.sign_column).lower()
    if said in {word.lower() for word in how.minus_when}:
        return -abs(found)
    if how.plus_when and said not in {word.lower() for word in how.plus_when}:
        raise UnreadableError(how.sign_column, cells(how.sign_column), "reject-direction")
    if found < 0:
        raise UnreadableError(source, text, "reject-sign", expected=cells(how.sign_column))
    return found


def _by_kind(source: str, text: str, found: int, row: Row) -> int:
    if row.get("kind") in AGAINST:
        return -abs(found)
    if found < 0:
        raise UnreadableError(source, text, "reject-sign", expected=row.get("kind"))
    return found


def _by_net(source: str, text: str, found: int, row: Row) -> int:
    """Return the fee with the sign that the row's own amounts prove; as written where the net is not known."""
    gross, net = row.get("gross_minor"), row.get("net_minor")
    if not (isinstance(gross, int) and isinstance(net, int)):
        return found
    if abs(found) != abs(gross - net):
        raise UnreadableError(source, text, "reject-fee-stated", expected=str(gross - net))
    return gross - net


def _is_late(rule: ColumnRule) -> bool:
    """Return whether a column is filled after all others: from what they say, or with a sign that they prove."""
    return rule.value.startswith("derived:") or (rule.amount is not None and rule.amount.sign == "by_net")


def _derived(name: str, row: Values[str, object]) -> object:
    gross, fee, net = (row.get(part) for part in ("gross_minor", "fee_minor", "net_minor"))
    if name == "kind":
        main = next((row[part] for part in MAIN_AMOUNTS if isinstance(row.get(part), int)), None)
        return None if main is None else "refund" if isinstance(main, int) and main < 0 else "sale"
    if name == "net_minor":
        # A table without a fee column states none; a fee cell that is empty leaves fee and net unknown.
        charged = fee if "fee_minor" in row else 0
        return gross - charged if isinstance(gross, int) and isinstance(charged, int) else None
    if name == "fee_minor":
        return gross - net if isinstance(gross, int) and isinstance(net, int) else None
    return net + fee if isinstance(net, int) and isinstance(fee, int) else None


def _is_kept(kept: Kept, cells: Cells) -> bool:
    text = cells(kept.column).lower()
    if kept.is_in:
        return any(word.lower() == text for word in kept.is_in)
    return all(word.lower() != text for word in kept.not_in)


def _source_name(rule: TableRule, column: str) -> str:
    names = next((one.columns for name, one in rule.columns if name == column), ())
    return names[0] if names else column
