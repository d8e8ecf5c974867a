"""The bounded child of people who look at a file: kept warm between two answers, gone when nobody has asked for a while."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from daozhang.desk.workspace import Workspace
from daozhang.intake import keyring
from daozhang.intake.read_file import BoundedReader

IDLE_S: Final = 45
"""Seconds without a question after which the child ends."""


class _Warm:
    """One child of this process and who is using it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.reader: BoundedReader | None = None
        self.root = ""
        self.timer: threading.Timer | None = None

    def cool(self) -> None:
        """End the child unless somebody is asking it right now."""
        if self.lock.acquire(blocking=False):
            try:
                if self.reader is not None:
                    self.reader.close()
                    self.reader = None
            finally:
                self.lock.release()


_warm = _Warm()


@contextmanager
def looking(workspace: Workspace) -> Iterator[BoundedReader]:
    """Give a bounded reader: the warm one, or a fresh one while another person's file is in it."""
    if not _warm.lock.acquire(blocking=False):
        with _fresh(workspace) as reader:
            yield reader
        return
    try:
        if _warm.timer is not None:
            _warm.timer.cancel()
        if _warm.reader is not None and _warm.root != str(workspace.root):
            _warm.reader.close()
            _warm.reader = None
        if _warm.reader is None:
            _warm.reader, _warm.root = _fresh(workspace), str(workspace.root)
        yield _warm.reader
    finally:
        _warm.timer = threading.Timer(IDLE_S, _warm.cool)
        _warm.timer.daemon = True
        _warm.timer.start()
        _warm.lock.release()


def _fresh(workspace: Workspace) -> BoundedReader:
    settings = workspace.settings
    return BoundedReader(
        token_key=keyring.load(workspace.keys).key("token"), memory_mb=settings.reader_memory_mb, cpu_s=settings.reader_cpu_s,
        threads=settings.engine_threads,
    )  # fmt: skip
