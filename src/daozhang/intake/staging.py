"""Writes typed rows as Parquet parts (zstd) into the staging folder of one import, and measures what a part holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from daozhang.intake.cells import Value
from daozhang.intake.collector import TableRows
from daozhang.intake.reading import StagedPart
from daozhang.records import ColumnType, Table

if TYPE_CHECKING:
    import duckdb

LEADS: Final = "leads_line"
"""False on the second row that one line of the source gave; such a row is not counted as a line again."""

PACKED: Final = "COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2"
"""How the engine packs parts: version 2 writes numbers and texts as differences, which is smaller and takes less time."""

ARROW: Final = {
    ColumnType.TEXT: pa.string(),
    ColumnType.MINOR: pa.int64(),
    ColumnType.COUNT: pa.int64(),
    ColumnType.NUMBER: pa.decimal128(18, 4),
    ColumnType.MOMENT: pa.timestamp("us"),
    ColumnType.DAY: pa.date32(),
    ColumnType.CLOCK: pa.string(),
    ColumnType.FLAG: pa.bool_(),
}


def write_rows(
    folder: Path, table: Table, rows: TableRows, import_id: str, *, file: str = "", already: Mapping[bytes, int] | None = None
) -> StagedPart:  # fmt: skip
    """Write one part and return what it holds; ``already`` counts equal rows that come before (``TableRows``)."""
    name = file or f"{table.name}.parquet"
    arrow = as_arrow(table, rows, import_id, rows.fingerprints(already))
    pq.write_table(arrow, folder / name, compression="zstd")
    day_from, day_to = day_range(table, rows.values)
    return StagedPart(table.name, name, len(rows.values), sum(rows.leads), day_from, day_to)


def day_range(table: Table, values: list[tuple[Value, ...]]) -> tuple[date | None, date | None]:
    """Return first and last day of the table's day column, by which later imports leave parts unopened."""
    if not table.day_column:
        return None, None
    place = table.column_names.index(table.day_column)
    days = [row[place] for row in values if row[place] is not None]
    return (_day(min(days)), _day(max(days))) if days else (None, None)  # type: ignore[type-var]


def _day(value: Value) -> date:
    if isinstance(value, datetime):
        return value.date()
    assert isinstance(value, date)
    return value


def as_arrow(table: Table, rows: TableRows, import_id: str, fingerprints: list[bytes]) -> pa.Table:
    """Return rows as they stand in a part."""
    columns = list(zip(*rows.values, strict=True)) if rows.values else [()] * len(table.columns)
    arrays = [pa.array(cells, type=ARROW[column.type]) for column, cells in zip(table.columns, columns, strict=True)]
    arrays += [
        pa.array([import_id] * len(rows.values), type=pa.string()),
        pa.array(rows.line_nos, type=pa.int64()),
        pa.array(fingerprints, type=pa.binary()),
        pa.array(rows.leads, type=pa.bool_()),
    ]
    return pa.Table.from_arrays(arrays, names=[*table.column_names, "import_id", "line_no", "fp", LEADS])


def measured(connection: duckdb.DuckDBPyConnection, path: Path, table: Table) -> StagedPart:
    """Return what a written part holds."""
    day = f'min("{table.day_column}")::DATE, max("{table.day_column}")::DATE' if table.day_column else "NULL, NULL"
    query = f"SELECT count(*), count(*) FILTER (WHERE {LEADS}), {day} FROM read_parquet('{quoted(path)}')"
    rows, lines, day_from, day_to = connection.execute(query).fetchall()[0]
    return StagedPart(table.name, path.name, rows, lines, day_from, day_to)


def quoted(path: Path) -> str:
    """Return a path as it stands inside an SQL text."""
    return path.as_posix().replace("'", "''")
