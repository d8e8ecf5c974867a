"""Order ↔ transaction, batches, terminals: set-wise selections of what a person may have to look at."""

from __future__ import annotations

from typing import Any

import duckdb

from daozhang.engine.clearing_leg import rows

_CHARGED = """
    SELECT t.rid, t.acquirer, t.merchant_no, t.currency, t.channel, t.card_kind, t.order_no, t.moment, t.class,
           coalesce(c.gross_minor, t.amount_minor) AS charged_minor
    FROM t LEFT JOIN m ON m.t_rid = t.rid LEFT JOIN c ON c.rid = m.c_rid LEFT JOIN cc ON cc.sale_rid = c.rid
    WHERE t.order_no IS NOT NULL AND t.kind IN ('sale', 'offline_sale', 'preauth_completion', 'refund')
      AND (t.class = 'must' OR (t.class = 'unknown' AND c.rid IS NOT NULL)) AND cc.rev_rid IS NULL
"""

_ROW = (
    "t.acquirer, t.merchant_no, t.currency, t.channel, t.card_kind, t.rid AS t_rid, t.terminal_no, t.batch_no, t.trace_no,"
    " t.rrn, t.order_no, t.occurred_at, t.kind AS t_kind, t.amount_minor AS t_amount, t.status, t.class, t.on_day AS t_day,"
    " t.card_tail, t.operator_no, t.import_id AS t_import, t.line_no AS t_line"
)


