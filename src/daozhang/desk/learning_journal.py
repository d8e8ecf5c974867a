"""The journal of a span of days, read set-wise for the rules of ``daozhang.learning``: only rows that may be a slip leave the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import duckdb

from daozhang.desk import imports
from daozhang.desk.workspace import Workspace
from daozhang.engine.lake import connect, create_views
from daozhang.learning.intervals import Share
from daozhang.learning.journal import (
    Event,
    GivenBack,
    Journal,
    OpenBatch,
    OrderPaid,
    Preauth,
    Row,
    Unanswered,
)
from daozhang.learning.signing import CLOSE, TRADE

TABLES: Final = ("transactions", "batches", "orders", "heartbeats", "operator_signs", "merchants", "stores")
PEOPLE_START: Final = "('sale', 'void', 'refund', 'preauth', 'preauth_completion', 'preauth_void', 'offline_sale')"
"""Kinds that somebody at a till begins; a reversal is the terminal's own."""
CHARGES: Final = "('sale', 'offline_sale', 'preauth_completion')"

_ROW: Final = (
    "import_id, line_no, {at} AS moment, acquirer, merchant_no, coalesce(store_no, '') AS store_no, coalesce(terminal_no, '') AS terminal_no,"
    " coalesce(operator_no, '') AS operator_no, {rest}"
)
_PAID: Final = (
    "coalesce(order_no, '') AS order_no, coalesce(trace_no, '') AS trace_no, coalesce(batch_no, '') AS batch_no, kind, status,"
    " amount_minor, coalesce(currency, 'CNY') AS currency"
)
_T: Final = _ROW.format(at="occurred_at", rest=_PAID)
_VIEWS: Final = f"""
CREATE OR REPLACE TEMP VIEW t AS
SELECT {_T}, coalesce(rrn, '') AS rrn, response_code, coalesce(channel, '') AS channel, coalesce(original_trace_no, '') AS original_trace_no,
       coalesce(original_rrn, '') AS original_rrn
FROM transactions WHERE occurred_at >= getvariable('from_at') AND occurred_at < getvariable('to_at');
CREATE OR REPLACE TEMP VIEW o AS
SELECT import_id, line_no, placed_at AS moment, merchant_no, coalesce(store_no, '') AS store_no, coalesce(terminal_no, '') AS terminal_no,
       coalesce(operator_no, '') AS operator_no, order_no, amount_minor, coalesce(currency, 'CNY') AS currency, paid_by
FROM orders WHERE placed_at >= getvariable('from_at') - INTERVAL 1 DAY AND placed_at < getvariable('to_at');
CREATE OR REPLACE TEMP VIEW b AS
SELECT import_id, line_no, closed_at AS moment, acquirer, merchant_no, terminal_no, batch_no, result FROM batches
WHERE closed_at >= getvariable('from_at') AND closed_at < getvariable('to_at') + INTERVAL 2 DAY;
"""

