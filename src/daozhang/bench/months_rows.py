"""The payments of a generated month: journal, clearing lines and orders of one day, from the seed alone.

``prepare`` makes the shops (``slots``: one row per place in a day's rotation, so that every terminal has rows every day
and trace numbers do not repeat by chance). ``make_day`` makes the tables ``rows`` (what really happened, one row per act
at the till), and from it ``transactions_of_day``, ``clearings_of_day`` and ``orders_of_day`` as they are sent.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

import duckdb

from daozhang.bench.months_roles import ROW_BLOCK, ROW_ROLES, SAFE_TIME, Role

ROWS_PER_MERCHANT: Final = 9_000
LEAST_MERCHANTS: Final = 8
SLOTS: Final = 16
"""Places of one merchant in the rotation: its four terminals have 8, 4, 3 and 1 of them."""
SECOND_TRACE: Final = 500_000
"""Trace numbers from here on are those of second acts (voids, retries), which no first act reaches."""

CLEARS: Final = (
    "missing", "missing_again", "declined", "timeout", "timeout_alone", "void"
)  # fmt: skip
"""Roles whose first act never gets a line."""


def merchants_of(rows: int) -> int:
    """Return how many merchants a month of so many payments has."""
    return max(LEAST_MERCHANTS, rows // ROWS_PER_MERCHANT)


def block_of(number: str, block: int, seed: int) -> str:
    """Return SQL of a row's place in the permutation of its block, 0 to ``block`` - 1; each place comes once a block."""
    return f"((({number}) % {block}) * 1103 + (hash(({number}) // {block}, {seed}) % {block})::BIGINT) % {block}"


def roles_table(con: duckdb.DuckDBPyConnection, name: str, roles: tuple[Role, ...], block: int) -> None:
    """Make a table (place, role, with_orders) of a whole block."""
    said = [(role.name, role.with_orders) for role in roles for _ in range(role.of_block)]
    assert len(said) < block
    con.execute(f"CREATE TABLE {name} (place BIGINT, role VARCHAR, with_orders BOOLEAN)")
    con.executemany(f"INSERT INTO {name} VALUES (?, ?, ?)", [(place, *one) for place, one in enumerate(said)])
    con.execute(f"INSERT INTO {name} SELECT i, 'plain', NULL FROM range({len(said)}, {block}) t(i)")


def prepare(
    con: duckdb.DuckDBPyConnection, rows: int, days: int, *, seed: int, acquirers: int, leave_out: Collection[str]
) -> None:
    """Make shops, terms and the roles; rows of a month are spread evenly over its days."""
    merchants = merchants_of(rows)
    roles_table(con, "row_roles", tuple(role for role in ROW_ROLES if role.name not in leave_out), ROW_BLOCK)
    con.execute(
        f"SET VARIABLE per_day = {-(-rows // days)}; SET VARIABLE slots = {merchants * SLOTS}; SET VARIABLE seed = {seed}"
    )
    con.execute(
        f"""
        CREATE TABLE shops AS
        SELECT m, 'acq' || (m // 2 % {acquirers}) AS acquirer, printf('8980%011d', m) AS merchant_no, m % 4 = 1 AS has_orders,
               m % 10 = 3 AS is_split, [38, 45, 60, 55][m % 4 + 1] AS rate_bp, m // 2 AS owner,
               printf('62%04d', 1000 + m // 2) AS account_tail, (m // 2) % 5 = 2 AS is_lump, m % 3 = 2 AS pays_runs
        FROM range({merchants}) t(m)
        """
    )
    con.execute(
        f"""
        CREATE TABLE slots AS
        SELECT n AS slot, x.*, CASE WHEN p < 8 THEN 0 WHEN p < 12 THEN 1 WHEN p < 15 THEN 2 ELSE 3 END AS t,
               printf('T%07d', m * 4 + t) AS terminal_no, p - [0, 8, 12, 15][t + 1] AS rank, [8, 4, 3, 1][t + 1] AS width
        FROM (SELECT n, n % {SLOTS} AS p, n // {SLOTS} AS m FROM range({merchants * SLOTS}) t(n)) JOIN shops x USING (m)
        """
    )
    _book(con)


