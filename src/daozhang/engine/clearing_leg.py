"""Transaction ↔ clearing, set-wise: pairs, what is left over, and what each merchant-day of clearing adds up to.

After ``match`` these tables stand beside those of ``inputs``:

``m``      (t_rid, c_rid, level)   pairs
``differing``  pairs that differ in anything, or were noted minutes apart
``cc``     (rev_rid, sale_rid)     a reversal or void in clearing and the sale in clearing that it takes back
``dup``    (c_rid, first_rid)      clearing lines that repeat a matched one
``cf``     c with ``fee_expected`` (NULL when the contract does not say) and its plan
``tf``     unmatched transactions that may have to clear, with ``net_expected``
``days_c`` (acquirer, merchant_no, day) for which clearing is complete
"""

from __future__ import annotations

from typing import Any, Final

import duckdb

from daozhang.contracts.sql import applies_sql, fee_sql, precedence_sql
from daozhang.engine.inputs import put
from daozhang.matching.coverage import Coverage
from daozhang.matching.levels import LEVELS, WINDOW_DAYS
from daozhang.matching.sql import pairs_sql

NO_JOURNAL_KINDS: Final = "('fee', 'adjustment', 'dispute')"
"""Kinds of clearing lines that no terminal records."""


MAY_CLEAR: Final = "NOT (kind IN ('preauth', 'preauth_void') AND class = 'never' AND status <> 'approved')"
"""Transactions that take part in matching: all but pre-authorisations that were not approved."""
FOLDED: Final = """
    no INTEGER, family ENUM('fee', 'pair', 'missing', 'extra', 'moved'), t_rid BIGINT, c_rid BIGINT, detail INTEGER,
    gap BIGINT, breaks UTINYINT, loudness UTINYINT
"""
"""Columns of ``folded``: rows for which one finding about many stands (``systemic``); empty until then."""


def match(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Run the levels in order; return how many pairs each gave."""
    con.execute("CREATE OR REPLACE TABLE m (t_rid BIGINT, c_rid BIGINT, level INTEGER)")
    con.execute(f"CREATE OR REPLACE TABLE folded ({FOLDED})")
    prio = "CASE class WHEN 'must' THEN 0 WHEN 'maybe' THEN 1 WHEN 'unknown' THEN 2 WHEN 'stored' THEN 3 ELSE 4 END"
    columns = (
        "rid, acquirer, merchant_no, terminal_no, batch_no, trace_no, rrn, order_no, card_tail, amount_minor,"
        " currency, on_day, moment, fp"
    )
    con.execute(f"CREATE OR REPLACE TEMP VIEW open_t AS SELECT {columns}, {prio} AS prio FROM t WHERE {MAY_CLEAR}")
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW open_c AS SELECT {columns}, 0 AS prio FROM c WHERE kind NOT IN {NO_JOURNAL_KINDS}"
    )
    counts: dict[str, int] = {}
    left, right = _size(con, "open_t"), _size(con, "open_c")
    with_repeats = True
    for level in LEVELS:
        if with_repeats and not level.amount_equal and left and right:
            right, with_repeats = _leave_repeats(con), False
        while left and right:
            con.execute(f"CREATE OR REPLACE TEMP TABLE found AS {pairs_sql(level)}")
            found = _size(con, "found")
            if not found:
                break
            con.execute(f"INSERT INTO m SELECT t_rid, c_rid, {level.no} FROM found")
            for side in ("t", "c"):
                _keep_open(con, side, level.no)
            counts[level.sentence] = counts.get(level.sentence, 0) + found
            left, right = left - found, right - found
            if level.same_day and level.amount_equal and level.seconds is None:
                break  # pairing by rank leaves nothing for a second round
    _pair_facts(con)
    _within_clearing(con)
    return counts


def _pair_facts(con: duckdb.DuckDBPyConnection) -> None:
    """Look at every pair once and keep those worth a second look: ``odd`` in anything, or noted minutes apart (``skew_s``)."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE differing AS
        SELECT m.t_rid, m.c_rid, m.level, t.acquirer, t.merchant_no, t.terminal_no, t.on_day, t.class, t.fp,
               t.class IN ('never', 'unknown', 'stored') OR t.amount_minor <> c.gross_minor OR t.on_day <> c.on_day
               OR (t.kind <> c.kind
                   AND NOT (t.kind IN ('sale', 'offline_sale', 'preauth_completion')
                            AND c.kind IN ('sale', 'offline_sale', 'preauth_completion'))
                   AND NOT (t.kind IN ('void', 'reversal', 'refund') AND c.kind IN ('void', 'reversal', 'refund'))) AS odd,
               (epoch(t.moment) - epoch(c.moment))::BIGINT AS skew_s
        FROM m JOIN t ON t.rid = m.t_rid JOIN c ON c.rid = m.c_rid
        WHERE odd OR abs(skew_s) > 300
        """
    )


def _leave_repeats(con: duckdb.DuckDBPyConnection) -> int:
    """Leave out of the open lines those that say a matched line again, to the second; return how many lines stay.

    Such a line is the other payment's, whatever else carries its number: a number used again would bring it to a payment
    of another amount, and hide both that this one is missing and that the line is there twice.
    """
    same = " AND ".join(
        f"k.{name} IS NOT DISTINCT FROM o.{name}" for name in ("currency", "terminal_no", "rrn", "trace_no", "order_no")
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE open_c_once AS
        SELECT o.* FROM open_c o ANTI JOIN (SELECT c.* FROM c JOIN m ON m.c_rid = c.rid) k
            ON k.acquirer = o.acquirer AND k.merchant_no = o.merchant_no AND k.amount_minor = o.amount_minor AND k.moment = o.moment
            AND coalesce(o.rrn, o.trace_no, o.order_no) IS NOT NULL AND {same}
        """
    )
    con.execute("CREATE OR REPLACE TEMP VIEW open_c AS SELECT * FROM open_c_once")
    return _size(con, "open_c")