_UNANSWERED: Final = """
CREATE OR REPLACE TEMP TABLE silent AS
SELECT *, count(*) OVER (PARTITION BY acquirer, merchant_no ORDER BY moment RANGE BETWEEN INTERVAL 30 MINUTE PRECEDING AND INTERVAL 30 MINUTE FOLLOWING) AS here
FROM t WHERE status IN ('unknown', 'reversed') AND kind <> 'reversal' OR status = 'declined' AND response_code IN ('91', '96', '98');
CREATE OR REPLACE TEMP TABLE wide AS
SELECT acquirer, hour, count(DISTINCT merchant_no) AS shops FROM (
    SELECT acquirer, merchant_no, unnest([time_bucket(INTERVAL 30 MINUTE, moment - INTERVAL 30 MINUTE), time_bucket(INTERVAL 30 MINUTE, moment),
                                          time_bucket(INTERVAL 30 MINUTE, moment + INTERVAL 30 MINUTE)]) AS hour FROM silent) GROUP BY ALL
"""
_UNANSWERED_READ: Final = """
WITH open AS (SELECT * FROM silent WHERE coalesce(response_code, '') = ''),
back AS (
    SELECT s.import_id, s.line_no, min(r.moment) AS reversed_at FROM open s JOIN t r
    ON r.kind = 'reversal' AND r.acquirer = s.acquirer AND r.terminal_no = s.terminal_no AND r.moment >= s.moment AND r.moment < s.moment + INTERVAL 3 DAY
    AND (r.original_trace_no <> '' AND r.original_trace_no = s.trace_no OR r.original_rrn <> '' AND r.original_rrn = s.rrn
         OR r.original_trace_no = '' AND r.original_rrn = '' AND r.order_no <> '' AND r.order_no = s.order_no AND r.amount_minor = -s.amount_minor)
    GROUP BY ALL),
sold AS (
    SELECT s.import_id, s.line_no, arg_min(n, n.moment) AS next FROM open s JOIN t n
    ON n.acquirer = s.acquirer AND n.terminal_no = s.terminal_no AND n.moment > s.moment AND n.moment < s.moment + INTERVAL 12 HOUR
    AND n.status IN ('approved', 'voided') AND n.kind IN {charges} GROUP BY ALL),
again AS (
    SELECT s.import_id, s.line_no, arg_min(n, n.moment) AS again FROM open s JOIN t n
    ON n.acquirer = s.acquirer AND n.merchant_no = s.merchant_no AND n.order_no = s.order_no AND s.order_no <> ''
    AND n.moment > s.moment AND n.moment < s.moment + INTERVAL 1 HOUR AND n.status = 'approved' AND n.kind IN {charges} GROUP BY ALL),
closed AS (
    SELECT s.import_id, s.line_no, arg_min(c, c.moment) AS closed FROM open s JOIN b c
    ON c.acquirer = s.acquirer AND c.terminal_no = s.terminal_no AND c.moment >= s.moment AND c.moment < s.moment + INTERVAL 12 HOUR
    AND (s.batch_no = '' OR c.batch_no = s.batch_no) GROUP BY ALL),
mute AS (
    SELECT s.import_id, s.line_no, true AS is_mute FROM open s JOIN sold USING (import_id, line_no)
    WHERE sold.next.moment - s.moment > INTERVAL 75 MINUTE
      AND EXISTS (SELECT 1 FROM heartbeats h WHERE h.terminal_no = s.terminal_no AND h."at" > s.moment - INTERVAL 1 DAY AND h."at" <= s.moment)
      AND NOT EXISTS (SELECT 1 FROM heartbeats h WHERE h.terminal_no = s.terminal_no AND h."at" > s.moment AND h."at" < s.moment + INTERVAL 75 MINUTE))
SELECT s.*, reversed_at, next, again, closed, coalesce(shops, 0) AS shops, coalesce(is_mute, false) AS is_mute FROM open s
LEFT JOIN back USING (import_id, line_no) LEFT JOIN sold USING (import_id, line_no) LEFT JOIN again USING (import_id, line_no)
LEFT JOIN closed USING (import_id, line_no)
LEFT JOIN wide w ON w.acquirer = s.acquirer AND w.hour = time_bucket(INTERVAL 30 MINUTE, s.moment)
LEFT JOIN mute USING (import_id, line_no)
ORDER BY s.moment, s.import_id, s.line_no
""".replace("{charges}", CHARGES)

_ORDERS: Final = f"""
WITH paid AS (
    SELECT merchant_no, order_no, list(c ORDER BY moment, trace_no) AS charges, sum(amount_minor) AS sum_minor FROM (SELECT * FROM t) c
    WHERE status = 'approved' AND kind IN {CHARGES} AND order_no <> '' GROUP BY ALL),
one AS (SELECT * FROM o QUALIFY count(*) OVER (PARTITION BY merchant_no, order_no) = 1)
SELECT charges, one AS till FROM paid JOIN one USING (merchant_no, order_no) WHERE sum_minor <> one.amount_minor ORDER BY order_no
"""

