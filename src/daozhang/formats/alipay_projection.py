"""What 支付宝 bills share where they are read set-wise: where the table begins, and the lines that are not taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from daozhang.formats.alipay import stated_account
from daozhang.formats.base import NotSetWiseError, Source
from daozhang.formats.lines import Columns, Record, first_records, split_cells
from daozhang.formats.sql_lines import LineCells
from daozhang.formats.sql_steps import Steps


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a bill: its columns, the line below its header, how many cells a line has, the account named above it."""

    columns: Columns
    first_line: int
    width: int
    account: str

    @property
    def extra(self) -> Iterator[str]:
        """Return the tests that no cell stands behind the last column."""
        return (f"coalesce(trim(c{place}), '') = ''" for place in range(self.columns.width, self.width))

    def cells(self, steps: Steps) -> LineCells:
        """Return the SQL of its cells."""
        return LineCells(self.columns, self.width, steps)


def table_of(source: Source, known_by: tuple[str, ...]) -> Table | None:
    """Return the table whose header names all of these columns, None when it does not stand where it should."""
    account, found = "", None
    for record, columns in first_records(source):
        if found is not None and not record.is_blank:
            header_line, header, width = found
            return Table(header, header_line + 1, max(width, len(record.cells)), account)
        if record.text.startswith("#"):
            account = stated_account(record.text) or account
        elif found is None and columns.has(*known_by):
            found = (record.line_no, columns, len(record.cells))
    return None


def lines_as_records(lines: Iterable[tuple[int, str]]) -> Iterator[Record]:
    """Yield the lines that were left as records; ``NotSetWiseError`` where a record may go on on the next line."""
    for line_no, text in lines:
        cells, is_open, _ = split_cells(text)
        if is_open:
            raise NotSetWiseError
        yield Record(line_no, tuple(cells), text)
