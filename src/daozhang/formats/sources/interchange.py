"""The neutral interchange tables as CSV or Parquet: which table a file is. The rows are read set-wise by intake."""

from __future__ import annotations

from typing import Final

from daozhang.formats.base import Format, PlainTable, Source
from daozhang.formats.cells import clean
from daozhang.formats.lines import first_records
from daozhang.records import TABLES, Table

DELIVERY_LIST: Final = frozenset({"path", "arrived_at"})
"""Columns of ``arrivals.csv``, which describes files and is none of the tables."""
_ALL: Final = tuple(table.name for table in TABLES)


def csv_table_of(source: Source) -> str:
    """Return the table whose columns a CSV file's header names; empty when there is none."""
    first = next((record for record, _ in first_records(source)), None)
    return _table_of([clean(cell) for cell in first.cells], source.name) if first else ""


def parquet_table_of(source: Source) -> str:
    """Return the table whose columns a Parquet file's schema names; empty when there is none or it is no Parquet."""
    if not (source.head(4) == source.tail(4) == b"PAR1"):
        return ""
    import pyarrow as pa  # noqa: PLC0415 - a fifth of a second to load, only for files that look like Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        names = pq.read_schema(source.file()).names
    except (pa.ArrowException, OSError, ValueError):
        return ""
    # The engine calls the second of two equal columns otherwise, and nobody would know which of them was read.
    return _table_of([str(name) for name in names], source.name) if len(set(names)) == len(names) else ""


def _table_of(names: list[str], file_name: str) -> str:
    header = frozenset(names)
    if header >= DELIVERY_LIST:
        return ""
    fitting = [table for table in TABLES if _required(table) <= header]
    exact = [table for table in fitting if header <= frozenset(table.column_names)]
    named = [table for table in fitting if _base_name(file_name).startswith(table.name)]
    if exact:
        # The name only breaks a tie; without its help the table that asks for most is the one meant.
        return max(exact, key=lambda table: (table in named, len(_required(table)))).name
    return max(named, key=lambda table: len(table.name)).name if named else ""


def _required(table: Table) -> frozenset[str]:
    return frozenset(column.name for column in table.columns if column.required)


def _base_name(file_name: str) -> str:
    return file_name.replace("\\", "/").rpartition("/")[2].lower()


FORMATS: Final = (
    Format(
        code="interchange_csv",
        knows=lambda source: bool(csv_table_of(source)),
        tables=_ALL,
        plain=PlainTable(container="csv", table_of=csv_table_of),
        evidence="own",
    ),
    Format(
        code="interchange_parquet",
        knows=lambda source: bool(parquet_table_of(source)),
        tables=_ALL,
        plain=PlainTable(container="parquet", table_of=parquet_table_of),
        evidence="own",
    ),
)
