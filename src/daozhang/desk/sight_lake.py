"""The lake through the same eyes as the desk: the one place where rows of visible files become views for a reader.

Files are shared by many merchants, rows are not. So the views of a tenant hold the rows of its merchants only, whatever
file they stand in, and the bank's lines of payouts that are all its own. A table that says of no row whose it is stays empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import duckdb

from daozhang.desk import imports, sight
from daozhang.desk.models import Import, ImportPart, Run
from daozhang.desk.workspace import Workspace
from daozhang.engine import lake
from daozhang.engine.lake import Part, SourceFile
from daozhang.records import TABLES, Table

BY_NUMBER: Final = frozenset({"orders", "stores"})
"""Tables that name the merchant's number and no acquirer: a number that anybody else has too is nobody's."""
BY_PAYOUT: Final = frozenset({"bank_entries", "bank_notices"})


def open_views(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, *, as_of: datetime | None = None, tables: Collection[str] = ()
) -> list[SourceFile]:
    """Make one view per interchange table of the rows that may be seen, and return the files they stand in."""
    with sight.house():
        parts, files = imports.visible(workspace, as_of=as_of)
    return _open(con, workspace, parts, files, tables)


def open_parts(con: duckdb.DuckDBPyConnection, workspace: Workspace, wanted: Iterable[tuple[str, str]]) -> None:
    """Make the views over these parts alone, (table, path), of the rows that may be seen."""
    _open(con, workspace, [Part(table, path) for table, path in wanted], [], ())


def may_see_line(workspace: Workspace, import_id: str, line_no: int) -> bool:
    """Return whether a line of a file is a row that may be seen, though not the whole file."""
    if sight.current().is_house:
        return True
    con = lake.connect(memory=workspace.settings.engine_memory, threads=1, spill=None)
    try:
        open_views(con, workspace)
        asked = " UNION ALL ".join(
            f"SELECT 1 FROM {one.name} WHERE import_id = $id AND line_no = $line" for one in TABLES
        )
        return con.execute(f"{asked} LIMIT 1", {"id": import_id, "line": line_no}).fetchone() is not None
    finally:
        con.close()


def named_files(import_ids: Collection[str]) -> dict[str, str]:
    """Return the names of files in which visible rows stand, by import."""
    with sight.house():
        return dict(Import.objects.filter(id__in=import_ids).values_list("id", "file_name"))


def live_parts() -> Any:  # noqa: ANN401 - a query set of django's
    """Return the parts that are facts, for a reader that hands those it wants to ``open_parts`` and nowhere else."""
    return ImportPart._base_manager.filter(  # noqa: SLF001 - past the glasses; the rows get theirs in ``open_parts``
        is_live=True, import_row__state=Import.State.ACCEPTED, kind__in=imports.FACTS
    )


def only_seen(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those of some rows with ``acquirer`` and ``merchant_no`` that may be seen, and none without them."""
    if sight.current().is_house:
        return list(rows)
    acquirers, merchants = sight.granted()
    pairs = ((row, (row.get("acquirer") or "", row.get("merchant_no") or "")) for row in rows)
    return [row for row, pair in pairs if pair in merchants or (pair[0] in acquirers and pair[1])]


def _open(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, parts: Sequence[Part], files: Sequence[SourceFile],
    tables: Collection[str],
) -> list[SourceFile]:  # fmt: skip
    if sight.current().is_house:
        lake.create_views(con, workspace.root, parts, tables)
        return list(files)
    acquirers, merchants = sight.granted()
    con.execute("CREATE OR REPLACE TEMP TABLE given (acquirer VARCHAR, merchant_no VARCHAR)")
    pairs = sorted(merchants)
    con.execute("INSERT INTO given SELECT unnest(?), unnest(?)", [[one for one, _ in pairs], [no for _, no in pairs]])
    con.execute("CREATE OR REPLACE TEMP TABLE given_whole (acquirer VARCHAR)")
    con.execute("INSERT INTO given_whole SELECT unnest(?)", [sorted(acquirers)])
    by_table: dict[str, list[Part]] = {}
    for part in parts:
        by_table.setdefault(part.table, []).append(part)
    rows = {table.name: lake.visible_rows(workspace.root, by_table.get(table.name, ()), table) for table in TABLES}
    for table in TABLES:
        if not tables or table.name in tables:
            asked = _whose(table, rows, _links(workspace))
            con.execute(f"CREATE OR REPLACE VIEW {table.name} AS SELECT * FROM ({rows[table.name]}) x WHERE {asked}")
    return list(files)


_PAIR: Final = (
    "(x.merchant_no IS NOT NULL AND (x.acquirer IN (SELECT acquirer FROM given_whole)"
    " OR EXISTS (SELECT 1 FROM given g WHERE g.acquirer = x.acquirer AND g.merchant_no = x.merchant_no)))"
)


def _whose(table: Table, rows: dict[str, str], links: str) -> str:
    """Return the condition under which a row ``x`` of a table may be seen."""
    columns = set(table.column_names)
    if {"acquirer", "merchant_no"} <= columns:
        return _PAIR
    if table.name in BY_NUMBER:
        known = f"(SELECT x.* FROM (SELECT acquirer, merchant_no FROM ({rows['merchants']}) UNION SELECT acquirer, merchant_no FROM ({rows['payouts']})) x"
        return (
            f"x.merchant_no IN (SELECT merchant_no FROM {known} WHERE {_PAIR}))"
            f" AND x.merchant_no NOT IN (SELECT merchant_no FROM {known} WHERE merchant_no IS NOT NULL AND NOT coalesce({_PAIR}, false)))"
        )
    if table.name in BY_PAYOUT and links:
        mine = f"(SELECT x.import_id, x.line_no FROM ({rows['payouts']}) x WHERE {_PAIR})"
        return (
            f"(x.import_id, x.line_no) IN (SELECT (l.b_import, l.b_line) FROM {links} l LEFT JOIN {mine} m"
            " ON m.import_id = l.p_import AND m.line_no = l.p_line GROUP BY l.b_import, l.b_line"
            " HAVING bool_and(m.import_id IS NOT NULL))"
        )
    return "false"


def _links(workspace: Workspace) -> str:
    run = Run.objects.first()
    path = workspace.root / run.folder / "bank_links.parquet" if run else None
    return f"read_parquet('{path.as_posix()}')" if path and path.exists() else ""
