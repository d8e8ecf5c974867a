"""The payouts of a generated month and the bank lines that prove them, from what its clearing lines add up to.

``owe`` notes what each clearing day owes. ``pay`` makes ``payouts`` (every state of every order), ``bank_lines`` and
``money_truth``. Every merchant is paid on the next working day; some get the days of a holiday in one payout, some share
an account that gets all payouts of a day in one line.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import duckdb

from daozhang.bench.months_roles import PAYOUT_ROLES
from daozhang.bench.months_rows import block_of, roles_table
from daozhang.calendars import shipped

BLOCK_SMALL: Final = 199
BLOCK_LARGE: Final = 997
LARGE_FROM: Final = 5_000
"""Merchant-days from which on planted payouts are rarer."""


def prepare(con: duckdb.DuckDBPyConnection, first: date, days: int) -> None:
    """Make the table of days with the working days that follow each."""
    calendar = shipped("CN")

    def after(day: date) -> date:
        following = calendar.next_workday(day)
        assert isinstance(following, date)
        return following

    con.execute("CREATE TABLE due (day DATE, step INTEGER, due_on DATE, next_on DATE, second_on DATE)")
    for step in range(days):
        day = first + timedelta(days=step)
        due = after(day)
        con.execute("INSERT INTO due VALUES (?, ?, ?, ?, ?)", [day, step, due, after(due), after(after(due))])


def owe(con: duckdb.DuckDBPyConnection) -> None:
    """Note what the clearing file of the day owes each merchant."""
    con.execute(
        "INSERT INTO owed SELECT acquirer, merchant_no, m, cleared_on, sum(net_minor) FROM clearings_of_day GROUP BY ALL"
    )


def pay(con: duckdb.DuckDBPyConnection, sales_days: int) -> None:
    """Make payouts, bank lines and what of them has to be said."""
    low = con.execute("SELECT min(net) FROM owed").fetchone()
    assert low is not None
    assert low[0] > 0, "a day that owes nothing would need netting, which this month does not plant"
    _plan(con, sales_days)
    _payouts(con)
    _bank_lines(con)
    _truth(con)


def _plan(con: duckdb.DuckDBPyConnection, sales_days: int) -> None:
    size = con.execute("SELECT count(*) FROM owed").fetchone()
    block = BLOCK_LARGE if size and size[0] >= LARGE_FROM else BLOCK_SMALL
    roles_table(con, "payout_roles", PAYOUT_ROLES, block)
    con.execute(
        f"""
        CREATE TABLE planned AS
        WITH runs AS (
            SELECT o.m, s.acquirer, s.merchant_no, s.account_tail, s.is_lump, d.due_on, d.next_on, d.second_on,
                   max(o.day) AS settled_on, sum(o.net)::BIGINT AS net, count(*) AS days, max(d.step) AS step
            FROM owed o JOIN shops s USING (m) JOIN due d ON d.day = o.day
            GROUP BY o.m, s.acquirer, s.merchant_no, s.account_tail, s.is_lump, d.due_on, d.next_on, d.second_on,
                     CASE WHEN s.pays_runs THEN NULL ELSE o.day END
        ), numbered AS (SELECT *, row_number() OVER (ORDER BY settled_on, m) - 1 AS k FROM runs),
        drawn AS (
            SELECT n.*, hash(k, getvariable('seed')) >> 1 AS h,
                   CASE WHEN is_lump OR days > 1 OR step >= {sales_days} OR net < 20000 THEN 'plain' ELSE r.role END AS role
            FROM numbered n JOIN payout_roles r ON r.place = {block_of("n.k", block, 29)}
        )
        SELECT * REPLACE (CASE WHEN role = 'deduction_agreed' AND row_number() OVER (PARTITION BY m, role ORDER BY k) > 1 THEN 'plain'
                               ELSE role END AS role),
               'PO' || strftime(settled_on, '%Y%m%d') || printf('%010d', k) AS payout_no,
               (1000 + h % 5000)::BIGINT AS part_minor
        FROM drawn
        """
    )


def _payouts(con: duckdb.DuckDBPyConnection) -> None:
    """Make every state of every order: (which, number's end, replaces, planned, held, deducted, paid, state, made on, known on)."""
    again, third, rest = "payout_no || 'B'", "payout_no || 'C'", "net - part_minor"
    reissues = "('reissued', 'reissued_unsaid', 'reissued_twice', 'reissued_open')"
    replaces = "CASE WHEN role <> 'reissued_unsaid' THEN payout_no END"
    usual = (
        "role NOT IN ('missing', 'short', 'over', 'failed', 'held', 'hold_released', 'deducted', 'deduction_agreed')"
    )
    states = [
        (usual, "payout_no", "NULL", "net", "0", "0", "net", "claimed", "due_on", "due_on"),
        ("role = 'short'", "payout_no", "NULL", rest, "0", "0", rest, "claimed", "due_on", "due_on"),
        ("role = 'over'", "payout_no", "NULL", "net + part_minor", "0", "0", "net + part_minor", "claimed", "due_on", "due_on"),
        ("role = 'failed'", "payout_no", "NULL", "net", "0", "0", "0", "failed", "due_on", "due_on"),
        ("role IN ('held', 'hold_released')", "payout_no", "NULL", "net", "part_minor", "0", rest, "claimed", "due_on", "due_on"),
        ("role = 'hold_released'", again, "NULL", "part_minor", "0", "0", "part_minor", "claimed", "next_on", "next_on"),
        ("role = 'deducted'", "payout_no", "NULL", "net", "0", "2500", "net - 2500", "claimed", "due_on", "due_on"),
        ("role = 'deduction_agreed'", "payout_no", "NULL", "net", "0", "3600", "net - 3600", "claimed", "due_on", "due_on"),
        (f"role IN {reissues} OR role = 'returned'", "payout_no", "NULL", "net", "0", "0", "net", "returned", "due_on", "next_on"),
        (f"role IN {reissues}", again, replaces, "net", "0", "0", "net", "claimed", "next_on", "next_on"),
        ("role = 'reissued_twice'", again, replaces, "net", "0", "0", "net", "returned", "next_on", "second_on"),
        ("role = 'reissued_twice'", third, again, "net", "0", "0", "net", "claimed", "second_on", "second_on"),
        ("role = 'paid_twice'", again, "NULL", "net", "0", "0", "net", "claimed", "next_on", "next_on"),
    ]  # fmt: skip
    hours = {"returned": 8, "failed": 10}  # a return is known before anybody orders the payout again
    con.execute(
        "CREATE TABLE payouts AS "
        + " UNION ALL ".join(
            f"""SELECT acquirer, merchant_no, {number} AS payout_no, {before}::VARCHAR AS replaces_payout_no, settled_on, 'T+1' AS cycle,
                       ({planned})::BIGINT AS planned_minor, {held}::BIGINT AS held_minor, {deducted}::BIGINT AS deducted_minor,
                       ({paid})::BIGINT AS paid_minor, 'CNY' AS currency, '{state}' AS state,
                       CASE WHEN '{state}' IN ('failed', 'returned') THEN '账户户名不符' END AS reason_text,
                       CASE WHEN role = 'other_account' THEN '990000' ELSE account_tail END AS account_tail, 'ICBC' AS bank_name,
                       {made} + INTERVAL 9 HOUR + INTERVAL {later} MINUTE AS created_at,
                       {known} + INTERVAL {hours.get(state, 9)} HOUR + INTERVAL {5 + later} MINUTE AS finished_at,
                       {number} || '-{place}' AS place, role, is_lump, m, k, step, due_on, next_on, second_on
                FROM planned WHERE {which}"""
            for place, (which, number, before, planned, held, deducted, paid, state, made, known) in enumerate(states)
            for later in (20 if number != "payout_no" else 0,)
        )
    )


def _bank_lines(con: duckdb.DuckDBPyConnection) -> None:
    claimed = """
        SELECT * FROM payouts WHERE state = 'claimed' AND role NOT IN ('credit_missing', 'other_account')
               AND NOT (role = 'reissued_open' AND payout_no LIKE '%B')
    """
    lumps = """
        SELECT account_tail, acquirer, created_at::DATE AS made_on, sum(paid_minor) AS paid_minor, 0 AS k FROM claimed
        WHERE is_lump GROUP BY account_tail, acquirer, created_at::DATE
    """
    booked = "CASE WHEN role = 'next_day' THEN next_on ELSE created_at::DATE END"
    words = "CASE WHEN role = 'reference_cut' THEN left(payout_no, 15) ELSE payout_no END"
    amount = """
        CASE role WHEN 'credit_short' THEN paid_minor - 321 WHEN 'credit_over' THEN paid_minor + 123 ELSE paid_minor END::BIGINT
    """

    def line(amount: str, on: str, text: str, place: str, which: str, source: str = "claimed") -> str:
        return (
            f"SELECT account_tail, {on} + INTERVAL 11 HOUR + to_seconds(k % 3600) AS booked_at, {on} AS value_on,"
            f" ({amount})::BIGINT AS amount_minor, 'CNY' AS currency, '支付公司' || acquirer AS counterparty_name, '结算款 ' || {text} AS text,"
            f" {place} AS bank_reference FROM {source} WHERE {which}"
        )

    lines = [
        line(amount, booked, words, "payout_no || '-R1'", "NOT is_lump AND role <> 'two_lines'"),
        line("paid_minor // 3", booked, words, "payout_no || '-R1'", "NOT is_lump AND role = 'two_lines'"),
        line("paid_minor - paid_minor // 3", booked, words, "payout_no || '-R2'", "NOT is_lump AND role = 'two_lines'"),
        line("paid_minor", "next_on", words, "payout_no || '-R2'", "role = 'credit_twice'"),
        line("-paid_minor", "finished_at::DATE", "payout_no", "payout_no || '-R3'", "state = 'returned'", "payouts"),
        line("paid_minor", "made_on", "'汇总'", "account_tail || acquirer || strftime(made_on, '-%m%d')", "true", "lumps"),
        # Other money on the same accounts: nobody's settlement, and one credit of the payer that nothing explains.
        """
        SELECT account_tail, day + INTERVAL 15 HOUR, day, amount, 'CNY', who, '货款', 'X' || account_tail || day || amount
        FROM (SELECT DISTINCT account_tail, owner FROM shops), due, (VALUES (88000, '王小明'), (-45000, '房东')) v(amount, who)
        WHERE (owner + step) % 11 = 0 OR owner < 2
        """,
        """
        SELECT account_tail, day + INTERVAL 16 HOUR, day, 7, 'CNY', '支付公司' || acquirer, '其他', 'U' || account_tail
        FROM (SELECT account_tail, owner, min(acquirer) AS acquirer FROM shops GROUP BY ALL), due WHERE step = 10 AND owner % 7 = 3
        """,
    ]  # fmt: skip
    con.execute(
        f"CREATE TABLE bank_lines AS WITH claimed AS ({claimed}), lumps AS ({lumps})"
        f" SELECT *, strftime(booked_at, '%H%M%S') || account_tail || bank_reference AS place FROM ({' UNION ALL '.join(lines)})"
    )


def _truth(con: duckdb.DuckDBPyConnection) -> None:
    said = [
        ("missing", "payout_missing", "alarm", "''", "-net"),
        ("short", "payout_short", "alarm", "payout_no", "-part_minor"),
        ("over", "payout_over", "alarm", "payout_no", "part_minor"),
        ("failed", "payout_failed", "alarm", "payout_no", "-net"),
        ("returned", "payout_returned", "alarm", "payout_no", "-net"),
        ("credit_missing", "credit_missing", "alarm", "payout_no", "-net"),
        ("credit_short", "credit_short", "alarm", "payout_no", "-321"),
        ("credit_over", "credit_over", "alarm", "payout_no", "123"),
        ("credit_twice", "credit_over", "alarm", "payout_no", "net"),
        ("paid_twice", "payout_duplicate", "alarm", "payout_no || 'B'", "net"),
        ("held", "payout_held", "alarm", "payout_no", "-part_minor"),
        ("deducted", "deduction_not_agreed", "alarm", "payout_no", "-2500"),
        ("other_account", "credit_to_other_account", "alarm", "payout_no", "-net"),
        ("reissued_open", "credit_missing", "alarm", "payout_no || 'B'", "-net"),
        ("reissued_open", "payout_returned", "watch", "payout_no", "-net"),
    ]
    rows = [
        f"SELECT role AS kind, '{kind}' AS type, '{severity}' AS severity, merchant_no, {number} AS payout_no, settled_on, {gap} AS gap_minor"
        f" FROM planned WHERE role = '{role}'"
        for role, kind, severity, number, gap in said
    ]
    rows.append(
        "SELECT 'unidentified', 'credit_unidentified', 'watch', '', '', value_on, amount_minor FROM bank_lines WHERE text = '其他'"
    )
    con.execute(f"CREATE TABLE money_truth AS {' UNION ALL '.join(rows)}")
