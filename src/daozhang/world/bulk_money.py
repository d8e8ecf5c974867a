"""Many merchant-days with their payouts and credits, written set-wise as parts of the lake: for measuring the money side.

Each merchant-day holds a few sales that all clear, one payout and its credit: a line of its own, or a share of one lump a
day that pays everybody. What is planted (credits that never came, credits that are short, payouts left out of a lump) is
told apart, so that what is found can be compared with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

from daozhang.records import table_named

TABLES: Final = ("contracts", "accounts", "transactions", "clearings", "payouts", "bank_entries")
ACQUIRER: Final = "bulk"
FIRST_DAY: Final = date(2026, 11, 2)
LUMP_TAIL: Final = "8888"
ABSENT: Final = 977
"""One credit in so many never came; of a lump: one payout in so many is left out."""
SHORT: Final = 1999
"""One credit in so many is 1 yuan short; a lump has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkMoney:
    """Where the parts are (table → file name), what is planted, and the moment at which all of it can be known."""

    folder: Path
    parts: dict[str, str]
    absent: frozenset[str]
    short: frozenset[str]
    days: tuple[date, ...]
    as_of: datetime


def workdays(count: int) -> tuple[date, ...]:
    """Return the first ``count`` days from Monday to Friday since ``FIRST_DAY``; of a month without holidays."""
    found = [FIRST_DAY + timedelta(days=step) for step in range(2 * count + 7)]
    return tuple([day for day in found if day.weekday() < 5][:count])


def write_money(
    folder: Path, *, merchants: int, days: int, sales: int = 1, is_lump: bool = False, is_one_account: bool = False,
    is_named: bool = True,
) -> BulkMoney:  # fmt: skip
    """Write ``merchants`` x ``days`` merchant-days of ``sales`` payments each, paid one by one or (``is_lump``) once a day.

    ``is_one_account`` lets all money arrive on one account, as a lump does; without ``is_named`` no line says a payout.
    """
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(":memory:")
    con.execute("SET threads=2; SET preserve_insertion_order=false")
    listed = workdays(days + 1)
    pairs = ", ".join(f"({no}, DATE '{day}', DATE '{listed[no + 1]}')" for no, day in enumerate(listed[:-1]))
    con.execute(f"CREATE TABLE day AS SELECT * FROM (VALUES {pairs}) v(d, on_day, paid_on)")
    _facts(con, merchants, sales, is_lump=is_lump, is_one_account=is_lump or is_one_account)
    for name in TABLES:
        _write(
            con, folder / f"{name}.parquet", name, _SOURCE[name] if not (is_lump and name == "bank_entries") else _LUMPS,
            is_named=is_named,
        )  # fmt: skip
    absent = con.execute("SELECT payout_no FROM p WHERE is_absent").fetchall()
    short = con.execute("SELECT payout_no FROM p WHERE short_minor > 0").fetchall()
    con.close()
    return BulkMoney(
        folder=folder, parts={name: f"{name}.parquet" for name in TABLES}, absent=_names(absent), short=_names(short),
        days=listed[:-1], as_of=datetime.combine(listed[-1] + timedelta(days=5), datetime.min.time()).replace(hour=18),
    )  # fmt: skip


def _names(rows: Iterable[tuple[str]]) -> frozenset[str]:
    return frozenset(name for (name,) in rows)


def _facts(con: duckdb.DuckDBPyConnection, merchants: int, sales: int, *, is_lump: bool, is_one_account: bool) -> None:
    """Make ``s`` (a row per sale) and ``p`` (a row per merchant-day)."""
    con.execute(
        f"""
        CREATE TABLE s AS
        SELECT i, n, d, on_day, paid_on, printf('8985%011d', i) AS merchant_no, (d * {merchants} + i) * {sales} + n AS no,
               (10000 + ((d * {merchants} + i) * {sales} + n) * 7919 % 90001)::BIGINT AS gross,
               (gross * 60 + 5000) // 10000 AS fee
        FROM range({merchants}) m(i), range({sales}) r(n), day
        """
    )
    odd = f"0 AS short_minor, (d * {merchants} + i) % {ABSENT} = {ABSENT // 2} AS is_absent"
    if not is_lump:
        odd = f"CASE WHEN (d * {merchants} + i) % {SHORT} = {SHORT // 2} THEN 100 ELSE 0 END AS short_minor, {odd[18:]}"
    con.execute(
        f"""
        CREATE TABLE p AS
        SELECT i, d, on_day, paid_on, merchant_no, printf('PO%s%09d', strftime(on_day, '%Y%m%d'), i) AS payout_no,
               {_tail(is_one=is_one_account)} AS tail, sum(gross - fee)::BIGINT AS net, {odd}
        FROM s GROUP BY ALL
        """
    )


