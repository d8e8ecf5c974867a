"""When the money of many merchant-days is due, set-wise: the terms of each day, and one due moment per kind of terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

import duckdb

from daozhang.calendars import Calendar
from daozhang.contracts import Cycle, clock_of, parse_cycle
from daozhang.engine.inputs import put
from daozhang.expectations.table import DueRow, due_table
from daozhang.expectations.table import Terms as DueTerms
from daozhang.flows.settlement_day import Terms


class Dues:
    """Due moments by terms and clearing day; a month of days is computed at once."""

    def __init__(self, defaults: Terms, calendars: Mapping[str, Calendar]) -> None:
        self.defaults, self.calendars = defaults, calendars
        self._known: dict[tuple[str, str, str, bool], dict[date, DueRow]] = {}

    def of(self, terms: Mapping[str, Any], day: date) -> DueRow:
        """Return when money of a clearing day is due under ``terms`` (calendar, cycle, due_time, makeup)."""
        key = (terms["calendar"], terms["cycle"], terms["due_time"], terms["makeup"])
        known = self._known.setdefault(key, {})
        if day not in known:
            cycle = (
                parse_cycle(terms["cycle"]) or parse_cycle(self.defaults.cycle) or Cycle(counts_workdays=True, days=1)
            )
            wanted = [day + timedelta(days=step) for step in range(-31, 32)]
            one = DueTerms(terms["calendar"], cycle, clock_of(terms["due_time"]) or time(14), terms["makeup"])
            for row in due_table(wanted, [one], self.calendars):
                known[row.cleared_on] = row
        return known[day]


def _newest(column: str) -> str:
    return f"arg_max(k.{column}, k.from_on) FILTER (k.{column} IS NOT NULL)"


def due_days(con: duckdb.DuckDBPyConnection, dues: Dues) -> None:
    """Make ``day_due`` (acquirer, merchant_no, day, due_at) of all days in ``owed`` and ``uncleared``.

    ``due_at`` is NULL where the calendar of the due day is not published. Of several contract rows that hold on a day, the
    newest that names a term counts, as in ``agreed.Book.terms_on``.
    """
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE day_terms AS
        SELECT d.acquirer, d.merchant_no, d.day, coalesce(nullif({_newest("cycle")}, ''), $cycle) AS cycle,
               coalesce(nullif({_newest("due_time")}, ''), $due_time) AS due_time,
               coalesce(nullif({_newest("calendar")}, ''), 'CN') AS calendar,
               coalesce({_newest("pays_on_makeup_days")}, true) AS makeup
        FROM (SELECT acquirer, merchant_no, day FROM owed UNION SELECT acquirer, merchant_no, day FROM uncleared) d
        LEFT JOIN terms k ON k.acquirer = d.acquirer AND k.merchant_no = d.merchant_no AND k.from_on <= d.day
             AND (k.to_on IS NULL OR d.day <= k.to_on)
        GROUP BY d.acquirer, d.merchant_no, d.day
        """,
        {"cycle": dues.defaults.cycle, "due_time": dues.defaults.due_time},
    )
    kinds = con.execute("SELECT DISTINCT calendar, cycle, due_time, makeup, day FROM day_terms ORDER BY ALL").fetchall()
    names = ("calendar", "cycle", "due_time", "makeup")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE kinds_due"
        " (calendar VARCHAR, cycle VARCHAR, due_time VARCHAR, makeup BOOLEAN, day DATE, due_at TIMESTAMP)"
    )
    put(con, "kinds_due", [(*kind, dues.of(dict(zip(names, kind[:4], strict=True)), kind[4]).due_at) for kind in kinds])
    con.execute(
        "CREATE OR REPLACE TEMP TABLE day_due AS SELECT t.acquirer, t.merchant_no, t.day, k.due_at"
        " FROM day_terms t JOIN kinds_due k USING (calendar, cycle, due_time, makeup, day)"
    )
