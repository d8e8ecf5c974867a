"""Whoever follows an import: hears where it stands, and can stop it at any moment before it becomes visible."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from django.db import connections, transaction

from daozhang.desk.import_desk import Compared, ImportDesk
from daozhang.errors import RefusedError
from daozhang.flows.import_files import FileResult, Incoming, Stage
from daozhang.formats.base import Given
from daozhang.intake.read_file import BoundedReader
from daozhang.intake.reading import Bytes, Reading

LOOKS_EVERY_S: Final = 0.4
"""Seconds between two looks at whether a file that is being read is still wanted."""


class Watch:
    """Follows an import. This one is told and wants everything; ``desk.import_jobs`` has the one of a job."""

    def at(self, stage: str, **facts: object) -> None:
        """Hear that ``stage`` (``reading``, ``comparing``, ``saving``) begins."""

    def done(self, result: FileResult) -> None:
        """Hear what became of one file, in the transaction that made it so."""

    def is_wanted(self) -> bool:
        """Return whether the import shall go on; asked from another thread while a file is read."""
        return True

    def hold(self) -> None:
        """Keep whoever wants to stop the import waiting until this transaction ends; RefusedError when it is stopped."""


class WatchedReader:
    """Reads like ``BoundedReader``, and stops in the middle of a file when it is no longer wanted."""

    def __init__(self, reader: BoundedReader, watch: Watch) -> None:
        self._reader, self._watch = reader, watch

    def read(
        self, content: Bytes, *, name: str, given: Given, format_code: str, import_id: str, folder: Path
    ) -> Reading:
        """Return what the file holds; RefusedError ``import-stopped`` when nobody wants to know any more."""
        self._watch.at("reading", file=name, size=content.size)
        with self._look_meanwhile():
            reading = self._reader.read(
                content, name=name, given=given, format_code=format_code, import_id=import_id, folder=folder
            )
        if not self._watch.is_wanted():
            raise RefusedError("import-stopped")
        return reading

    @contextmanager
    def _look_meanwhile(self) -> Iterator[None]:
        if type(self._watch) is Watch:  # nobody can stop it, so nobody needs to look
            yield
            return
        is_over = threading.Event()

        def look() -> None:
            while not is_over.wait(LOOKS_EVERY_S):
                if not self._watch.is_wanted():
                    self._reader.interrupt()
                    break
            connections.close_all()  # those of this thread

        thread = threading.Thread(target=look, name="is the file still wanted", daemon=True)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()


class WatchedDesk:
    """Keeps imports like ``ImportDesk``; what becomes visible is still wanted in the very transaction that shows it."""

    def __init__(self, desk: ImportDesk, watch: Watch) -> None:
        self._desk, self._watch = desk, watch

    def same_bytes(self, incoming: Incoming) -> FileResult | None:
        """Return the answer for bytes that are in already."""
        known = self._desk.same_bytes(incoming)
        if known is not None:
            self._watch.done(known)
        return known

    def stage(self) -> AbstractContextManager[Stage]:
        """Give a place to prepare an import in."""
        return self._desk.stage()

    def keep_original(self, incoming: Incoming, stage: Stage) -> None:
        """Write the original, encrypted."""
        self._desk.keep_original(incoming, stage)

    def compare(self, reading: Reading, stage: Stage) -> Compared:
        """Find which staged rows are visible already."""
        self._watch.at("comparing", rows=reading.rows_in)
        return self._desk.compare(reading, stage)

    def commit(self, incoming: Incoming, reading: Reading, stage: Stage, comparison: Compared) -> FileResult:
        """Make the import visible, unless it was stopped."""
        self._watch.at("saving", rows=reading.rows_in)
        with transaction.atomic():
            self._watch.hold()
            result = self._desk.commit(incoming, reading, stage, comparison)
            self._watch.done(result)
        return result

    def put_aside(self, incoming: Incoming, reading: Reading, stage: Stage) -> FileResult:
        """Remember a file that waits for a person, unless it was stopped."""
        with transaction.atomic():
            self._watch.hold()
            result = self._desk.put_aside(incoming, reading, stage)
            self._watch.done(result)
        return result
