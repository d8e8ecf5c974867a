"""Interchange CSV and Parquet, set-wise: DuckDB reads, types, fingerprints and writes what is beyond doubt in one pass.

A row passes only when every cell is exactly what its type prints (so ``1.5`` never becomes 2), no cell could hold a card
number, and the sums agree. All other rows go one by one through ``typed_rows``, which decides; nothing is decided here.
"""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from daozhang.intake.cards import SUSPECT_SQL
from daozhang.intake.collector import Collector, TableRows
from daozhang.intake.plain_csv import Header, header_of, read_record
from daozhang.intake.reading import StagedPart
from daozhang.intake.staging import LEADS, write_rows
from daozhang.intake.typed_rows import LONGEST_CELL, SEPARATOR, occurrence
from daozhang.records import Column, ColumnType, Table

BLANKS: Final = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\x85"
_STRANGE: Final = b"\0\x0b\x0c\x1c\x1d\x1e\x1f"
"""Bytes that are no text or that Python, but not the engine, takes for blanks; a file with one is read row by row."""
LARGEST_SURE: Final = 10**12
"""Minor units from which on a whole number is looked at one by one: it might be a card number in the wrong column."""
PACKED: Final = "COMPRESSION zstd, COMPRESSION_LEVEL 1"
"""How parts are packed; a higher level costs a third more time for a tenth less space."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the parts of one import are written."""

    folder: Path
    import_id: str


def is_regular(data: bytes) -> bool:
    """Return whether a UTF-8 CSV has one record per line, so that a row's place in the file is its line number."""
    if not data or any(bytes((sign,)) in data for sign in _STRANGE):
        return False
    ends = data.count(b"\n")
    returns = data.count(b"\r")
    if returns and not returns == data.count(b"\r\n") == ends:
        return False
    return b'"' not in data or all(line.count(b'"') % 2 == 0 for line in io.BytesIO(data))


def read_csv(
    connection: duckdb.DuckDBPyConnection, data: bytes, table: Table, stage: Stage, collector: Collector
) -> list[StagedPart]:
    """Read a regular CSV (UTF-8 without a byte order mark); return the staged parts, the rest is in the collector."""
    header = header_of(data[: data.find(b"\n")].decode("utf-8"))
    collector.drop_columns(header.forbidden)
    collector.control(1)
    wide = len(header.names)
    raw = _raw_columns(table, {name: f"c{place}" for place, name in enumerate(header.names)})
    tight = b" " not in data and b"\t" not in data and data.isascii()

    def write(content: bytes) -> StagedPart:
        with memory_file(content) as path:
            source = f"(SELECT row_number() OVER () + 1 AS line_no, {raw} FROM {_csv(path, wide)})"
            return _write_sure(connection, source, table, stage, tight=tight)

    has_blank_lines = b"\n\n" in data or b"\n\r\n" in data
    part = write(_with_empty_rows(data, set(), wide) if has_blank_lines else data)
    if broken := _broken_lines(connection):
        part = write(_with_empty_rows(data, broken, wide))
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if part.rows < lines - 1:
        unsure = _lines_left(connection, stage.folder / part.file, 2, lines)
        for line_no, record in _pick(data, unsure):
            read_record(record, line_no, header, table, collector)
        collector.close()
    return _settle_equal_rows(connection, part, table, stage, collector)


def read_parquet(
    connection: duckdb.DuckDBPyConnection, data: bytes, table: Table, stage: Stage, collector: Collector
) -> list[StagedPart]:
    """Read a Parquet file; ``line_no`` is the number of the row. Returns the staged parts, the rest is in the collector."""
    with memory_file(data) as path:
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet('{path}')").fetchall()
        collector.drop_columns(Header(tuple(row[0] for row in described)).forbidden)
        known = {row[0]: _parquet_text(table, row[0], row[1]) for row in described if row[0] in table.column_names}
        raw = _raw_columns(table, known)
        source = f"(SELECT file_row_number + 1 AS line_no, {raw} FROM read_parquet('{path}', file_row_number=true))"
        part = _write_sure(connection, source, table, stage, tight=False)
        rows = _one(connection, f"SELECT count(*) FROM read_parquet('{path}')")
        if part.rows < rows:
            left = ",".join(map(str, _lines_left(connection, stage.folder / part.file, 1, rows)))
            names = ", ".join(f'"{name}"' for name in table.column_names)
            query = f"SELECT line_no, {names} FROM {source} WHERE line_no IN ({left}) ORDER BY line_no"
            for line_no, *cells in connection.execute(query).fetchall():
                collector.row(table.name, line_no, dict(zip(table.column_names, cells, strict=True)))
            collector.close()
    return _settle_equal_rows(connection, part, table, stage, collector)


