"""The desk's own copy: SQLite by its online backup, PostgreSQL by pg_dump, both as of one moment while work goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from daozhang.desk.clock import real_now
from daozhang.desk.workspace import Workspace
from daozhang.errors import OutsideError, WorkspaceError

SQLITE: Final = "sqlite"
POSTGRES: Final = "postgresql"
FILE_NAMES: Final = {SQLITE: "desk.sqlite3", POSTGRES: "desk.dump"}
_FILES: Final = (
    "SELECT path FROM desk_importpart", "SELECT original FROM desk_import WHERE original <> ''", "SELECT path FROM desk_report",
    "SELECT path FROM desk_paper",
)  # fmt: skip
_FOLDERS: Final = "SELECT folder FROM desk_run"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskCopy:
    """A copy of the database in ``path``, taken at ``taken_at``; the files and folders its rows name, relative to the workspace."""

    path: Path
    database: str
    taken_at: datetime
    files: frozenset[str]
    folders: frozenset[str]


def take(workspace: Workspace, folder: Path) -> DeskCopy:
    """Copy the desk of ``workspace`` into ``folder``. Imports and runs go on meanwhile; OutsideError when a tool is missing."""
    url = workspace.settings.database_url
    return _sqlite(workspace, folder) if url is None else _postgres(url.get_secret_value(), folder)


def put_back(copy: Path, database: str, root: Path, url: str) -> None:
    """Put a copy back: as the workspace's own file, or into the empty PostgreSQL database at ``url``."""
    if database == SQLITE:
        shutil.copyfile(copy, root / FILE_NAMES[SQLITE])
        return
    if not url:
        raise WorkspaceError("error-backup-needs-database")
    _run(["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", "--dbname", url, str(copy)], url)


def _sqlite(workspace: Workspace, folder: Path) -> DeskCopy:
    path = folder / FILE_NAMES[SQLITE]
    live = f"file:{workspace.root / 'desk.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(live, uri=True, timeout=60)) as source, closing(sqlite3.connect(path)) as target:
        taken_at = _now()  # before the copy: what is committed while it runs may or may not be in it
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        damage = target.execute("PRAGMA integrity_check").fetchone()
        if damage != ("ok",):
            raise WorkspaceError("error-backup-desk-damaged", detail=str(damage))
        files = {str(row[0]) for query in _FILES for row in target.execute(query)}
        folders = {str(row[0]) for row in target.execute(_FOLDERS)}
    return DeskCopy(path=path, database=SQLITE, taken_at=taken_at, files=frozenset(files), folders=frozenset(folders))


def _postgres(url: str, folder: Path) -> DeskCopy:
    path = folder / FILE_NAMES[POSTGRES]
    taken_at = _now()
    with _one_moment(url) as (connection, snapshot):
        files = {str(row[0]) for query in _FILES for row in connection.execute(query)}
        folders = {str(row[0]) for row in connection.execute(_FOLDERS)}
        _run(["pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={path}", "--dbname", url], url)
    return DeskCopy(path=path, database=POSTGRES, taken_at=taken_at, files=frozenset(files), folders=frozenset(folders))


@contextmanager
def _one_moment(url: str) -> Iterator[tuple[Any, str]]:
    """Give a connection whose sight of the database stands still, and the name under which pg_dump shares it."""
    import psycopg  # noqa: PLC0415 - only where the desk is on PostgreSQL

    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield connection, str(row[0])


def _run(command: list[str], url: str) -> None:
    """Run one of PostgreSQL's tools; the password goes by the environment, never by the command line."""
    tool = shutil.which(command[0])
    if tool is None:
        raise OutsideError("error-backup-tool", tool=command[0])
    parts = urlsplit(url)
    bare = url if parts.password is None else url.replace(f":{parts.password}@", "@", 1)
    environment = {**os.environ, **({"PGPASSWORD": unquote(parts.password)} if parts.password else {})}
    done = subprocess.run(  # noqa: S603 - a tool of PostgreSQL with arguments of ours
        [tool, *(bare if one == url else one for one in command[1:])],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise OutsideError("error-backup-tool-failed", tool=command[0], detail=done.stderr.strip()[-300:])


def _now() -> datetime:
    return real_now().replace(microsecond=0)
