"""Reads a foreign table row by row as its mapping says; every line is said once, what cannot be read is set aside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from daozhang.formats.base import Sink, Source
from daozhang.formats.cells import UnreadableError, clean, tail_of
from daozhang.formats.lines import FIRST_RECORDS, Record, check_width, take
from daozhang.formats.mapped.checks import SelfChecks
from daozhang.formats.mapped.columns import UNKNOWN_ACCOUNT, TableReading
from daozhang.formats.mapped.rows import Block, Header, blocks_of
from daozhang.formats.mapped.spec import Mapping

_ACCOUNT_LINE: Final = re.compile(
    r"(?:卡号|[账帐]号|[账帐]户|[Aa]ccount(?:[Nn]o|[Nn]umber)?)[.:：]*\s*\[?([0-9][0-9*]{2,}[0-9])"
)
"""Blanks inside a cell are taken out first, one stays between cells."""


def read_with(mapping: Mapping) -> Callable[[Source, Sink], None]:
    """Return the reader of one mapping's files."""

    def read(source: Source, sink: Sink) -> None:
        _Reading(mapping, source, sink).read()

    return read


@dataclass(slots=True)
class _Reading:
    """The state while one file is read."""

    mapping: Mapping
    source: Source
    sink: Sink
    blocks_read: int = 0
    accountless: int = 0
    numbers: set[str] = field(default_factory=set)

    def read(self) -> None:
        """Say what every record is, then what the file says about itself."""
        for block in blocks_of(self.source, self.mapping.shape):
            if block.header is None:
                for record in block.records:
                    self.sink.control(record.line_no)
            else:
                self._read_block(block, block.header)
        if not self.blocks_read:
            self.sink.warn("warn-header-missing")
        if self.accountless:
            self.sink.warn("warn-account-unknown", count=self.accountless)
        if self.numbers:
            self.sink.warn("warn-numbers-for-text", columns=", ".join(sorted(self.numbers)))

    def _read_block(self, block: Block, header: Header) -> None:
        self.blocks_read += 1
        records = iter(block.records)
        above = list(islice(records, header.last + 1))
        for record in above:
            self.sink.control(record.line_no)
        names = above[-1].cells if above else ()
        reading = TableReading(self.mapping, header.columns, self.source.given, account_above(above))
        checks = SelfChecks(self.mapping, reading.text, self.sink)
        for record in records:
            self._read_record(record, names, reading, checks, header)
        checks.finish()
        self.numbers |= reading.numbers

    def _read_record(
        self, record: Record, names: tuple[str, ...], reading: TableReading, checks: SelfChecks, header: Header
    ) -> None:
        shape = self.mapping.shape
        if record.is_blank or record.cells == names or (shape.comments and record.text.startswith(shape.comments)):
            self.sink.control(record.line_no)
        elif shape.footers and _first_cell(record).startswith(shape.footers):
            self.sink.control(record.line_no)
            checks.footer(record)
        else:

            def one(record: Record) -> None:
                check_width(record, header.columns)
                rows = reading.rows(record)
                self._check_net(rows)
                if not rows:
                    self.sink.control(record.line_no)
                for table, values in rows:
                    self.sink.row(table, record.line_no, values)
                    self.accountless += values.get("account_tail") == UNKNOWN_ACCOUNT
                checks.row(record, rows)

            if not take(self.sink, record, one):
                checks.gaps.append(record.line_no)

    def _check_net(self, rows: Iterable[tuple[str, dict[str, object]]]) -> None:
        for table, values in rows:
            gross, fee, net = (values.get(name) for name in ("gross_minor", "fee_minor", "net_minor"))
            if table == "clearings" and isinstance(gross, int) and isinstance(fee, int) and net != gross - fee:
                # Intake would set the row aside for the same reason, but cannot name the file's own column.
                raise UnreadableError(
                    self._column_of(table, "net_minor"), str(net), "reject-net-stated", expected=str(gross - fee)
                )

    def _column_of(self, table: str, name: str) -> str:
        for rule in self.mapping.tables:
            for column, one in rule.columns:
                if rule.table == table and column == name and one.columns:
                    return one.columns[0]
        return name


def account_above(records: Iterable[Record]) -> str:
    """Return the tail of the account number that stands above a table, empty when none can be read."""
    for record in islice(records, FIRST_RECORDS):
        text = " ".join("".join(cell.split()) for cell in record.cells)
        if match := _ACCOUNT_LINE.search(text):
            return tail_of(match[1]) or ""
    return ""


def _first_cell(record: Record) -> str:
    return next((text for cell in record.cells if (text := clean(cell))), "")
