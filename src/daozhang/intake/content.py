"""The bytes of one file while it is being imported: an open file or an anonymous memory file, read by place.

A file on disk is not copied: importer and reader read the same open file. What they read is what was hashed, or the
file is refused: whoever takes the bytes again hashes them again, and a file that was written to meanwhile is noticed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from daozhang.errors import InputError

CHUNK: Final = 1024 * 1024


class Content:
    """Bytes behind an open ``handle`` (a file, or a ``memfd``), or in plain memory where the system has neither."""

    def __init__(self, chunks: Iterable[bytes] | Path, *, limit: int) -> None:
        """Take bytes into memory, or those of a file on disk where they are.

        InputError ``refused-too-large`` or ``refused-file-too-large`` as soon as they are more than ``limit``.
        """
        self._pieces: list[bytes] = []
        self._stamp: tuple[int, ...] = ()
        if isinstance(chunks, Path):
            self.handle = os.open(chunks, os.O_RDONLY)
            self._stamp = _stamp_of(self.handle)
            self._measure(self._read(), limit, "refused-file-too-large", keep=False)
        else:
            self.handle = os.memfd_create("daozhang") if hasattr(os, "memfd_create") else -1
            self._measure(chunks, limit, "refused-too-large", keep=True)

    @classmethod
    def of_file(cls, path: Path, *, limit: int) -> Self:
        """Take the bytes of a file on disk where they are; nothing is copied."""
        return cls(path, limit=limit)

    @classmethod
    def of_bytes(cls, data: bytes, *, limit: int) -> Self:
        """Take bytes that are here already, an upload for example."""
        return cls((data,), limit=limit)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes again, a mebibyte at a time; InputError at the end when they are not those that were hashed."""
        digest = hashlib.sha256()
        for chunk in self._read() if self.handle >= 0 else self._pieces:
            digest.update(chunk)
            yield chunk
        if digest.hexdigest() != self.sha256 or (self._stamp and self._stamp != _stamp_of(self.handle)):
            raise InputError("refused-changed")

    def head(self, size: int) -> bytes:
        """Return the first bytes."""
        return os.pread(self.handle, size, 0) if self.handle >= 0 else b"".join(self._pieces)[:size]

    def close(self) -> None:
        """Give the memory and the handle back."""
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1
        self._pieces.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _measure(self, chunks: Iterable[bytes], limit: int, refusal: str, *, keep: bool) -> None:
        """Hash the bytes and count them, within the limit; what fails leaves no handle open."""
        digest = hashlib.sha256()
        self.size = 0
        try:
            for chunk in chunks:
                self.size += len(chunk)
                if max((self.size, *self._stamp[:1])) > limit:
                    raise InputError(refusal, limit=limit // (1024 * 1024))  # noqa: TRY301 - closed below
                digest.update(chunk)
                if keep:
                    self._keep(chunk)
        except BaseException:
            self.close()
            raise
        self.sha256 = digest.hexdigest()

    def _read(self) -> Iterator[bytes]:
        place = 0
        while chunk := os.pread(self.handle, CHUNK, place):
            yield chunk
            place += len(chunk)

    def _keep(self, chunk: bytes) -> None:
        if self.handle < 0:
            self._pieces.append(chunk)
            return
        view = memoryview(chunk)
        while view:
            view = view[os.write(self.handle, view) :]


def _stamp_of(handle: int) -> tuple[int, ...]:
    """Return size and times of a file on disk: what every write to it changes."""
    state = os.fstat(handle)
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns
