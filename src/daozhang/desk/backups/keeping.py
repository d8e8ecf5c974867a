"""Backups of a workspace as people use them: take one and prove it, rehearse, see what is kept, do it by the clock."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from daozhang.desk.backup_models import Backup
from daozhang.desk.backups import keyfile, taking
from daozhang.desk.backups.configured import BackupPlace
from daozhang.desk.backups.manifest import Manifest
from daozhang.desk.backups.restoring import restore
from daozhang.desk.notices import real_now
from daozhang.desk.workspace import Workspace
from daozhang.errors import DaozhangError, InputError, OutsideError
from daozhang.texts import say

CHECK_S: Final = 3600
"""Seconds the checks of a restored workspace may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a restore showed. ``rpo_s``: seconds of work that would be lost now; ``rto_s``: seconds until everything was back and checked."""

    backup_id: str
    made_at: datetime
    rpo_s: int
    restore_s: float
    rto_s: float
    checked: dict[str, Any]
    problems: tuple[tuple[str, dict[str, Any]], ...]

    @property
    def is_good(self) -> bool:
        """Return whether everything holds."""
        return not self.problems


def place_of(workspace: Workspace, url: str = "") -> BackupPlace:
    """Return the place named by ``url`` or by the settings; InputError when there is none."""
    if url:
        return BackupPlace(url=url if "://" in url else Path(url).resolve().as_uri())
    if workspace.settings.backup is None:
        raise InputError("error-backup-no-place")
    return workspace.settings.backup


def back_up(workspace: Workspace, place: BackupPlace, *, prove: bool = True) -> tuple[Backup, Rehearsal | None]:
    """Take a backup and, with ``prove``, restore it at once; only then it is ``verified``. Old ones go by the retention."""
    taken = taking.take(workspace, place)
    row = Backup.objects.create(
        id=taken.manifest.backup_id, made_at=taken.manifest.made_at, url=place.url[:512], files=taken.files, bytes_all=taken.bytes_all,
        new_bytes=taken.new_bytes, took_ms=round(taken.seconds * 1000), state=Backup.State.MADE,
    )  # fmt: skip
    shown = rehearse(workspace, place, at=taken.manifest.made_at) if prove else None
    row.refresh_from_db()
    if row.state != Backup.State.FAILED:
        settings = workspace.settings
        taking.prune(workspace, place, days=settings.backup_keep_days, months=settings.backup_keep_months)
    return row, shown


def rehearse(workspace: Workspace, place: BackupPlace, *, at: datetime | None = None) -> Rehearsal:
    """Restore the newest backup made by ``at`` beside the live workspace, check everything, remove it, and note what it showed."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="daozhang-rehearsal-") as folder, _database(workspace) as url:
        root = Path(folder) / "workspace"
        try:
            back = restore(place, keyfile.own(workspace), root, at=at, database_url=url)
            checked = _check(root, url)
        except DaozhangError as error:
            _note_failure(place, at, error)
            raise
    problems = tuple((key, facts) for key, facts in checked.pop("problems"))
    shown = Rehearsal(
        backup_id=back.manifest.backup_id, made_at=back.manifest.made_at, rpo_s=_seconds_since(back.manifest), restore_s=back.seconds,
        rto_s=time.monotonic() - started, checked=checked, problems=problems,
    )  # fmt: skip
    Backup.objects.filter(id=shown.backup_id).update(
        state=Backup.State.VERIFIED if shown.is_good else Backup.State.FAILED, verified_at=real_now(), checked=checked,
        restore_ms=round(shown.rto_s * 1000), problem="; ".join(say(workspace.settings.language, key, **facts) for key, facts in problems)[:2000],
    )  # fmt: skip
    return shown


def every(limit: int = 50) -> list[Backup]:
    """Return the backups that were taken, the newest first."""
    return list(Backup.objects.all()[:limit])


def _check(root: Path, url: str) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if name != "DAOZHANG_DATABASE_URL"}
    if url:
        environment["DAOZHANG_DATABASE_URL"] = url
    done = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-m", "daozhang.desk.backups.checking", str(root)], env=environment, capture_output=True, text=True,
        check=False, timeout=CHECK_S,
    )  # fmt: skip
    if done.returncode:
        raise OutsideError("error-backup-check", detail=done.stderr.strip()[-300:])
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@contextmanager
def _database(workspace: Workspace) -> Iterator[str]:
    """Give an empty database for a restored PostgreSQL desk, dropped afterwards; an empty text where the desk is SQLite."""
    secret = workspace.settings.database_url
    if secret is None:
        yield ""
        return
    import psycopg  # noqa: PLC0415 - only where the desk is on PostgreSQL

    url, name = secret.get_secret_value(), f"daozhang_rehearsal_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _note_failure(place: BackupPlace, at: datetime | None, error: DaozhangError) -> None:
    of_place = Backup.objects.filter(url=place.url[:512])
    newest = (of_place.filter(made_at__lte=at) if at else of_place).first()
    if newest is not None:
        newest.state, newest.problem, newest.verified_at = Backup.State.FAILED, str(error)[:2000], real_now()
        newest.save(update_fields=["state", "problem", "verified_at"])


def _seconds_since(made: Manifest) -> int:
    return max(0, round((real_now() - made.made_at).total_seconds()))
