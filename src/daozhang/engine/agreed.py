"""What was agreed, as the money side asks for it: terms, accounts and status of a merchant, and when its money is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any

import duckdb

from daozhang.calendars import Calendar
from daozhang.contracts import Cycle, clock_of, parse_cycle
from daozhang.engine.clearing_leg import rows
from daozhang.expectations.table import DueRow, due_table
from daozhang.expectations.table import Terms as DueTerms
from daozhang.flows.settlement_day import Terms

Who = tuple[str, str, str]
"""Acquirer, merchant number, currency."""


class Book:
    """Contracts, accounts and merchants as they are agreed, and the calendar's due moments."""

    def __init__(self, con: duckdb.DuckDBPyConnection, defaults: Terms, calendars: Mapping[str, Calendar]) -> None:
        self.defaults, self.calendars = defaults, calendars
        self.terms: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in rows(con, "SELECT * FROM terms ORDER BY acquirer, merchant_no, from_on"):
            self.terms.setdefault((row["acquirer"], row["merchant_no"]), []).append(row)
        self.accounts: dict[tuple[str, str], list[tuple[str, date | None, date | None, str]]] = {}
        for row in rows(con, "SELECT * FROM accounts_now ORDER BY acquirer, merchant_no, from_on, account_tail"):
            self.accounts.setdefault((row["acquirer"], row["merchant_no"]), []).append(
                (row["account_tail"], row["from_on"], row["to_on"], row["kind"] or "")
            )
        self.status = {
            (row["acquirer"], row["merchant_no"]): row["status"] or ""
            for row in rows(con, "SELECT acquirer, merchant_no, status FROM merchants_now")
        }
        self._due: dict[tuple[str, str, str, bool], dict[date, DueRow]] = {}

    def terms_on(self, who: Who, day: date) -> dict[str, Any]:
        """Return the terms in force on a clearing day, the workspace's defaults where the contract is silent."""
        fitting = [
            row
            for row in self.terms.get(who[:2], ())
            if row["from_on"] <= day and (row["to_on"] is None or day <= row["to_on"])
        ]
        before = [one for one in self.terms.get(who[:2], ()) if fitting and one["from_on"] < fitting[-1]["from_on"]]

        def agreed(name: str, among: Sequence[Mapping[str, Any]] = tuple(fitting)) -> Any:  # noqa: ANN401 - cells of several types
            """Return the newest row's word; a row that only changes a rate leaves the other terms as they were."""
            return next((row[name] for row in reversed(among) if row[name] is not None), None)

        cycle = agreed("cycle")
        makeup = agreed("pays_on_makeup_days")
        return {
            "cycle": cycle or self.defaults.cycle,
            "due_time": agreed("due_time") or self.defaults.due_time,
            "calendar": agreed("calendar") or "CN",
            "makeup": True if makeup is None else bool(makeup),
            "minimum": agreed("minimum_minor") or 0,
            "deductions": agreed("agreed_deductions") or "",
            "changed_on": fitting[-1]["from_on"] if before and agreed("cycle", before) not in {None, cycle} else None,
        }

    def due(self, terms: Mapping[str, Any], day: date) -> DueRow:
        """Return when money of a clearing day is due under ``terms``; a month of days is computed at once."""
        key = (terms["calendar"], terms["cycle"], terms["due_time"], terms["makeup"])
        known = self._due.setdefault(key, {})
        if day not in known:
            cycle = (
                parse_cycle(terms["cycle"]) or parse_cycle(self.defaults.cycle) or Cycle(counts_workdays=True, days=1)
            )
            wanted = [day + timedelta(days=step) for step in range(-31, 32)]
            one = DueTerms(terms["calendar"], cycle, clock_of(terms["due_time"]) or time(14), terms["makeup"])
            for row in due_table(wanted, [one], self.calendars):
                known[row.cleared_on] = row
        return known[day]

    def next_workday(self, calendar: str, day: date) -> date:
        """Return the next working day, the next calendar day where no calendar is published."""
        one = self.calendars.get(calendar)
        following = one.next_workday(day) if one else None
        return following if isinstance(following, date) else day + timedelta(days=1)
