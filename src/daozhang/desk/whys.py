"""Why two rows are one payment or not, and why a row is alone: rows named by file and line, import and line, or a reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import duckdb

from daozhang.desk import sight_lake
from daozhang.desk.calendars import calendars_of
from daozhang.desk.models import Run
from daozhang.desk.workspace import Workspace
from daozhang.engine import clean_pairs, inputs, why, why_money
from daozhang.engine.lake import connect
from daozhang.engine.why import Place, Why
from daozhang.errors import InputError, RefusedError
from daozhang.flows.settlement_day import Terms

TABLES: Final = ("transactions", "clearings", "payouts", "orders", "bank_entries", "bank_notices")
"""Tables whose rows can be asked about, in the order in which a reference is looked up."""
BANK: Final = ("bank_entries", "bank_notices")
REFERENCES: Final = {
    "transactions": ("rrn", "order_no", "trace_no"), "clearings": ("rrn", "order_no", "network_no", "trace_no"), "orders": ("order_no",),
    "payouts": ("payout_no",), "bank_entries": ("bank_reference",), "bank_notices": ("bank_reference",),
}  # fmt: skip
"""Columns by which a row of each table is named, the best first."""
SHOWN: Final = {
    "transactions": ("occurred_at", "amount_minor"), "clearings": ("cleared_on", "gross_minor"), "orders": ("placed_at", "amount_minor"),
    "payouts": ("settled_on", "planned_minor"), "bank_entries": ("booked_at", "amount_minor"), "bank_notices": ("booked_at", "amount_minor"),
}  # fmt: skip
MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as a person knows it: where it stands, and what it is about. ``amount_minor`` in minor units of ``currency``."""

    table: str
    import_id: str
    line_no: int
    file: str
    reference: str
    at: datetime | date | None
    amount_minor: int
    currency: str

    @property
    def place(self) -> Place:
        """Return import and line."""
        return (self.import_id, self.line_no)

    @property
    def name(self) -> str:
        """Return the row's name by which it can be asked about again."""
        return f"{self.import_id}:{self.line_no}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """About two rows: ``why``. About one row: its partner as ``right`` with ``why``, or ``candidates`` where it has none."""

    as_of: datetime
    left: Row
    right: Row | None = None
    why: Why | None = None
    candidates: tuple[tuple[Row, Why], ...] = ()
    others: Mapping[Place, Row] | None = None


def explain(workspace: Workspace, first: str, second: str = "") -> Answer:
    """Return why the two rows belong together or not, as the newest run matched them; with one row, why it is alone or whose it is.

    InputError: a row is not here, or a reference names several. RefusedError: nothing was run yet, or two rows of kinds that
    are never compared.
    """
    run = Run.objects.first()
    if run is None:
        raise RefusedError("explain-no-run")
    with _facts(workspace, run) as con:
        one = row_of(con, first)
        if second:
            return _of_two(workspace, con, run, one, row_of(con, second))
        return _of_one(workspace, con, run, one)


@contextmanager
def _facts(workspace: Workspace, run: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the facts as the run saw them, with its pairs and bank links."""
    con = connect(memory=workspace.settings.engine_memory, threads=workspace.settings.engine_threads, spill=None)
    try:
        files = sight_lake.open_views(con, workspace, as_of=run.as_of)
        inputs.sides(con, files, run.as_of, _terms(workspace))
        folder = workspace.root / run.folder
        clean_pairs.offer(con, folder)
        links = (folder / "bank_links.parquet").as_posix()
        con.execute(f"CREATE VIEW bank_links AS SELECT * FROM read_parquet('{links}')")
        yield con
    finally:
        con.close()


def _terms(workspace: Workspace) -> Terms:
    settings = workspace.settings
    return Terms(cycle=settings.cycle, cutover=settings.cutover, due_time=settings.due_time)


# -- naming rows


def row_of(con: duckdb.DuckDBPyConnection, words: str) -> Row:
    """Return the row that ``words`` name: ``file:line``, ``import:line``, or a number that only one row carries."""
    name, colon, line = words.strip().rpartition(":")
    found: list[Row] = []
    if colon and line.isdigit():
        for table in TABLES:
            found += _rows(
                con,
                table,
                "(x.import_id = $name OR i.file_name = $name) AND x.line_no = $line",
                name=name,
                line=int(line),
            )
    if not found:
        for table in TABLES:
            found += _rows(
                con, table, " OR ".join(f"x.{column} = $word" for column in REFERENCES[table]), word=words.strip()
            )
        newest = {
            (one.table, one.reference): one for one in found if one.table == "payouts"
        }  # a payout has a row per state
        found = [one for one in found if one.table != "payouts"] + list(newest.values())
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError("explain-no-row", words=words)
    named = ", ".join(f"{one.file}:{one.line_no}" for one in found[:MOST_NAMED])
    raise InputError("explain-several-rows", words=words, count=len(found), rows=named)