def _keep_open(con: duckdb.DuckDBPyConnection, side: str, level: int) -> None:
    """Leave only the rows of one side that found nothing yet, in a table of the level's own.

    Before the first level a side is a view of its whole table, so that rows which match at once are never copied.
    """
    left = f"open_{side}_{level}"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {left} AS SELECT o.* FROM open_{side} o ANTI JOIN found f ON o.rid = f.{side}_rid"
    )
    con.execute(f"CREATE OR REPLACE TEMP VIEW open_{side} AS SELECT * FROM {left}")


def _size(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _within_clearing(con: duckdb.DuckDBPyConnection) -> None:
    """Join reversals with their sales inside clearing, and find lines that repeat a matched one."""
    same = (
        "s.acquirer = k.acquirer AND s.merchant_no = k.merchant_no AND s.currency = k.currency"
        " AND ((s.rrn = k.rrn) OR (s.trace_no = k.trace_no AND s.terminal_no = k.terminal_no)"
        " OR (s.order_no = k.order_no AND s.terminal_no IS NOT DISTINCT FROM k.terminal_no))"
    )
    # Of several tries of one order, a reversal takes back the one whose number it carries.
    nearest = (
        "(coalesce(s.rrn = k.rrn, false) OR coalesce(s.trace_no = k.trace_no AND s.terminal_no = k.terminal_no, false)) DESC,"
        " abs(k.on_day - s.on_day)"
    )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE cc AS
        WITH k AS (SELECT * FROM c WHERE kind IN ('reversal', 'void') AND amount_minor < 0)
        SELECT k.rid AS rev_rid, s.rid AS sale_rid FROM k JOIN c s ON {same}
        WHERE s.kind NOT IN ('reversal', 'void', 'fee', 'dispute', 'adjustment') AND s.amount_minor = -k.amount_minor
              AND k.on_day BETWEEN s.on_day - 1 AND s.on_day + 2
        QUALIFY row_number() OVER (PARTITION BY k.rid ORDER BY {nearest}, s.fp) = 1
            AND row_number() OVER (PARTITION BY s.rid ORDER BY {nearest}, k.fp) = 1
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE dup AS
        WITH k AS (SELECT c.* FROM c ANTI JOIN m ON m.c_rid = c.rid WHERE c.kind NOT IN {NO_JOURNAL_KINDS}
                   AND NOT EXISTS (SELECT 1 FROM cc WHERE cc.rev_rid = c.rid OR cc.sale_rid = c.rid))
        SELECT k.rid AS c_rid, arg_min(s.rid, s.fp) AS first_rid FROM k JOIN c s ON s.rid <> k.rid AND s.kind = k.kind
             AND s.amount_minor = k.amount_minor AND {same}
             AND (s.network_no IS NULL OR k.network_no IS NULL OR s.network_no = k.network_no
                  OR s.rrn = k.rrn OR s.trace_no = k.trace_no)
             AND abs(s.on_day - k.on_day) <= {WINDOW_DAYS}
        JOIN m ON m.c_rid = s.rid
        GROUP BY k.rid
        """
    )


def fees(con: duckdb.DuckDBPyConnection) -> None:
    """Put the contract's fee beside each clearing line and beside each transaction that no line speaks of.

    Not every clearing file says how a card was read or whether it was a QR code (ZM does not); then the terminal's
    record of the same payment does. Where nobody says and the contract distinguishes, no fee is checked.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP VIEW known_c AS
        SELECT rid, acquirer, merchant_no, currency, on_day, kind, gross_minor, fee_minor, net_minor, card_kind, channel
        FROM c WHERE card_kind IS NOT NULL AND channel IS NOT NULL
        UNION ALL
        SELECT c.rid, c.acquirer, c.merchant_no, c.currency, c.on_day, c.kind, c.gross_minor, c.fee_minor, c.net_minor,
               coalesce(c.card_kind, t.card_kind), coalesce(c.channel, t.channel)
        FROM c LEFT JOIN m ON m.c_rid = c.rid LEFT JOIN t ON t.rid = m.t_rid
        WHERE c.card_kind IS NULL OR c.channel IS NULL
        """
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE combos AS
        SELECT DISTINCT acquirer, merchant_no, card_kind, channel, on_day AS cleared_on FROM known_c
        UNION SELECT DISTINCT acquirer, merchant_no, card_kind, channel, on_day FROM t ANTI JOIN m ON m.t_rid = t.rid
              WHERE class IN ('must', 'unknown', 'stored')
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE plans AS
        SELECT x.*, k.rate_bp, k.cap_minor, k.floor_minor, k.per_item_minor, coalesce(k.rounding, 'half_up_each') AS rounding,
               k.refund_fee, md5(concat_ws('|', k.acquirer, k.merchant_no, k.from_on, k.card_kind, k.channel)) AS plan_no
        FROM combos x JOIN contracts_now k ON {applies_sql("x", "k")} AND (k.rate_bp IS NOT NULL OR k.per_item_minor IS NOT NULL)
        QUALIFY row_number() OVER (PARTITION BY x.acquirer, x.merchant_no, x.card_kind, x.channel, x.cleared_on
                                   ORDER BY {precedence_sql("k")}) = 1
        """
    )
    on = (
        "k.acquirer = x.acquirer AND k.merchant_no = x.merchant_no AND k.card_kind IS NOT DISTINCT FROM x.card_kind"
        " AND k.channel IS NOT DISTINCT FROM x.channel AND k.cleared_on = x.on_day"
    )
    plan = "k.rate_bp, k.cap_minor, k.floor_minor, k.per_item_minor, k.rounding, k.refund_fee, k.plan_no"
    con.execute(
        f"""
        CREATE OR REPLACE TABLE cf AS
        SELECT x.rid, x.acquirer, x.merchant_no, x.currency, x.on_day, x.kind, x.gross_minor, x.fee_minor, x.net_minor,
               CASE WHEN k.rounding = 'half_up_batch' THEN x.fee_minor
                    ELSE {fee_sql("x.gross_minor", "x.kind", plan="k.")} END AS fee_expected, {plan}
        FROM known_c x LEFT JOIN plans k ON {on}
        """
    )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE tf AS
        SELECT x.*, x.amount_minor - coalesce({fee_sql("x.amount_minor", "x.kind", plan="k.")}, 0) AS net_expected
        FROM (SELECT t.* FROM t ANTI JOIN m ON m.t_rid = t.rid WHERE t.class IN ('must', 'unknown', 'stored')) x LEFT JOIN plans k ON {on}
        """
    )


def apart(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``odd_rows``, ``missing_rows`` and ``extra_rows``: pairs that differ, and rows of either side that found none.

    Each is worked out once; the causes that many rows share (``systemic``) and the breaks of single rows read the same rows.
    """
    for table, selected in (("odd_rows", _ODD_PAIRS), ("missing_rows", _MISSING_LINES), ("extra_rows", _EXTRA_LINES)):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {selected}")


