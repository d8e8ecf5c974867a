"""The fleet board: every terminal with its figures and signs, one terminal with the rows behind them, what hangs on one device."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from daozhang.desk import fleet_lake
from daozhang.desk.fleet_lake import SENT, UNANSWERED, Span
from daozhang.desk.fleet_models import FleetDevice, VersionTarget
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.fleet.health import ACT, Figures, Sign, signs
from daozhang.fleet.tree import Node, Shared, shared
from daozhang.fleet.uptime import Uptime, uptime

MOST_ROWS: Final = 200
_KNOWN: Final = tuple(one.name for one in fields(Figures) if one.name != "target")


@dataclass(frozen=True, slots=True)
class Line:
    """One terminal of the board. ``versions`` are all that it reported in the span."""

    figures: Figures
    signs: tuple[Sign, ...]
    versions: tuple[str, ...] = ()
    installed_on: date | None = None

    @property
    def level(self) -> str:
        """Return ``act``, ``watch``, ``unknown`` (nothing was reported), or ``good``."""
        if self.signs:
            return self.signs[0].level
        return "good" if self.figures.last_at or self.figures.asked else "unknown"


@dataclass(frozen=True, slots=True)
class Board:
    """All terminals, those to act on first."""

    span: Span
    lines: tuple[Line, ...]

    @property
    def levels(self) -> Counter[str]:
        """Return how many terminals there are of each level."""
        return Counter(one.level for one in self.lines)

    @property
    def uptime_bp(self) -> int | None:
        """Return reports heard of those due over all terminals; None when none was due."""
        due = sum(one.figures.due for one in self.lines)
        return sum(one.figures.heard for one in self.lines) * 10_000 // due if due else None

    @property
    def answered_bp(self) -> int | None:
        """Return payments answered of those sent over all terminals; None when none was sent."""
        asked = sum(one.figures.asked for one in self.lines)
        return sum(one.figures.answered for one in self.lines) * 10_000 // asked if asked else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One terminal with the rows its figures open into, the newest first."""

    line: Line
    uptime: Uptime
    beats: list[dict[str, Any]]
    unanswered: list[dict[str, Any]]
    batches: list[dict[str, Any]]


def board(workspace: Workspace, span: Span | None = None) -> Board:
    """Return the board of all terminals that may be seen."""
    span = span or fleet_lake.span_of(workspace)
    with fleet_lake.opened(workspace, span) as con:
        found = fleet_lake.figures(con)
    targets = dict(VersionTarget.objects.filter(ended_at__isnull=True).values_list("model", "version"))
    lines = [_line(row, targets) for row in found]
    rank = {ACT: 0, "watch": 1, "unknown": 2, "good": 3}
    return Board(span, tuple(sorted(lines, key=lambda one: (rank[one.level], one.figures.terminal_no))))


def detail(workspace: Workspace, terminal_no: str, span: Span | None = None) -> Detail:
    """Return one terminal with its rows; RefusedError when no source names it."""
    made = board(workspace, span)
    line = next((one for one in made.lines if one.figures.terminal_no == terminal_no), None)
    if line is None:
        raise RefusedError("error-fleet-no-terminal", terminal=terminal_no[:32])
    with fleet_lake.opened(workspace, made.span) as con:
        moments = con.execute('SELECT "at" FROM beats WHERE terminal_no = ? ORDER BY "at"', [terminal_no]).fetchall()
        covered = {row[0] for row in con.execute("SELECT DISTINCT day FROM beats").fetchall()}
        seen = uptime(
            [row[0] for row in moments], covered, until=made.span.until, every_minutes=made.span.every_minutes
        )
        beats = fleet_lake.rows(
            con,
            "SELECT b.*, file_name AS file FROM beats b JOIN imports USING (import_id) WHERE terminal_no = ?"
            f' ORDER BY "at" DESC, line_no DESC LIMIT {MOST_ROWS}',
            [terminal_no],
        )
        unanswered = _newest(con, "transactions", "occurred_at", terminal_no, f"AND {SENT} AND {UNANSWERED}")
        batches = _newest(con, "batches", "closed_at", terminal_no)
    return Detail(line=line, uptime=seen, beats=beats, unanswered=unanswered, batches=batches)


def tree(made: Board) -> list[Shared]:
    """Return routers, carriers and other shared devices with what hangs on them, suspects first."""
    nodes: dict[str, Node] = {}
    for device in FleetDevice.objects.exclude(kind="terminal"):
        nodes[device.code] = Node(device.code, device.kind, device.name, (device.hangs_on,) if device.hangs_on else ())
    beside: dict[str, list[str]] = {}
    for terminal_no, on in FleetDevice.objects.filter(kind="terminal").values_list("code", "hangs_on"):
        beside.setdefault(terminal_no, []).append(on)
    for line in made.lines:
        one = line.figures
        supports = [*beside.get(one.terminal_no, ())]
        for code, kind in ((one.router_no, "router"), (one.carrier, "carrier")):
            if code:
                nodes.setdefault(code, Node(code, kind))
                supports.append(code)
        silent = one.is_silent if one.last_at else None
        nodes[one.terminal_no] = Node(one.terminal_no, "terminal", one.merchant_name, tuple(supports), silent)
    return shared(nodes)


def _line(row: dict[str, Any], targets: dict[str, str]) -> Line:
    one = Figures(**{name: row[name] for name in _KNOWN}, target=targets.get(row["model"] or ""))
    return Line(one, signs(one), tuple(row["versions"]), row["installed_on"])


def _newest(con: Any, table: str, column: str, terminal_no: str, more: str = "") -> list[dict[str, Any]]:  # noqa: ANN401 - a connection
    return fleet_lake.rows(
        con,
        f"SELECT t.*, file_name AS file FROM {table} t JOIN imports USING (import_id) WHERE terminal_no = ?"
        f" AND {column} BETWEEN getvariable('since') AND getvariable('until') {more}"
        f" ORDER BY {column} DESC, line_no DESC LIMIT {MOST_ROWS}",
        [terminal_no],
    )


def as_plain(line: Line) -> dict[str, Any]:
    """Return one terminal as a flat row for CSV, JSON and the API; what is not reported is None."""
    one = line.figures
    return {
        "terminal_no": one.terminal_no, "acquirer": one.acquirer, "merchant_no": one.merchant_no, "store_no": one.store_no,
        "level": line.level, "signs": ";".join(sign.key.removeprefix("fleet-sign-") for sign in line.signs),
        "model": one.model, "serial_no": one.serial_no, "app_version": one.app_version, "target": one.target,
        "firmware": one.firmware, "router_no": one.router_no, "carrier": one.carrier, "last_at": _iso(one.last_at),
        "reports_due": one.due or None, "reports_heard": one.heard if one.due else None, "uptime_bp": one.uptime_bp,
        "payments_asked": one.asked or None, "payments_answered": one.answered if one.asked else None,
        "answered_bp": one.answered_bp, "reversals": one.reversals if one.asked else None, "rtt_ms": _whole(one.rtt_ms),
        "signal_dbm": _whole(one.signal_dbm), "clock_skew_s": _whole(one.clock_skew_s), "battery_pct": _whole(one.battery_pct),
        "paper": one.paper, "pending_reversals": one.pending_reversals, "pending_uploads": one.pending_uploads,
        "last_payment_at": _iso(one.last_payment_at), "last_close_at": _iso(one.last_close_at),
        "last_close_result": one.last_close_result,
    }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _whole(value: Any) -> int | None:  # noqa: ANN401 - a decimal or nothing
    return round(value) if value is not None else None
