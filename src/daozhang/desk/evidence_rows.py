"""The rows behind a case, read back from the lake: time, amount, kind, status and the rest, with file and line.

Rows named by the evidence come first. For a merchant-day or a payout the clearing lines of that day follow, since they are
the payments whose money is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

import duckdb

from daozhang.breaks import Evidence
from daozhang.desk import sight_lake
from daozhang.desk.workspace import Workspace
from daozhang.engine.lake import connect

LIMIT: Final = 2000
"""Rows of one case that are shown and printed; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One row of the lake. Amounts are minor units, signed towards the merchant; empty text is unknown."""

    table: str
    at: datetime | None
    amount_minor: int
    currency: str
    kind: str
    status: str
    merchant_no: str = ""
    terminal_no: str = ""
    batch_no: str = ""
    trace_no: str = ""
    rrn: str = ""
    auth_code: str = ""
    order_no: str = ""
    card_tail: str = ""
    file: str
    line_no: int
    import_id: str

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the names of the mandatory parts (time, kind, status) that the source did not give."""
        named = {"at": self.at, "kind": self.kind, "status": self.status}
        return tuple(name for name, value in named.items() if not value)


class Grounds(Protocol):
    """What is asked of a finding."""

    @property
    def grain(self) -> str:
        """Return what the break sits on."""

    @property
    def keys(self) -> dict[str, str]:
        """Return what names it."""

    @property
    def settled_on(self) -> date | None:
        """Return the clearing day."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Return the lines that prove it."""


_COLUMNS: Final = (
    "table_name", "at", "amount_minor", "currency", "kind", "status", "merchant_no", "terminal_no", "batch_no",
    "trace_no", "rrn", "auth_code", "order_no", "card_tail", "import_id", "line_no",
)  # fmt: skip
_TABLES: Final = {
    "transactions": "occurred_at, amount_minor, currency, kind, status, merchant_no, terminal_no, batch_no, trace_no, rrn,"
    " auth_code, order_no, card_tail",
    "clearings": "coalesce(occurred_at, cleared_on::TIMESTAMP), net_minor, currency, kind, 'cleared', merchant_no, terminal_no,"
    " batch_no, trace_no, rrn, NULL, order_no, card_tail",
    "payouts": "coalesce(finished_at, created_at, settled_on::TIMESTAMP), planned_minor, currency, 'payout', state,"
    " merchant_no, NULL, NULL, NULL, reason_code, NULL, payout_no, account_tail",
    "bank_entries": "booked_at, amount_minor, currency, 'bank_entry', 'booked', NULL, NULL, NULL, NULL, bank_reference, NULL,"
    " NULL, account_tail",
    "payout_answers": "answered_at, coalesce(amount_minor, 0), currency, 'payout', state, merchant_no, NULL, NULL, NULL,"
    " reason_code, NULL, payout_no, NULL",
    "bank_notices": "booked_at, amount_minor, currency, 'bank_entry', 'noticed', NULL, NULL, NULL, NULL, bank_reference, NULL,"
    " NULL, account_tail",
    "orders": "placed_at, amount_minor, currency, 'order', paid_by, merchant_no, terminal_no, NULL, NULL, NULL, NULL, order_no,"
    " NULL",
    "batches": "closed_at, debit_minor + coalesce(credit_minor, 0), 'CNY', 'batch', result, merchant_no, terminal_no, batch_no,"
    " NULL, NULL, NULL, NULL, NULL",
}


def records_of(workspace: Workspace, findings: Sequence[Grounds]) -> tuple[tuple[RecordRow, ...], int]:
    """Return the rows that the findings stand on, each once, by time, at most ``LIMIT``; and how many there are."""
    lines = {
        (one.import_id, one.line_no)
        for finding in findings
        for one in finding.evidence
        if one.import_id and one.line_no
    }
    days = {
        (finding.keys.get("acquirer", ""), finding.keys.get("merchant_no", ""), finding.settled_on)
        for finding in findings
        if finding.grain in {"merchant_day", "payout"} and finding.settled_on and finding.keys.get("merchant_no")
    }
    parts = _parts({import_id for import_id, _ in lines}, {day for _, _, day in days if day})
    if not parts:
        return (), 0
    connection = connect(memory=workspace.settings.engine_memory, threads=1, spill=None)
    try:
        sight_lake.open_parts(connection, workspace, parts)
        rows = _by_line(connection, lines) + _by_day(connection, days)
    finally:
        connection.close()
    names = sight_lake.named_files({row["import_id"] for row in rows})
    unique = {(row["table_name"], row["import_id"], row["line_no"]): row for row in rows}
    ordered = sorted(
        unique.values(),
        key=lambda row: (row["at"] or datetime.max, row["import_id"], row["line_no"], row["table_name"]),
    )
    return tuple(_record(row, names) for row in ordered[:LIMIT]), len(ordered)


def _parts(imports: set[str], days: set[date]) -> list[tuple[str, str]]:
    live = sight_lake.live_parts().filter(table__in=_TABLES)
    wanted = {(part.table, part.path) for part in live.filter(import_row_id__in=imports)}
    if days:
        clearings = live.filter(table="clearings", day_from__lte=max(days), day_to__gte=min(days))
        wanted |= {(part.table, part.path) for part in clearings}
    return sorted(wanted)


def _by_line(connection: duckdb.DuckDBPyConnection, lines: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    wanted = sorted(lines)
    if not wanted:
        return []
    connection.execute("CREATE TABLE wanted (import_id VARCHAR, line_no BIGINT)")
    connection.executemany("INSERT INTO wanted VALUES (?, ?)", [list(pair) for pair in wanted[:LIMIT]])
    join = "JOIN wanted USING (import_id, line_no)"
    return _rows(connection, " UNION ALL ".join(f"{_select(table)} {join}" for table in _TABLES), [])


def _by_day(
    connection: duckdb.DuckDBPyConnection, days: Iterable[tuple[str, str, date | None]]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for acquirer, merchant_no, day in sorted(days, key=str)[:60]:
        where = "WHERE cleared_on = ? AND merchant_no = ? AND (? = '' OR acquirer = ?)"
        found += _rows(
            connection,
            f"{_select('clearings')} {where} ORDER BY occurred_at, line_no LIMIT {LIMIT}",
            [day, merchant_no, acquirer, acquirer],
        )
    return found


def _select(table: str) -> str:
    return f"SELECT '{table}' AS table_name, {_TABLES[table]}, import_id, line_no FROM {table}"


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, values: list[Any]) -> list[dict[str, Any]]:
    return [dict(zip(_COLUMNS, row, strict=True)) for row in connection.execute(sql, values).fetchall()]


def _record(row: dict[str, Any], names: dict[str, str]) -> RecordRow:
    texts = (
        "kind",
        "status",
        "merchant_no",
        "terminal_no",
        "batch_no",
        "trace_no",
        "rrn",
        "auth_code",
        "order_no",
        "card_tail",
    )
    return RecordRow(
        table=row["table_name"], at=row["at"], amount_minor=int(row["amount_minor"] or 0), currency=row["currency"] or "CNY",
        **{name: row[name] or "" for name in texts}, file=names.get(row["import_id"], ""), line_no=int(row["line_no"]),
        import_id=row["import_id"],
    )  # fmt: skip
