"""Delimited texts and Parquet, set-wise: DuckDB reads, types, fingerprints and writes what is beyond doubt in one pass.

What is not beyond doubt (``sure``) goes line by line through the format's own row reader, which decides.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from daozhang.formats.base import Projection, Source
from daozhang.intake import csv_source, sure
from daozhang.intake.collector import Collector
from daozhang.intake.equal_rows import settle_equal_rows
from daozhang.intake.plain_csv import Header
from daozhang.intake.reading import StagedPart
from daozhang.intake.scan import Scanned, memory_file, patched
from daozhang.intake.staging import LEADS, PACKED, measured, quoted
from daozhang.intake.sure import Signs
from daozhang.records import ColumnType, Table, table_named

if TYPE_CHECKING:
    import duckdb

FEW: Final = 300
"""Lines that the engine leaves out (blank or broken) up to which its row numbers are put right; then the text is patched."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the parts of one import are written."""

    folder: Path
    import_id: str


def read_projected(
    connection: duckdb.DuckDBPyConnection, text: Scanned, how: Projection, stage: Stage, collector: Collector
) -> list[StagedPart]:
    """Read a delimited text; return the staged parts, the rest is in the collector.

    ``formats.base.NotSetWiseError`` comes from the projection's own reader when the text is not what it took it for.
    """
    table = table_named(how.table)
    known = frozenset(how.columns)
    signs = Signs(spaces=text.has_spaces, tabs=text.has_tabs, wide=not text.is_ascii)
    test = f"{csv_source.fits(how)} AND is_sure AND {sure.sure(table, known, signs)}"
    with ExitStack() as held:

        def write(missing: tuple[int, ...]) -> tuple[StagedPart, str]:
            path, left_out = text.path, missing
            if len(missing) > FEW:
                handle = memory_file(patched(text, missing, how.delimiter.encode() * how.width))
                held.callback(os.close, handle)
                path, left_out = f"/proc/self/fd/{handle}", ()
            source = csv_source.rows(path, how, left_out, strict=text.has_quotes)
            return _write_sure(connection, source, table, known, test, stage), source

        part, source = write(text.blanks)
        if broken := csv_source.broken_lines(connection):
            missing = tuple(sorted({*text.blanks, *broken}))
            if len(missing) > FEW:
                part, source = write(missing)
                csv_source.broken_lines(connection)
            else:
                _move_lines(connection, stage.folder / part.file, csv_source.moved(text.blanks, missing))
                source = csv_source.rows(text.path, how, missing, strict=text.has_quotes)
        left = _lines_left(connection, stage.folder / part.file, part.rows, text.lines)
        how.rest(text.pick(left), csv_source.Sums(connection, source, how, left), collector)
    collector.close()
    return settle_equal_rows(
        connection, stage.folder, part, table, stage.import_id, collector.rows.pop(table.name, None)
    )


def read_parquet(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table, stage: Stage, collector: Collector
) -> list[StagedPart]:
    """Read a Parquet file; ``line_no`` is the number of the row. Returns the staged parts, the rest is in the collector."""
    with ExitStack() as held:
        handle = source.handle
        if handle < 0:
            handle = memory_file(source.chunks())
            held.callback(os.close, handle)
        # A file may lie about the least and largest value of its columns; the engine would then take a test for proven.
        connection.execute("SET disabled_optimizers='statistics_propagation'")
        held.callback(connection.execute, "RESET disabled_optimizers")
        file = f"read_parquet('/proc/self/fd/{handle}', file_row_number=true)"
        described = connection.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {file}").fetchall()
        collector.drop_columns(Header(tuple(row[0] for row in described)).forbidden)
        texts = {row[0]: _parquet_text(table, row[0], row[1]) for row in described if row[0] in table.column_names}
        cells = ", ".join(f"nullif({text}, '') AS \"{name}\"" for name, text in texts.items())
        rows = f"(SELECT file_row_number + 1 AS line_no, {cells} FROM {file})"
        known = frozenset(texts)
        part = _write_sure(connection, rows, table, known, sure.sure(table, known, Signs()), stage)
        count = int(connection.execute(f"SELECT count(*) FROM {file}").fetchall()[0][0])
        left = _lines_left(connection, stage.folder / part.file, part.rows, count)
        names = [name for name in table.column_names if name in known]
        for first, after in left:
            listed = ", ".join(f'"{name}"' for name in names)
            query = (
                f"SELECT line_no, {listed} FROM {rows} WHERE line_no >= {first} AND line_no < {after} ORDER BY line_no"
            )
            for line_no, *found in connection.execute(query).fetchall():
                collector.row(table.name, line_no, dict(zip(names, found, strict=True)))
        collector.close()
    return settle_equal_rows(
        connection, stage.folder, part, table, stage.import_id, collector.rows.pop(table.name, None)
    )


