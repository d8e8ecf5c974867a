"""The pairs that control totals cleared, worked out when somebody asks for them: for one merchant, never for all.

A run keeps which rows it looked at one by one (``looked``), the pairs it made of them (``pairs``) and the key of each
acquirer's sums (``modes``). All other rows that ought to clear are equal on both sides, key by key, amount by amount and
day by day; ordered by time, the n-th belongs to the n-th.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from daozhang.engine.inputs import SIFTED, quoted
from daozhang.matching.levels import LEVELS

FILES: Final = ("pairs", "looked", "modes")


def keep(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write what ``offer`` needs of a run, while its tables stand."""
    pairs = (
        "SELECT t.import_id AS t_import, t.line_no AS t_line, c.import_id AS c_import, c.line_no AS c_line, m.level"
        " FROM m JOIN t ON t.rid = m.t_rid JOIN c ON c.rid = m.c_rid"
    )
    looked = "SELECT 't' AS side, import_id, line_no FROM t UNION ALL SELECT 'c', import_id, line_no FROM c"
    if con.execute("SELECT count(*) FROM modes").fetchone() == (0,):
        looked = "SELECT ''::VARCHAR AS side, ''::VARCHAR AS import_id, 0::BIGINT AS line_no WHERE false"
    for name, rows in zip(FILES, (pairs, looked, "SELECT * FROM modes"), strict=True):
        con.execute(f"COPY ({rows}) TO '{(folder / name).as_posix()}.parquet' (FORMAT parquet, COMPRESSION zstd)")


def offer(con: duckdb.DuckDBPyConnection, folder: Path | None) -> None:
    """Make the table macro ``pairs_of(acquirer, merchant)``: t_import, t_line, c_import, c_line, level of each pair.

    Without a run there are no pairs; a run of an earlier version kept all of its pairs.
    """
    kept = "SELECT NULL::VARCHAR AS t_import, NULL::BIGINT AS t_line, NULL::VARCHAR AS c_import, NULL::BIGINT AS c_line, 0 AS level WHERE false"
    if folder is None or not (folder / "pairs.parquet").exists():
        con.execute(f"CREATE OR REPLACE MACRO pairs_of(a, m) AS TABLE {kept}")
        return
    kept = f"SELECT * FROM read_parquet('{(folder / 'pairs.parquet').as_posix()}')"
    modes: list[tuple[str, int]] = []
    if (folder / "modes.parquet").exists():
        modes = con.execute(
            f"SELECT acquirer, level FROM read_parquet('{(folder / 'modes.parquet').as_posix()}') ORDER BY 1"
        ).fetchall()
    if not modes:
        con.execute(f"CREATE OR REPLACE MACRO pairs_of(a, m) AS TABLE {kept}")
        return
    con.execute(
        f"CREATE OR REPLACE VIEW looked AS SELECT * FROM read_parquet('{(folder / 'looked.parquet').as_posix()}')"
    )
    con.execute(f"CREATE OR REPLACE MACRO pairs_of(a, m) AS TABLE {kept} UNION ALL {_clean(dict(modes))}")


def _clean(modes: dict[str, int]) -> str:
    columns = {level.no: level.columns for level in LEVELS}
    key = " ".join(
        f"WHEN acquirer = {quoted(acquirer)} THEN concat_ws('|', {', '.join(columns[no])})"
        for acquirer, no in modes.items()
    )
    level = " ".join(f"WHEN l.acquirer = {quoted(acquirer)} THEN {no}" for acquirer, no in modes.items())

    def side(name: str, rows: str, amount: str, order: str) -> str:
        return f"""(
            SELECT import_id, line_no, acquirer, currency, key, {amount} AS amount,
                   row_number() OVER (PARTITION BY currency, key, {amount} ORDER BY {order}, fp) AS place
            FROM (SELECT *, CASE {key} END AS key FROM {rows} AND acquirer = a AND merchant_no = m AND kind IN {SIFTED}) x
            WHERE key IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM looked k WHERE k.side = '{name}' AND k.import_id = x.import_id AND k.line_no = x.line_no)
        )"""

    journal = side("t", "transactions WHERE status = 'approved'", "amount_minor", "occurred_at")
    lines = side("c", "clearings WHERE true", "gross_minor", "cleared_on, occurred_at")
    return (
        f"SELECT l.import_id, l.line_no, r.import_id, r.line_no, CASE {level} END::INTEGER FROM {journal} l JOIN {lines} r"
        " ON l.currency = r.currency AND l.key = r.key AND l.amount = r.amount AND l.place = r.place"
    )