@contextmanager
def memory_file(data: bytes) -> Iterator[str]:
    """Give bytes a path that DuckDB can open and no disk ever sees."""
    handle = os.memfd_create("daozhang")
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)


def _csv(path: str, wide: int) -> str:
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(wide))
    return (
        f"read_csv('{path}', auto_detect=false, header=true, delim=',', quote='\"', escape='\"', columns={{{columns}}},"
        " store_rejects=true, rejects_limit=0, strict_mode=true, max_line_size=8388608, buffer_size=33554432)"
    )


def _broken_lines(connection: duckdb.DuckDBPyConnection) -> set[int]:
    """Return the lines of the last CSV that are no record of the header's width."""
    scan = "(SELECT max(scan_id) FROM reject_scans)"
    rows = connection.execute(f"SELECT DISTINCT line FROM reject_errors WHERE scan_id = {scan}").fetchall()
    connection.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
    return {row[0] for row in rows}


def _with_empty_rows(data: bytes, broken: set[int], wide: int) -> bytes:
    """Return the file with broken and blank lines replaced by rows of empty cells, which no table accepts.

    So the place of every other row stays its line number.
    """
    empty = b"," * (wide - 1) + b"\n"
    patched = io.BytesIO()
    for number, line in enumerate(io.BytesIO(data), 1):
        patched.write(empty if number in broken or not line.strip() else line)
    return patched.getvalue()


def _raw_columns(table: Table, known: dict[str, str]) -> str:
    return ", ".join(
        f"nullif({known[name]}, '') AS \"{name}\"" if name in known else f'NULL::VARCHAR AS "{name}"'
        for name in table.column_names
    )


def _parquet_text(table: Table, name: str, type_: str) -> str:
    """Return the SQL that gives a Parquet column as interchange text: whole floats without ``.0``, instants in China time."""
    quoted = '"' + name.replace('"', '""') + '"'
    whole = table.column(name).type in {ColumnType.MINOR, ColumnType.COUNT}
    if whole and (type_ in {"DOUBLE", "FLOAT"} or type_.startswith("DECIMAL")):
        return f"CASE WHEN {quoted} = floor({quoted}) THEN try_cast({quoted} AS BIGINT)::VARCHAR ELSE {quoted}::VARCHAR END"
    if type_ == "TIMESTAMP WITH TIME ZONE":
        return f"make_timestamp(epoch_us({quoted}) + 28800000000)::VARCHAR"
    if table.column(name).type is ColumnType.DAY and type_.startswith("TIMESTAMP"):
        return (
            f"CASE WHEN date_trunc('day', {quoted}) = {quoted} THEN {quoted}::DATE::VARCHAR ELSE {quoted}::VARCHAR END"
        )
    return f"{quoted}::VARCHAR"


def _write_sure(
    connection: duckdb.DuckDBPyConnection, source: str, table: Table, stage: Stage, *, tight: bool
) -> StagedPart:
    name = f"{table.name}.parquet"
    typed = ", ".join(f'{_typed(column)} AS "{column.name}"' for column in table.columns)
    texts = f", '{SEPARATOR}', ".join(_canonical(column) for column in table.columns)
    sure = " AND ".join(_sure(column, tight=tight) for column in table.columns)
    if table.name == "clearings":
        gross, fee, net = (f"try_cast({name}_minor AS BIGINT)" for name in ("gross", "fee", "net"))
        sure += f" AND (fee_minor IS NULL OR {net} = {gross} - {fee})"
    written = (
        f"SELECT {typed}, '{stage.import_id}' AS import_id, line_no,"
        f" unhex(md5(concat('{table.name}', '{SEPARATOR}', {texts}))) AS fp, true AS {LEADS} FROM {source} WHERE {sure}"
    )
    path = stage.folder / name
    connection.execute(f"COPY ({written}) TO '{_quoted(path)}' (FORMAT parquet, {PACKED})")
    return measured(connection, path, table)


