"""The facts as they were known at one moment, typed and with their contract beside them, as tables in DuckDB.

After ``prepare`` these tables stand in the connection:

``imports``      one row per visible file          ``merchants_now``  the last word on each merchant
``accounts_now`` agreed accounts with validity      ``terms``          one row per merchant and day range: cut-over, cycle …
``t_src``        transactions with expected day     ``c_src``          clearing lines (views; see ``sieve``)
``p``            every state of every payout        ``b``              bank lines of statements
``pa``           what banks answered about payouts  ``bn``             bank lines said before their statement
``o`` orders     ``ba`` batches (last state)        ``h``              heartbeats
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import duckdb

from daozhang.engine.lake import SourceFile
from daozhang.flows.settlement_day import Terms

SIFTED: Final = "('sale', 'offline_sale', 'refund')"
"""Kinds that control totals speak for (``sieve``); all others are few and looked at one by one."""
SALE_KINDS = "('sale', 'refund', 'preauth_completion', 'offline_sale', 'adjustment')"


def prepare(
    con: duckdb.DuckDBPyConnection, files: Sequence[SourceFile], as_of: datetime, defaults: Terms,
) -> None:  # fmt: skip
    """Make the tables above from the lake's views; rows whose own moment is later than ``as_of`` do not exist yet."""
    sides(con, files, as_of, defaults)
    _rest(con)


def sides(con: duckdb.DuckDBPyConnection, files: Sequence[SourceFile], as_of: datetime, defaults: Terms) -> None:
    """Make of the tables above those that transactions and clearing lines need: ``imports``, the agreements, ``t_src``, ``c_src``."""
    _imports(con, files)
    con.execute("SET VARIABLE as_of = ?::TIMESTAMP", [as_of])
    _book(con, defaults)
    _transactions(con, defaults.cutover)
    _clearings(con)


def _imports(con: duckdb.DuckDBPyConnection, files: Sequence[SourceFile]) -> None:
    con.execute("CREATE OR REPLACE TABLE imports (import_id VARCHAR, seq BIGINT, file_name VARCHAR)")
    if files:
        put(con, "imports", [(f.import_id, f.seq, f.file_name) for f in files])


def _latest(table: str, key: str) -> str:
    """Return a SELECT of the last imported row of each key: a book that is sent again corrects itself."""
    return (
        f"SELECT x.* FROM {table} x JOIN imports i USING (import_id)"
        f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY i.seq DESC, x.line_no DESC) = 1"
    )


def _book(con: duckdb.DuckDBPyConnection, defaults: Terms) -> None:
    con.execute(f"CREATE OR REPLACE TABLE merchants_now AS {_latest('merchants', 'x.acquirer, x.merchant_no')}")
    con.execute(
        "CREATE OR REPLACE TABLE accounts_now AS"
        f" {_latest('accounts', 'x.acquirer, x.merchant_no, x.account_tail, x.from_on')}"
    )
    con.execute(f"CREATE OR REPLACE TABLE terminals_now AS {_latest('terminals', 'x.acquirer, x.terminal_no')}")
    key = "x.acquirer, x.merchant_no, x.from_on, coalesce(x.card_kind, ''), coalesce(x.channel, '')"
    con.execute(f"CREATE OR REPLACE TABLE contracts_now AS {_latest('contracts', key)}")
    con.execute(
        """
        CREATE OR REPLACE TABLE terms AS
        SELECT acquirer, merchant_no, from_on, max(to_on) AS to_on, max(cycle) AS cycle, max(cutover) AS cutover,
               max(due_time) AS due_time, max(calendar) AS calendar,
               bool_or(pays_on_makeup_days) AS pays_on_makeup_days, max(minimum_minor) AS minimum_minor,
               string_agg(DISTINCT agreed_deductions, ';' ORDER BY agreed_deductions) AS agreed_deductions
        FROM contracts_now GROUP BY acquirer, merchant_no, from_on
        """
    )
    con.execute("SET VARIABLE default_cutover = ?", [defaults.cutover])


