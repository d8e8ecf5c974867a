"""The facts that figures of money and files are made of, as tables of one connection: merchant-days, payout chains, payments.

``days``    one row per merchant-day of the period that is due: its money by the newest run, when it arrived, what covers it
``chains``  one row per payout order of the period with its re-issues: how it ended, when it was claimed
``paid``    payments of the period by acquirer, from the journal, or from clearing lines where no journal came
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import duckdb

from daozhang.calendars import YearNotPublished
from daozhang.desk import clock, imports, readings, sight
from daozhang.desk.calendars import calendar_of
from daozhang.desk.workspace import Workspace
from daozhang.engine import inputs
from daozhang.engine.file_leg import FileLeg
from daozhang.engine.lake import connect, create_views
from daozhang.engine.sieve import count_days
from daozhang.errors import InputError, RefusedError
from daozhang.flows.settlement_day import Terms
from daozhang.matching.coverage import Coverage

USUAL_DAYS: Final = 30
MOST_DAYS: Final = 800
RETURN_WORKDAYS: Final = 7
"""Working days within which a bank sends a credit back; only payouts claimed longer ago say how many come back."""
PAYMENTS: Final = "('sale', 'refund', 'preauth_completion', 'offline_sale')"


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are looked at, both included: clearing days of money, days of payments, days on which cases opened."""

    first_on: date
    last_on: date

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last_on - self.first_on).days + 1

    @property
    def before(self) -> Span:
        """Return the span of the same length that ends the day before."""
        return Span(self.first_on - timedelta(days=self.days), self.first_on - timedelta(days=1))

    def has(self, moment: datetime | date | None) -> bool:
        """Return whether a moment lies in it."""
        day = moment.date() if isinstance(moment, datetime) else moment
        return day is not None and self.first_on <= day <= self.last_on


def span_of(workspace: Workspace, since: str = "", until: str = "") -> Span:
    """Return the span asked for, the last thirty days without a word; InputError when it is none."""
    today = clock.now(workspace).date()
    try:
        last = date.fromisoformat(until) if until else today
        first = date.fromisoformat(since) if since else last - timedelta(days=USUAL_DAYS - 1)
    except ValueError:
        raise InputError("error-measures-days", since=since[:20], until=until[:20]) from None
    if first > last or (last - first).days >= MOST_DAYS:
        raise InputError("error-measures-days", since=since[:20], until=until[:20])
    return Span(first, last)


