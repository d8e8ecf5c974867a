"""What each merchant-day of clearing owes, and what ought to have cleared and has not: sums over the tables of ``clearing_leg``."""

from __future__ import annotations

import duckdb

from daozhang.engine.clearing_leg import NO_JOURNAL_KINDS


def day_sums(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``owed``: per acquirer, merchant, currency and clearing day what the lines add up to, split by what they are.

    ``net`` all lines; ``legit`` what the contract gives for sales, refunds and cancellations; ``fee_over`` charged
    above contract; ``doubled`` net of repeated lines; ``other`` net of disputes, fees and adjustments;
    ``keyed_off`` cleared minus journal where the amounts differ. net = legit − fee_over + doubled + other + keyed_off.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE owed AS
        WITH x AS (
            SELECT f.* EXCLUDE (net_minor), f.kind IN {NO_JOURNAL_KINDS} AS is_other, dup.c_rid IS NOT NULL AS is_double,
                   coalesce(f.fee_expected, f.gross_minor - f.net_minor) AS fee_due, t.amount_minor AS journal_minor,
                   -- a file that names no fee does not say that none is taken: then the contract's is
                   CASE WHEN f.fee_minor IS NULL AND f.fee_expected IS NOT NULL AND f.net_minor = f.gross_minor
                        THEN f.gross_minor - f.fee_expected ELSE f.net_minor END AS net_minor, f.net_minor AS stated_minor
            FROM cf f LEFT JOIN dup ON dup.c_rid = f.rid LEFT JOIN m ON m.c_rid = f.rid LEFT JOIN t ON t.rid = m.t_rid
        )
        , looked AS (
        SELECT acquirer, merchant_no, currency, on_day, sum(net_minor)::BIGINT AS net,
               coalesce(sum(gross_minor - fee_due - coalesce(gross_minor - journal_minor, 0))
                        FILTER (WHERE NOT is_other AND NOT is_double), 0)::BIGINT AS legit,
               coalesce(sum(gross_minor - net_minor - fee_due) FILTER (WHERE NOT is_other AND NOT is_double), 0)::BIGINT AS fee_over,
               coalesce(sum(net_minor) FILTER (WHERE is_double), 0)::BIGINT AS doubled,
               coalesce(sum(net_minor) FILTER (WHERE is_other), 0)::BIGINT AS other,
               coalesce(sum(gross_minor - journal_minor) FILTER (WHERE NOT is_other AND NOT is_double), 0)::BIGINT AS keyed_off,
               sum(stated_minor)::BIGINT AS stated, count(*) AS lines
        FROM x GROUP BY ALL
        ), everything AS (
            SELECT acquirer, merchant_no, currency, on_day, sum(net)::BIGINT AS net, sum(lines)::BIGINT AS lines,
                   min(import_id) AS import_id
            FROM c_days GROUP BY ALL
        )
        SELECT e.acquirer, e.merchant_no, e.currency, e.on_day AS day, e.net - coalesce(l.stated, 0) + coalesce(l.net, 0) AS net,
               e.net - coalesce(l.stated, 0) + coalesce(l.legit, 0) AS legit, coalesce(l.fee_over, 0) AS fee_over,
               coalesce(l.doubled, 0) AS doubled, coalesce(l.other, 0) AS other, coalesce(l.keyed_off, 0) AS keyed_off,
               e.lines, e.import_id
        FROM everything e LEFT JOIN looked l ON l.acquirer = e.acquirer AND l.merchant_no = e.merchant_no
             AND l.currency IS NOT DISTINCT FROM e.currency AND l.on_day = e.on_day
        """
    )


def uncleared_sums(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``uncleared``: per merchant-day the net of transactions that ought to clear and have not, and whether clearing is complete."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE uncleared AS
        SELECT t.acquirer, t.merchant_no, t.currency, t.on_day AS day, sum(t.net_expected)::BIGINT AS net,
               n.day IS NOT NULL AS complete, n.next_day, count(*) AS rows_of_day
        FROM tf t LEFT JOIN days_c n ON n.acquirer = t.acquirer AND n.merchant_no = t.merchant_no AND n.day = t.on_day
        WHERE t.class = 'must' GROUP BY ALL
        """
    )