def _cutovers(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``cutovers``: merchants and days whose agreed cut-over is not what their acquirer's payments have by default.

    The default is midnight for a wallet and the workspace's setting for everybody else. Of several contract rows that
    hold on a day, the newest that names a cut-over counts.
    """
    default = "CASE WHEN acquirer IN ('wechat', 'alipay') THEN '24:00' ELSE getvariable('default_cutover') END"
    con.execute(
        f"""
        CREATE OR REPLACE TABLE cutovers AS
        WITH agreed AS (SELECT * FROM terms WHERE cutover IS NOT NULL),
        special AS (SELECT DISTINCT acquirer, merchant_no FROM agreed WHERE cutover <> {default}),
        span AS (SELECT min(occurred_at)::DATE AS first_on, max(occurred_at)::DATE AS last_on FROM transactions
                 WHERE (SELECT count(*) FROM special) > 0),
        days AS (SELECT unnest(generate_series(first_on, last_on, INTERVAL 1 DAY))::DATE AS day FROM span)
        SELECT k.acquirer, k.merchant_no, d.day, arg_max(k.cutover, k.from_on) AS cutover
        FROM agreed k SEMI JOIN special USING (acquirer, merchant_no)
        JOIN days d ON d.day >= k.from_on AND (k.to_on IS NULL OR d.day <= k.to_on)
        GROUP BY k.acquirer, k.merchant_no, d.day
        """
    )


def _minutes(clock: str) -> int:
    """Return the minute of the day at which ``clock`` (HH:MM) falls; 24:00 and 00:00 both end the day at midnight."""
    hours, minutes = (int(part) for part in clock.split(":"))
    return hours * 60 + minutes or 1440


def _transactions(con: duckdb.DuckDBPyConnection, default: str) -> None:
    """Make the view ``t_src``: every transaction with its cut-over, the clearing day it belongs to, and its class."""
    _cutovers(con)
    clocks = [clock for (clock,) in con.execute("SELECT DISTINCT cutover FROM cutovers ORDER BY 1").fetchall()]
    wallets = con.execute("SELECT count(*) FROM transactions WHERE acquirer IN ('wechat', 'alipay') LIMIT 1").fetchone()
    cutover, joined = f"'{default}'", ""
    if wallets != (0,):
        cutover = f"CASE WHEN x.acquirer IN ('wechat', 'alipay') THEN '24:00' ELSE {cutover} END"
    if clocks:
        cutover = f"coalesce(k.cutover, {cutover})"
        joined = (
            "LEFT JOIN cutovers k ON k.acquirer = x.acquirer AND k.merchant_no = x.merchant_no"
            " AND k.day = x.occurred_at::DATE"
        )
    # What is left of the day after the cut-over is moved into the next one: one addition instead of a comparison per row.
    rest = [(clock, 1440 - _minutes(clock)) for clock in sorted({*clocks, default, "24:00"})]
    moved = f"x.occurred_at + INTERVAL {dict(rest)[default]} MINUTE"
    if clocks or wallets != (0,):
        each = " ".join(f"WHEN '{clock}' THEN INTERVAL {minutes} MINUTE" for clock, minutes in rest)
        moved = f"x.occurred_at + CASE {cutover} {each} END"
    con.execute(
        f"""
        CREATE OR REPLACE VIEW t_src AS
        SELECT x.*, x.occurred_at AS moment, ({moved})::DATE AS on_day,
               CASE WHEN x.status = 'approved' AND x.kind IN {SALE_KINDS} THEN 'must'
                    WHEN x.status = 'declined' THEN 'never'
                    WHEN x.kind IN ('preauth', 'preauth_void', 'fee', 'dispute') THEN 'never'
                    WHEN x.status = 'unknown' THEN 'unknown'
                    WHEN x.status = 'stored' THEN 'stored'
                    ELSE 'maybe' END AS class,
               {cutover} AS cutover
        FROM transactions x {joined}
        WHERE x.occurred_at <= getvariable('as_of')
        """
    )


def cancelled(con: duckdb.DuckDBPyConnection) -> None:
    """Join each void or reversal with what it takes back; both are then optional in clearing (both or neither).

    A reversal repeats its original's trace number; a void names it in ``original_trace_no`` or ``original_rrn``.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE undoing AS
        WITH k AS (SELECT * FROM t WHERE kind IN ('void', 'reversal') AND status = 'approved'),
        pairs AS (
            SELECT k.rid AS by_rid, s.rid AS of_rid,
                   row_number() OVER (PARTITION BY k.rid ORDER BY abs(epoch(k.moment) - epoch(s.moment)), s.fp) AS k_place,
                   row_number() OVER (PARTITION BY s.rid ORDER BY abs(epoch(k.moment) - epoch(s.moment)), k.fp) AS s_place
            FROM k JOIN t s ON s.acquirer = k.acquirer AND s.merchant_no = k.merchant_no
                 AND s.terminal_no = k.terminal_no AND s.rid <> k.rid
                 AND s.kind IN ('sale', 'offline_sale', 'preauth_completion', 'refund')
                 AND s.amount_minor = -k.amount_minor AND s.on_day BETWEEN k.on_day - 1 AND k.on_day + 1
                 AND s.status <> 'declined'
                 AND (s.trace_no = coalesce(k.original_trace_no, CASE WHEN k.kind = 'reversal' THEN k.trace_no END)
                      OR s.rrn = k.original_rrn)
        )
        SELECT by_rid, of_rid FROM pairs WHERE k_place = 1 AND s_place = 1
        """
    )
    if con.execute("SELECT count(*) FROM undoing").fetchone() == (0,):
        return
    con.execute("UPDATE t SET class = 'maybe', other_rid = u.by_rid FROM undoing u WHERE t.rid = u.of_rid")
    con.execute("UPDATE t SET class = 'maybe', other_rid = u.of_rid FROM undoing u WHERE t.rid = u.by_rid")


def _clearings(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        CREATE OR REPLACE VIEW c_src AS
        SELECT x.*, x.gross_minor AS amount_minor, x.occurred_at AS moment, x.cleared_on AS on_day
        FROM clearings x WHERE x.cleared_on <= getvariable('as_of')::DATE
        """
    )