_BACKS: Final = """
SELECT r, s, EXISTS (SELECT 1 FROM b c WHERE c.acquirer = s.acquirer AND c.terminal_no = s.terminal_no AND c.moment > s.moment AND c.moment <= r.moment
                     AND (s.batch_no = '' OR c.batch_no = s.batch_no)) AS closed_between
FROM t r JOIN t s ON s.acquirer = r.acquirer AND s.merchant_no = r.merchant_no AND s.kind = 'sale' AND s.moment < r.moment
 AND (r.original_rrn <> '' AND r.original_rrn = s.rrn OR r.original_trace_no <> '' AND r.original_trace_no = s.trace_no AND r.terminal_no = s.terminal_no
      OR r.original_rrn = '' AND r.original_trace_no = '' AND r.order_no <> '' AND r.order_no = s.order_no AND r.amount_minor = -s.amount_minor)
WHERE r.kind IN ('refund', 'void') AND r.status = 'approved' AND r.channel IN ('', 'card') AND r.acquirer NOT IN ('wechat', 'alipay')
QUALIFY row_number() OVER (PARTITION BY r.import_id, r.line_no ORDER BY s.moment DESC) = 1 ORDER BY r.moment
"""

_BATCHES: Final = """
WITH used AS (SELECT acquirer, terminal_no, batch_no, arg_max(t, moment) AS last FROM t WHERE status = 'approved' AND batch_no <> '' GROUP BY ALL),
kept AS (SELECT acquirer, terminal_no, min(moment) AS first_at, median(moment - moment::DATE) AS usual FROM b GROUP BY ALL),
told AS (SELECT acquirer, max(moment) AS last_at FROM b GROUP BY ALL),
alive AS (SELECT DISTINCT terminal_no FROM heartbeats WHERE "at" >= getvariable('from_at') AND "at" < getvariable('to_at'))
SELECT last, NOT EXISTS (SELECT 1 FROM alive a WHERE a.terminal_no = u.terminal_no)
    OR EXISTS (SELECT 1 FROM heartbeats h WHERE h.terminal_no = u.terminal_no AND h."at" >= u.last.moment::DATE + k.usual - INTERVAL 2 HOUR
               AND h."at" < u.last.moment::DATE + k.usual + INTERVAL 4 HOUR) AS alive
FROM used u JOIN kept k USING (acquirer, terminal_no) JOIN told USING (acquirer)
WHERE k.first_at < u.last.moment + INTERVAL 1 DAY AND told.last_at > u.last.moment
  AND NOT EXISTS (SELECT 1 FROM b c WHERE c.acquirer = u.acquirer AND c.terminal_no = u.terminal_no AND c.batch_no = u.batch_no AND c.result <> 'rejected'
                  AND c.moment <= u.last.moment + INTERVAL 1 DAY)
ORDER BY u.last.moment
"""

_PREAUTHS: Final = """
WITH completes AS (SELECT DISTINCT acquirer, merchant_no FROM t WHERE kind = 'preauth_completion')
SELECT p, one AS till, EXISTS (SELECT 1 FROM completes c WHERE c.acquirer = p.acquirer AND c.merchant_no = p.merchant_no) AS shop_completes
FROM t p JOIN o one ON one.merchant_no = p.merchant_no AND one.order_no = p.order_no AND one.paid_by = 'card'
WHERE p.kind = 'preauth' AND p.status = 'approved'
  AND NOT EXISTS (SELECT 1 FROM t c WHERE c.merchant_no = p.merchant_no AND c.order_no = p.order_no AND c.kind IN ('preauth_completion', 'preauth_void', 'sale')
                  AND c.status = 'approved') ORDER BY p.moment
"""

_FOREIGN: Final = f"""
SELECT p, one AS till FROM t p JOIN o one ON one.order_no = p.order_no AND one.merchant_no <> p.merchant_no AND one.amount_minor = p.amount_minor
AND one.terminal_no = p.terminal_no
WHERE p.status = 'approved' AND p.kind IN {CHARGES} AND p.order_no <> ''
  AND NOT EXISTS (SELECT 1 FROM o mine WHERE mine.merchant_no = p.merchant_no AND mine.order_no = p.order_no) ORDER BY p.moment
"""

