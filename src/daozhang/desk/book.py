"""The reference book as the desk needs it: who is who, read from the visible imports."""

from __future__ import annotations

from typing import Any

from daozhang.desk import imports
from daozhang.desk.workspace import Workspace
from daozhang.engine.clearing_leg import rows
from daozhang.engine.lake import connect, create_views
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
    parts, files = imports.visible(workspace)
    con = connect(memory="512MB", threads=1, spill=None)
    try:
        create_views(con, workspace.root, [part for part in parts if part.table == table])
        con.execute("CREATE TABLE imports (import_id VARCHAR, seq BIGINT)")
        if files:
            con.execute(
                "INSERT INTO imports SELECT unnest(?), unnest(?)",
                [[one.import_id for one in files], [one.seq for one in files]],
            )
        names = ", ".join(f'x."{name}"' for name in table_named(table).column_names)
        return rows(
            con,
            f"SELECT {names} FROM {table} x JOIN imports i USING (import_id)"
            f" QUALIFY row_number() OVER (PARTITION BY {_KEYS[table]} ORDER BY i.seq DESC, x.line_no DESC) = 1"
            " ORDER BY ALL",
        )
    finally:
        con.close()


def contacts(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the contact book: party, name, channel, address, verified_on, source."""
    return latest(workspace, "contacts")


def merchant_names(workspace: Workspace) -> dict[tuple[str, str], str]:
    """Return the merchants' names by (acquirer, merchant number)."""
    return {(row["acquirer"], row["merchant_no"]): row["name"] or "" for row in latest(workspace, "merchants")}
