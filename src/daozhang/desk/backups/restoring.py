"""Bringing a workspace back: every file proven against its hash before the workspace has its name."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from daozhang.desk import configuration
from daozhang.desk.backups import desk_copy, manifest
from daozhang.desk.backups.configured import BackupPlace
from daozhang.desk.backups.keyfile import Keys
from daozhang.desk.backups.manifest import Entry, Manifest
from daozhang.desk.backups.place import OBJECTS, Place, opened
from daozhang.desk.backups.sealing import unsealed
from daozhang.desk.workspace import FOLDERS
from daozhang.errors import RefusedError, WorkspaceError
from daozhang.intake import keyring


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The backup that was brought back, and the seconds it took."""

    manifest: Manifest
    seconds: float


def restore(
    place: BackupPlace, keys: Keys, to: Path, *, at: datetime | None = None, database_url: str = ""
) -> Restored:
    """Bring back the newest backup made by ``at`` into the new folder ``to``.

    RefusedError when something is there already; WorkspaceError when a bit of the backup differs. Nothing is left half.
    """
    if to.exists() and any(to.iterdir()):
        raise RefusedError("error-backup-restore-there", path=str(to))
    started = time.monotonic()
    to.parent.mkdir(parents=True, exist_ok=True)
    with opened(place) as source, tempfile.TemporaryDirectory(prefix=".daozhang-restore-", dir=to.parent) as folder:
        draft = Path(folder) / "workspace"
        draft.mkdir(mode=0o700)
        made = manifest.load(source, keys.backup, manifest.chosen(source, at))
        for entry in made.entries:
            _bring(source, keys.backup, entry, _inside(draft, entry.path))
        _complete(draft, made, keys, database_url)
        if to.exists():
            to.rmdir()
        draft.rename(to)
    return Restored(manifest=made, seconds=time.monotonic() - started)


def _complete(draft: Path, made: Manifest, keys: Keys, database_url: str) -> None:
    copy = draft / desk_copy.FILE_NAMES[made.database]
    if made.database == desk_copy.POSTGRES:
        desk_copy.put_back(copy, made.database, draft, database_url)
        copy.unlink()
    for folder in FOLDERS:
        (draft / folder).mkdir(mode=0o700, exist_ok=True)
    settings = configuration.load(draft, {})
    ring = Path(settings.key_folder) if settings.key_folder else draft / "keys"
    if not (ring / keyring.FILE_NAME).exists():
        ring.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, body in ((keyring.FILE_NAME, keys.ring), ("backup.key", keys.backup.hex())):
            (ring / name).write_text(body, encoding="utf-8")
            (ring / name).chmod(0o600)


def _bring(source: Place, key: bytes, entry: Entry, to: Path) -> None:
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    name, digest = f"{OBJECTS}/{entry.held_in}", hashlib.sha256()
    with source.opened(name) as stream, to.open("wb") as file:
        for piece in unsealed(key, name, stream):
            digest.update(piece)
            file.write(piece)
    if digest.hexdigest() != entry.sha256:
        raise WorkspaceError("error-backup-damaged", name=entry.path)


def _inside(root: Path, name: str) -> Path:
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise WorkspaceError("error-backup-damaged", name=name)
    return path


def remove(root: Path) -> None:
    """Remove a restored workspace that was only for looking."""
    shutil.rmtree(root, ignore_errors=True)
