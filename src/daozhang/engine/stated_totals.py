"""What files say that others add up to: a summary's totals beside the rows of its details, a payout beside its transactions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

import duckdb

from daozhang.breaks.sums import Batch, Compared
from daozhang.engine.clearing_leg import rows
from daozhang.engine.inputs import put
from daozhang.engine.lake import SourceFile
from daozhang.records import Evidence

_ADDED: Final = {"clearings": ("c_days", "on_day", "sum(lines)", "sum(gross)", "sum(net)"),
                 "payouts": ("p", "settled_on", "count(*)", "sum(planned_minor)", "sum(paid_minor)")}  # fmt: skip
"""Table → where its rows stand by day, and what they add up to."""


def compared(con: duckdb.DuckDBPyConnection, files: Sequence[SourceFile], as_of: date) -> list[Compared]:
    """Return each total that a file states of other files' rows and that they do not add up to, with where they stand.

    Of several files that state one total, the last is meant.
    """
    said: dict[Key, tuple[SourceFile, Mapping[str, object]]] = {}
    for file in files:
        for one in file.statements:
            if "table" in one and (day := date.fromisoformat(str(one["day"]))) <= as_of:
                said[str(one["table"]), str(one["acquirer"]), str(one["merchant_no"]), day] = (file, one)
    found = []
    for table in sorted({key[0] for key in said}):
        sums = _sums(con, table, [key for key in said if key[0] == table])
        found += [_compared(key, *said[key], sums.get(key, (0, 0, 0))) for key in sorted(said) if key[0] == table]
    names = {file.import_id: file.file_name for file in files}
    differ = [one for one in found if not one.agrees]
    places = _places(con, differ, names)
    return [replace(one, rows_at=places.get(place, ())) for place, one in enumerate(differ)]


Key = tuple[str, str, str, date]
"""Table, acquirer, merchant number, day."""


def _compared(key: Key, file: SourceFile, one: Mapping[str, object], added: tuple[int, int, int]) -> Compared:
    table, acquirer, merchant, day = key
    return Compared(
        table=table, acquirer=acquirer, merchant_no=merchant, day=day, currency=str(one["currency"]),
        stated=(_whole(one["count"]), _whole(one["gross_minor"]), _whole(one["net_minor"])), added=added,
        said_at=Evidence(file.file_name, _whole(one["line_no"]) or 0, file.import_id),
    )  # fmt: skip


def _sums(con: duckdb.DuckDBPyConnection, table: str, keys: Sequence[Key]) -> dict[Key, tuple[int, int, int]]:
    short, day, lines, gross, net = _ADDED[table]
    _wanted(con, keys)
    query = (
        f"SELECT x.acquirer, x.merchant_no, x.{day}, {lines}::BIGINT, {gross}::BIGINT, {net}::BIGINT FROM {short} x"
        f" JOIN wanted w ON w.acquirer = x.acquirer AND w.merchant_no = x.merchant_no AND w.day = x.{day} GROUP BY 1, 2, 3"
    )
    return {(table, row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in con.execute(query).fetchall()}


def _places(
    con: duckdb.DuckDBPyConnection, differ: Sequence[Compared], names: Mapping[str, str]
) -> dict[int, tuple[Evidence, ...]]:
    """Return, by place among those that differ, the first line of the merchant's day in each file of the details."""
    found: dict[int, tuple[Evidence, ...]] = {}
    for table in sorted({one.table for one in differ}):
        _wanted(con, [(one.table, one.acquirer, one.merchant_no, one.day) for one in differ], of=table)
        day = _ADDED[table][1] if table == "payouts" else "cleared_on"
        query = (
            f"SELECT w.place, x.import_id, min(x.line_no) FROM {table} x JOIN wanted w ON w.acquirer = x.acquirer"
            f" AND w.merchant_no = x.merchant_no AND w.day = x.{day} GROUP BY 1, 2 ORDER BY 1, 2"
        )
        for place, import_id, line_no in con.execute(query).fetchall():
            found[place] = (*found.get(place, ()), Evidence(names.get(import_id, import_id), line_no, import_id))
    return found


def _wanted(con: duckdb.DuckDBPyConnection, keys: Sequence[Key], of: str = "") -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE wanted (place BIGINT, acquirer VARCHAR, merchant_no VARCHAR, day DATE)")
    put(con, "wanted", [(place, *key[1:]) for place, key in enumerate(keys) if of in {"", key[0]}])


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
