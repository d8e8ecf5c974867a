"""Has files read by the bounded child, one at a time; a file that ends the child is refused and the next gets a new one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from daozhang.errors import InputError
from daozhang.formats.base import Given
from daozhang.intake import wire
from daozhang.intake.reading import Bytes, Reading, Said, from_wire

PATIENCE: Final = 10
"""Wall-clock time a file may take, as a multiple of the processor time it may use."""


class BoundedReader:
    """Starts the child when the first file comes, and again after a file has ended it."""

    def __init__(
        self, *, token_key: bytes, memory_mb: int, cpu_s: int, threads: int, mappings: Sequence[dict[str, Any]] = ()
    ) -> None:
        """``mappings`` are the formats of the workspace, as ``intake.own_formats`` takes them."""
        self._hello: dict[str, Any] = {
            "token_key": token_key.hex(), "memory_mb": memory_mb, "cpu_s": cpu_s, "threads": threads,
            "mappings": list(mappings),
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None

    def read(
        self, content: Bytes, *, name: str, given: Given, format_code: str, import_id: str, folder: Path
    ) -> Reading:
        """Return what the child says of the file; its parts are in ``folder``."""
        request = {
            "name": name, "given": given_on_wire(given), "format": format_code, "import_id": import_id, "folder": str(folder),
            "size": content.size,
        }  # fmt: skip
        try:
            answer = self._told(request, content)
        except (wire.EndOfTalkError, OSError) as error:
            return Reading("refused", refusal=self._why_it_ended(error))
        reading = from_wire(answer)
        if reading.refusal is not None and reading.refusal.key == "refused-memory":
            self.close()  # what a reader out of memory still holds is not known; the next file gets a fresh one
        return reading

    def look(self, content: Bytes, *, name: str, given: Given, ask: str, **more: str) -> dict[str, Any]:
        """Return what the child says of the file when asked (``intake.sampling``, ``named_cells``); InputError is a refusal."""
        request = {"name": name, "given": given_on_wire(given), "size": content.size, "ask": ask, **more}
        try:
            answer = self._told(request, content)
        except (wire.EndOfTalkError, OSError) as error:
            said = self._why_it_ended(error)
            raise InputError(said.key, **said.facts) from error
        if "refusal" in answer:
            self.close()  # what a refused file has left in the child is not known
            raise InputError(answer["refusal"]["key"], **answer["refusal"]["facts"])
        return answer

    def interrupt(self) -> None:
        """End the child at once, from another thread; ``read`` then answers that its reader ended."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End the child."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            try:
                self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _told(self, request: dict[str, Any], content: Bytes) -> dict[str, Any]:
        connection = self._started()
        wire.send(connection, request, content.handle)
        if content.handle < 0:
            for chunk in content.chunks():
                connection.sendall(chunk)
        answer, _ = wire.receive(connection)
        return answer

    def _started(self) -> socket.socket:
        if self._connection is None:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            ours.settimeout(self._hello["cpu_s"] * PATIENCE)
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, "-m", "daozhang.intake", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    # Arrow's own allocator claims a gibibyte of address space at its first use; the limit takes that for real
                    env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},
                )  # fmt: skip
            self._connection = ours
            wire.send(ours, self._hello)
        return self._connection

    def _why_it_ended(self, error: BaseException) -> Said:
        process = self._process
        if process is not None and isinstance(error, TimeoutError):
            process.kill()
        ended = process.wait() if process is not None else 0
        self.close()
        if ended == -signal.SIGXCPU or isinstance(error, TimeoutError):
            return Said("refused-time", {"limit": self._hello["cpu_s"]})
        if ended in {-signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS}:
            return Said("refused-memory", {"limit": self._hello["memory_mb"]})
        return Said("refused-reader-fault", {"fault": f"exit {ended}"})


def given_on_wire(given: Given) -> dict[str, Any]:
    """Return what was said of a file as plain JSON values."""
    return {**asdict(given), "covers_on": given.covers_on.isoformat() if given.covers_on else None}
