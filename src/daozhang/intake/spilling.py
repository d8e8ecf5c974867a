"""Rows of a long file leave memory while it is read: they are written to the staged part batch by batch."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from daozhang.intake.collector import TableRows
from daozhang.intake.equal_rows import number_equal_rows
from daozhang.intake.reading import StagedPart
from daozhang.intake.staging import as_arrow, day_range, write_rows
from daozhang.records import Table, table_named

if TYPE_CHECKING:
    import duckdb

GROUP_ROWS: Final = 8_192
"""Rows that are packed together; readers of the lake skip by such groups."""


FIRST_ROWS: Final = 200
"""Rows that show which columns repeat themselves."""
FEW: Final = 50_000
"""Numbers that a set of Python takes; it needs more memory than Arrow's, but Arrow's needs ten megabytes to be loaded."""


class SpilledPart:
    """One part being written. Beside the rows it keeps eight bytes of each row's digest, to notice equal rows."""

    def __init__(self, folder: Path, table: Table, import_id: str) -> None:
        self._path = folder / f"{table.name}.parquet"
        self._table, self._import_id = table, import_id
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._starts = [array("Q") for _ in range(16)]
        self._lines = 0
        self._days: tuple[date | None, date | None] = (None, None)

    def take(self, rows: TableRows) -> None:
        """Take rows; those of a full group go to the disk."""
        self._waiting.append(as_arrow(self._table, rows, self._import_id, rows.contents))
        for start in array("Q", b"".join(rows.contents))[::2]:
            self._starts[start & 15].append(start)
        self._lines += sum(rows.leads)
        days = [day for day in (*self._days, *day_range(self._table, rows.values)) if day is not None]
        self._days = (min(days), max(days)) if days else (None, None)
        if sum(one.num_rows for one in self._waiting) >= GROUP_ROWS:
            self._write()

    def close(self, engine: Callable[[], duckdb.DuckDBPyConnection]) -> StagedPart:
        """Finish the part and return what it holds; the engine is asked for only when two rows may be equal."""
        self._write()
        assert self._writer is not None
        self._writer.close()
        rows = sum(map(len, self._starts))
        # A sixteenth at a time: counting all of them together would take as much memory as the reading did.
        if any(_has_equals(one) for one in self._starts):
            number_equal_rows(engine(), self._path, rows)
        return StagedPart(self._table.name, self._path.name, rows, self._lines, *self._days)

    def _write(self) -> None:
        if self._waiting:
            group = pa.concat_tables(self._waiting)
            self._waiting.clear()
            self._writer = self._writer or pq.ParquetWriter(
                self._path, group.schema, compression="zstd", use_dictionary=_repeating(group)
            )
            self._writer.write_table(group)


def _has_equals(numbers: array[int]) -> bool:
    if len(numbers) <= FEW:
        return len(set(numbers)) < len(numbers)
    import pyarrow.compute as pc  # noqa: PLC0415 - see FEW

    return bool(pc.count_distinct(pa.array(numbers, type=pa.uint64())).as_py() < len(numbers))


class Spilling:
    """The parts of one import that are written while its file is read."""

    def __init__(self, folder: Path, import_id: str) -> None:
        self._folder, self._import_id = folder, import_id
        self._parts: dict[str, SpilledPart] = {}

    def take(self, table: Table, rows: TableRows) -> None:
        """Take rows of a table out of memory."""
        if table.name not in self._parts:
            self._parts[table.name] = SpilledPart(self._folder, table, self._import_id)
        self._parts[table.name].take(rows)

    def close(self, last: dict[str, TableRows], engine: Callable[[], duckdb.DuckDBPyConnection]) -> list[StagedPart]:
        """Return the parts, ``last`` being the rows that were still held."""
        parts = []
        for name in sorted({*self._parts, *last}):
            part, rows = self._parts.get(name), last.get(name)
            if part is None:
                parts.append(write_rows(self._folder, table_named(name), last[name], self._import_id))
                continue
            if rows is not None:
                part.take(rows)
            parts.append(part.close(engine))
        return parts


def _repeating(group: pa.Table) -> list[str]:
    """Return the columns that say few different things, going by the first rows; of others a dictionary would hold them all."""
    first = group.slice(0, FIRST_ROWS)
    return [name for name in group.column_names if len(set(first[name].to_pylist())) <= first.num_rows // 4]
