"""Where the table of a delimited text stands, for formats that read it set-wise, and the lines that were left of it as records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from daozhang.formats.base import NotSetWiseError
from daozhang.formats.lines import Columns, Record, split_cells
from daozhang.formats.sql_lines import LineCells
from daozhang.formats.sql_steps import Steps


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a text: its columns, the line below its header, how many cells a line has, the account named above it."""

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


def lines_as_records(lines: Iterable[tuple[int, str]]) -> Iterator[Record]:
    """Yield the lines that were left as records; ``NotSetWiseError`` where a record may go on on the next line."""
    for line_no, text in lines:
        cells, is_open, _ = split_cells(text)
        if is_open:
            raise NotSetWiseError
        yield Record(line_no, tuple(cells), text)
