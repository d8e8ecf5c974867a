"""What one backup holds: every file with its hash and the object it is kept in; itself sealed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from daozhang.desk.backups.place import MANIFESTS, Place
from daozhang.desk.backups.sealing import unsealed
from daozhang.errors import InputError, WorkspaceError

VERSION: Final = 1
_NAME: Final = re.compile(rf"{MANIFESTS}/(\d{{8}}T\d{{6}})-([0-9a-f]{{8}})\.dzm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file: path inside the workspace, SHA-256 and size of its content, the object that holds it, when it was changed."""

    path: str
    sha256: str
    size: int
    held_in: str
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One backup. ``made_at`` is the moment of the desk's copy: everything committed by then is in it. Local wall-clock."""

    backup_id: str
    made_at: datetime
    database: str
    entries: tuple[Entry, ...]

    @property
    def name(self) -> str:
        """Return the name the manifest is kept under; it begins with the moment, so that names sort by time."""
        return f"{MANIFESTS}/{self.made_at:%Y%m%dT%H%M%S}-{self.backup_id}.dzm"

    @property
    def size(self) -> int:
        """Return the bytes of all files."""
        return sum(one.size for one in self.entries)


def save(place: Place, key: bytes, manifest: Manifest) -> None:
    """Keep a manifest; with it the backup exists."""
    told = {**asdict(manifest), "version": VERSION, "made_at": manifest.made_at.isoformat()}
    place.seal(key, manifest.name, [json.dumps(told, ensure_ascii=False).encode()])


def load(place: Place, key: bytes, name: str) -> Manifest:
    """Return the manifest kept under ``name``; WorkspaceError when it was changed or the key is another one."""
    with place.opened(name) as stream:
        body = b"".join(unsealed(key, name, stream))
    told = json.loads(body)
    if told.get("version") != VERSION:
        raise WorkspaceError("error-backup-version", name=name, version=told.get("version"))
    return Manifest(
        backup_id=told["backup_id"], made_at=datetime.fromisoformat(told["made_at"]), database=told["database"],
        entries=tuple(Entry(**one) for one in told["entries"]),
    )  # fmt: skip


def moments(place: Place) -> list[tuple[datetime, str]]:
    """Return (moment, name) of every backup kept, the oldest first."""
    found = [(match, name) for name in place.names(MANIFESTS) if (match := _NAME.fullmatch(name))]
    return sorted((datetime.strptime(match[1], "%Y%m%dT%H%M%S"), name) for match, name in found)


def chosen(place: Place, at: datetime | None) -> str:
    """Return the name of the newest backup made by ``at`` (the newest of all without one); InputError when there is none."""
    known = moments(place)
    fitting = [name for moment, name in known if at is None or moment <= at]
    if not fitting:
        first = known[0][0].isoformat(sep=" ") if known else ""
        raise InputError("error-backup-none-by" if known else "error-backup-none", at=str(at or ""), first=first)
    return fitting[-1]


def kept(made: Sequence[tuple[datetime, str]], now: datetime, *, days: int, months: int) -> set[str]:
    """Return which backups retention keeps: all of the last two days, one a day for ``days``, one a month for ``months``.

    Of a day or month the newest stays. The newest of all always stays, whatever the numbers.
    """
    newest_first = sorted(made, reverse=True)
    keep = {name for moment, name in newest_first if now - moment <= timedelta(days=2)}
    keep |= {name for _, name in newest_first[:1]}
    for length, form in ((days, "%Y-%m-%d"), (months * 31, "%Y-%m")):
        within = [(moment, name) for moment, name in newest_first if now - moment <= timedelta(days=length)]
        keep |= _first_of_each((moment.strftime(form), name) for moment, name in within)
    return keep


def _first_of_each(named: Iterable[tuple[str, str]]) -> set[str]:
    first: dict[str, str] = {}
    for period, name in named:
        first.setdefault(period, name)
    return set(first.values())
