"""The lake as the fleet board reads it: one set-wise pass over heartbeats, journal, batches and lists of terminals.

``latest``   last row of each terminal of the imported lists      ``beats``  heartbeats of the span with their day and slot
``habits``   the hours of each terminal (``fleet.uptime``)        ``slots``  reports due and heard of each terminal
``figures``  one row per terminal: all that the board shows
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import duckdb

from daozhang.desk import clock, sight_lake
from daozhang.desk.workspace import Workspace
from daozhang.engine import inputs
from daozhang.engine.lake import connect
from daozhang.errors import InputError
from daozhang.fleet.health import SILENT_SLOTS
from daozhang.fleet.uptime import DAY_MINUTES

TABLES: Final = ("terminals", "merchants", "heartbeats", "transactions", "batches")
USUAL_DAYS: Final = 30
MOST_DAYS: Final = 400
EVERY_MINUTES: Final = 60
SENT: Final = "status <> 'stored' AND kind NOT IN ('offline_sale', 'reversal')"
"""Payments that ask the host. A payment stored offline asks nobody, a reversal follows one that is counted."""
UNANSWERED: Final = "(status = 'unknown' OR response_code IN ('68', '98'))"
"""No answer came in time; 68 and 98 are what a terminal notes when it or the network gave up."""


@dataclass(frozen=True, slots=True)
class Span:
    """What is looked at: ``days`` up to ``until`` (local time), and the minutes between two reports."""

    until: datetime
    days: int = USUAL_DAYS
    every_minutes: int = EVERY_MINUTES

    @property
    def since(self) -> datetime:
        """Return the first moment of the span: a midnight."""
        return datetime.combine(self.until.date() - timedelta(days=self.days - 1), datetime.min.time())


def span_of(workspace: Workspace, days: int = USUAL_DAYS, every_minutes: int = EVERY_MINUTES) -> Span:
    """Return the span up to now; InputError for too many days, or minutes that do not divide a day."""
    if not 0 < days <= MOST_DAYS or every_minutes < 1 or DAY_MINUTES % every_minutes:
        raise InputError("error-fleet-span", days=days, most=MOST_DAYS, minutes=every_minutes)
    return Span(clock.now(workspace), days, every_minutes)


@contextmanager
def opened(workspace: Workspace, span: Span) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection with the views that may be seen, ``imports``, ``latest`` and ``beats``."""
    settings = workspace.settings
    con = connect(memory=settings.engine_memory, threads=settings.engine_threads, spill=None)
    try:
        files = sight_lake.open_views(con, workspace, as_of=span.until, tables=TABLES)
        con.execute("CREATE TABLE imports (import_id VARCHAR, seq BIGINT, file_name VARCHAR)")
        inputs.put(con, "imports", [(one.import_id, one.seq, one.file_name) for one in files])
        con.execute("SET VARIABLE since = ?::TIMESTAMP", [span.since])
        con.execute("SET VARIABLE until = ?::TIMESTAMP", [span.until])
        con.execute("SET VARIABLE every = ?::BIGINT", [span.every_minutes])
        con.execute(_LATEST)
        con.execute(_BEATS)
        yield con
    finally:
        con.close()