def measured(connection: duckdb.DuckDBPyConnection, path: Path, table: Table) -> StagedPart:
    """Return what a written part holds."""
    day = f'min("{table.day_column}")::DATE, max("{table.day_column}")::DATE' if table.day_column else "NULL, NULL"
    query = f"SELECT count(*), count(*) FILTER (WHERE {LEADS}), {day} FROM read_parquet('{_quoted(path)}')"
    rows, lines, day_from, day_to = connection.execute(query).fetchall()[0]
    return StagedPart(table.name, path.name, rows, lines, _date(day_from), _date(day_to))


def _typed(column: Column) -> str:
    name = f'"{column.name}"'
    if column.type in {ColumnType.TEXT, ColumnType.CLOCK}:
        return f"coalesce({name}, '{column.default}')" if column.default else name
    if column.type is ColumnType.FLAG:
        return (
            f"{name} IN ('1', 'true')"
            if column.required
            else f"CASE WHEN {name} IS NOT NULL THEN {name} IN ('1', 'true') END"
        )
    return f"try_cast({name} AS {column.type.sql})"


def _canonical(column: Column) -> str:
    """Return the SQL of the canonical text of a cell that is sure (see ``typed_rows.canonical``)."""
    name = f'"{column.name}"'
    if column.type is ColumnType.MOMENT:
        return f"replace({name}, 'T', ' ')"
    if column.type in {ColumnType.NUMBER, ColumnType.FLAG}:
        return f"({_typed(column)})::VARCHAR"
    return _typed(column) if column.type in {ColumnType.TEXT, ColumnType.CLOCK} else name


def _sure(column: Column, *, tight: bool) -> str:
    name = f'"{column.name}"'
    certain = _certain(column, name, tight=tight)
    return f"({name} IS NOT NULL AND {certain})" if column.required else f"({name} IS NULL OR {certain})"


def _certain(column: Column, name: str, *, tight: bool) -> str:
    """Return the SQL that is true for a cell which prints as exactly itself once typed."""
    cast = f"try_cast({name} AS {column.type.sql})"
    same = f"coalesce({cast}::VARCHAR = {name} AND {cast}"
    if column.type is ColumnType.TEXT:
        return _certain_text(column, name, tight=tight)
    return {
        ColumnType.MINOR: f"{same} BETWEEN -{LARGEST_SURE} AND {LARGEST_SURE}, false)",
        ColumnType.COUNT: f"{same} BETWEEN -{LARGEST_SURE} AND {LARGEST_SURE}, false)",
        ColumnType.NUMBER: f"regexp_full_match({name}, '-?[0-9]{{1,12}}(\\.[0-9]{{1,4}})?')",
        ColumnType.MOMENT: f"coalesce({cast}::VARCHAR = replace({name}, 'T', ' ') AND {cast} >= TIMESTAMP '1970-01-01'"
        f" AND {cast} < TIMESTAMP '2200-01-01', false)",
        ColumnType.DAY: f"{same} >= DATE '1970-01-01' AND {cast} < DATE '2200-01-01', false)",
        ColumnType.CLOCK: f"regexp_full_match({name}, '([01][0-9]|2[0-3]):[0-5][0-9]|24:00')",
        ColumnType.FLAG: f"{name} IN ('1', '0', 'true', 'false')",
    }[column.type]


