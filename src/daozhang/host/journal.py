"""The host's journal: one line per message, on disk before its answer leaves; read by people, by the log reader and by the host itself.

A line is ``2026-06-15 10:15:30.123 c7 > HEX #CHECK``: local time, connection, direction, the message without card data,
and a check over what stands before it. The file of the day ends in ``.part`` while it is written, which no watched
folder takes; when the day or the host ends it becomes ``.log`` and never changes again. A line cut by a crash was never
answered: it is taken off when the file is opened again.
"""

from __future__ import annotations

import fcntl
import os
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from daozhang.errors import RefusedError

ASKED, TOLD, SAID = ">", "<", "!"
"""Direction of a line: to the host, from the host, and a word of the host itself about a connection."""
READ_BACK_DAYS: Final = 14
"""Days before today whose files are read back; a batch that stays open longer begins anew."""
_LINE: Final = re.compile(r"(\S+ \S+) c(\d+) ([<>]) ([0-9A-F]+) #([0-9a-f]{8})", re.ASCII)
_NAME: Final = re.compile(r"host-(\d{8})-(\d{2})\.log(\.part)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    """One message of the journal."""

    at: datetime
    connection: int
    direction: str
    data: bytes


def line_of(at: datetime, connection: int, direction: str, what: str) -> bytes:
    """Return one line with its check."""
    text = f"{at.isoformat(' ', 'milliseconds')} c{connection} {direction} {what}"
    return f"{text} #{zlib.crc32(text.encode()):08x}\n".encode()


def kept_of(line: str) -> Kept | None:
    """Return the message of a line, None where it holds none or its check is wrong."""
    match = _LINE.fullmatch(line)
    if match is None or not _is_whole(line):
        return None
    return Kept(datetime.fromisoformat(match[1]), int(match[2]), match[3], bytes.fromhex(match[4]))


def _is_whole(line: str) -> bool:
    text, _, check = line.rpartition(" #")
    return f"{zlib.crc32(text.encode()):08x}" == check


class Journal:
    """The files of one folder; one host at a time has it. ``on_closed`` hears of every file that is finished."""

    def __init__(self, folder: Path, *, on_closed: Callable[[Path], None] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._on_closed = folder, on_closed or (lambda _path: None)
        self._lock = os.open(folder / "host.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise RefusedError("host-journal-taken", folder=folder.name) from error
        self._handle = -1
        self._day: date | None = None
        self._path = folder

    def read_back(self, today: date) -> Iterator[Kept]:
        """Yield what was answered in the last days, oldest first; finish files of days that are over."""
        first = f"{today - timedelta(days=READ_BACK_DAYS):%Y%m%d}"
        for path, day, is_open in self._files():
            if is_open:
                _take_off_torn_line(path)
            if day >= first:
                with path.open(encoding="ascii", errors="replace") as lines:
                    yield from filter(None, (kept_of(line.rstrip("\n")) for line in lines))
            if is_open and day != f"{today:%Y%m%d}":
                self._finish(path)

    def write(self, lines: list[bytes], today: date) -> None:
        """Write lines and return once they are on disk; ``OSError`` when they may not be."""
        if today != self._day:
            self._begin(today)
        view = memoryview(b"".join(lines))
        while view:
            view = view[os.write(self._handle, view) :]
        os.fdatasync(self._handle)

    def close(self) -> None:
        """Finish the file that is open and let the folder go."""
        self._end_file()
        os.close(self._lock)

    def _begin(self, today: date) -> None:
        self._end_file()
        day = f"{today:%Y%m%d}"
        there = [(path, is_open) for path, of, is_open in self._files() if of == day]
        opened = [path for path, is_open in there if is_open]
        self._path = opened[0] if opened else self._folder / f"host-{day}-{len(there) + 1:02d}.log.part"
        self._handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        _sync_folder(self._folder)
        self._day = today

    def _end_file(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle, self._day = -1, None
            self._finish(self._path)

    def _finish(self, path: Path) -> None:
        done = path.with_suffix("")
        path.rename(done)
        _sync_folder(self._folder)
        self._on_closed(done)

    def _files(self) -> list[tuple[Path, str, bool]]:
        """Return path, day and whether it is still open, oldest first."""
        found = [(path, _NAME.fullmatch(path.name)) for path in sorted(self._folder.iterdir())]
        return [(path, match[1], bool(match[3])) for path, match in found if match]


def _take_off_torn_line(path: Path) -> None:
    """Cut the file behind its last whole line: what a crash tore was never answered."""
    data = path.read_bytes()
    size = data.rfind(b"\n") + 1
    while size and not _is_whole(data[data.rfind(b"\n", 0, size - 1) + 1 : size - 1].decode("ascii", "replace")):
        size = data.rfind(b"\n", 0, size - 1) + 1
    if size < len(data):
        with path.open("r+b") as file:
            file.truncate(size)
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