def complete_days(con: duckdb.DuckDBPyConnection, cover: Coverage) -> None:
    """Make ``days_c``: where an absent clearing line means something, and the next such day (NULL when none came)."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE days_wanted AS"
        " SELECT acquirer, merchant_no, on_day FROM t_days UNION SELECT acquirer, merchant_no, on_day FROM c_days"
    )
    acquirers = con.execute("SELECT DISTINCT acquirer FROM days_wanted").fetchall()
    # Where every file is about all merchants of an acquirer, a day is complete for all of them or for none.
    single = [name for (name,) in acquirers if not cover.is_about_all("clearings", name)]
    con.execute("CREATE OR REPLACE TEMP TABLE days_single (acquirer VARCHAR)")
    put(con, "days_single", [(name,) for name in single])
    wanted = con.execute(
        "SELECT DISTINCT acquirer, CASE WHEN s.acquirer IS NOT NULL THEN merchant_no END AS merchant_no, on_day"
        " FROM days_wanted LEFT JOIN days_single s USING (acquirer) ORDER BY ALL"
    ).fetchall()
    complete = [
        (acquirer, merchant, day, cover.next_complete_day("clearings", acquirer, merchant or "", day))
        for acquirer, merchant, day in wanted
        if cover.is_complete("clearings", acquirer, merchant or "", day)
    ]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE days_told (acquirer VARCHAR, merchant_no VARCHAR, day DATE, next_day DATE)"
    )
    put(con, "days_told", complete)
    con.execute(
        """
        CREATE OR REPLACE TABLE days_c AS
        SELECT acquirer, merchant_no, day, next_day FROM days_told WHERE merchant_no IS NOT NULL
        UNION ALL
        SELECT w.acquirer, w.merchant_no, w.on_day, x.next_day FROM days_wanted w
        JOIN days_told x ON x.acquirer = w.acquirer AND x.day = w.on_day AND x.merchant_no IS NULL
        """
    )


T_COLUMNS: Final = (
    "t.rid AS t_rid, t.terminal_no, t.batch_no, t.trace_no, t.rrn, t.order_no, t.occurred_at, t.kind AS t_kind,"
    " t.amount_minor AS t_amount, t.status, t.class, t.on_day AS t_day, t.card_tail, t.operator_no, t.response_code,"
    " t.import_id AS t_import, t.line_no AS t_line, t.cutover, t.store_no"
)
_C: Final = (
    "c.rid AS c_rid, c.terminal_no AS c_terminal, c.batch_no AS c_batch, c.trace_no AS c_trace, c.rrn AS c_rrn,"
    " c.order_no AS c_order, c.network_no, c.kind AS c_kind, c.gross_minor, c.fee_minor, c.net_minor,"
    " c.cleared_on, c.occurred_at AS c_at, c.import_id AS c_import, c.line_no AS c_line, c.card_tail AS c_card"
)
WHO: Final = "{0}.acquirer, {0}.merchant_no, {0}.currency, {0}.channel, {0}.card_kind"


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Return the rows of a query as dictionaries."""
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def alone(selected: str, side: str, *families: str) -> str:
    """Return the rows of ``selected`` that no finding about many stands for (``systemic``), in their order.

    ``side`` is the row's place: ``t_rid`` of a transaction, ``c_rid`` of a clearing line.
    """
    listed = ", ".join(f"'{family}'" for family in families)
    return (
        f"SELECT x.* FROM ({selected}) x ANTI JOIN (SELECT {side} FROM folded WHERE family IN ({listed})) z"
        f" ON z.{side} = x.{side} ORDER BY x.acquirer, x.merchant_no, x.in_order, x.fp"
    )