def _book(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        CREATE VIEW book_merchants AS SELECT acquirer, merchant_no, 'Shop ' || m AS name, 'active' AS status, m AS place FROM shops;
        CREATE VIEW book_accounts AS SELECT acquirer, merchant_no, account_tail, 'corporate' AS kind, DATE '2026-01-01' AS from_on,
               m AS place FROM shops;
        CREATE VIEW book_contracts AS
        SELECT acquirer, merchant_no, DATE '2026-01-01' AS from_on, 'T+1' AS cycle, '23:00' AS cutover, '14:00' AS due_time,
               'CN' AS calendar, true AS pays_on_makeup_days, rate_bp, 'half_up_each' AS rounding, 'returned' AS refund_fee,
               'sim:3600' AS agreed_deductions, card_kind, CASE WHEN card_kind = 'debit' THEN 2000 END AS cap_minor,
               printf('%09d-%s', m, card_kind) AS place
        FROM shops, (SELECT unnest(['debit', 'credit']) AS card_kind) WHERE is_split
        UNION ALL SELECT acquirer, merchant_no, DATE '2026-01-01', 'T+1', '23:00', '14:00', 'CN', true, rate_bp, 'half_up_each',
               'returned', 'sim:3600', NULL, NULL, printf('%09d', m) FROM shops WHERE NOT is_split
        """
    )
    con.execute(f"CREATE TABLE later_lines AS SELECT * FROM ({_NO_LINES})")
    con.execute("CREATE TABLE owed (acquirer VARCHAR, merchant_no VARCHAR, m BIGINT, day DATE, net BIGINT)")


_FEE: Final = (
    "(sign({amount}) * CASE WHEN is_split AND card_kind = 'debit' THEN least(2000, (abs({amount}) * rate_bp + 5000) // 10000)"
    " ELSE (abs({amount}) * rate_bp + 5000) // 10000 END)::BIGINT"
)


def fee(amount: str) -> str:
    """Return SQL of the fee the contract of the row's shop gives for an amount, with the amount's sign."""
    return _FEE.format(amount=amount)


_NO_LINES: Final = """
    SELECT NULL::VARCHAR AS acquirer, NULL::VARCHAR AS merchant_no, NULL::BIGINT AS m, NULL::VARCHAR AS terminal_no,
           NULL::VARCHAR AS batch_no, NULL::VARCHAR AS trace_no, NULL::VARCHAR AS rrn, NULL::TIMESTAMP AS occurred_at,
           NULL::DATE AS cleared_on, NULL::VARCHAR AS kind, NULL::BIGINT AS gross_minor, NULL::BIGINT AS fee_minor,
           NULL::BIGINT AS net_minor, NULL::VARCHAR AS currency, NULL::VARCHAR AS channel, NULL::VARCHAR AS card_tail,
           NULL::VARCHAR AS card_kind, NULL::VARCHAR AS role, NULL::INTEGER AS part, NULL::BIGINT AS i,
           NULL::BIGINT AS place WHERE false
"""


def make_day(con: duckdb.DuckDBPyConnection, step: int, day: date, *, is_last: bool, has_sales: bool) -> None:
    """Make the tables of one day; on a day without sales only lines that come late."""
    con.execute(
        f"CREATE OR REPLACE TABLE first_acts AS {_first_acts(step, day, is_last=is_last)}{'' if has_sales else ' LIMIT 0'}"
    )
    con.execute(f"CREATE OR REPLACE TABLE second_acts AS {_second_acts()}")
    con.execute("CREATE OR REPLACE VIEW acts AS SELECT * FROM first_acts UNION ALL SELECT * FROM second_acts")
    con.execute(
        """
        CREATE OR REPLACE VIEW transactions_of_day AS
        SELECT acquirer, merchant_no, terminal_no, batch_no, trace_no, rrn, (100000 + i % 900000)::VARCHAR AS auth_code, order_no,
               occurred_at, kind, amount_minor, 'CNY' AS currency, status, CASE status WHEN 'approved' THEN '00' WHEN 'declined' THEN '51' END AS response_code,
               'card' AS channel, card_tail, card_kind, original_trace_no, original_rrn,
               epoch(occurred_at)::BIGINT % 86400 * 100000000000 + i * 10 + part AS place
        FROM acts
        """
    )
    con.execute(f"CREATE OR REPLACE TABLE lines AS {_lines()} UNION ALL SELECT * FROM later_lines")
    con.execute(f"CREATE OR REPLACE VIEW clearings_of_day AS SELECT * FROM lines WHERE cleared_on = DATE '{day}'")
    con.execute(f"CREATE OR REPLACE TABLE later_lines AS SELECT * FROM lines WHERE cleared_on > DATE '{day}'")
    con.execute(f"CREATE OR REPLACE TABLE orders_of_day AS {_orders()}")


def _first_acts(step: int, day: date, *, is_last: bool) -> str:
    safe = ", ".join(f"'{name}'" for name in sorted(SAFE_TIME))
    # The last day ends before the cut-over: what comes after it would be the next month's.
    busy = f"role IN ({safe}) OR {str(is_last).lower()}"
    again = "role IN ('rrn_again', 'missing_again')"
    per_day = "getvariable('per_day')"
    return f"""
        WITH a AS (
            SELECT j, j + {step} * {per_day} AS i, j % getvariable('slots') AS slot, j // getvariable('slots') AS turn,
                   (hash(j + {step} * {per_day}, getvariable('seed')) >> 1)::BIGINT AS h FROM range({per_day}) t(j)
        ), b AS (
            SELECT a.*, s.* EXCLUDE (slot), CASE WHEN r.with_orders = NOT s.has_orders THEN 'plain' ELSE r.role END AS role
            FROM a JOIN slots s ON s.slot = a.slot
            JOIN row_roles r ON r.place = {block_of("a.i", ROW_BLOCK, 17)}
        ), c AS (
            SELECT *, {step} * (getvariable('per_day') // getvariable('slots') + 1) + turn
                   - CASE WHEN role = 'trace_again' AND turn > 0 THEN 1 ELSE 0 END AS round,
                   CASE WHEN role = 'edge_of_day' THEN 81600 + h % 1140 WHEN {busy} THEN 28800 + h % 46800
                        ELSE 21600 + h % 63000 END AS second,
                   100 + h % 3000 * (1 + (h >> 24) % 40) AS drawn
            FROM b
        )
        SELECT i, 0 AS part, role, m, acquirer, merchant_no, terminal_no, has_orders, is_split, rate_bp, h,
               printf('%06d', {step + 1}) AS batch_no, substr((1000000 + round * width + rank + 1)::VARCHAR, 2) AS trace_no,
               CASE WHEN role IN ('timeout', 'timeout_alone', 'timeout_cleared', 'timeout_half_reversed', 'declined_cleared') THEN NULL
                    ELSE (100000000000 + i - CASE WHEN {again} AND {step} > 0 THEN {per_day} ELSE 0 END)::VARCHAR END AS rrn,
               CASE WHEN has_orders AND role <> 'refund' THEN 'O' || (10000000000 + i)::VARCHAR END AS order_no,
               TIMESTAMP '{day}' + to_seconds(second) AS occurred_at, CASE WHEN role = 'refund' THEN 'refund' ELSE 'sale' END AS kind,
               (CASE role WHEN 'refund' THEN -(100 + h % 4900) WHEN 'swapped' THEN drawn // 100 * 100 + 27
                          WHEN 'order_differs' THEN drawn * 10 ELSE drawn END)::BIGINT AS amount_minor,
               CASE WHEN role IN ('declined', 'declined_cleared') THEN 'declined'
                    WHEN role IN ('timeout', 'timeout_alone', 'timeout_cleared', 'timeout_half_reversed') THEN 'unknown'
                    WHEN role IN ('void', 'void_cleared', 'void_failed') THEN 'voided'
                    WHEN role = 'reversed_cleared' THEN 'reversed' ELSE 'approved' END AS status,
               CASE WHEN (h >> 40) % 3 = 0 THEN 'debit' ELSE 'credit' END AS card_kind,
               (1000 + (h >> 44) % 9000)::VARCHAR AS card_tail, (occurred_at + INTERVAL 1 HOUR)::DATE AS on_day,
               NULL::VARCHAR AS original_trace_no, NULL::VARCHAR AS original_rrn,
               role NOT IN {CLEARS} AS clears
        FROM c
    """


def _second_acts() -> str:
    """Return what the till did after a first act: took it back, tried again, charged twice, took the rest of a bill."""
    own = f"printf('%06d', {SECOND_TRACE} + trace_no::BIGINT)"
    number = "(200000000000 + i)::VARCHAR"
    more = [
        # reversal: repeats the trace number of its original
        ("role IN ('timeout', 'timeout_half_reversed', 'reversed_cleared')", "NULL", "trace_no", "NULL", "'reversal'", "-amount_minor",
         40, "NULL", "NULL", "role = 'reversed_cleared'"),
        ("role IN ('void', 'void_cleared', 'void_failed')", number, own, "order_no", "'void'", "-amount_minor", 600,
         "trace_no", "rrn", "role = 'void_cleared'"),
        ("role = 'double_upload'", "rrn", "trace_no", "order_no", "kind", "amount_minor", 0, "NULL", "NULL", "false"),
        ("role = 'order_twice'", number, own, "order_no", "kind", "amount_minor", 90, "NULL", "NULL", "true"),
        ("has_orders AND role IN ('declined', 'timeout', 'timeout_alone')", number, own, "order_no", "kind", "amount_minor", 75,
         "NULL", "NULL", "true"),
        ("role = 'bill_split'", number, own, "order_no", "kind", "amount_minor // 2 + 1", 30, "NULL", "NULL", "true"),
        ("role = 'refunded_in_part'", number, own, "order_no", "'refund'", "-(amount_minor // 3 + 1)", 300, "trace_no", "rrn", "true"),
    ]  # fmt: skip
    return " UNION ALL ".join(
        f"""SELECT * REPLACE (1 AS part, {rrn} AS rrn, {trace} AS trace_no, {order} AS order_no, {kind} AS kind,
                   ({amount})::BIGINT AS amount_minor, occurred_at + INTERVAL {seconds} SECOND AS occurred_at,
                   CASE WHEN role = 'double_upload' THEN status ELSE 'approved' END AS status,
                   {trace_of}::VARCHAR AS original_trace_no, {rrn_of}::VARCHAR AS original_rrn, {clears} AS clears,
                   (occurred_at + INTERVAL {seconds} SECOND + INTERVAL 1 HOUR)::DATE AS on_day) FROM first_acts WHERE {which}"""
        for which, rrn, trace, order, kind, amount, seconds, trace_of, rrn_of, clears in more
    )


def _lines() -> str:
    """Return the clearing lines that the day's acts bring, on whatever day they come."""
    gross = "CASE role WHEN 'x100' THEN amount_minor * 100 WHEN 'swapped' THEN amount_minor // 100 * 100 + 72 ELSE amount_minor END"
    rrn = (
        "CASE WHEN role = 'no_rrn_in_clearing' THEN NULL"
        " WHEN role IN ('timeout_cleared', 'timeout_half_reversed', 'declined_cleared') AND part = 0 THEN (100000000000 + i)::VARCHAR"
        " WHEN role = 'reversed_cleared' AND part = 1 THEN (100000000000 + i)::VARCHAR ELSE rrn END"
    )
    late = "CASE role WHEN 'late' THEN 1 + h % 3 WHEN 'edge_of_day' THEN 1 ELSE 0 END"
    common = (
        "acquirer, merchant_no, m, terminal_no, batch_no, trace_no, rrn, occurred_at + to_seconds(i % 5 - 2) AS occurred_at, cleared_on,"
        " kind, gross_minor, fee_minor, gross_minor - fee_minor AS net_minor, 'CNY' AS currency, 'card' AS channel, card_tail, card_kind,"
        " role, part, i, m * 1000000000000 + i * 10 + part AS place"
    )
    usual = f"""
        SELECT * REPLACE ({rrn} AS rrn), ({gross})::BIGINT AS gross_minor, on_day + ({late})::INTEGER AS cleared_on,
               {fee(f"({gross})")} + CASE WHEN role = 'fee' THEN 50 + h % 50 ELSE 0 END AS fee_minor
        FROM acts WHERE clears
    """
    extra = f"""
        SELECT * REPLACE ((300000000000 + i)::VARCHAR AS rrn, printf('%06d', 900000 + i % 90000) AS trace_no, 2 AS part),
               (amount_minor + 777)::BIGINT AS gross_minor, on_day AS cleared_on, {fee("(amount_minor + 777)")} AS fee_minor
        FROM first_acts WHERE role = 'extra'
    """
    double = """
        SELECT * REPLACE (3 AS part, cleared_on + (CASE WHEN role = 'double_later' THEN 1 + h % 5 ELSE 0 END)::INTEGER AS cleared_on)
        FROM usual WHERE role IN ('double_line', 'double_later')
    """
    each = " UNION ALL ".join(f"SELECT {common} FROM {name}" for name in ("usual", "extra", "double"))
    return f"WITH usual AS ({usual}), extra AS ({extra}), double AS ({double}) {each}"


def _orders() -> str:
    """Return the orders of the day's tills: one per sale, except of sales that were taken back, and those nobody paid."""
    asked = """
        CASE role WHEN 'order_differs' THEN amount_minor // 10 WHEN 'bill_split' THEN amount_minor + amount_minor // 2 + 1
                  WHEN 'refunded_in_part' THEN amount_minor - (amount_minor // 3 + 1) ELSE amount_minor END::BIGINT
    """
    usual = f"""
        SELECT acquirer, order_no, merchant_no, {asked} AS amount_minor, 'CNY' AS currency, occurred_at - INTERVAL 20 SECOND AS placed_at,
               'card' AS paid_by, i * 10 AS place
        FROM first_acts WHERE order_no IS NOT NULL AND status NOT IN ('voided', 'reversed')
    """
    apart = """
        SELECT acquirer, replace(order_no, 'O', 'P'), merchant_no, amount_minor + 55, 'CNY', occurred_at,
               CASE role WHEN 'order_unpaid' THEN 'card' ELSE 'cash' END, i * 10 + 2
        FROM first_acts WHERE role IN ('order_unpaid', 'order_in_cash')
    """
    return f"{usual} UNION ALL {apart}"
