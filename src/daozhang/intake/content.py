"""The bytes of one file while it is being imported: in memory the whole time, handed to the reader without touching a disk."""

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
    """Bytes in an anonymous memory file (``memfd``), or in plain memory where the system has none."""

    def __init__(self, chunks: Iterable[bytes], *, limit: int) -> None:
        """Take the bytes; InputError ``refused-too-large`` as soon as they are more than ``limit``."""
        digest = hashlib.sha256()
        self.handle = os.memfd_create("daozhang") if hasattr(os, "memfd_create") else -1
        self._pieces: list[bytes] = []
        self.size = 0
        try:
            for chunk in chunks:
                self.size += len(chunk)
                if self.size > limit:
                    raise InputError("refused-too-large", limit=limit // (1024 * 1024))  # noqa: TRY301 - closed below
                digest.update(chunk)
                self._keep(chunk)
        except BaseException:
            self.close()
            raise
        self.sha256 = digest.hexdigest()

    @classmethod
    def of_file(cls, path: Path, *, limit: int) -> Self:
        """Take the bytes of a file on disk."""
        with path.open("rb") as file:
            return cls(iter(lambda: file.read(CHUNK), b""), limit=limit)

    @classmethod
    def of_bytes(cls, data: bytes, *, limit: int) -> Self:
        """Take bytes that are here already, an upload for example."""
        return cls((data,), limit=limit)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes again, a mebibyte at a time."""
        if self.handle < 0:
            yield from self._pieces
            return
        place = 0
        while chunk := os.pread(self.handle, CHUNK, place):
            yield chunk
            place += len(chunk)

    def head(self, size: int) -> bytes:
        """Return the first bytes."""
        return os.pread(self.handle, size, 0) if self.handle >= 0 else b"".join(self._pieces)[:size]

    def close(self) -> None:
        """Give the memory back."""
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

    def _keep(self, chunk: bytes) -> None:
        if self.handle < 0:
            self._pieces.append(chunk)
            return
        view = memoryview(chunk)
        while view:
            view = view[os.write(self.handle, view) :]