def figures(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return one row per terminal that any source names."""
    for statement in (_HABITS, _SLOTS, _FIGURES):
        con.execute(statement, {"silent": SILENT_SLOTS} if "$silent" in statement else {})
    return rows(con, "SELECT * FROM figures ORDER BY terminal_no")


def rows(con: duckdb.DuckDBPyConnection, query: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
    """Return the rows of a query by column name."""
    found = con.execute(query, list(values))
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


_LATEST: Final = """
CREATE TABLE latest AS SELECT x.* FROM terminals x JOIN imports i USING (import_id)
QUALIFY row_number() OVER (PARTITION BY x.terminal_no ORDER BY i.seq DESC, x.line_no DESC) = 1
"""
_BEATS: Final = """
CREATE TABLE beats AS SELECT *, "at"::DATE AS day, (60 * hour("at") + minute("at")) // getvariable('every') AS slot
FROM heartbeats WHERE "at" BETWEEN getvariable('since') AND getvariable('until')
"""
_HABITS: Final = """
CREATE TABLE habits AS
WITH days AS (SELECT terminal_no, count(DISTINCT day) AS days, min(day) AS first_on FROM beats GROUP BY terminal_no),
usual AS (SELECT terminal_no, slot, count(DISTINCT day) AS days FROM beats GROUP BY terminal_no, slot)
SELECT d.terminal_no, d.first_on, min(u.slot) AS slot_from, max(u.slot) AS slot_to
FROM days d JOIN usual u ON u.terminal_no = d.terminal_no AND 2 * u.days >= d.days GROUP BY ALL
"""
_SLOTS: Final = """
CREATE TABLE slots AS
WITH due AS (
    SELECT h.terminal_no, c.day, s.slot,
           row_number() OVER (PARTITION BY h.terminal_no ORDER BY c.day DESC, s.slot DESC) AS back
    FROM habits h
    JOIN (SELECT DISTINCT day FROM beats) c ON c.day >= h.first_on
    JOIN (SELECT unnest(range(0, 1440 // getvariable('every'))) AS slot) s ON s.slot BETWEEN h.slot_from AND h.slot_to
    WHERE c.day + to_minutes((s.slot + 1) * getvariable('every')) <= getvariable('until')
), heard AS (SELECT DISTINCT terminal_no, day, slot FROM beats)
SELECT d.terminal_no, count(*) AS due, count(h.slot) AS heard,
       count(*) FILTER (WHERE d.back <= $silent) >= $silent AND count(h.slot) FILTER (WHERE d.back <= $silent) = 0 AS is_silent
FROM due d LEFT JOIN heard h ON h.terminal_no = d.terminal_no AND h.day = d.day AND h.slot = d.slot GROUP BY d.terminal_no
"""


def _last(column: str) -> str:
    return f'arg_max({column}, ("at", line_no)) FILTER (WHERE {column} IS NOT NULL) AS {column}'


_NOTED: Final = ", ".join(
    map(_last, ("app_version", "firmware", "model", "serial_no", "network", "signal_dbm", "battery_pct", "paper", "rtt_ms",
                "clock_skew_s", "pending_reversals", "pending_uploads"))
)  # fmt: skip
"""What a terminal said last of itself, each from its newest heartbeat that says it."""
_FIGURES: Final = f"""
CREATE TABLE figures AS
WITH said AS (
    SELECT terminal_no, max("at") AS last_at, list(DISTINCT app_version) FILTER (WHERE app_version IS NOT NULL) AS versions,
           {_NOTED}
    FROM beats GROUP BY terminal_no
), paid AS (
    SELECT terminal_no, count(*) FILTER (WHERE {SENT}) AS asked,
           count(*) FILTER (WHERE {SENT} AND NOT coalesce({UNANSWERED}, false)) AS answered,
           count(*) FILTER (WHERE kind = 'reversal') AS reversals, max(occurred_at) AS last_payment_at,
           arg_max(acquirer, occurred_at) AS acquirer, arg_max(merchant_no, occurred_at) AS merchant_no,
           arg_max(store_no, occurred_at) AS store_no
    FROM transactions WHERE occurred_at BETWEEN getvariable('since') AND getvariable('until') GROUP BY terminal_no
), closed AS (
    SELECT terminal_no, max(closed_at) FILTER (WHERE result <> 'open') AS last_close_at,
           arg_max(result, closed_at) AS last_close_result
    FROM batches WHERE closed_at BETWEEN getvariable('since') AND getvariable('until') GROUP BY terminal_no
), every AS (
    SELECT terminal_no FROM latest UNION SELECT terminal_no FROM said UNION SELECT terminal_no FROM paid
)
SELECT e.terminal_no, coalesce(l.acquirer, p.acquirer, '') AS acquirer, coalesce(l.merchant_no, p.merchant_no, '') AS merchant_no,
       coalesce(m.name, '') AS merchant_name, coalesce(l.store_no, p.store_no, '') AS store_no,
       coalesce(s.model, l.model) AS model, coalesce(s.serial_no, l.serial_no) AS serial_no,
       coalesce(s.app_version, l.app_version) AS app_version, s.firmware, l.router_no, l.carrier, l.installed_on, s.last_at,
       coalesce(t.due, 0) AS due, coalesce(t.heard, 0) AS heard, coalesce(t.is_silent, false) AS is_silent,
       coalesce(s.versions, []) AS versions, s.network, s.signal_dbm, s.battery_pct, s.paper, s.rtt_ms, s.clock_skew_s,
       s.pending_reversals, s.pending_uploads, coalesce(p.asked, 0) AS asked, coalesce(p.answered, 0) AS answered,
       coalesce(p.reversals, 0) AS reversals, p.last_payment_at, c.last_close_at, c.last_close_result
FROM every e LEFT JOIN latest l USING (terminal_no) LEFT JOIN said s USING (terminal_no) LEFT JOIN paid p USING (terminal_no)
LEFT JOIN closed c USING (terminal_no) LEFT JOIN slots t USING (terminal_no)
LEFT JOIN (
    SELECT x.acquirer, x.merchant_no, arg_max(x.name, i.seq) AS name FROM merchants x JOIN imports i USING (import_id) GROUP BY ALL
) m ON m.acquirer = coalesce(l.acquirer, p.acquirer) AND m.merchant_no = coalesce(l.merchant_no, p.merchant_no)
"""
