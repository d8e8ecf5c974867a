"""Where a row-by-row reader says its lines (``formats.base.Sink``); every line is counted once.

A line is a unit: the reader may give a second row for it (another table, same ``line_no``, directly after the first),
and when any row of the unit fails, the whole line is set aside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from daozhang.formats.base import StatedTotal, Statement
from daozhang.intake.cards import is_forbidden_column
from daozhang.intake.cells import Value
from daozhang.intake.reading import Covers, Reject, Said, StatementSaid, TotalSaid
from daozhang.intake.row_batch import LEAST, MOST, RowBatch
from daozhang.intake.row_plan import RowPlan
from daozhang.intake.typed_rows import RowTyper, fingerprint, occurrence
from daozhang.records import Table, table_named

MOST_KINDS: Final = 100
"""Tables with their columns that are remembered; a reader gives few."""
BATCH: Final = 1024
"""Rows of one table that are held before a ``Spill`` takes them."""


@dataclass(slots=True)
class TableRows:
    """Typed rows of one table in the order of the file, beside their line numbers and the digests of their content."""

    values: list[tuple[Value, ...]] = field(default_factory=list)
    line_nos: list[int] = field(default_factory=list)
    leads: list[bool] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)

    def add(self, line_no: int, values: tuple[Value, ...], content: bytes, *, leads: bool) -> None:
        """Take one row."""
        self.values.append(values)
        self.line_nos.append(line_no)
        self.leads.append(leads)
        self.contents.append(content)

    def add_all(self, line_nos: list[int], values: list[tuple[Value, ...]], contents: list[bytes]) -> None:
        """Take rows that each lead their line."""
        self.values += values
        self.line_nos += line_nos
        self.leads += [True] * len(line_nos)
        self.contents += contents

    def fingerprints(self, already: Mapping[bytes, int] | None = None) -> list[bytes]:
        """Return the rows' fingerprints; equal rows are numbered so that two genuine identical sales stay two.

        ``already`` says how many rows of a content come before these.
        """
        seen = Counter(already or {})
        found = []
        for content in self.contents:
            seen[content] += 1
            found.append(occurrence(content, seen[content]))
        return found


Spill = Callable[[Table, TableRows], None]
"""Takes rows out of memory; what it was given is forgotten here."""


@dataclass(slots=True)
class _Waiting:
    """Rows of one table with the same columns that are typed together, each the only one of its line."""

    schema: Table
    plan: RowPlan
    batch: RowBatch
    line_nos: list[int] = field(default_factory=list)
    rows: list[Mapping[str, object]] = field(default_factory=list)


class Collector:
    """Takes what a reader says of each line. What a row was given as is looked at later, so a reader leaves it as it is."""

    def __init__(self, typer: RowTyper, spill: Spill | None = None) -> None:
        self._typer = typer
        self.spill = spill
        self._unit: list[tuple[_Waiting, Mapping[str, object]]] = []
        self._unit_line = 0
        self._kinds: dict[tuple[str, tuple[str, ...]], _Waiting] = {}
        self._waiting: _Waiting | None = None
        self._dropped: set[str] = set()
        self.rows: dict[str, TableRows] = {}
        self.controls = 0
        self.rejects: list[Reject] = []
        self.warnings: list[Said] = []
        self.covered: list[Covers] = []
        self.statements: list[StatementSaid] = []
        self.totals: list[TotalSaid] = []

    def row(self, table: str, line_no: int, values: Mapping[str, object]) -> None:
        """Take one row of ``table``."""
        if self._unit and (self._unit_line != line_no or any(one.schema.name == table for one, _ in self._unit)):
            self._close()
        names = tuple(values)
        waiting = self._waiting
        if waiting is None or waiting.batch.names != names or waiting.schema.name != table:
            waiting = self._kinds.get((table, names)) or self._kind(table, names)
        self._unit.append((waiting, values))
        self._unit_line = line_no

    def _kind(self, table: str, names: tuple[str, ...]) -> _Waiting:
        """Return where rows of this table with these columns wait, and say which of the columns are left out."""
        schema = table_named(table)
        plan = self._typer.plan(schema)
        self.drop_columns({name for name in names if name not in plan.names and is_forbidden_column(name)})
        if len(self._kinds) >= MOST_KINDS:
            self._kinds.clear()
        kind = self._kinds[table, names] = _Waiting(schema, plan, RowBatch(schema, names, plan.reads))
        return kind

    def control(self, line_no: int) -> None:  # noqa: ARG002 - the number is part of what a reader says
        """Count a line that is not a row."""
        self._close()
        self.controls += 1

    def reject(self, line_no: int, column: str, value: str, reason: str, **facts: object) -> None:
        """Set one line aside, with all rows the reader gave for it."""
        if self._unit and self._unit_line == line_no:
            self._unit.clear()
        self._close()
        self.rejects.append(self._typer.reject(line_no, column, value, reason, **facts))

    def warn(self, key: str, **facts: object) -> None:
        """Keep what the reader says about the whole file; the same words once."""
        said = Said(key, self._typer.guard.cut_facts(facts))
        if said not in self.warnings:
            self.warnings.append(said)

    def covers(
        self, table: str, *, first_on: date, last_on: date, account_tail: str = "", merchant_no: str = ""
    ) -> None:
        """Keep the days for which the file says it is complete."""
        cut = self._typer.guard.cut
        self.covered.append(Covers(table_named(table).name, first_on, last_on, cut(account_tail), cut(merchant_no)))

    def statement(self, said: Statement) -> None:
        """Keep what one statement says of itself."""
        cut, harmless = self._typer.guard.cut, self._typer.guard.is_harmless
        opening, closing = (
            minor if harmless(minor) else None for minor in (said.opening_minor, said.closing_minor)
        )  # what stands where an amount belongs may be a card number
        self.statements.append(
            StatementSaid(
                cut(said.account_tail)[:32], cut(said.currency)[:8], cut(said.statement_no)[:64],
                said.sequence if harmless(said.sequence) else 0, opening, closing, said.first_on, said.last_on, said.line_no,
            )
        )  # fmt: skip

    def total(self, said: StatedTotal) -> None:
        """Keep what the rows of another file must add up to."""
        cut, harmless = self._typer.guard.cut, self._typer.guard.is_harmless
        count, gross, net = (
            value if harmless(value) else None for value in (said.count, said.gross_minor, said.net_minor)
        )
        self.totals.append(
            TotalSaid(
                table_named(said.table).name, cut(said.acquirer)[:64], cut(said.merchant_no)[:64], said.day, count, gross, net,
                cut(said.currency)[:8], said.line_no,
            )
        )  # fmt: skip

    def close(self) -> None:
        """Finish the last line, and what waits to be typed together."""
        self._close()
        self._type_waiting()

    def drop_columns(self, names: set[str]) -> None:
        """Say which columns of card data were left out."""
        for name in sorted(names - self._dropped):
            self._dropped.add(name)
            self.warn("warn-card-column-dropped", column=name)

    def _close(self) -> None:
        if not self._unit:
            return
        unit, self._unit = self._unit, []
        if len(unit) > 1:
            self._type_waiting()
            self._type(self._unit_line, unit)
            return
        ((waiting, values),) = unit
        if waiting is not self._waiting:
            self._type_waiting()
            self._waiting = waiting
        waiting.line_nos.append(self._unit_line)
        waiting.rows.append(values)
        if len(waiting.rows) >= MOST:
            self._type_waiting()

    def _type_waiting(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            line_nos, rows = waiting.line_nos, waiting.rows
            waiting.line_nos, waiting.rows = [], []
            self._type_together(waiting, line_nos, rows)

    def _type_together(self, waiting: _Waiting, line_nos: list[int], rows: list[Mapping[str, object]]) -> None:
        """Type rows at once; where one needs a second look, each half apart, and few rows one by one."""
        typed = waiting.batch.rows(rows)
        if typed is not None:
            self._rows_of(waiting.schema).add_all(line_nos, *typed)
            self._spill_from(waiting.schema)
        elif len(rows) < 2 * LEAST or not waiting.batch.is_worth_it:
            for line_no, values in zip(line_nos, rows, strict=True):
                self._type(line_no, [(waiting, values)])
        else:
            half = len(rows) // 2
            self._type_together(waiting, line_nos[:half], rows[:half])
            self._type_together(waiting, line_nos[half:], rows[half:])

    def _type(self, line_no: int, unit: list[tuple[_Waiting, Mapping[str, object]]]) -> None:
        """Type the rows of one line; when one of them fails the line is set aside."""
        typed: list[tuple[Table, tuple[Value, ...], bytes]] = []
        for kind, values in unit:
            schema = kind.schema
            sure = kind.plan.row(values)
            if sure is not None:
                typed.append((schema, *sure))
                continue
            row = self._typer.row(schema, line_no, values)
            if isinstance(row, Reject):
                self.rejects.append(row)
                return
            typed.append((schema, row, fingerprint(schema, row)))
        leads = True
        for schema, row, content in typed:
            self._rows_of(schema).add(line_no, row, content, leads=leads)
            leads = False
            self._spill_from(schema)

    def _rows_of(self, schema: Table) -> TableRows:
        rows = self.rows.get(schema.name)
        if rows is None:
            rows = self.rows[schema.name] = TableRows()
        return rows

    def _spill_from(self, schema: Table) -> None:
        if self.spill and len(self.rows[schema.name].values) >= BATCH:
            self.spill(schema, self.rows.pop(schema.name))