def _tail(*, is_one: bool) -> str:
    return f"'{LUMP_TAIL}'" if is_one else "printf('%04d', i % 10000)"


_SALE: Final = f"""'{ACQUIRER}' AS acquirer, merchant_no, printf('%08d', i) AS terminal_no, '000001' AS batch_no,
    printf('%06d', no % 1000000) AS trace_no, printf('%012d', no) AS rrn, on_day::TIMESTAMP + INTERVAL 10 HOUR AS occurred_at,
    'sale' AS kind, 'CNY' AS currency, 'card' AS channel, 'credit' AS card_kind"""
_SOURCE: Final = {
    "contracts": f"""SELECT DISTINCT '{ACQUIRER}' AS acquirer, merchant_no, DATE '2026-01-01' AS from_on, 'T+1' AS cycle,
        '23:00' AS cutover, '14:00' AS due_time, 60 AS rate_bp, 'half_up_each' AS rounding, 'returned' AS refund_fee FROM p""",
    "accounts": f"SELECT DISTINCT '{ACQUIRER}' AS acquirer, merchant_no, tail AS account_tail, 'corporate' AS kind FROM p",
    "transactions": f"SELECT {_SALE}, gross AS amount_minor, 'approved' AS status FROM s",
    "clearings": f"SELECT {_SALE}, on_day AS cleared_on, gross AS gross_minor, fee AS fee_minor, gross - fee AS net_minor FROM s",
    "payouts": f"""SELECT '{ACQUIRER}' AS acquirer, merchant_no, payout_no, on_day AS settled_on, net AS planned_minor,
        net AS paid_minor, 'CNY' AS currency, 'claimed' AS state, tail AS account_tail, 'ICBC' AS bank_name,
        paid_on::TIMESTAMP + INTERVAL 9 HOUR AS created_at, paid_on::TIMESTAMP + INTERVAL 10 HOUR AS finished_at FROM p""",
    "bank_entries": """SELECT tail AS account_tail, paid_on::TIMESTAMP + INTERVAL 11 HOUR AS booked_at,
        net - short_minor AS amount_minor, 'CNY' AS currency, '大宗支付清算部' AS counterparty_name, '清算款 ' || payout_no AS text,
        printf('IC%s%012d', strftime(paid_on, '%Y%m%d'), i) AS bank_reference FROM p WHERE NOT is_absent""",
}  # fmt: skip
_LUMPS: Final = """SELECT tail AS account_tail, paid_on::TIMESTAMP + INTERVAL 11 HOUR AS booked_at,
    sum(net)::BIGINT AS amount_minor, 'CNY' AS currency, '大宗支付清算部' AS counterparty_name, '商户清算款汇总' AS text,
    printf('IC%s', strftime(paid_on, '%Y%m%d')) AS bank_reference FROM p WHERE NOT is_absent GROUP BY ALL"""


def _write(con: duckdb.DuckDBPyConnection, path: Path, table: str, source: str, *, is_named: bool) -> None:
    if not is_named:
        source = source.replace("'清算款 ' || payout_no", "'清算款'")
    given = {column[0] for column in con.execute(f"SELECT * FROM ({source}) LIMIT 0").description}
    columns = [
        f"{column.name if column.name in given else 'NULL'}::{column.type.sql} AS {column.name}"
        for column in table_named(table).columns
    ]
    con.execute(
        f"COPY (SELECT {', '.join(columns)}, 'im_{table}' AS import_id, row_number() OVER () AS line_no,"
        f" unhex(md5('{table}' || hash(x)::VARCHAR)) AS fp FROM ({source}) x)"
        f" TO '{path.as_posix()}' (FORMAT parquet, COMPRESSION zstd)"
    )