def odd_pairs(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return pairs that differ in something, with ``reversed_in_clearing`` and the fee the contract gives."""
    return rows(con, alone("SELECT * FROM odd_rows", "t_rid", "pair"))


_ODD_PAIRS: Final = f"""
        SELECT {WHO.format("c")}, {T_COLUMNS}, {_C}, m.level, f.fee_expected, f.rate_bp, t.moment AS in_order, t.fp,
               cc.rev_rid IS NOT NULL AS reversed_in_clearing, n.next_day
        FROM (
            SELECT t_rid, c_rid, level FROM differing WHERE odd
            UNION SELECT m.t_rid, m.c_rid, m.level FROM m JOIN cc ON cc.sale_rid = m.c_rid JOIN t ON t.rid = m.t_rid
                  WHERE t.class = 'must'
        ) m JOIN t ON t.rid = m.t_rid JOIN c ON c.rid = m.c_rid JOIN cf f ON f.rid = c.rid
        LEFT JOIN cc ON cc.sale_rid = c.rid
        LEFT JOIN days_c n ON n.acquirer = c.acquirer AND n.merchant_no = c.merchant_no AND n.day = c.on_day
        """


def half_cancelled(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return cancelled sales that are in clearing without their void or reversal, and the other way round."""
    return rows(
        con,
        f"""
        WITH s AS (SELECT t.*, m.c_rid AS own FROM t LEFT JOIN m ON m.t_rid = t.rid WHERE t.class = 'maybe')
        SELECT {WHO.format("t")}, {T_COLUMNS.replace("t.rid AS t_rid", "t.rid AS t_rid, t.own")}, {_C},
               k.own IS NOT NULL AS other_cleared, k.on_day AS other_day, k.kind AS other_kind, n.next_day,
               cc.rev_rid IS NOT NULL AS reversed_in_clearing
        FROM s t LEFT JOIN s k ON k.rid = t.other_rid LEFT JOIN c ON c.rid = t.own
        LEFT JOIN cc ON cc.sale_rid = t.own
        LEFT JOIN days_c n ON n.acquirer = t.acquirer AND n.merchant_no = t.merchant_no
                          AND n.day = coalesce(k.on_day, t.on_day)
        WHERE t.kind NOT IN ('void', 'reversal') AND (
              (t.own IS NOT NULL AND k.own IS NULL AND cc.rev_rid IS NULL)
              OR (t.own IS NULL AND k.own IS NOT NULL))
        ORDER BY t.acquirer, t.merchant_no, t.moment, t.fp
        """,
    )


def missing_lines(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return transactions without a clearing line on days for which clearing is complete."""
    return rows(con, alone("SELECT * FROM missing_rows", "t_rid", "missing", "moved"))


_MISSING_LINES: Final = f"""
        WITH near AS (
            SELECT t.rid, count(*) AS candidates FROM tf t JOIN c ON c.acquirer = t.acquirer AND c.merchant_no = t.merchant_no
                 AND c.gross_minor = t.amount_minor AND c.on_day BETWEEN t.on_day AND t.on_day + 1
            ANTI JOIN m ON m.c_rid = c.rid GROUP BY t.rid
        ), share AS (
            SELECT acquirer, merchant_no, on_day, count(*) FILTER (WHERE class = 'must') AS missing FROM tf GROUP BY ALL
        ), total AS (
            SELECT acquirer, merchant_no, on_day, sum(must_rows) AS rows_of_day FROM t_days GROUP BY ALL
        )
        SELECT {WHO.format("t")}, {T_COLUMNS}, t.net_expected, n.next_day, t.moment AS in_order, t.fp, coalesce(near.candidates, 0) AS candidates,
               coalesce(100 * share.missing // greatest(total.rows_of_day, 1), 0) AS share_missing
        FROM tf t JOIN days_c n ON n.acquirer = t.acquirer AND n.merchant_no = t.merchant_no AND n.day = t.on_day
        LEFT JOIN near ON near.rid = t.rid
        LEFT JOIN share ON share.acquirer = t.acquirer AND share.merchant_no = t.merchant_no AND share.on_day = t.on_day
        LEFT JOIN total ON total.acquirer = t.acquirer AND total.merchant_no = t.merchant_no AND total.on_day = t.on_day
        WHERE t.class IN ('must', 'unknown', 'stored')
        """


def extra_lines(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return clearing lines no terminal record speaks of, with whether the journal covers that terminal and moment.

    The journal of a calendar day is what counts, not the clearing day: after the cut-over a journal already holds rows
    of the next clearing day, and says nothing about the rest of it. A journal that ends before the payment says nothing.
    """
    return rows(con, alone("SELECT * FROM extra_rows", "c_rid", "extra", "moved"))


_EXTRA_LINES: Final = f"""
        WITH kept AS (SELECT DISTINCT acquirer, merchant_no, day FROM t_days),
             ends AS (SELECT acquirer, merchant_no, max(until) AS until FROM t_days GROUP BY ALL),
             extra AS (SELECT DISTINCT acquirer, merchant_no, terminal_no FROM c ANTI JOIN m ON m.c_rid = c.rid),
             kept_terminal AS (SELECT DISTINCT acquirer, merchant_no, terminal_no, moment::DATE AS day
                               FROM t_src SEMI JOIN extra USING (acquirer, merchant_no, terminal_no))
        SELECT {WHO.format("c")}, {_C}, c.cleared_on AS in_order, c.fp, dup.first_rid, one.import_id AS first_import, one.line_no AS first_line,
               (c.terminal_no IS NULL OR kt.day IS NOT NULL) AND (c.moment IS NULL OR c.moment <= e.until) AS journal_covers
        FROM c ANTI JOIN m ON m.c_rid = c.rid
        LEFT JOIN dup ON dup.c_rid = c.rid LEFT JOIN c one ON one.rid = dup.first_rid
        LEFT JOIN kept k ON k.acquirer = c.acquirer AND k.merchant_no = c.merchant_no
             AND k.day = coalesce(c.moment::DATE, c.on_day)
        LEFT JOIN ends e ON e.acquirer = c.acquirer AND e.merchant_no = c.merchant_no
        LEFT JOIN kept_terminal kt ON kt.acquirer = c.acquirer AND kt.merchant_no = c.merchant_no
             AND kt.terminal_no = c.terminal_no AND kt.day = k.day
        WHERE c.kind NOT IN {NO_JOURNAL_KINDS}
          AND NOT EXISTS (SELECT 1 FROM cc LEFT JOIN m s ON s.c_rid = cc.sale_rid
                          WHERE (cc.rev_rid = c.rid) OR (cc.sale_rid = c.rid))
          AND (k.day IS NOT NULL OR dup.first_rid IS NOT NULL)
        """


def other_lines(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return dispute lines of clearing: chargebacks (money) and retrieval requests (no money)."""
    return rows(con, f"SELECT {WHO.format('c')}, {_C} FROM c WHERE c.kind = 'dispute' ORDER BY c.cleared_on, c.fp")


def wrong_fees(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return lines whose fee is not the contract's, to the fen, with the plan beside them."""
    return rows(con, alone(WRONG_FEES, "c_rid", "fee"))


FEE_DIFFERS: Final = "f.fee_expected IS NOT NULL AND f.fee_minor IS NOT NULL AND f.fee_expected <> f.fee_minor"
WRONG_FEES: Final = f"""
        SELECT {WHO.format("c")}, {_C}, f.fee_expected, f.rate_bp, f.cap_minor, f.rounding, c.cleared_on AS in_order, c.fp
        FROM cf f JOIN c ON c.rid = f.rid WHERE {FEE_DIFFERS}
        """


def clock_skews(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return terminals whose clock is off against the acquirer's by more than five minutes on a day, in seconds."""
    return rows(
        con,
        """
        WITH off AS (
            SELECT acquirer, merchant_no, terminal_no, on_day, median(skew_s)::BIGINT AS skew_s, count(*) AS rows_off, arg_min(t_rid, fp) AS t_rid
            FROM differing WHERE abs(skew_s) > 300 AND level < 21 GROUP BY ALL HAVING count(*) >= 3
        ), all_rows AS (
            SELECT s.acquirer, s.merchant_no, s.terminal_no, s.on_day,
                   count(*) FILTER (WHERE t.fp IS NULL OR m.t_rid IS NOT NULL) AS rows_of_day
            FROM t_src s SEMI JOIN off USING (acquirer, merchant_no, terminal_no, on_day)
            LEFT JOIN t ON t.import_id = s.import_id AND t.line_no = s.line_no LEFT JOIN m ON m.t_rid = t.rid GROUP BY ALL
        )
        SELECT off.acquirer, off.merchant_no, off.terminal_no, off.on_day AS day, off.skew_s, a.rows_of_day, x.import_id, x.line_no
        FROM off JOIN all_rows a USING (acquirer, merchant_no, terminal_no, on_day) JOIN t x ON x.rid = off.t_rid
        WHERE off.rows_off * 2 > a.rows_of_day  -- most of the day, or it is not the clock
        ORDER BY ALL
        """,
    )
