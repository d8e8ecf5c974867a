"""Reads a foreign table row by row as its mapping says; every line is said once, what cannot be read is set aside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Values
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from daozhang.formats.base import Given, Sink, Source
from daozhang.formats.cells import UnreadableError, clean, tail_of
from daozhang.formats.lines import FIRST_RECORDS, Record, check_width, split_cells, take
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
        rows = Rest(
            self.mapping, self.source.given, self.sink, header, above[-1].cells if above else (), account_above(above)
        )
        for record in records:
            rows.record(record)
        rows.finish({})
        self.accountless += rows.accountless
        self.numbers |= rows.reading.numbers


class Rest:
    """Reads the records below a header, all of them or those that a set-wise reading left."""

    def __init__(
        self, mapping: Mapping, given: Given, sink: Sink, header: Header, names: tuple[str, ...], account: str = ""
    ) -> None:
        self._mapping = mapping
        self._sink = sink
        self._header = header
        self._names = names
        self.reading = TableReading(mapping, header.columns, given, account)
        self._checks = SelfChecks(mapping, self.reading.text, sink)
        self.accountless = 0

    def record(self, record: Record) -> None:
        """Say what one record is."""
        shape = self._mapping.shape
        if (
            record.is_blank
            or record.cells == self._names
            or (shape.comments and record.text.startswith(shape.comments))
        ):
            self._sink.control(record.line_no)
        elif shape.footers and _first_cell(record).startswith(shape.footers):
            self._sink.control(record.line_no)
            self._checks.footer(record)
        elif self._checks.has_total() and _is_note(record):
            self._sink.control(record.line_no)  # who made the list, below its total
        elif not take(self._sink, record, self._row):
            self._checks.gaps.append(record.line_no)

    def finish(self, sums: Values[str, object]) -> None:
        """Say where the file contradicts itself; ``sums`` is what the rows that were read elsewhere add up to."""
        self._checks.add(sums)
        self._checks.finish()

    def _row(self, record: Record) -> None:
        check_width(record, self._header.columns)
        rows = self.reading.rows(record)
        self._check_net(rows)
        if not rows:
            self._sink.control(record.line_no)
        for table, values in rows:
            self._sink.row(table, record.line_no, values)
            self.accountless += values.get("account_tail") == UNKNOWN_ACCOUNT
        self._checks.row(record, rows)

    def _check_net(self, rows: Iterable[tuple[str, dict[str, object]]]) -> None:
        for table, values in rows:
            gross, fee, net = (values.get(name) for name in ("gross_minor", "fee_minor", "net_minor"))
            if table == "clearings" and isinstance(gross, int) and isinstance(fee, int) and net != gross - fee:
                # Intake would set the row aside for the same reason, but cannot name the file's own column.
                raise UnreadableError(
                    self._column_of(table, "net_minor"), str(net), "reject-net-stated", expected=str(gross - fee)
                )

    def _column_of(self, table: str, name: str) -> str:
        for rule in self._mapping.tables:
            for column, one in rule.columns:
                if rule.table == table and column == name and one.columns:
                    return one.columns[0]
        return name


def record_of(line_no: int, text: str, delimiter: str, *, quoted: bool) -> Record:
    """Return one line of a text as a record."""
    cells, is_open, _ = split_cells(text, delimiter) if quoted else (text.split(delimiter), False, False)
    return Record(line_no, tuple(text.split(delimiter) if is_open else cells), text, is_broken=is_open)


def account_above(records: Iterable[Record]) -> str:
    """Return the tail of the account number that stands above a table, empty when none can be read."""
    for record in islice(records, FIRST_RECORDS):
        text = " ".join("".join(cell.split()) for cell in record.cells)
        if match := _ACCOUNT_LINE.search(text):
            return tail_of(match[1]) or ""
    return ""


def _is_note(record: Record) -> bool:
    """Return whether a record is a sentence in one cell: the others are empty, or it says ``name: value``; never a number."""
    filled = [text for cell in record.cells if (text := clean(cell))]
    return (
        len(filled) == 1
        and not filled[0][0].isdigit()
        and (len(record.cells) > 2 or any(one in filled[0] for one in ":："))
    )


def _first_cell(record: Record) -> str:
    return next((text for cell in record.cells if (text := clean(cell))), "")