def order_differences(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return charges of orders whose charges do not add up to the order, one row per charge, oldest first.

    ``charges`` counts sales of the order, ``sum_minor`` adds sales and refunds (a refund may put it right, or be a
    refund of a right order: both are fine), ``same_amount`` says that all sales
    are equal (a second charge rather than a second part).
    """
    if con.execute("SELECT count(*) FROM o").fetchone() == (0,):
        return []
    con.execute(f"CREATE OR REPLACE TEMP TABLE charged AS {_CHARGED}")
    return rows(
        con,
        f"""
        WITH per_order AS (
            SELECT merchant_no, order_no, count(*) FILTER (WHERE charged_minor > 0) AS charges, sum(charged_minor) AS sum_minor,
                   sum(charged_minor) FILTER (WHERE charged_minor > 0) AS sales_minor,
                   count(DISTINCT charged_minor) FILTER (WHERE charged_minor > 0) = 1 AS same_amount,
                   bool_or(class = 'unknown') AS timeout_before
            FROM charged GROUP BY ALL
        ), one_order AS (
            SELECT * FROM o SEMI JOIN per_order USING (merchant_no, order_no)
            QUALIFY row_number() OVER (PARTITION BY merchant_no, order_no ORDER BY placed_at, fp) = 1
        )
        SELECT {_ROW}, x.charges, x.sum_minor::BIGINT AS sum_minor, x.same_amount, x.timeout_before,
               o.amount_minor AS order_minor, o.paid_by, o.import_id AS first_import, o.line_no AS first_line,
               row_number() OVER (PARTITION BY x.merchant_no, x.order_no ORDER BY (t.class = 'unknown'), t.moment, t.fp) AS place,
               epoch(t.moment) - epoch(min(t.moment) OVER (PARTITION BY x.merchant_no, x.order_no)) AS seconds_apart
        FROM per_order x JOIN one_order o ON o.merchant_no = x.merchant_no AND o.order_no = x.order_no
        JOIN charged g ON g.merchant_no = x.merchant_no AND g.order_no = x.order_no AND g.charged_minor > 0
        JOIN t ON t.rid = g.rid
        WHERE x.sum_minor <> o.amount_minor AND x.sales_minor <> o.amount_minor AND x.sum_minor <> 0
        ORDER BY t.acquirer, t.merchant_no, t.order_no, place
        """,
    )


def unpaid_orders(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return card orders that no terminal and no clearing line knows, where that merchant's tills do note order numbers.

    ``owner`` is the merchant the order's terminal is registered to; ``cleared_away`` says that stored payments vanished from it.
    """
    return rows(
        con,
        """
        WITH seen AS (
            SELECT merchant_no, order_no FROM t SEMI JOIN o_open USING (merchant_no, order_no)
            UNION SELECT merchant_no, order_no FROM c_src SEMI JOIN o_open USING (merchant_no, order_no)
        ), queued AS (
            SELECT terminal_no, "at" AS last_at, pending_uploads, lead("at") OVER w AS gone_at, lead(pending_uploads) OVER w AS left_over
            FROM h WINDOW w AS (PARTITION BY terminal_no ORDER BY "at", fp)
        ), cleared_away AS (  -- stored payments that were there and then were not; whether they were sent the journal says
            SELECT terminal_no, last_at, gone_at FROM queued WHERE pending_uploads > 0 AND left_over = 0
        ), noted AS (
            SELECT acquirer, merchant_no, on_day, sum(sales) AS all_rows, sum(with_order) AS with_order
            FROM t_days GROUP BY ALL HAVING sum(sales) > 0
        )
        SELECT n.acquirer, o.merchant_no, o.currency, 'card' AS channel, NULL AS card_kind, o.terminal_no, o.order_no,
               o.placed_at AS occurred_at, 'sale' AS t_kind, o.amount_minor AS t_amount, '' AS status, n.on_day AS t_day,
               o.import_id AS t_import, o.line_no AS t_line, d.next_day, w.merchant_no AS owner,
               EXISTS (SELECT 1 FROM cleared_away x WHERE x.terminal_no = o.terminal_no AND x.last_at >= o.placed_at
                       AND x.gone_at > o.placed_at) AS cleared_away
        FROM o_open o JOIN noted n ON n.merchant_no = o.merchant_no AND n.on_day = o.placed_at::DATE
        JOIN days_c d ON d.acquirer = n.acquirer AND d.merchant_no = n.merchant_no AND d.day = n.on_day
        LEFT JOIN (SELECT terminal_no, min(merchant_no) AS merchant_no FROM terminals_now GROUP BY terminal_no
                   HAVING count(DISTINCT merchant_no) = 1) w ON w.terminal_no = o.terminal_no
        WHERE o.paid_by = 'card' AND n.with_order * 10 >= n.all_rows * 8
          AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.merchant_no = o.merchant_no AND s.order_no = o.order_no)
        QUALIFY row_number() OVER (PARTITION BY o.merchant_no, o.order_no ORDER BY n.acquirer) = 1
        ORDER BY o.merchant_no, o.placed_at, o.order_no
        """,
    )


def open_preauths(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return approved pre-authorisations that no completion or void followed, with whether an order counts as paid by it."""
    return rows(
        con,
        f"""
        SELECT {_ROW}, o.order_no IS NOT NULL AS order_paid, o.import_id AS first_import, o.line_no AS first_line
        FROM t LEFT JOIN o ON o.merchant_no = t.merchant_no AND o.order_no = t.order_no AND o.paid_by = 'card'
        WHERE t.kind = 'preauth' AND t.status = 'approved' AND NOT EXISTS (
            SELECT 1 FROM t x WHERE x.acquirer = t.acquirer AND x.merchant_no = t.merchant_no
              AND x.kind IN ('preauth_completion', 'preauth_void') AND x.status = 'approved'
              AND (x.original_rrn = t.rrn OR (x.original_trace_no = t.trace_no AND x.terminal_no = t.terminal_no)
                   OR (x.order_no = t.order_no)))
        ORDER BY t.acquirer, t.merchant_no, t.moment, t.fp
        """,
    )


def odd_batches(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return batches whose last close is not balanced, by its own word or by its totals."""
    return rows(
        con,
        """
        SELECT * FROM ba WHERE result <> 'balanced' OR host_debit_minor <> debit_minor OR host_credit_minor <> credit_minor
            OR host_debit_count <> debit_count OR host_credit_count <> credit_count
        ORDER BY acquirer, merchant_no, terminal_no, batch_no
        """,
    )


def terminals(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return each terminal's last sign of life with since when reversals or uploads are pending on it."""
    return rows(
        con,
        """
        WITH last_of AS (SELECT * FROM h QUALIFY row_number() OVER (PARTITION BY terminal_no ORDER BY "at" DESC, fp) = 1),
        clean AS (
            SELECT terminal_no, max("at") FILTER (WHERE coalesce(pending_reversals, 0) = 0) AS no_reversals_at,
                   max("at") FILTER (WHERE coalesce(pending_uploads, 0) = 0) AS no_uploads_at FROM h GROUP BY terminal_no
        ), since AS (
            SELECT h.terminal_no,
                   min(h."at") FILTER (WHERE h.pending_reversals > 0
                       AND h."at" > coalesce(k.no_reversals_at, TIMESTAMP '1970-01-01')) AS reversals_since,
                   min(h."at") FILTER (WHERE h.pending_uploads > 0
                       AND h."at" > coalesce(k.no_uploads_at, TIMESTAMP '1970-01-01')) AS uploads_since
            FROM h JOIN clean k USING (terminal_no) GROUP BY h.terminal_no
        )
        SELECT l.terminal_no, l."at" AS last_at, l.clock_skew_s, l.pending_reversals, l.pending_uploads, l.region,
               l.import_id, l.line_no, s.reversals_since, s.uploads_since, n.acquirer, n.merchant_no, n.router_no, n.carrier,
               max(l."at") OVER () AS newest_at
        FROM last_of l JOIN since s USING (terminal_no) LEFT JOIN terminals_now n USING (terminal_no)
        ORDER BY l.terminal_no
        """,
    )
