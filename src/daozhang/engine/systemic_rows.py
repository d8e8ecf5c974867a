"""Which rows differ, family by family, with what a break of them would say: its gap, its loudness, and the kind of difference.

Every text is laid over the very selection from which the breaks of single rows are made (``clearing_leg``), so that a row is
either said alone or stands behind one finding, never both and never neither. Each gives ``t_rid, c_rid, cause, detail, gap,
breaks, loudness``: ``cause`` NULL where nothing shared is known, ``breaks`` how many breaks the row would be said as,
``loudness`` 0 info, 1 watch, 2 alarm.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import duckdb

from daozhang.breaks.clearing_side import GIVE_UP_DAYS, NEAR_CUTOVER_MINUTES
from daozhang.matching.levels import WINDOW_DAYS

SALES: Final = "('sale', 'offline_sale', 'preauth_completion')"
BACK: Final = "('void', 'reversal', 'refund')"


def pairs() -> str:
    """Return pairs that differ: in amount by a factor, in day, in kind, in state, or in several of these at once."""
    side = "CASE WHEN {0} IN " + SALES + " THEN 'sale' WHEN {0} IN " + BACK + " THEN 'back' ELSE {0} END"
    clock = "(hour(occurred_at) * 60 + minute(occurred_at) - split_part(cutover, ':', 1)::INTEGER * 60 - split_part(cutover, ':', 2)::INTEGER)"
    return f"""
        WITH told AS (
            SELECT t_rid, c_rid, net_minor, gross_minor, t_amount, status = 'declined' AS declined,
                   t_kind IN ('preauth', 'preauth_void') OR {side.format("t_kind")} <> {side.format("c_kind")} AS other_kind,
                   reversed_in_clearing AND class = 'must' AS reversed, greatest(cleared_on - t_day, 0) AS late,
                   cutover <> '24:00' AND least(abs{clock}, 1440 - abs{clock}) <= {NEAR_CUTOVER_MINUTES} AS at_cutover
            FROM odd_rows x WHERE class <> 'unknown'
        ), named AS (
            SELECT *, CASE WHEN t_amount = gross_minor THEN '' WHEN gross_minor = t_amount * 100 THEN 'x100'
                           WHEN t_amount = gross_minor * 100 THEN 'div100' WHEN gross_minor = t_amount * 10 THEN 'x10'
                           WHEN t_amount = gross_minor * 10 THEN 'div10' ELSE 'other' END AS amount
            FROM told
        )
        SELECT t_rid, c_rid,
               CASE WHEN declined THEN 'declined' WHEN amount = 'other' THEN NULL
                    ELSE concat_ws('+', nullif(amount, ''), CASE WHEN late > 0 THEN 'late' END,
                                   CASE WHEN other_kind THEN 'kind' END, CASE WHEN reversed THEN 'reversed' END) END AS cause,
               (CASE WHEN declined THEN 0 ELSE late END)::INTEGER AS detail,
               CASE WHEN declined THEN net_minor
                    ELSE gross_minor - t_amount - CASE WHEN reversed THEN net_minor ELSE 0 END END AS gap,
               CASE WHEN declined THEN 1 ELSE (amount <> '')::INTEGER + (late > 0)::INTEGER + other_kind::INTEGER + reversed::INTEGER END AS breaks,
               CASE WHEN declined OR amount <> '' OR other_kind OR reversed THEN 2 WHEN late = 1 AND at_cutover THEN 0 ELSE 1 END AS loudness
        FROM named WHERE declined OR amount <> '' OR other_kind OR reversed OR late > 0
        """


def missing(as_of: datetime) -> str:
    """Return payments without a clearing line; ``cause`` says whether everything of a shop, of a terminal or only a part is missing.

    ``lost_shops`` and ``lost_terminals`` must stand (``prepare_missing``).
    """
    return f"""
        SELECT x.t_rid, NULL::BIGINT AS c_rid,
               CASE WHEN s.merchant_no IS NOT NULL THEN 'shops' WHEN l.terminal_no IS NOT NULL THEN 'terminals' ELSE 'part' END AS cause,
               NULL::INTEGER AS detail, -x.net_expected AS gap, 1 AS breaks,
               CASE WHEN x.next_day IS NULL AND DATE '{as_of:%Y-%m-%d}' <= x.t_day + {GIVE_UP_DAYS} THEN 1 ELSE 2 END AS loudness
        FROM missing_rows x
        LEFT JOIN lost_shops s ON s.acquirer = x.acquirer AND s.merchant_no = x.merchant_no AND s.on_day = x.t_day
        LEFT JOIN lost_terminals l ON l.acquirer = x.acquirer AND l.merchant_no = x.merchant_no
             AND l.terminal_no = x.terminal_no AND l.on_day = x.t_day
        WHERE x.class IN ('must', 'stored') AND x.t_rid NOT IN (SELECT t_rid FROM folded WHERE family = 'moved')
        """


def prepare_missing(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``lost_shops`` and ``lost_terminals``: days of a shop or terminal of which clearing has not one payment that must clear."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE lost_shops AS
        SELECT acquirer, merchant_no, on_day FROM (
            SELECT acquirer, merchant_no, on_day, count(*) AS lost FROM tf WHERE class = 'must' GROUP BY ALL)
        JOIN (SELECT acquirer, merchant_no, on_day, sum(must_rows) AS due FROM t_days GROUP BY ALL) USING (acquirer, merchant_no, on_day)
        WHERE lost = due
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE lost_terminals AS
        WITH lost AS (
            SELECT acquirer, merchant_no, terminal_no, on_day, count(*) AS lost FROM tf
            WHERE class = 'must' AND terminal_no IS NOT NULL GROUP BY ALL
        )
        SELECT acquirer, merchant_no, terminal_no, on_day FROM lost
        JOIN (SELECT acquirer, merchant_no, terminal_no, on_day, count(*) FILTER (class = 'must') AS due
              FROM t_src SEMI JOIN lost USING (acquirer, merchant_no, terminal_no, on_day) GROUP BY ALL)
             USING (acquirer, merchant_no, terminal_no, on_day)
        WHERE lost = due
        """
    )