def _rest(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        CREATE OR REPLACE TABLE p AS
        SELECT x.*, i.seq, coalesce(x.finished_at, x.created_at) AS known_at FROM payouts x JOIN imports i USING (import_id)
        WHERE coalesce(x.created_at, x.finished_at, x.settled_on::TIMESTAMP) <= getvariable('as_of')
        """
    )
    con.execute(
        "CREATE OR REPLACE TABLE pa AS SELECT x.*, i.seq FROM payout_answers x JOIN imports i USING (import_id)"
        " WHERE answered_at <= getvariable('as_of')"
    )
    con.execute("CREATE OR REPLACE TABLE bn AS SELECT * FROM bank_notices WHERE booked_at <= getvariable('as_of')")
    con.execute("CREATE OR REPLACE TABLE b AS SELECT * FROM bank_entries WHERE booked_at <= getvariable('as_of')")
    con.execute("CREATE OR REPLACE TABLE o AS SELECT * FROM orders WHERE placed_at <= getvariable('as_of')")
    con.execute(
        """
        CREATE OR REPLACE TABLE ba AS
        SELECT x.* FROM batches x JOIN imports i USING (import_id) WHERE closed_at <= getvariable('as_of')
        QUALIFY row_number() OVER (PARTITION BY x.acquirer, x.merchant_no, x.terminal_no, x.batch_no
                                   ORDER BY x.closed_at DESC, i.seq DESC, x.line_no DESC) = 1
        """
    )
    con.execute("CREATE OR REPLACE TABLE h AS SELECT * FROM heartbeats WHERE \"at\" <= getvariable('as_of')")


def one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """Return the single whole number that ``query`` gives."""
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0


def put(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Put rows into a table as whole columns; row by row a thousand of them cost the engine a second."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        con.execute(f"INSERT INTO {table} SELECT {', '.join('unnest(?)' for _ in columns)}", columns)


def quoted(value: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"