_CLEARED: Final = """
WITH queue AS (SELECT terminal_no, "at" AS moment, pending_uploads, lag(pending_uploads) OVER (PARTITION BY terminal_no ORDER BY "at") AS before,
                      lag("at") OVER (PARTITION BY terminal_no ORDER BY "at") AS before_at
               FROM heartbeats WHERE "at" >= getvariable('from_at') AND "at" < getvariable('to_at') AND pending_uploads IS NOT NULL),
lost AS (SELECT terminal_no, before_at, moment AS lost_at FROM queue WHERE before > 0 AND pending_uploads = 0)
SELECT DISTINCT one AS till, s.acquirer FROM o one JOIN lost l ON l.terminal_no = one.terminal_no AND one.moment <= l.lost_at
 AND one.moment > l.before_at - INTERVAL 24 HOUR
JOIN (SELECT DISTINCT acquirer, terminal_no, moment::DATE AS day FROM t) s ON s.terminal_no = one.terminal_no AND s.day = one.moment::DATE
WHERE one.paid_by = 'card' AND NOT EXISTS (SELECT 1 FROM t p WHERE p.order_no = one.order_no)
"""

_SIGNING: Final = (
    """
WITH kept AS (SELECT DISTINCT acquirer, terminal_no FROM operator_signs
              WHERE signed_at >= getvariable('from_at') AND signed_at < getvariable('to_at'))
SELECT s.sign AS what, {import_id: s.import_id, line_no: s.line_no, moment: s.signed_at, acquirer: s.acquirer, merchant_no: s.merchant_no,
        store_no: coalesce(s.store_no, ''), terminal_no: s.terminal_no, operator_no: s.operator_no} AS event, 'operator_signs' AS from_table
FROM operator_signs s WHERE signed_at >= getvariable('from_at') AND signed_at < getvariable('to_at')
UNION ALL BY NAME
SELECT '{trade}' AS what, {import_id: p.import_id, line_no: p.line_no, moment: p.moment, acquirer: p.acquirer, merchant_no: p.merchant_no,
        store_no: p.store_no, terminal_no: p.terminal_no, operator_no: p.operator_no} AS event, 'transactions' AS from_table
FROM t p SEMI JOIN kept USING (acquirer, terminal_no) WHERE p.status = 'approved' AND p.kind IN {people}
UNION ALL BY NAME
SELECT '{close}' AS what, {import_id: c.import_id, line_no: c.line_no, moment: c.moment, acquirer: c.acquirer, merchant_no: c.merchant_no,
        store_no: '', terminal_no: c.terminal_no, operator_no: ''} AS event, 'batches' AS from_table
FROM b c SEMI JOIN kept USING (acquirer, terminal_no) WHERE c.result <> 'rejected'
""".replace("'{trade}'", f"'{TRADE}'")
    .replace("'{close}'", f"'{CLOSE}'")
    .replace("{people}", PEOPLE_START)
)

_COUNTS: Final = f"""
SELECT acquirer, merchant_no, operator_no, count(*)::BIGINT AS trades, min(moment)::DATE AS first_on, max(moment)::DATE AS last_on
FROM t WHERE kind IN {PEOPLE_START} GROUP BY ALL ORDER BY ALL
"""


