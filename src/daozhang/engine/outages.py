"""What stood still: signs of life that did not come when they always do, and payments refused for technical reasons.

Set-wise selections; what of it is worth saying, and of how many terminals at once, is for ``breaks.outages``.
"""

from __future__ import annotations

from typing import Any, Final

import duckdb

from daozhang.codes import responses
from daozhang.engine.clearing_leg import rows
from daozhang.engine.inputs import one, quoted

RHYTHM_DAYS: Final = 14
"""Days looked back for the hours in which a terminal is usually heard."""
HEARD_DAYS: Final = 3
"""Days on which an hour must have been heard, and half of all days, before its silence means anything."""
SILENT_HOURS: Final = 3
"""Usual hours in a row without a sign of life; one or two are a restart or a weak line."""
NEWS_DAYS: Final = 4
"""Days for which what is over is still told."""
AT_THE_EDGE: Final = "INTERVAL 10 MINUTE"
"""A payment that got no answer this shortly before the silence belongs to it: the line was down already."""

TECHNICAL: Final = frozenset({"D057", "D058", "D059", "D060"})
"""Causes of response codes that speak of the terminal or the host and not of the card."""


def silences(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return silences of terminals in hours in which they are usually heard, one row each, with where the terminal stands.

    ``from_at`` is the last sign of life before, ``until_at`` the first after (None while it lasts); ``unanswered`` counts
    payments at it meanwhile that got no answer or were stored. ``missed_at`` is when it should have been heard at the latest.
    ``router_all``, ``carrier_all`` and ``region_all`` count the terminals there that should have been heard meanwhile;
    ``in_hours`` says that it did not begin with the end of a day.
    """
    if not one(con, "SELECT count(*) FROM (SELECT 1 FROM h LIMIT 1)"):
        return []
    con.execute(f"CREATE OR REPLACE TEMP TABLE beats_due AS {_DUE}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE silent AS {_SILENT}")
    if not one(con, "SELECT count(*) FROM silent"):
        return []
    con.execute(f"CREATE OR REPLACE TEMP TABLE stands AS {_STANDS}")
    return rows(con, _TOLD)


_DUE: Final = f"""
    WITH newest AS (SELECT max("at") AS newest_at FROM h),
    beat AS (SELECT DISTINCT terminal_no, "at"::DATE AS day, hour("at") AS hour FROM h, newest
             WHERE "at" > newest_at - INTERVAL {RHYTHM_DAYS} DAY),
    known AS (SELECT terminal_no, min(day) AS first_on, count(DISTINCT day) AS days FROM beat GROUP BY ALL),
    usual AS (SELECT terminal_no, hour FROM beat JOIN known USING (terminal_no) GROUP BY terminal_no, hour, known.days
              HAVING count(*) >= {HEARD_DAYS} AND count(*) * 2 >= known.days),
    span AS (SELECT terminal_no, min(hour) AS opens FROM usual GROUP BY ALL),
    days AS (SELECT DISTINCT day FROM beat, newest WHERE day > newest_at::DATE - {NEWS_DAYS + 2})
    SELECT u.terminal_no, d.day + to_hours(u.hour) AS due_at, u.hour = s.opens AS is_first, b.terminal_no IS NOT NULL AS is_heard,
           row_number() OVER (PARTITION BY u.terminal_no ORDER BY d.day, u.hour) AS place
    FROM usual u JOIN known k USING (terminal_no) JOIN span s USING (terminal_no) CROSS JOIN newest
    JOIN days d ON d.day >= k.first_on AND d.day + to_hours(u.hour + 1) <= newest_at
    LEFT JOIN beat b ON b.terminal_no = u.terminal_no AND b.day = d.day AND b.hour = u.hour
"""

_SILENT: Final = f"""
    WITH missed AS (
        SELECT *, place - row_number() OVER (PARTITION BY terminal_no ORDER BY place) AS island FROM beats_due WHERE NOT is_heard
    )
    SELECT terminal_no, count(*) AS hours, min(due_at) AS begins, max(due_at) + INTERVAL 1 HOUR AS ends, NOT arg_min(is_first, place) AS in_hours
    FROM missed GROUP BY terminal_no, island HAVING count(*) >= {SILENT_HOURS}
"""

_STANDS: Final = """
    SELECT h.terminal_no, n.acquirer, n.merchant_no, n.router_no, n.carrier, coalesce(max(m.region), max(h.region)) AS region
    FROM h LEFT JOIN terminals_now n USING (terminal_no)
    LEFT JOIN merchants_now m ON m.acquirer = n.acquirer AND m.merchant_no = n.merchant_no GROUP BY ALL
"""

_TOLD: Final = f"""
    WITH newest AS (SELECT max("at") AS newest_at FROM h),
    edged AS (
        SELECT s.*, max(h."at") FILTER (WHERE h."at" < s.begins) AS from_at, min(h."at") FILTER (WHERE h."at" >= s.begins) AS until_at,
               arg_max(h.import_id, h."at") FILTER (WHERE h."at" < s.begins) AS import_id,
               arg_max(h.line_no, h."at") FILTER (WHERE h."at" < s.begins) AS line_no
        FROM silent s JOIN h USING (terminal_no) GROUP BY ALL
    ),
    windows AS (SELECT DISTINCT begins, ends FROM silent),
    awaited AS (  -- who should have been heard for as long meanwhile: a shop that opens later says nothing about the line
        SELECT w.begins, w.ends, p.* FROM windows w JOIN beats_due d ON d.due_at >= w.begins AND d.due_at < w.ends
        JOIN stands p USING (terminal_no) GROUP BY ALL HAVING count(*) >= {SILENT_HOURS}
    ),
    routers AS (SELECT begins, ends, router_no, count(*) AS many FROM awaited WHERE router_no IS NOT NULL GROUP BY ALL),
    carriers AS (SELECT begins, ends, carrier, region, count(*) AS many FROM awaited WHERE carrier IS NOT NULL GROUP BY ALL),
    regions AS (SELECT begins, ends, region, count(*) AS many FROM awaited WHERE region IS NOT NULL GROUP BY ALL),
    asked AS (
        SELECT e.terminal_no, e.begins, count(*) AS unanswered
        FROM edged e JOIN t_src x ON x.terminal_no = e.terminal_no AND x.status IN ('unknown', 'stored')
             AND x.occurred_at BETWEEN e.from_at - {AT_THE_EDGE} AND coalesce(e.until_at, getvariable('as_of')::TIMESTAMP)
        GROUP BY ALL
    )
    SELECT e.terminal_no, e.hours, e.in_hours, e.from_at, e.begins + INTERVAL 1 HOUR AS missed_at, e.until_at, e.import_id, e.line_no,
           p.acquirer, p.merchant_no, p.router_no, p.carrier, p.region, coalesce(a.unanswered, 0) AS unanswered, n.newest_at,
           coalesce(r.many, 0) AS router_all, coalesce(c.many, 0) AS carrier_all, coalesce(g.many, 0) AS region_all
    FROM edged e JOIN stands p USING (terminal_no) CROSS JOIN newest n
    LEFT JOIN routers r ON r.begins = e.begins AND r.ends = e.ends AND r.router_no = p.router_no
    LEFT JOIN carriers c ON c.begins = e.begins AND c.ends = e.ends AND c.carrier = p.carrier AND c.region IS NOT DISTINCT FROM p.region
    LEFT JOIN regions g ON g.begins = e.begins AND g.ends = e.ends AND g.region = p.region
    LEFT JOIN asked a ON a.terminal_no = e.terminal_no AND a.begins = e.begins
    WHERE e.from_at IS NOT NULL AND coalesce(e.until_at, n.newest_at) > n.newest_at - INTERVAL {NEWS_DAYS} DAY
    ORDER BY e.from_at, e.terminal_no
"""


def refusals(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the technically refused payments of the last days, one row per terminal, day and response code.

    ``tried`` counts all payments of that acquirer between the first and the last of its refusals that day, ``approved_at`` is
    the terminal's last approval, ``newest_at`` the last record of that acquirer.
    """
    codes = {code: entry.cause for code, entry in responses().items() if entry.cause in TECHNICAL}
    listed = ", ".join(f"({quoted(code)}, {quoted(cause)})" for code, cause in sorted(codes.items()))
    return rows(con, _REFUSED.format(codes=listed))


_REFUSED: Final = f"""
    WITH code AS (SELECT * FROM (VALUES {{codes}}) AS v(response_code, cause)),
    recent AS (
        SELECT acquirer, merchant_no, terminal_no, occurred_at, status, response_code, import_id, line_no FROM t_src
        WHERE occurred_at > getvariable('as_of')::TIMESTAMP - INTERVAL {NEWS_DAYS} DAY
    ),
    refused AS (SELECT r.*, c.cause, r.occurred_at::DATE AS day FROM recent r JOIN code c USING (response_code)
                WHERE r.status IN ('declined', 'unknown')),
    newest AS (SELECT acquirer, max(occurred_at) AS newest_at FROM recent GROUP BY ALL),
    span AS (SELECT acquirer, cause, day, min(occurred_at) AS first_at, max(occurred_at) AS last_at FROM refused GROUP BY ALL),
    tried AS (
        SELECT s.acquirer, s.cause, s.day, count(*) AS tried FROM span s
        JOIN recent r ON r.acquirer = s.acquirer AND r.occurred_at BETWEEN s.first_at AND s.last_at GROUP BY ALL
    ),
    approved AS (
        SELECT terminal_no, max(occurred_at) AS approved_at FROM recent SEMI JOIN refused USING (terminal_no)
        WHERE status = 'approved' GROUP BY ALL
    )
    SELECT r.acquirer, r.merchant_no, r.terminal_no, r.cause, r.response_code, r.day, count(*) AS refused,
           min(r.occurred_at) AS first_at, max(r.occurred_at) AS last_at, t.tried, a.approved_at, n.newest_at,
           arg_min(r.import_id, r.occurred_at) AS import_id, arg_min(r.line_no, r.occurred_at) AS line_no
    FROM refused r JOIN tried t ON t.acquirer = r.acquirer AND t.cause = r.cause AND t.day = r.day
    JOIN newest n ON n.acquirer = r.acquirer LEFT JOIN approved a ON a.terminal_no = r.terminal_no
    GROUP BY ALL ORDER BY r.acquirer, r.day, r.merchant_no, r.terminal_no, r.response_code
"""
