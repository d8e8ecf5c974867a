"""What a generated month has to be told about, in the product's own break types: from what was written, never by asking.

One row of ``truth`` per difference: the kind that was planted, the break and its severity as documented in
``docs/reference/breaks.md``, the keys the break names, and the signed gap in fen.
"""

from __future__ import annotations

import duckdb

from daozhang.bench.months_rows import fee

COLUMNS = (
    "kind VARCHAR, type VARCHAR, severity VARCHAR, merchant_no VARCHAR, terminal_no VARCHAR, batch_no VARCHAR, trace_no VARCHAR,"
    " rrn VARCHAR, order_no VARCHAR, payout_no VARCHAR, settled_on DATE, gap_minor BIGINT"
)
_ROW = "terminal_no, batch_no, trace_no, coalesce(rrn, ''), coalesce(order_no, ''), ''"
_PLANTED = (
    "missing", "missing_again", "extra", "x100", "swapped", "double_line", "double_later", "double_upload", "fee", "late",
    "declined_cleared", "timeout_cleared", "timeout_half_reversed", "void_failed", "order_unpaid", "order_twice", "order_differs",
)  # fmt: skip
_LINE = "terminal_no, batch_no, trace_no, coalesce(rrn, ''), '', ''"


def keep_odd(con: duckdb.DuckDBPyConnection, *, first: bool) -> None:
    """Keep the day's acts and lines that are no plain ones; later lines are those the day brought, whenever they come."""
    verb = "CREATE TABLE {} AS" if first else "INSERT INTO {}"
    con.execute(f"{verb.format('odd_acts')} SELECT * FROM acts WHERE role IN {_PLANTED}")
    con.execute(
        f"{verb.format('odd_lines')} SELECT * FROM lines WHERE role IN {_PLANTED} AND i IN (SELECT i FROM first_acts)"
    )


def write(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``truth`` of what was kept and of ``money_truth``."""
    con.execute(f"CREATE TABLE truth ({COLUMNS})")
    con.execute(f"INSERT INTO truth {' UNION ALL '.join(_of_rows())}")
    con.execute(
        "INSERT INTO truth SELECT kind, type, severity, merchant_no, '', '', '', '', '', payout_no, settled_on, gap_minor FROM money_truth"
    )


def _of_rows() -> list[str]:
    net = f"(amount_minor - {fee('amount_minor')})"

    def act(role: str, kind: str, gap: str, *, part: int = 0, day: str = "on_day", severity: str = "alarm") -> str:
        return (
            f"SELECT role, '{kind}', '{severity}', merchant_no, {_ROW}, {day}, ({gap})::BIGINT FROM odd_acts"
            f" WHERE role = '{role}' AND part = {part}"
        )

    def line(role: str, kind: str, gap: str, *, part: int = 0) -> str:
        return (
            f"SELECT role, '{kind}', 'alarm', merchant_no, {_LINE}, cleared_on, ({gap})::BIGINT FROM odd_lines"
            f" WHERE role = '{role}' AND part = {part}"
        )

    return [
        act("missing", "missing_in_clearing", f"-{net}"),
        act("missing_again", "missing_in_clearing", f"-{net}"),
        act("x100", "amount_mismatch", "amount_minor * 99"),
        act("swapped", "amount_mismatch", "45"),
        act("late", "late_clearing", "0", day="on_day + (1 + h % 3)::INTEGER", severity="watch"),
        act("declined_cleared", "status_mismatch", net),
        act("timeout_cleared", "outcome_unknown", "amount_minor"),
        act("timeout_half_reversed", "status_mismatch", net),
        act("void_failed", "status_mismatch", net),
        act("double_upload", "duplicate", "0", part=1, severity="watch"),
        act("order_twice", "duplicate", "amount_minor", part=1),
        act("order_differs", "keyed_amount_suspect", "amount_minor - amount_minor // 10"),
        line("extra", "missing_in_journal", "net_minor", part=2),
        line("double_line", "duplicate", "net_minor", part=3),
        line("double_later", "duplicate", "net_minor", part=3),
        f"""
        SELECT role, 'fee_mismatch', 'alarm', merchant_no, {_LINE}, on_day, -(50 + h % 50)::BIGINT FROM odd_acts
        WHERE role = 'fee' AND part = 0
        """,
        """
        SELECT role, 'missing_in_clearing', 'alarm', merchant_no, '', '', '', '', replace(order_no, 'O', 'P'), '',
               occurred_at::DATE, -(amount_minor + 55)
        FROM odd_acts WHERE role = 'order_unpaid' AND part = 0
        """,
    ]