class JournalReader:
    """The facts of a workspace for one span of days, as known at ``now``; to be closed after use."""

    def __init__(self, workspace: Workspace, first_on: date, last_on: date, now: datetime) -> None:
        settings = workspace.settings
        parts, files = imports.visible(workspace, as_of=now)
        self.files = {one.import_id: one.file_name for one in files}
        self.con = connect(memory=settings.engine_memory, threads=settings.engine_threads, spill=None)
        create_views(self.con, workspace.root, parts, TABLES)
        from_at = datetime.combine(first_on, datetime.min.time())
        to_at = min(datetime.combine(last_on + timedelta(days=1), datetime.min.time()), now)
        self.con.execute("SET VARIABLE from_at = ?::TIMESTAMP", [from_at])
        self.con.execute("SET VARIABLE to_at = ?::TIMESTAMP", [to_at])
        self.con.execute(_VIEWS)

    def close(self) -> None:
        """Give the memory back."""
        self.con.close()

    def counts(self) -> list[dict[str, Any]]:
        """Return per acquirer, merchant and operator (empty: nobody is named) how many payments were begun, and from when to when."""
        return list(_dicts(self.con, _COUNTS))

    def share_between(
        self, acquirer: str, merchant_no: str, operator_no: str, from_at: datetime, to_at: datetime
    ) -> int:
        """Return how many payments an operator began in ``[from_at, to_at)`` within the span."""
        found = self.con.execute(
            f"SELECT count(*)::BIGINT FROM t WHERE kind IN {PEOPLE_START} AND acquirer = ? AND merchant_no = ? AND operator_no = ?"
            " AND moment >= ? AND moment < ?",
            [acquirer, merchant_no, operator_no, from_at, to_at],
        ).fetchone()
        return int(found[0]) if found else 0

    def journal(self) -> Journal:
        """Return what may hold a slip."""
        self.con.execute(_UNANSWERED)
        return Journal(
            unanswered=tuple(self._unanswered()),
            orders=tuple(
                OrderPaid(charges=tuple(map(_row, one["charges"])), order=_order(one["till"], one["charges"][0]["acquirer"]))
                for one in _dicts(self.con, _ORDERS)
            ),
            backs=tuple(
                GivenBack(row=_row(one["r"]), sale=_row(one["s"]), closed_between=one["closed_between"])
                for one in _dicts(self.con, _BACKS)
            ),
            batches=tuple(
                OpenBatch(last=_row(one["last"]), is_closed=False, alive=one["alive"]) for one in _dicts(self.con, _BATCHES)
            ),
            preauths=tuple(
                Preauth(row=_row(one["p"]), order=_order(one["till"], one["p"]["acquirer"]), shop_completes=one["shop_completes"])
                for one in _dicts(self.con, _PREAUTHS)
            ),
            foreign=tuple(
                (_row(one["p"]), _order(one["till"], one["p"]["acquirer"])) for one in _dicts(self.con, _FOREIGN)
            ),
            cleared=tuple(_order(one["till"], one["acquirer"]) for one in _dicts(self.con, _CLEARED)),
            signing=self._signing(),
        )  # fmt: skip

    def _unanswered(self) -> Iterator[Unanswered]:
        for one in _dicts(self.con, _UNANSWERED_READ):
            yield Unanswered(
                row=_row(one),
                reversed_at=one["reversed_at"],
                next_sale=_row(one["next"]) if one["next"] else None,
                again=_row(one["again"]) if one["again"] else None,
                here=one["here"],
                wide=one["shops"],
                is_mute=one["is_mute"],
                closed=_row(one["closed"], "batches") if one["closed"] else None,
            )

    def _signing(self) -> tuple[tuple[Event, ...], ...]:
        by: dict[tuple[str, str], list[Event]] = {}
        for one in _dicts(self.con, _SIGNING):
            event = Event(one["what"], _row(one["event"], one["from_table"]))
            by.setdefault((event.row.acquirer, event.row.terminal_no), []).append(event)
        return tuple(tuple(events) for _, events in sorted(by.items()))


def share(hits: int, count: int) -> Share:
    """Return a share; a slip may be named at a row that is no payment of the operator's, so the count is never below the hits."""
    return Share(hits, max(hits, count))


_CELLS: Final = (
    "import_id", "line_no", "acquirer", "merchant_no", "store_no", "terminal_no", "operator_no", "order_no", "trace_no",
    "batch_no", "kind", "status", "amount_minor", "currency",
)  # fmt: skip


def _row(found: Mapping[str, Any], table: str = "transactions") -> Row:
    return Row(table=table, at=found["moment"], **{name: found[name] for name in _CELLS if found.get(name) is not None})


def _order(found: Mapping[str, Any], acquirer: str) -> Row:
    return _row({**found, "acquirer": acquirer, "kind": "order"}, "orders")


def _dicts(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[dict[str, Any]]:
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))
