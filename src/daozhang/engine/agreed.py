"""What was agreed, as the money side asks for it: terms, accounts and status of a merchant, and when its money is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from daozhang.engine.clearing_leg import rows
from daozhang.engine.due_days import Dues
from daozhang.expectations.table import DueRow

Who = tuple[str, str, str]
"""Acquirer, merchant number, currency."""


class Book:
    """Contracts, accounts and merchants as they are agreed, and the calendar's due moments."""

    def __init__(self, con: duckdb.DuckDBPyConnection, dues: Dues) -> None:
        """Read what is agreed with the merchants in ``who_open`` (acquirer, merchant_no)."""
        self.defaults, self._dues = dues.defaults, dues
        self.terms: dict[tuple[str, str], list[dict[str, Any]]] = {}
        asked = "SEMI JOIN who_open USING (acquirer, merchant_no)"
        for row in rows(con, f"SELECT * FROM terms {asked} ORDER BY acquirer, merchant_no, from_on"):
            self.terms.setdefault((row["acquirer"], row["merchant_no"]), []).append(row)
        self.accounts: dict[tuple[str, str], list[tuple[str, date | None, date | None, str]]] = {}
        for row in rows(
            con, f"SELECT * FROM accounts_now {asked} ORDER BY acquirer, merchant_no, from_on, account_tail"
        ):
            self.accounts.setdefault((row["acquirer"], row["merchant_no"]), []).append(
                (row["account_tail"], row["from_on"], row["to_on"], row["kind"] or "")
            )
        self.status = {
            (row["acquirer"], row["merchant_no"]): row["status"] or ""
            for row in rows(con, f"SELECT acquirer, merchant_no, status FROM merchants_now {asked}")
        }

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
        """Return when money of a clearing day is due under ``terms``."""
        return self._dues.of(terms, day)

    def next_workday(self, calendar: str, day: date) -> date:
        """Return the next working day, the next calendar day where no calendar is published."""
        one = self._dues.calendars.get(calendar)
        following = one.next_workday(day) if one else None
        return following if isinstance(following, date) else day + timedelta(days=1)
