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
from daozhang.intake.row_plan import RowPlan
from daozhang.intake.typed_rows import RowTyper, fingerprint, occurrence
from daozhang.records import Table, table_named

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


class Collector:
    """Takes what a reader says of each line."""

    def __init__(self, typer: RowTyper, spill: Spill | None = None) -> None:
        self._typer = typer
        self.spill = spill
        self._plans: dict[str, tuple[Table, RowPlan]] = {}
        self._unit: list[tuple[Table, RowPlan, Mapping[str, object]]] = []
        self._unit_line = 0
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
        known = self._plans.get(table)
        if known is None:
            schema = table_named(table)
            known = self._plans[table] = schema, self._typer.plan(schema)
        again = self._unit and self._unit_line == line_no and all(one.name != table for one, _, _ in self._unit)
        if not again:
            self._close()
        schema, plan = known
        self._unit.append((schema, plan, values))
        self._unit_line = line_no
        if not values.keys() <= plan.names:
            self.drop_columns({name for name in values if is_forbidden_column(name)})

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
        """Finish the last line."""
        self._close()

    def drop_columns(self, names: set[str]) -> None:
        """Say which columns of card data were left out."""
        for name in sorted(names - self._dropped):
            self._dropped.add(name)
            self.warn("warn-card-column-dropped", column=name)

    def _close(self) -> None:
        if not self._unit:
            return
        unit, self._unit = self._unit, []
        typed: list[tuple[Table, tuple[Value, ...], bytes]] = []
        for schema, plan, values in unit:
            sure = plan.row(values)
            if sure is not None:
                typed.append((schema, *sure))
                continue
            row = self._typer.row(schema, self._unit_line, values)
            if isinstance(row, Reject):
                self.rejects.append(row)
                return
            typed.append((schema, row, fingerprint(schema, row)))
        leads = True
        for schema, row, content in typed:
            rows = self.rows.get(schema.name)
            if rows is None:
                rows = self.rows[schema.name] = TableRows()
            rows.add(self._unit_line, row, content, leads=leads)
            leads = False
            if self.spill and len(rows.values) >= BATCH:
                self.spill(schema, self.rows.pop(schema.name))
