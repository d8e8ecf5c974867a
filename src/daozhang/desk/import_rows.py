"""What stands behind the counts of an import: rows it brought, rows that were here already, lines that are no rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import duckdb

from daozhang.desk.models import Import, ImportPart, QuarantinedRow
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError
from daozhang.formats.decoding import decode
from daozhang.formats.lines import physical_lines
from daozhang.formats.registry import hides_lines
from daozhang.intake import keyring, vault
from daozhang.intake.cards import CardGuard
from daozhang.records import LAKE_COLUMNS, table_named

KINDS: Final = {
    "accepted": (ImportPart.Kind.ACCEPTED, ImportPart.Kind.PROMOTED), "duplicate": (ImportPart.Kind.DUPLICATE,),
}  # fmt: skip
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of an original that is searched for the lines that are no rows."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table, in the order of their lines: one page of them, and how many there are."""

    table: str
    columns: tuple[str, ...]
    shown: list[dict[str, Any]]
    count: int


def rows_of(workspace: Workspace, one: Import, kind: str, *, start: int, most: int) -> list[Rows]:
    """Return what one import brought (``accepted``) or brought again (``duplicate``), table by table, columns with a value."""
    parts: dict[str, list[str]] = {}
    live = ImportPart.objects.filter(import_row=one, is_live=True, kind__in=KINDS[kind], rows__gt=0).order_by(
        "table", "id"
    )
    for part in live:
        parts.setdefault(part.table, []).append((workspace.root / part.path).as_posix())
    con = duckdb.connect(":memory:")
    try:
        con.execute(f"SET memory_limit='{workspace.settings.engine_memory}'; SET threads=1")
        return [_page(con, table, paths, start, most) for table, paths in parts.items()]
    finally:
        con.close()


def _page(con: duckdb.DuckDBPyConnection, table: str, paths: list[str], start: int, most: int) -> Rows:
    named = [name for name in (*table_named(table).column_names, *LAKE_COLUMNS[:2]) if name != "card_token"]
    listed = ", ".join(f'"{name}"' for name in named)
    query = f"SELECT {listed} FROM read_parquet(?, union_by_name=true) ORDER BY line_no LIMIT ? OFFSET ?"
    shown = [dict(zip(named, row, strict=True)) for row in con.execute(query, [paths, most, start]).fetchall()]
    count = con.execute("SELECT count(*) FROM read_parquet(?)", [paths]).fetchone()
    filled = tuple(name for name in named if name not in LAKE_COLUMNS and any(row[name] is not None for row in shown))
    return Rows(table, filled, shown, count[0] if count else 0)


def control_lines(workspace: Workspace, one: Import, *, most: int) -> list[tuple[int, str]]:
    """Return the lines of a text that are no rows (headers, totals, blank ones), card data cut.

    Empty where the original is no text, is not kept or too large, or where lines and records are not the same thing: then
    what is left over is not what was counted, and nothing is claimed.
    """
    path = workspace.root / one.original
    if not one.original or not path.exists() or one.size_bytes > LARGEST or hides_lines(one.format):
        return []
    ring = keyring.load(workspace.keys)
    data = vault.read(path, ring)
    if b"\0" in data[:4096]:
        return []
    try:
        lines = physical_lines(decode(data))
    except InputError:
        return []
    taken = _numbers(workspace, one)
    left = [(number, text) for number, text in enumerate(lines, start=1) if number not in taken]
    if len(left) != one.control:
        return []
    cut = CardGuard(ring.key("token")).cut
    return [
        (number, "".join(sign if sign.isprintable() else " " for sign in cut(text[:4000]))[:500])
        for number, text in islice(left, most)
    ]


def _numbers(workspace: Workspace, one: Import) -> set[int]:
    """Return the numbers of the lines that became rows or were set aside."""
    aside = QuarantinedRow.objects.filter(import_row=one).values_list("line_no", flat=True)
    return set(aside) | set(_row_numbers(workspace, one))


def _row_numbers(workspace: Workspace, one: Import) -> Iterator[int]:
    paths = [
        (workspace.root / part.path).as_posix()
        for part in ImportPart.objects.filter(import_row=one, is_live=True, rows__gt=0)
    ]
    if not paths:
        return
    con = duckdb.connect(":memory:")
    try:
        con.execute(f"SET memory_limit='{workspace.settings.engine_memory}'; SET threads=1")
        for (number,) in con.execute(
            "SELECT DISTINCT line_no FROM read_parquet(?, union_by_name=true)", [paths]
        ).fetchall():
            yield number
    finally:
        con.close()