def _rows(con: duckdb.DuckDBPyConnection, table: str, condition: str, **bound: object) -> list[Row]:
    at, amount = SHOWN[table]
    reference = ", ".join(f"x.{column}" for column in REFERENCES[table])
    found = con.execute(
        f"SELECT x.import_id, x.line_no, i.file_name, coalesce({reference}), x.{at}, x.{amount}, x.currency FROM {table} x"
        f" JOIN imports i USING (import_id) WHERE {condition} ORDER BY i.seq, x.line_no LIMIT 50",
        bound,
    ).fetchall()
    return [
        Row(table=table, import_id=import_id, line_no=line_no, file=file, reference=str(number or ""), at=moment, amount_minor=minor or 0,
            currency=currency or "CNY")
        for import_id, line_no, file, number, moment, minor, currency in found
    ]  # fmt: skip


def _at(con: duckdb.DuckDBPyConnection, place: Place) -> Row | None:
    for table in TABLES:
        found = _rows(con, table, "x.import_id = $name AND x.line_no = $line", name=place[0], line=place[1])
        if found:
            return found[0]
    return None


# -- asking


def _of_two(workspace: Workspace, con: duckdb.DuckDBPyConnection, run: Run, one: Row, other: Row) -> Answer:
    order = {"orders": 0, "transactions": 1, "clearings": 2, "payouts": 3, "bank_entries": 4, "bank_notices": 4}
    left, right = sorted((one, other), key=lambda row: order[row.table])
    calendars = calendars_of(workspace)
    kinds = (left.table, right.table)
    found: Why | None = None
    if kinds == ("transactions", "clearings"):
        found = why.of_pair(con, left.place, right.place)
    elif kinds == ("orders", "transactions"):
        found = why_money.of_order(con, left.place, right.place)
    elif kinds == ("clearings", "payouts"):
        found = why_money.of_day(con, left.place, right.place, run.as_of, _terms(workspace), calendars)
    elif left.table == "payouts" and right.table in BANK:
        found = why_money.of_bank(con, left.place, right.place, right.table, run.as_of, _terms(workspace), calendars)
    else:
        raise RefusedError(
            "explain-never-compared", left=f"{left.file}:{left.line_no}", right=f"{right.file}:{right.line_no}"
        )
    if found is None:
        raise InputError("explain-not-yet", moment=f"{run.as_of:%Y-%m-%d %H:%M}")
    return _answer(con, run, left, right, found)


def _answer(con: duckdb.DuckDBPyConnection, run: Run, left: Row, right: Row, found: Why) -> Answer:
    places = {(one.import_id, one.line_no) for one in found.others}
    named = {place: row for place in sorted(places) if (row := _at(con, place)) is not None}
    return Answer(as_of=run.as_of, left=left, right=right, why=found, others=named)


def _of_one(workspace: Workspace, con: duckdb.DuckDBPyConnection, run: Run, one: Row) -> Answer:
    partner = _partner(con, one)
    if partner is not None:
        return _of_two(workspace, con, run, one, partner)
    candidates: list[tuple[Row, Why]] = []
    if one.table in {"transactions", "clearings"}:
        for place, found in why.nearest(con, "t" if one.table == "transactions" else "c", one.place):
            row = _at(con, place)
            if row is not None:
                candidates.append((row, found))
    return Answer(as_of=run.as_of, left=one, candidates=tuple(candidates))


def _partner(con: duckdb.DuckDBPyConnection, one: Row) -> Row | None:
    """Return the row that the run put beside this one, None when it stands alone."""
    if one.table in {"transactions", "clearings"}:
        side, other = ("t", "c") if one.table == "transactions" else ("c", "t")
        found = con.execute(
            f"SELECT {other}_import, {other}_line FROM pairs_of(?, ?) WHERE {side}_import = ? AND {side}_line = ?",
            [*_whose(con, one), *one.place],
        ).fetchone()
    elif one.table == "payouts":
        found = con.execute(
            "SELECT b_import, b_line FROM bank_links WHERE payout_no = ? ORDER BY ALL", [one.reference]
        ).fetchone()
    elif one.table in BANK:
        found = con.execute(
            "SELECT p_import, p_line FROM bank_links WHERE b_import = ? AND b_line = ? ORDER BY ALL", list(one.place)
        ).fetchone()
    else:
        found = con.execute(
            "SELECT t.import_id, t.line_no FROM t_src t JOIN orders o USING (merchant_no, order_no) WHERE o.import_id = ? AND o.line_no = ?"
            " ORDER BY t.occurred_at, t.import_id, t.line_no",
            list(one.place),
        ).fetchone()
    return _at(con, (str(found[0]), int(found[1]))) if found and found[0] else None


def _whose(con: duckdb.DuckDBPyConnection, one: Row) -> list[Any]:
    found = con.execute(
        f"SELECT acquirer, merchant_no FROM {one.table} WHERE import_id = ? AND line_no = ?", list(one.place)
    ).fetchone()
    return list(found or ("", ""))
