"""Where backups are kept: a folder, or an object store by URL; the same few questions asked of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import pyarrow as pa
from pyarrow import fs

from daozhang.desk.backups.configured import BackupPlace
from daozhang.desk.backups.sealing import CHUNK, Readable, seal
from daozhang.desk.ways_in import store
from daozhang.errors import OutsideError

OBJECTS: Final = "objects"
MANIFESTS: Final = "manifests"


class Place:
    """An open place. Names are relative, with slashes."""

    def __init__(self, system: Any, root: str) -> None:  # noqa: ANN401 - pyarrow has no types
        self._system, self._root = system, root

    def has(self, name: str) -> bool:
        """Return whether something is kept under ``name``."""
        return bool(self._system.get_file_info(self._path(name)).is_file)

    def names(self, folder: str) -> dict[str, int]:
        """Return the names below ``folder`` and their sizes in bytes."""
        found = self._system.get_file_info(fs.FileSelector(self._path(folder), recursive=True, allow_not_found=True))
        return {one.path.removeprefix(self._root).lstrip("/"): one.size for one in found if one.is_file}

    def seal(self, key: bytes, name: str, chunks: Iterable[bytes]) -> int:
        """Keep ``chunks`` sealed under ``name`` and return the bytes written; a half-written object is never under its name."""
        path = self._path(name)
        self._system.create_dir(str(PurePosixPath(path).parent), recursive=True)
        draft = path if isinstance(self._system, fs.S3FileSystem) else path + ".part"  # S3 shows an object only whole
        with self._system.open_output_stream(draft) as stream:
            written = seal(key, name, chunks, stream.write)
        if draft != path:
            self._system.move(draft, path)
        return written

    @contextmanager
    def opened(self, name: str) -> Iterator[Readable]:
        """Give the sealed bytes under ``name``; OutsideError when there are none."""
        try:
            with self._system.open_input_stream(self._path(name)) as stream:
                yield stream
        except FileNotFoundError:
            raise OutsideError("error-backup-missing", name=name) from None

    def delete(self, name: str) -> None:
        """Remove what is kept under ``name``."""
        self._system.delete_file(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


@contextmanager
def opened(place: BackupPlace) -> Iterator[Place]:
    """Open the place; OutsideError when it cannot be reached or breaks off."""
    parts = urlsplit(place.url)
    root = (
        (parts.netloc + unquote(parts.path)).rstrip("/") if parts.scheme != "file" else unquote(parts.path).rstrip("/")
    )
    try:
        yield Place(store.system_of(place, parts.scheme), root)
    except (pa.ArrowException, OSError) as error:
        raise OutsideError("error-backup-place", url=place.url, fault=str(error).splitlines()[0][:200]) from error


def pieces(stream: Readable) -> Iterator[bytes]:
    """Yield a stream in chunks."""
    while chunk := stream.read(CHUNK):
        yield bytes(chunk)