def extra() -> str:
    """Return clearing lines that repeat another or that no terminal recorded, as far as a break is made of them."""
    return """
        SELECT NULL::BIGINT AS t_rid, c_rid, CASE WHEN first_rid IS NOT NULL THEN 'doubled' END AS cause, NULL::INTEGER AS detail,
               net_minor AS gap, 1 AS breaks, 2 AS loudness
        FROM extra_rows x
        WHERE (first_rid IS NOT NULL OR journal_covers) AND c_rid NOT IN (SELECT c_rid FROM folded WHERE family = 'moved')
        """


def moved(as_of: datetime) -> str:
    """Return a missing payment and an extra line of one reference that would be one but for the sign or a far-off day.

    Only where the reference names exactly one row on either side. The gap is that of both breaks together.
    """
    key = "coalesce('r' || rrn, 'o' || order_no, 't' || terminal_no || trace_no)"
    c_key = "coalesce('r' || c_rrn, 'o' || c_order, 't' || c_terminal || c_trace)"
    return f"""
        WITH l AS (
            SELECT t.rid AS t_rid, t.acquirer, t.merchant_no, t.currency, {key} AS key, t.amount_minor AS t_amount, t.on_day AS t_day,
                   n.day IS NOT NULL AS is_said, CASE WHEN n.day IS NOT NULL THEN t.net_expected ELSE 0 END AS net_expected,
                   CASE WHEN n.next_day IS NULL AND DATE '{as_of:%Y-%m-%d}' <= t.on_day + {GIVE_UP_DAYS} THEN 1 ELSE 2 END AS loudness
            FROM tf t LEFT JOIN days_c n ON n.acquirer = t.acquirer AND n.merchant_no = t.merchant_no AND n.day = t.on_day
            WHERE t.class IN ('must', 'stored')
            QUALIFY count(*) OVER (PARTITION BY t.acquirer, t.merchant_no, t.currency, key) = 1
        ), r AS (
            SELECT c_rid, acquirer, merchant_no, currency, {c_key} AS key, gross_minor, net_minor, cleared_on, journal_covers
            FROM extra_rows x WHERE first_rid IS NULL
            QUALIFY count(*) OVER (PARTITION BY acquirer, merchant_no, currency, key) = 1
        )
        SELECT t_rid, c_rid, CASE WHEN gross_minor = -t_amount THEN 'sign' ELSE 'day' END AS cause,
               (CASE WHEN gross_minor = -t_amount THEN 0 ELSE cleared_on - t_day END)::INTEGER AS detail,
               CASE WHEN journal_covers THEN net_minor ELSE 0 END - net_expected AS gap,
               is_said::INTEGER + coalesce(journal_covers, false)::INTEGER AS breaks, CASE WHEN journal_covers THEN 2 ELSE loudness END AS loudness
        FROM l JOIN r USING (acquirer, merchant_no, currency, key)
        WHERE (is_said OR journal_covers)
          AND (gross_minor = -t_amount OR (gross_minor = t_amount AND (cleared_on > t_day + {WINDOW_DAYS} OR cleared_on < t_day - 1)))
        """
