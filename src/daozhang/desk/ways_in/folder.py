"""A watched folder. A file is taken when it has rested for a while; what is in is left, moved to ``done/`` or deleted."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from daozhang.desk.ways_in.configured import FolderSource
from daozhang.desk.ways_in.found import Found, is_wanted, local
from daozhang.errors import InputError, OutsideError

CHUNK: Final = 1024 * 1024
DONE: Final = "done"
NEEDS_A_PERSON: Final = "needs-a-person"


@contextmanager
def opened(source: FolderSource) -> Iterator[WatchedFolder]:
    """Give the folder; OutsideError when it is not there."""
    path = Path(source.path)
    if not path.is_dir():
        raise OutsideError("source-folder-missing", path=source.path)
    yield WatchedFolder(source, path)


class WatchedFolder:
    """The files directly inside a folder."""

    def __init__(self, source: FolderSource, path: Path) -> None:
        self._source, self._path = source, path

    def files(self, is_known: Callable[[Found], bool]) -> Iterator[Found]:  # noqa: ARG002 - nothing has to be opened to see it
        """Yield the files in the order in which they came."""
        try:
            found = [
                self._found(entry) for entry in os.scandir(self._path) if is_wanted(entry.name, self._source.names)
            ]
        except OSError as error:
            raise OutsideError("source-folder-missing", path=self._source.path) from error
        yield from sorted((one for one in found if one is not None), key=lambda one: (str(one.stated_at), one.name))

    def _found(self, entry: os.DirEntry[str]) -> Found | None:
        try:
            state = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # somebody took it away meanwhile
            return None
        if not stat.S_ISREG(state.st_mode):
            return None
        rested = time.time() - max(state.st_mtime, state.st_ctime)
        return Found(
            key=(entry.name, str(state.st_size), str(state.st_mtime_ns)), name=entry.name, size=state.st_size,
            # when it was put here: unlike the time of its last change, nobody can carry this one over from elsewhere
            stated_at=local(state.st_ctime), take=partial(self._take, entry.name, state),
            put_away=partial(self._put_away, entry.name), is_settled=rested >= self._source.settled_s,
        )  # fmt: skip

    def _take(self, name: str, expected: os.stat_result) -> Iterator[bytes]:
        try:
            handle = os.open(self._path / name, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError as error:
            raise InputError("refused-unreadable", fault=error.strerror or "") from error
        with os.fdopen(handle, "rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
            now = os.fstat(file.fileno())
        if (now.st_size, now.st_mtime_ns) != (expected.st_size, expected.st_mtime_ns):
            raise OutsideError("source-file-changes", file=name)

    def _put_away(self, name: str, needs_a_person: bool) -> None:  # noqa: FBT001 - told by the runner
        if self._source.afterwards == "leave":
            return
        path = self._path / name
        try:
            if self._source.afterwards == "delete" and not needs_a_person:
                path.unlink(missing_ok=True)
                return
            folder = self._path / (NEEDS_A_PERSON if needs_a_person else DONE)
            folder.mkdir(exist_ok=True)
            if path.exists():
                path.rename(_free(folder, name))
        except OSError as error:
            raise OutsideError("source-cannot-move", file=name, fault=error.strerror or "") from error


def _free(folder: Path, name: str) -> Path:
    """Return a place in ``folder`` that nothing has yet."""
    target, number = folder / name, 2
    while target.exists():
        target = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
        number += 1
    return target
