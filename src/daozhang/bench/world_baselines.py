"""What a shop does without a product, on the same files: looking for money next day, daily totals, a calendar of weekends.

Each names merchant-days, since none of them knows more than the day. The product is measured beside them on merchant-days too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import duckdb

from daozhang.bench.world_match import Said
from daozhang.bench.world_measures import Share
from daozhang.bench.world_truth import Planted

Day = tuple[str, str, str]
"""Acquirer, merchant number, clearing day in ISO form."""

_ACCOUNTS: Final = """
CREATE OR REPLACE TEMP TABLE account_of AS
SELECT acquirer, merchant_no, max_by(account_tail, from_on) AS tail FROM accounts GROUP BY ALL"""

_DAYS: Final = """
CREATE OR REPLACE TEMP TABLE cleared_days AS
SELECT acquirer, merchant_no, cleared_on, sum(net_minor) AS net_minor, sum(gross_minor) AS gross_minor
FROM clearings WHERE cleared_on < $known::DATE GROUP BY ALL"""

_NO_CREDIT: Final = """
SELECT d.acquirer, d.merchant_no, d.cleared_on FROM cleared_days d LEFT JOIN account_of a USING (acquirer, merchant_no)
WHERE {looked} <= $known::DATE - 1 AND NOT EXISTS (
    SELECT 1 FROM bank_entries b WHERE b.account_tail = a.tail AND b.amount_minor > 0 AND b.booked_at::DATE = {looked})"""

_NEXT: Final = "d.cleared_on + 1"
_NEXT_WEEKDAY: Final = "d.cleared_on + CASE isodow(d.cleared_on) WHEN 5 THEN 3 WHEN 6 THEN 2 ELSE 1 END"

_TOTALS: Final = """
WITH sold AS (
    SELECT acquirer, merchant_no, occurred_at::DATE AS day, sum(amount_minor) AS minor FROM transactions
    WHERE status = 'approved' GROUP BY ALL),
paid AS (SELECT acquirer, merchant_no, settled_on AS day, sum(planned_minor) AS minor FROM (
    SELECT acquirer, merchant_no, payout_no, max_by(settled_on, line_no) AS settled_on, max_by(planned_minor, line_no) AS planned_minor
    FROM payouts GROUP BY ALL) GROUP BY ALL)
SELECT d.acquirer, d.merchant_no, d.cleared_on FROM cleared_days d
LEFT JOIN sold s ON (s.acquirer, s.merchant_no, s.day) = (d.acquirer, d.merchant_no, d.cleared_on)
LEFT JOIN paid p ON (p.acquirer, p.merchant_no, p.day) = (d.acquirer, d.merchant_no, d.cleared_on)
WHERE s.minor <> d.gross_minor OR p.minor <> d.net_minor"""

NAMES: Final = ("no_credit_next_day", "daily_totals", "weekends_only")


def baselines(con: duckdb.DuckDBPyConnection, known: datetime) -> Mapping[str, frozenset[Day]]:
    """Return the merchant-days each baseline would have asked about at the moment ``known``; ``con`` has the visible facts."""
    con.execute(_ACCOUNTS)
    con.execute(_DAYS, {"known": known})
    queries = (_NO_CREDIT.format(looked=_NEXT), _TOTALS, _NO_CREDIT.format(looked=_NEXT_WEEKDAY))
    return {
        name: frozenset(
            (acquirer, merchant, day.isoformat())
            for acquirer, merchant, day in con.execute(sql, {"known": known} if "$known" in sql else {}).fetchall()
            if isinstance(day, date)
        )
        for name, sql in zip(NAMES, queries, strict=True)
    }


def days_of_failures(planted: list[Planted]) -> frozenset[Day]:
    """Return the merchant-days something planted happened to; what has no merchant and day counts for nobody."""
    return frozenset(day for one in planted if (day := _day(one.keys)))


def days_of_alarms(said: list[Said]) -> frozenset[Day]:
    """Return the merchant-days the product alarmed about."""
    return frozenset(day for one in said if (day := _day(one.keys)))


def _day(keys: Mapping[str, str]) -> Day | None:
    found = (keys["acquirer"], keys["merchant_no"], keys["settled_on"])
    return found if all(found) else None


def beside(name: str, said: frozenset[Day], wrong: frozenset[Day], all_days: frozenset[Day]) -> dict[str, Any]:
    """Return one row of the comparison: merchant-days asked about, right, missed, and wrongly per 10,000 quiet ones."""
    asked = said & all_days
    hits, quiet = asked & wrong, all_days - wrong
    return {
        "name": name, "asked": len(asked), "right": len(hits), "missed": len((wrong & all_days) - asked),
        "precision": Share(len(hits), len(asked)).value, "recall": Share(len(hits), len(wrong & all_days)).value,
        "false_per_10k": round(10_000 * len(asked - wrong) / len(quiet), 2) if quiet else None,
    }  # fmt: skip
