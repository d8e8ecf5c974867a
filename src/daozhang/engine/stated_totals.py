"""What files say that others add up to: a summary's totals beside the rows of its details, a payout beside its transactions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import duckdb

from daozhang.breaks.sums import Batch, Compared
from daozhang.engine.clearing_leg import rows
from daozhang.engine.lake import SourceFile
from daozhang.records import Evidence

_ADDED: Final = {"clearings": ("c_days", "on_day", "sum(lines)", "sum(gross)", "sum(net)"),
                 "payouts": ("p", "settled_on", "count(*)", "sum(planned_minor)", "sum(paid_minor)")}  # fmt: skip
"""Table → where its rows stand by day, and what they add up to."""


def compared(con: duckdb.DuckDBPyConnection, files: Sequence[SourceFile], as_of: date) -> list[Compared]:
    """Return each total that a file states of other files' rows, with what those add up to and the files they stand in.

    Of several files that state one total, the last is meant.
    """
    said: dict[tuple[str, str, str, date], tuple[SourceFile, Mapping[str, object]]] = {}
    for file in files:
        for one in file.statements:
            if "table" in one and (day := date.fromisoformat(str(one["day"]))) <= as_of:
                said[str(one["table"]), str(one["acquirer"]), str(one["merchant_no"]), day] = (file, one)
    if not said:
        return []
    names = {file.import_id: file.file_name for file in files}
    sums = {table: _sums(con, table, names) for table in sorted({key[0] for key in said})}
    found = []
    for (table, acquirer, merchant, day), (file, one) in sorted(said.items()):
        count, gross, net, where = sums[table].get((acquirer, merchant, day), (0, 0, 0, ()))
        found.append(
            Compared(
                table=table, acquirer=acquirer, merchant_no=merchant, day=day, currency=str(one["currency"]),
                stated=(_whole(one["count"]), _whole(one["gross_minor"]), _whole(one["net_minor"])), added=(count, gross, net),
                said_at=Evidence(file.file_name, _whole(one["line_no"]) or 0, file.import_id), rows_at=where,
            )
        )  # fmt: skip
    return found


_Sum = tuple[int, int, int, tuple[Evidence, ...]]


def _sums(con: duckdb.DuckDBPyConnection, table: str, names: Mapping[str, str]) -> dict[tuple[str, str, date], _Sum]:
    short, day, lines, gross, net = _ADDED[table]
    query = (
        f"SELECT acquirer, merchant_no, {day}, import_id, {lines}::BIGINT, {gross}::BIGINT, {net}::BIGINT FROM {short}"
        " GROUP BY acquirer, merchant_no, 3, import_id ORDER BY 1, 2, 3, 4"
    )
    found: dict[tuple[str, str, date], _Sum] = {}
    for acquirer, merchant, on, import_id, *added in con.execute(query).fetchall():
        count, one, two, where = found.get((acquirer, merchant, on), (0, 0, 0, ()))
        first = _first_line(con, table, import_id, merchant)
        at = Evidence(names.get(import_id, import_id), first, import_id)
        found[acquirer, merchant, on] = (count + added[0], one + added[1], two + added[2], (*where, at))
    return found


def _first_line(con: duckdb.DuckDBPyConnection, table: str, import_id: str, merchant: str) -> int:
    row = con.execute(
        f"SELECT min(line_no) FROM {table} WHERE import_id = ? AND merchant_no = ?", [import_id, merchant]
    ).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def batches(con: duckdb.DuckDBPyConnection) -> list[Batch]:
    """Return the payouts whose own transactions are here (clearing lines that name the payout as their batch) and differ.

    The lines add up to the order, or to what is left of it after what was held and deducted; else they are returned.
    """
    found = rows(
        con,
        """
        WITH last AS (
            SELECT * FROM p QUALIFY row_number() OVER (
                PARTITION BY acquirer, merchant_no, payout_no ORDER BY known_at DESC NULLS LAST, seq DESC, line_no DESC) = 1
        )
        SELECT l.acquirer, l.merchant_no, l.payout_no, l.settled_on, l.currency, l.planned_minor, l.import_id, l.line_no,
               coalesce(l.held_minor, 0) + coalesce(l.deducted_minor, 0) AS kept_minor,
               sum(c.net_minor)::BIGINT AS sum_minor, count(*) AS lines,
               arg_min(c.import_id, (c.import_id, c.line_no)) AS c_import, arg_min(c.line_no, (c.import_id, c.line_no)) AS c_line
        FROM last l JOIN c_src c ON c.batch_no = l.payout_no AND c.acquirer = l.acquirer AND c.merchant_no = l.merchant_no
             AND c.currency IS NOT DISTINCT FROM l.currency
        GROUP BY ALL HAVING sum_minor NOT IN (planned_minor, planned_minor - kept_minor)
        ORDER BY ALL
        """,
    )
    return [_batch(row) for row in found]


def _batch(row: Mapping[str, Any]) -> Batch:
    return Batch(
        acquirer=row["acquirer"], merchant_no=row["merchant_no"], payout_no=row["payout_no"], settled_on=row["settled_on"],
        currency=row["currency"] or "CNY", planned_minor=row["planned_minor"], sum_minor=row["sum_minor"], lines=row["lines"],
        payout_at=(row["import_id"], row["line_no"]), lines_at=(row["c_import"], row["c_line"]),
    )  # fmt: skip


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