def _certain_text(column: Column, name: str, *, tight: bool) -> str:
    if column.values:
        return f"{name} IN ({', '.join(repr(value) for value in column.values)})"
    if column.name == "currency":
        return f"({name} = 'CNY' OR regexp_full_match({name}, '[A-Z]{{3}}'))"
    short = f"strlen({name}) <= 4" if column.name == "card_tail" else ""
    no_card = f"NOT regexp_matches({name}, '{SUSPECT_SQL}') AND strlen({name}) <= {LONGEST_CELL}"
    long = f"CASE WHEN strlen({name}) < 13 THEN true ELSE {no_card} END"
    trimmed = "" if tight else f"trim({name}, '{BLANKS}\n\r') = {name}"
    return "(" + " AND ".join(part for part in (short or long, trimmed) if part) + ")"


def _lines_left(connection: duckdb.DuckDBPyConnection, path: Path, first: int, last: int) -> list[int]:
    query = f"SELECT range FROM range({first}, {last + 1}) ANTI JOIN read_parquet('{_quoted(path)}') ON range = line_no ORDER BY 1"
    return [row[0] for row in connection.execute(query).fetchall()]


def _pick(data: bytes, line_nos: list[int]) -> Iterator[tuple[int, str]]:
    wanted = iter(line_nos)
    line_no = next(wanted, None)
    for number, line in enumerate(io.BytesIO(data), 1):
        if number == line_no:
            yield number, line.decode("utf-8")
            line_no = next(wanted, None)
            if line_no is None:
                return


def _settle_equal_rows(
    connection: duckdb.DuckDBPyConnection, part: StagedPart, table: Table, stage: Stage, collector: Collector
) -> list[StagedPart]:
    """Number equal rows of the file, first those of the sure part, then those that came one by one after them."""
    path = stage.folder / part.file
    source = f"read_parquet('{_quoted(path)}')"
    others = collector.rows.pop(table.name, None)
    already = _counts(connection, source, others) if others else {}
    if _one(connection, f"SELECT count(*) - count(DISTINCT fp) FROM {source}"):
        _number_equal_rows(connection, path, source)
    parts = [part] if part.rows else []
    if not part.rows:
        path.unlink()
    if others:
        renumbered = TableRows(others.values, others.line_nos, others.leads, _renumbered(others, table, already))
        parts.append(write_rows(stage.folder, table, renumbered, stage.import_id, file=f"{table.name}.rest.parquet"))
    return parts


def _number_equal_rows(connection: duckdb.DuckDBPyConnection, path: Path, source: str) -> None:
    later = f"SELECT line_no, nth FROM (SELECT line_no, row_number() OVER (PARTITION BY fp ORDER BY line_no) AS nth FROM {source}) WHERE nth > 1"
    fresh = "CASE WHEN nth IS NULL THEN fp ELSE unhex(md5(concat(hex(fp), '#', nth))) END AS fp"
    draft = path.with_suffix(".draft")
    connection.execute(
        f"COPY (SELECT * EXCLUDE (nth) REPLACE ({fresh}) FROM {source} LEFT JOIN ({later}) USING (line_no) ORDER BY line_no)"
        f" TO '{_quoted(draft)}' (FORMAT parquet, {PACKED})"
    )
    draft.replace(path)


def _counts(connection: duckdb.DuckDBPyConnection, source: str, others: TableRows) -> dict[bytes, int]:
    """Return how many sure rows there are of each content that also came one by one."""
    connection.register("others", pa.table({"fp": pa.array(list(others.seen), type=pa.binary())}))
    rows = connection.execute(f"SELECT fp, count(*) FROM {source} SEMI JOIN others USING (fp) GROUP BY fp").fetchall()
    return {bytes(content): number for content, number in rows}


def _renumbered(others: TableRows, table: Table, already: dict[bytes, int]) -> list[bytes]:
    if not already:
        return others.fingerprints
    from daozhang.intake.typed_rows import fingerprint  # noqa: PLC0415 - only for files with equal rows on both ways

    seen = Counter(already)
    fresh = []
    for values in others.values:
        content = fingerprint(table, values)
        seen[content] += 1
        fresh.append(occurrence(content, seen[content]))
    return fresh


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])


def _date(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _quoted(path: Path) -> str:
    return path.as_posix().replace("'", "''")