@dataclass(frozen=True, slots=True)
class Book:
    """An open connection with the tables, and the moment they are of."""

    con: duckdb.DuckDBPyConnection
    span: Span
    now: datetime
    mature_on: date | None
    """The last day of claim whose return window is over; None when the calendar does not say."""

    def one(self, sql: str, *bound: object) -> tuple[Any, ...]:
        """Return the single row of a query."""
        found = self.con.execute(sql, list(bound)).fetchone()
        assert found is not None
        return tuple(found)

    def all(self, sql: str, *bound: object) -> list[dict[str, Any]]:
        """Return the rows of a query by the names of their columns."""
        cursor = self.con.execute(sql, list(bound))
        names = [one[0] for one in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def of_the_house() -> None:
    """Refuse anybody but the house."""
    if not sight.current().is_house:
        raise RefusedError("error-measures-house")


@contextmanager
def opened(workspace: Workspace, span: Span) -> Iterator[Book]:
    """Open the tables of a period; before the first run ``days`` is empty. RefusedError for anybody but the house.

    The figures speak of all merchants together, so a tenant, who sees some of them, is not shown any.
    """
    of_the_house()
    now = clock.now(workspace)
    with readings.facts(workspace) as con:
        run = readings.last_run(workspace)
        as_of = run.as_of if run else now
        money = (
            f"SELECT * FROM read_parquet('{(workspace.root / run.folder / 'money.parquet').as_posix()}')"
            if run
            else _NO_MONEY
        )
        con.execute("SET VARIABLE first_on = ?::DATE", [span.first_on])
        con.execute("SET VARIABLE last_on = ?::DATE", [span.last_on])
        con.execute("SET VARIABLE now = ?::TIMESTAMP", [as_of])
        con.execute(f"CREATE TEMP TABLE run_money AS {money}")
        con.execute(_ARRIVALS)
        con.execute(_DAYS)
        _cover(con, workspace, as_of)
        con.execute(_CHAINS)
        con.execute(_PAID.replace("$kinds", PAYMENTS))
        yield Book(con, span, as_of, _mature_on(workspace, as_of.date()))


_NO_MONEY: Final = (
    "SELECT ''::VARCHAR AS acquirer, ''::VARCHAR AS merchant_no, NULL::DATE AS settled_on, 'CNY' AS currency, NULL::TIMESTAMP AS due_at,"
    " 0::BIGINT AS expected_minor, 0::BIGINT AS arrived_minor, 0::BIGINT AS not_due_minor, 0::BIGINT AS held_minor,"
    " 0::BIGINT AS deducted_minor, 0::BIGINT AS returned_minor, 0::BIGINT AS missing_minor, 0::BIGINT AS unexplained_minor WHERE false"
)
_ARRIVALS: Final = """
CREATE TEMP TABLE arrivals AS
SELECT x.acquirer, x.merchant_no, coalesce(x.currency, 'CNY') AS currency, x.settled_on, max(b.booked_at) AS arrived_at,
       any_value(x.account_tail) AS account_tail
FROM bank_links l JOIN payouts x ON x.import_id = l.p_import AND x.line_no = l.p_line
JOIN bank_entries b ON b.import_id = l.b_import AND b.line_no = l.b_line
GROUP BY ALL
"""
_DAYS: Final = """
CREATE TEMP TABLE days AS
SELECT m.*, CASE WHEN m.arrived_minor > 0 THEN a.arrived_at END AS arrived_at, coalesce(a.account_tail, '') AS account_tail,
       m.arrived_minor >= m.expected_minor AS is_whole, true AS is_covered,
       m.arrived_minor > 0 AND a.arrived_at IS NOT NULL AND a.arrived_at <= m.due_at AS is_on_time,
       m.arrived_minor = 0 OR a.arrived_at IS NOT NULL AS is_timed
FROM run_money m ASOF LEFT JOIN arrivals a
  ON m.acquirer = a.acquirer AND m.merchant_no = a.merchant_no AND m.currency = a.currency AND m.settled_on <= a.settled_on
WHERE m.settled_on BETWEEN getvariable('first_on') AND getvariable('last_on') AND m.due_at <= getvariable('now')
  AND m.expected_minor > 0
"""
"""A payout of several days stands under its last: a day without one of its own has the arrival of the next. Money of a wallet that
keeps no payout orders has no moment of arrival (``is_timed`` false); it says nothing about being on time."""
_CHAINS: Final = """
CREATE TEMP TABLE chains AS
WITH last AS (
  SELECT acquirer, merchant_no, payout_no, arg_max(state, (coalesce(finished_at, created_at, settled_on::TIMESTAMP), line_no)) AS state,
         min(settled_on) AS settled_on, min(coalesce(finished_at, created_at)) FILTER (WHERE state IN ('claimed', 'returned')) AS claimed_at,
         bool_or(state = 'returned') AS is_returned, bool_or(state IN ('claimed', 'returned')) AS is_claimed,
         max(nullif(replaces_payout_no, '')) AS replaces, max(paid_minor) AS paid_minor, max(planned_minor) AS planned_minor,
         any_value(coalesce(currency, 'CNY')) AS currency
  FROM payouts WHERE settled_on BETWEEN getvariable('first_on') AND getvariable('last_on') GROUP BY acquirer, merchant_no, payout_no)
SELECT l.*, EXISTS (SELECT 1 FROM last n WHERE n.replaces = l.payout_no AND n.acquirer = l.acquirer) AS is_replaced FROM last l
"""
_PAID: Final = """
CREATE TEMP TABLE paid AS
WITH journal AS (SELECT acquirer, count(*) AS many FROM transactions WHERE status = 'approved' AND kind IN $kinds
                 AND occurred_at::DATE BETWEEN getvariable('first_on') AND getvariable('last_on') GROUP BY acquirer),
lines AS (SELECT acquirer, count(*) AS many FROM clearings WHERE kind IN $kinds
          AND cleared_on BETWEEN getvariable('first_on') AND getvariable('last_on') GROUP BY acquirer)
SELECT acquirer, coalesce(j.many, l.many) AS payments, coalesce(j.many, 0) AS journal, coalesce(l.many, 0) AS lines
FROM journal j FULL JOIN lines l USING (acquirer)
"""


def _cover(con: duckdb.DuckDBPyConnection, workspace: Workspace, as_of: datetime) -> None:
    """Mark in ``days`` the merchant-days for which every source that must speak is complete."""
    days = con.execute("SELECT DISTINCT acquirer, merchant_no, settled_on, due_at, account_tail FROM days").fetchall()
    if not days:
        return
    cover, tails = coverage(workspace, as_of)
    bare = [
        (acquirer, merchant_no, settled_on)
        for acquirer, merchant_no, settled_on, due_at, tail in days
        if not _is_covered(cover, tails, acquirer, merchant_no, settled_on, due_at.date(), tail)
    ]
    con.execute("CREATE TEMP TABLE bare (acquirer VARCHAR, merchant_no VARCHAR, settled_on DATE)")
    inputs.put(con, "bare", bare)
    con.execute(
        "UPDATE days SET is_covered = false FROM bare b WHERE b.acquirer = days.acquirer AND b.merchant_no = days.merchant_no"
        " AND b.settled_on = days.settled_on"
    )


def coverage(workspace: Workspace, as_of: datetime) -> tuple[Coverage, dict[tuple[str, str], str]]:
    """Return for which days each source is complete, and the newest agreed account of each merchant."""
    parts, files = imports.visible(workspace, as_of=as_of)
    settings = workspace.settings
    con = connect(memory=settings.engine_memory, threads=settings.engine_threads, spill=None)
    try:
        create_views(con, workspace.root, parts)
        terms = Terms(cycle=settings.cycle, cutover=settings.cutover, due_time=settings.due_time)
        inputs.prepare(con, files, as_of, terms)
        agreed = "SELECT acquirer, merchant_no, arg_max(account_tail, coalesce(from_on, DATE '1970-01-01')) FROM accounts_now GROUP BY ALL"
        tails = {(acquirer, merchant): tail for acquirer, merchant, tail in con.execute(agreed).fetchall()}
        count_days(con)
        return FileLeg(con, files, as_of).coverage(), tails
    finally:
        con.close()


def _is_covered(
    cover: Coverage, tails: dict[tuple[str, str], str], acquirer: str, merchant_no: str, day: date, due_on: date, tail: str
) -> bool:  # fmt: skip
    """Return whether clearing (or, without any, the journal), payouts and the account's statement are complete for the day."""
    first = "clearings" if cover.has_source("clearings", acquirer) else "transactions"
    if not cover.is_complete(first, acquirer, merchant_no, day):
        return False
    if cover.has_source("payouts", acquirer) and not cover.is_complete("payouts", acquirer, merchant_no, day):
        return False
    account = tail or tails.get((acquirer, merchant_no), "")
    return bool(account) and cover.account_is_complete(account, due_on, due_on)


def _mature_on(workspace: Workspace, today: date) -> date | None:
    """Return the last day of which every claimed payout would have come back by now, if the bank sends it back at all."""
    calendar, day = calendar_of(workspace), today
    for _ in range(4 * RETURN_WORKDAYS):
        day -= timedelta(days=1)
        over = calendar.workdays_after(day, RETURN_WORKDAYS)
        if isinstance(over, YearNotPublished):
            return None
        if over <= today:
            return day
    return None
