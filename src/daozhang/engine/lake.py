"""The lake: immutable Parquet parts, one folder per import; what is visible is decided by the desk, never by a listing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import duckdb

from daozhang.matching.aside_lines import AsideLine
from daozhang.records import TABLES, Table

LAKE_TYPES: Final = {"import_id": "VARCHAR", "line_no": "BIGINT", "fp": "BLOB"}


@dataclass(frozen=True, slots=True)
class Part:
    """One visible Parquet file of a table, path relative to the workspace.

    ``unless`` are files of a later delivery of the same thing: only rows that are in one of them too still hold.
    """

    table: str
    path: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What is known of one accepted import: who sent it, for what days it is complete, when it came.

    ``covers`` holds (table, first day, last day, account tail, merchant number). ``arrived_at`` is None when nobody
    said when it came; such a file counts as always known.
    """

    import_id: str
    seq: int
    file_name: str
    format: str
    acquirer: str = ""
    merchant_no: str = ""
    account_tail: str = ""
    covers_on: date | None = None
    arrived_at: datetime | None = None
    covers: tuple[tuple[str, date, date, str, str], ...] = ()
    warnings: tuple[tuple[str, dict[str, object]], ...] = ()
    tables: tuple[tuple[str, int], ...] = ()
    statements: tuple[Mapping[str, object], ...] = ()
    """What the account statements of the file say of themselves (``formats.base.Statement``), and, with a ``table``, what
    the rows of other files must add up to (``formats.base.StatedTotal``); days as ISO texts."""
    set_aside: int = 0
    """Lines that could not be read and that nobody has put right yet."""
    aside_lines: tuple[AsideLine, ...] = ()
    """What can be read of these lines; the others say nothing."""


def connect(*, memory: str, threads: int, spill: Path | None) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection with a hard memory limit; without ``spill`` it never writes to a disk."""
    connection = duckdb.connect(":memory:")
    connection.execute(f"SET memory_limit='{memory}'")
    connection.execute(f"SET threads={threads}")
    connection.execute("SET preserve_insertion_order=false")
    connection.execute(f"SET temp_directory='{spill.as_posix() if spill else ''}'")
    connection.execute("SET parquet_metadata_cache=true")  # a run asks the same parts some thirty times
    connection.execute("SET enable_progress_bar=false")  # what a program prints is read by programs
    connection.execute("SET autoinstall_known_extensions=false; SET autoload_known_extensions=false")
    return connection


def create_views(
    connection: duckdb.DuckDBPyConnection, root: Path, parts: Iterable[Part], tables: Collection[str] = ()
) -> None:
    """Make one view per interchange table (or of those named) over its visible parts; without parts it is empty."""
    by_table: dict[str, list[Part]] = {}
    for part in parts:
        by_table.setdefault(part.table, []).append(part)
    for table in TABLES:
        if not tables or table.name in tables:
            selected = visible_rows(root, by_table.get(table.name, ()), table)
            connection.execute(f"CREATE OR REPLACE VIEW {table.name} AS {selected}")


def visible_rows(root: Path, parts: Iterable[Part], table: Table) -> str:
    """Return a SELECT of the rows of ``table`` in these parts of it; without parts it gives none."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for part in parts:
        later = tuple((root / path).as_posix() for path in part.unless)
        groups.setdefault(later, []).append((root / part.path).as_posix())
    return " UNION ALL ".join(_select(table, paths, later) for later, paths in (groups or {(): []}).items())


def _select(table: Table, paths: Sequence[str], later: Sequence[str]) -> str:
    if not paths:
        typed = [f"NULL::{column.type.sql} AS {column.name}" for column in table.columns]
        typed += [f"NULL::{kind} AS {name}" for name, kind in LAKE_TYPES.items()]
        return f"SELECT {', '.join(typed)} WHERE false"
    names = ", ".join((*(f'"{name}"' for name in table.column_names), *LAKE_TYPES))
    selected = f"SELECT {names} FROM read_parquet([{_listed(paths)}], union_by_name=true)"
    return f"{selected} WHERE fp IN (SELECT fp FROM read_parquet([{_listed(later)}]))" if later else selected


def _listed(paths: Sequence[str]) -> str:
    return ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
