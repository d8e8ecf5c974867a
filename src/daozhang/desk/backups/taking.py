"""Taking a backup: the desk first, at one moment; then every file its rows name. Files never change, so each is kept once."""

from __future__ import annotations

import fcntl
import hashlib
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from daozhang.desk.backups import desk_copy, keyfile, manifest
from daozhang.desk.backups.configured import BackupPlace
from daozhang.desk.backups.desk_copy import DeskCopy
from daozhang.desk.backups.manifest import Entry, Manifest
from daozhang.desk.backups.place import OBJECTS, Place, opened, pieces
from daozhang.desk.backups.sealing import name_of
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError, WorkspaceError

OUTSIDE: Final = (".", "desk.sqlite3", "lake", "originals", "keys", "runs", "reports", "closed", "uploads", "backups")
"""Beginnings of names in the workspace that are not copied as they lie: what is derived, secret, on its way, or named by the desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a backup brought: files and bytes in it, of them new in this one, and the seconds it took."""

    manifest: Manifest
    files: int
    bytes_all: int
    new_files: int
    new_bytes: int
    seconds: float


def take(workspace: Workspace, to: BackupPlace) -> Taken:
    """Take a backup of ``workspace``; work goes on meanwhile. RefusedError when another backup is being taken."""
    started = time.monotonic()
    key = keyfile.backup_key(workspace)
    with _alone(workspace), opened(to) as place, tempfile.TemporaryDirectory(prefix="daozhang-backup-") as folder:
        copy = desk_copy.take(workspace, Path(folder))
        writer = _Writer(place, key, _before(place, key))
        entries = [writer.keep(copy.path, copy.path.name)]
        entries += [writer.keep(workspace.root / name, name) for name in sorted(_named(workspace, copy))]
        made = Manifest(
            backup_id=secrets.token_hex(4), made_at=copy.taken_at, database=copy.database, entries=tuple(entries)
        )
        manifest.save(place, key, made)
    return Taken(
        manifest=made, files=len(entries), bytes_all=made.size, new_files=writer.new_files, new_bytes=writer.new_bytes,
        seconds=time.monotonic() - started,
    )  # fmt: skip


def prune(workspace: Workspace, of: BackupPlace, *, days: int, months: int) -> int:
    """Remove backups that retention does not keep, and the objects only they held; return how many backups went."""
    key = keyfile.backup_key(workspace)
    with _alone(workspace), opened(of) as place:
        made = manifest.moments(place)
        if not made:
            return 0
        keep = manifest.kept(made, made[-1][0], days=days, months=months)
        gone = [name for _, name in made if name not in keep]
        held = {f"{OBJECTS}/{one.held_in}" for name in keep for one in manifest.load(place, key, name).entries}
        for name in gone:
            place.delete(name)
        for name in place.names(OBJECTS):
            if name not in held:
                place.delete(name)
    return len(gone)


def _named(workspace: Workspace, copy: DeskCopy) -> set[str]:
    """Return every file that belongs to the copy, relative to the workspace; WorkspaceError when one the desk names is gone."""
    root = workspace.root
    missing = sorted(name for name in copy.files if not (root / name).is_file())
    if missing:
        raise WorkspaceError("error-backup-file-gone", path=missing[0], count=len(missing))
    loose = {one.name for one in root.iterdir() if one.is_file() and not one.name.startswith(OUTSIDE)}
    of_runs = {
        path.relative_to(root).as_posix()
        for folder in copy.folders
        for path in (root / folder).rglob("*")
        if path.is_file()
    }
    return loose | set(copy.files) | of_runs


@dataclass(slots=True)
class _Writer:
    """Keeps files that are not kept yet. A file whose path, size and time are those of the last backup is not read again."""

    place: Place
    key: bytes
    before: dict[tuple[str, int, int], Entry]
    new_files: int = 0
    new_bytes: int = 0

    def keep(self, path: Path, name: str) -> Entry:
        """Return the entry of a file, its content kept."""
        found = path.stat()
        known = self.before.get((name, found.st_size, found.st_mtime_ns))
        if known is not None:
            return known
        digest = _sha256(path)
        held_in = name_of(self.key, digest)
        object_name = f"{OBJECTS}/{held_in[:2]}/{held_in[2:]}"
        if not self.place.has(object_name):
            self.new_bytes += self.place.seal(self.key, object_name, _chunks(path, digest, name))
            self.new_files += 1
        return Entry(
            path=name,
            sha256=digest,
            size=found.st_size,
            held_in=f"{held_in[:2]}/{held_in[2:]}",
            mtime_ns=found.st_mtime_ns,
        )


def _before(place: Place, key: bytes) -> dict[tuple[str, int, int], Entry]:
    made = manifest.moments(place)
    if not made:
        return {}
    last = manifest.load(place, key, made[-1][1])
    return {(one.path, one.size, one.mtime_ns): one for one in last.entries}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _chunks(path: Path, digest: str, name: str) -> Iterator[bytes]:
    """Yield a file; WorkspaceError when it is no longer what was hashed: then nothing is kept under that hash."""
    read = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in pieces(file):
            read.update(chunk)
            yield chunk
    if read.hexdigest() != digest:
        raise WorkspaceError("error-backup-file-changes", path=name)


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    with (workspace.root / ".backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError("error-backup-running") from None
        yield
