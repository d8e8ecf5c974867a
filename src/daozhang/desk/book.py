"""The reference book as the desk needs it: who is who, read from the visible imports."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import duckdb

from daozhang.desk import imports, sight, sight_lake
from daozhang.desk.workspace import Workspace
from daozhang.engine.clearing_leg import rows
from daozhang.engine.lake import SourceFile, connect, visible_rows
from daozhang.records import table_named

_KEYS = {
    "contacts": "party, coalesce(name, ''), coalesce(channel, ''), coalesce(address, '')",
    "merchants": "acquirer, merchant_no",
    "stores": "merchant_no, store_no",
    "terminals": "acquirer, terminal_no",
    "accounts": "acquirer, merchant_no, account_tail, from_on",
}


def latest(workspace: Workspace, table: str) -> list[dict[str, Any]]:
    """Return the last imported row of each key of a book table, in a stable order."""
    with sight.house():
        parts, files = imports.visible(workspace)
    schema = table_named(table)
    selected = visible_rows(workspace.root, [part for part in parts if part.table == table], schema)
    names = ", ".join(f'x."{name}"' for name in schema.column_names)
    found = rows(
        _engine().cursor(),
        f"SELECT {names} FROM ({selected}) x JOIN (VALUES {_numbers(files)}) i(import_id, seq) USING (import_id)"
        f" QUALIFY row_number() OVER (PARTITION BY {_KEYS[table]} ORDER BY i.seq DESC, x.line_no DESC) = 1"
        " ORDER BY ALL",
    )
    return sight_lake.only_seen(found)


def _numbers(files: Sequence[SourceFile]) -> str:
    return ", ".join(f"('{one.import_id}', {one.seq})" for one in files) or "('', 0)"


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """Return the one engine that reads the book: opening one costs more than reading a book of a few hundred rows."""
    return connect(memory="512MB", threads=1, spill=None)


def contacts(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the contact book: party, name, channel, address, verified_on, source."""
    return latest(workspace, "contacts")


def merchant_names(workspace: Workspace) -> dict[tuple[str, str], str]:
    """Return the merchants' names by (acquirer, merchant number)."""
    return {(row["acquirer"], row["merchant_no"]): row["name"] or "" for row in latest(workspace, "merchants")}
