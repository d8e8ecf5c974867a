"""Which staged rows are visible already, and how a part is split into new rows and duplicates; DuckDB over Parquet only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from daozhang.desk.models import Import, ImportPart
from daozhang.intake.reading import StagedPart
from daozhang.intake.staging import PACKED, measured
from daozhang.records import Table, table_named

REMEMBERED: Final = 50_000
"""Rows up to which a part's fingerprints are read once for a whole call; a folder of many small files needs it."""
FACTS: Final = (ImportPart.Kind.ACCEPTED, ImportPart.Kind.PROMOTED)


@dataclass(frozen=True, slots=True)
class VisiblePart:
    """One visible part and the number of its import."""

    path: str
    seq: int
    rows: int


def visible_parts(table: str, day_from: date | None, day_to: date | None, *, without: str = "") -> list[VisiblePart]:
    """Return the visible parts of ``table`` that may hold rows of these days (all of them when days are unknown)."""
    parts = ImportPart.objects.filter(
        table=table, kind__in=FACTS, is_live=True, import_row__state=Import.State.ACCEPTED, rows__gt=0
    )
    if without:
        parts = parts.exclude(import_row_id=without)
    found = parts.values_list("path", "import_row__seq", "rows", "day_from", "day_to").order_by("import_row__seq", "id")
    return [
        VisiblePart(path, seq, rows) for path, seq, rows, first, last in found if _meet(first, last, day_from, day_to)
    ]


def _meet(first: date | None, last: date | None, day_from: date | None, day_to: date | None) -> bool:
    if first is None or last is None or day_from is None or day_to is None:
        return True
    return first <= day_to and last >= day_from


class Lake:
    """The lake as the importer needs it: compare and split parts, write them so that they survive a power cut."""

    def __init__(self, root: Path, *, memory: str, threads: int) -> None:
        self._root, self._memory, self._threads = root, memory, threads
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._numbers: dict[str, int] = {}

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        """Return the engine, opened at its first use: most files speak of days of which nothing is here to compare with."""
        if self._opened is None:
            self._opened = duckdb.connect(":memory:")
            self._opened.execute(f"SET memory_limit='{self._memory}'; SET threads={self._threads}")
            self._opened.execute(f"SET temp_directory='{(self._root / 'lake' / '.spill').as_posix()}'")
            self._opened.execute("CREATE TABLE seen (part INTEGER, fp BLOB)")
            self._opened.execute("SET autoinstall_known_extensions=false; SET autoload_known_extensions=false")
        return self._opened

    def close(self) -> None:
        """Let the engine go."""
        if self._opened is not None:
            self._opened.close()

    def known_rows(self, path: Path, table: Table, visible: Sequence[VisiblePart]) -> int:
        """Return how many rows of the part at ``path`` are visible already."""
        if not visible:
            return 0
        return self._one(f"SELECT count(*) FROM {_parquet([path])} AS staged WHERE {self._is_known(table, visible)}")

    def split(self, path: Path, table: Table, visible: Sequence[VisiblePart], *, fresh: Path, known: Path) -> None:
        """Write the rows of a part that are not visible yet to ``fresh`` and the others to ``known``."""
        condition = self._is_known(table, visible)
        for target, where in ((fresh, f"NOT ({condition})"), (known, condition)):
            self._copy(f"SELECT * FROM {_parquet([path])} AS staged WHERE {where} ORDER BY line_no", target)

    def measure(self, path: Path, table: Table) -> StagedPart:
        """Return what the part at ``path`` holds."""
        return measured(self._connection, path, table)

    def _is_known(self, table: Table, visible: Sequence[VisiblePart]) -> str:
        if table.is_book:
            return f"fp IN ({self._standing_entries(table, visible)})"
        small = [part for part in visible if part.rows <= REMEMBERED]
        large = [self._root / part.path for part in visible if part.rows > REMEMBERED]
        sources = [f"SELECT fp FROM {_parquet(large)}"] if large else []
        if small:
            numbers = ", ".join(str(self._remembered(part)) for part in small)
            sources.append(f"SELECT fp FROM seen WHERE part IN ({numbers})")
        return f"fp IN ({' UNION ALL '.join(sources)})"

    def _remembered(self, part: VisiblePart) -> int:
        """Return the number under which a small part's fingerprints are kept in memory; a part never changes."""
        if part.path not in self._numbers:
            number = self._numbers[part.path] = len(self._numbers)
            self._connection.execute(f"INSERT INTO seen SELECT {number}, fp FROM {_parquet([self._root / part.path])}")
        return self._numbers[part.path]

    def _standing_entries(self, table: Table, visible: Sequence[VisiblePart]) -> str:
        """Return the SQL of the fingerprints of entries that hold: the newest import of their key said them last.

        An entry that says again what an older import said, after another one changed it, is news and no duplicate.
        """
        key = ", ".join(f'"{column.name}"' for column in table.columns if column.required)
        union = " UNION ALL ".join(
            f"SELECT {key}, fp, {part.seq} AS seq FROM {_parquet([self._root / part.path])}" for part in visible
        )
        newest = f"SELECT fp FROM ({union}) QUALIFY seq = max(seq) OVER (PARTITION BY {key})"
        return f"SELECT fp FROM ({newest})"

    def _copy(self, query: str, target: Path) -> None:
        self._connection.execute(f"COPY ({query}) TO '{_quoted(target)}' (FORMAT parquet, {PACKED})")

    def _one(self, query: str) -> int:
        return int(self._connection.execute(query).fetchall()[0][0])


def make_durable(paths: Iterable[Path]) -> None:
    """Put files and folders on the disk before anything says that they exist."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def table_of(part: StagedPart | ImportPart) -> Table:
    """Return the schema of a part."""
    return table_named(part.table)


def _parquet(paths: Sequence[Path]) -> str:
    listed = ", ".join(f"'{_quoted(path)}'" for path in paths)
    return f"read_parquet([{listed}])"


def _quoted(path: Path) -> str:
    return path.as_posix().replace("'", "''")
