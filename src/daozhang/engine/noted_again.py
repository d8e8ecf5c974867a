"""Journal rows that note one payment again: a terminal or its back office sent the same record twice in one file."""

from __future__ import annotations

from typing import Any

import duckdb

from daozhang.engine.clearing_leg import T_COLUMNS, WHO, rows


def set_apart(con: duckdb.DuckDBPyConnection) -> None:
    """Give class ``again`` to journal rows without a line that say a payment again: same terminal, trace or reference, amount and moment.

    A terminal makes one payment at a time, so such a row is the same payment sent twice by a journal. Nothing is owed for
    it. Were it a second charge, clearing would hold a second line, and both rows would have matched.
    """
    con.execute(
        """
        CREATE OR REPLACE TABLE twins AS
        SELECT k.rid AS t_rid, arg_min(s.rid, (own.t_rid IS NULL, s.fp)) AS first_rid
        FROM t k ANTI JOIN m ON m.t_rid = k.rid
        JOIN t s ON s.acquirer = k.acquirer AND s.merchant_no = k.merchant_no AND s.terminal_no = k.terminal_no
             AND s.currency = k.currency AND s.kind = k.kind AND s.amount_minor = k.amount_minor AND s.moment = k.moment
             AND s.status = k.status AND s.rid <> k.rid
             AND (s.rrn = k.rrn OR (s.trace_no = k.trace_no AND s.batch_no IS NOT DISTINCT FROM k.batch_no))
        LEFT JOIN m own ON own.t_rid = s.rid
        WHERE k.class = 'must' AND s.class = 'must' AND (own.t_rid IS NOT NULL OR (s.fp, s.rid) < (k.fp, k.rid))
        GROUP BY k.rid
        """
    )
    con.execute("UPDATE t SET class = 'again' FROM twins w WHERE w.t_rid = t.rid")


def noted_again(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return journal rows that note a payment again, with the row they repeat."""
    return rows(
        con,
        f"""
        SELECT {WHO.format("t")}, {T_COLUMNS}, s.import_id AS first_import, s.line_no AS first_line
        FROM twins w JOIN t ON t.rid = w.t_rid JOIN t s ON s.rid = w.first_rid
        ORDER BY t.acquirer, t.merchant_no, t.moment, t.fp
        """,
    )