def _parquet_text(table: Table, name: str, type_: str) -> str:
    """Return the SQL that gives a Parquet column as interchange text: whole floats without ``.0``, instants in China time."""
    named = '"' + name.replace('"', '""') + '"'
    whole = table.column(name).type in {ColumnType.MINOR, ColumnType.COUNT}
    if whole and (type_ in {"DOUBLE", "FLOAT"} or type_.startswith("DECIMAL")):
        return f"CASE WHEN {named} = floor({named}) THEN try_cast({named} AS BIGINT)::VARCHAR ELSE {named}::VARCHAR END"
    if type_ == "TIMESTAMP WITH TIME ZONE":
        return f"make_timestamp(epoch_us({named}) + 28800000000)::VARCHAR"
    if table.column(name).type is ColumnType.DAY and type_.startswith("TIMESTAMP"):
        return f"CASE WHEN date_trunc('day', {named}) = {named} THEN {named}::DATE::VARCHAR ELSE {named}::VARCHAR END"
    return f"{named}::VARCHAR"


def _write_sure(
    connection: duckdb.DuckDBPyConnection, rows: str, table: Table, known: frozenset[str], test: str, stage: Stage
) -> StagedPart:
    values = ", ".join(f'{sure.typed(column, known)} AS "{column.name}"' for column in table.columns)
    written = (
        f"SELECT {values}, '{stage.import_id}' AS import_id, line_no, unhex(md5({sure.content(table, known)})) AS fp,"
        f" true AS {LEADS} FROM {rows} WHERE {test}"
    )
    path = stage.folder / f"{table.name}.parquet"
    connection.execute(f"COPY ({written}) TO '{quoted(path)}' (FORMAT parquet, {PACKED})")
    return measured(connection, path, table)


def _move_lines(connection: duckdb.DuckDBPyConnection, path: Path, line_no: str) -> None:
    draft = path.with_suffix(".draft")
    connection.execute(
        f"COPY (SELECT * REPLACE ({line_no} AS line_no) FROM read_parquet('{quoted(path)}'))"
        f" TO '{quoted(draft)}' (FORMAT parquet, {PACKED})"
    )
    draft.replace(path)


def _lines_left(connection: duckdb.DuckDBPyConnection, path: Path, rows: int, lines: int) -> list[tuple[int, int]]:
    """Return the ranges (first, one behind the last) of line numbers that the part does not have; its rows stand in order."""
    if rows == lines:
        return []
    before = f"SELECT line_no, lag(line_no, 1, 0) OVER () AS before FROM read_parquet('{quoted(path)}')"
    gaps = connection.execute(f"SELECT before + 1, line_no FROM ({before}) WHERE line_no <> before + 1").fetchall()
    last = connection.execute(f"SELECT coalesce(max(line_no), 0) FROM read_parquet('{quoted(path)}')").fetchall()[0][0]
    left = [*gaps, *([(last + 1, lines + 1)] if last < lines else [])]
    if sum(after - first for first, after in left) + rows != lines or any(after <= first for first, after in left):
        raise AssertionError("lines lost between the engine and the row reader")
    return left
