"""The line of an outage case: shops and terminals it touches, payments lost an hour, and what still works there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import duckdb

from daozhang.cases.impact import Impact, impact
from daozhang.desk import imports
from daozhang.desk.case_view import CaseView, FindingView
from daozhang.desk.clock import now
from daozhang.desk.workspace import Workspace
from daozhang.engine.lake import connect, create_views

OUTAGES: Final = frozenset({"terminal_offline", "payments_refused"})
WEEKS: Final = 4
DAYS: Final = 14
MOST_TERMINALS: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactView:
    """What an outage touches. ``estimate`` is None where the journal does not go back far enough.

    ``others`` counts terminals of the same shops that took payments meanwhile.
    """

    shops: int
    terminals: int
    since: datetime
    until: datetime | None
    estimate: Impact | None
    others: int


def impact_of(workspace: Workspace, view: CaseView) -> ImpactView | None:
    """Return what the outage of a case touches and costs; None for a case that is no outage."""
    silent = [one for one in view.findings if one.break_type in OUTAGES and one.occurred_at]
    if not silent:
        return None
    since = min(one.occurred_at for one in silent if one.occurred_at)
    ends = [_moment(one.facts.get("until")) for one in silent]
    until = max((end for end in ends if end), default=None) if all(ends) else None
    terminals = sorted({one.keys["terminal_no"] for one in silent if one.keys.get("terminal_no")})[:MOST_TERMINALS]
    merchants = {one.keys["merchant_no"] for one in silent if one.keys.get("merchant_no")}
    end = until or now(workspace)
    counted = _counts(workspace, silent, terminals, since, end)
    return ImpactView(
        shops=len(merchants) or _said(silent, "merchants"), terminals=len(terminals), since=since, until=until,
        estimate=impact(counted.earlier, counted.happened, int((end - since).total_seconds())), others=counted.others,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Counts:
    earlier: list[int]
    happened: int
    others: int


def _counts(
    workspace: Workspace, silent: Iterable[FindingView], terminals: list[str], since: datetime, end: datetime
) -> _Counts:
    parts, _ = imports.visible(workspace)
    con = connect(memory=workspace.settings.engine_memory, threads=1, spill=None)
    try:
        create_views(con, workspace.root, [part for part in parts if part.table == "transactions"])
        con.execute("CREATE TABLE touched (terminal_no VARCHAR)")
        if terminals:
            con.execute("INSERT INTO touched SELECT unnest(?)", [terminals])
        where = "terminal_no IN (SELECT terminal_no FROM touched)" if terminals else "acquirer = ?"
        named = [] if terminals else [next((one.keys.get("acquirer", "") for one in silent), "")]
        first = con.execute(f"SELECT min(occurred_at) FROM transactions WHERE {where}", named).fetchone()
        known_from = first[0] if first else None
        shifts = _shifts(since, end, known_from)
        earlier = [_count(con, where, named, since - shift, end - shift) for shift in shifts]
        return _Counts(earlier, _count(con, where, named, since, end), _others(con, since, end) if terminals else 0)
    finally:
        con.close()


def _shifts(since: datetime, end: datetime, known_from: datetime | None) -> list[timedelta]:
    """Return how far back the same hours are looked at: whole weeks where two are known, else days that do not reach into it."""
    if known_from is None:
        return []
    weeks = [timedelta(weeks=no) for no in range(1, WEEKS + 1) if since - timedelta(weeks=no) >= known_from]
    if len(weeks) >= 2 and end - since <= timedelta(weeks=1):
        return weeks
    step = timedelta(days=(end - since).days + 1)
    return [step * no for no in range(1, DAYS + 1) if since - step * no >= known_from]


def _count(con: duckdb.DuckDBPyConnection, where: str, named: list[str], start: datetime, end: datetime) -> int:
    sql = f"SELECT count(*) FROM transactions WHERE {where} AND occurred_at > ? AND occurred_at < ? AND status = 'approved'"
    row = con.execute(sql, [*named, start, end]).fetchone()
    return int(row[0]) if row else 0


def _others(con: duckdb.DuckDBPyConnection, start: datetime, end: datetime) -> int:
    row = con.execute(
        "SELECT count(DISTINCT terminal_no) FROM transactions WHERE occurred_at > ? AND occurred_at < ? AND status = 'approved'"
        " AND terminal_no NOT IN (SELECT terminal_no FROM touched) AND merchant_no IN"
        " (SELECT merchant_no FROM transactions WHERE terminal_no IN (SELECT terminal_no FROM touched))",
        [start, end],
    ).fetchone()
    return int(row[0]) if row else 0


def _said(silent: Iterable[FindingView], name: str) -> int:
    values: list[Mapping[str, Any]] = [one.facts for one in silent]
    return max((int(one.get(name) or 0) for one in values), default=0)


def _moment(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None
