"""Equal rows of one file are numbered, so that two genuine identical sales stay two and a repeated file brings nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from daozhang.intake.collector import TableRows
from daozhang.intake.reading import StagedPart
from daozhang.intake.staging import PACKED, quoted, write_rows
from daozhang.records import Table

if TYPE_CHECKING:
    import duckdb

AT_ONCE: Final = 2_000_000
"""Fingerprints that are looked at together; more of them are split by their first byte, which is as good as random."""


def settle_equal_rows(
    connection: duckdb.DuckDBPyConnection, folder: Path, part: StagedPart, table: Table, import_id: str, others: TableRows | None
) -> list[StagedPart]:  # fmt: skip
    """Number equal rows, first those of the part, then those that came one by one beside it; return the parts there are."""
    path = folder / part.file
    already = _counts(connection, path, others) if others and part.rows else {}
    number_equal_rows(connection, path, part.rows)
    parts = [part] if part.rows else []
    if not part.rows:
        path.unlink()
    if others:
        file = f"{table.name}.rest.parquet"
        parts.append(write_rows(folder, table, others, import_id, file=file, already=already))
    return parts


def number_equal_rows(connection: duckdb.DuckDBPyConnection, path: Path, rows: int) -> None:
    """Number the equal rows of a part whose fingerprints are those of the content alone."""
    if rows and _find_later(connection, path, rows):
        _number(connection, path)


def _find_later(connection: duckdb.DuckDBPyConnection, path: Path, rows: int) -> int:
    """Note in ``later`` which rows are not the first of their content, and as what they count; return how many."""
    source = f"read_parquet('{quoted(path)}')"
    connection.execute("CREATE OR REPLACE TEMP TABLE later (line_no BIGINT, nth BIGINT)")
    slices = 1 + rows // AT_ONCE
    for place in range(slices):
        first, after = 256 * place // slices, 256 * (place + 1) // slices
        upper = f" AND fp < unhex('{after:02X}')" if after < 256 else ""
        within = f"FROM {source} WHERE fp >= unhex('{first:02X}'){upper}" if slices > 1 else f"FROM {source}"
        if connection.execute(f"SELECT count(*) - count(DISTINCT fp) {within}").fetchall()[0][0]:
            connection.execute(
                f"INSERT INTO later SELECT line_no, nth FROM (SELECT line_no, row_number() OVER (PARTITION BY fp ORDER BY line_no)"
                f" AS nth {within}) WHERE nth > 1"
            )
    return int(connection.execute("SELECT count(*) FROM later").fetchall()[0][0])


def _number(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    fresh = "CASE WHEN nth IS NULL THEN fp ELSE unhex(md5(concat(hex(fp), '#', nth))) END AS fp"
    draft = path.with_suffix(".draft")
    connection.execute(
        f"COPY (SELECT * EXCLUDE (nth) REPLACE ({fresh}) FROM read_parquet('{quoted(path)}') LEFT JOIN later USING (line_no))"
        f" TO '{quoted(draft)}' (FORMAT parquet, {PACKED})"
    )
    draft.replace(path)


def _counts(connection: duckdb.DuckDBPyConnection, path: Path, others: TableRows) -> dict[bytes, int]:
    """Return how many sure rows there are of each content that also came one by one."""
    connection.register("others", pa.table({"fp": pa.array(sorted(set(others.contents)), type=pa.binary())}))
    rows = connection.execute(
        f"SELECT fp, count(*) FROM read_parquet('{quoted(path)}') SEMI JOIN others USING (fp) GROUP BY fp"
    ).fetchall()
    connection.unregister("others")
    return {bytes(content): number for content, number in rows}
