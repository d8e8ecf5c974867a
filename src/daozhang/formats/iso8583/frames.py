"""File → frames of one message each: behind two-byte lengths, in hex on lines, or as text on lines.

Lines of a log that hold no message are yielded with nothing, so that every line is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from daozhang.formats.iso8583.dialects import Dialect, decode
from daozhang.formats.iso8583.whole import Fields

LONGEST: Final = 4096
"""Bytes of one message. Terminals and switches send a few hundred."""
SHORTEST: Final = 12
FIRST_FRAMES: Final = 5
"""Frames looked at to know a binary log; the first may be damaged."""

_HEX = re.compile(rf"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{{2}} ?){{{SHORTEST},}}(?![0-9A-Za-z])", re.ASCII)
_TEXT = re.compile(r"0[1-8][0-4][0-5][0-9A-F]{16}.*", re.ASCII)
_STAMP = re.compile(r"(20\d\d)[-/.]?(\d\d)[-/.]?(\d\d)(?:[ T](\d\d):?(\d\d):?(\d\d))?", re.ASCII)


Found = tuple[Dialect, Fields]


@dataclass(frozen=True, slots=True)
class Frame:
    """One line (or one frame of a binary log): its number, its bytes (empty: no message), and when the log wrote it.

    ``found`` is the message in them, with its dialect; None where the bytes are read to their end by none.
    """

    line_no: int
    data: bytes
    found: Found | None = None
    logged_on: date | None = None
    logged_at: datetime | None = None
    is_cut: bool = False


def is_binary(head: bytes) -> bool:
    """Return whether a file begins with frames behind two-byte lengths, one of the first few being a message."""
    place = 0
    for _ in range(FIRST_FRAMES):
        size = int.from_bytes(head[place : place + 2], "big")
        if not SHORTEST <= size <= LONGEST or len(head) < place + 2 + size:
            return False
        if decode(head[place + 2 : place + 2 + size]) is not None:
            return True
        place += 2 + size
    return False


def binary_frames(data: bytes) -> Iterator[Frame]:
    """Yield the frames of a binary log, numbered from 1; a last one that is too short is marked as cut."""
    place = number = 0
    while place < len(data):
        number += 1
        size = int.from_bytes(data[place : place + 2], "big")
        frame = data[place + 2 : place + 2 + size]
        is_cut = len(frame) < size or place + 2 > len(data) or not size
        yield Frame(number, frame, None if is_cut else decode(frame), is_cut=is_cut)
        if not size:
            return
        place += 2 + size


def line_frames(lines: list[str]) -> Iterator[Frame]:
    """Yield one frame per line of a text log."""
    for line_no, line in enumerate(lines, 1):
        logged_on, logged_at = _stamp(line)
        yield Frame(line_no, *message_of(line), logged_on, logged_at)


def message_of(line: str) -> tuple[bytes, Found | None]:
    """Return what a line holds as a message: the line itself, or its longest run of hex; no bytes when neither."""
    is_text = _TEXT.fullmatch(line) is not None
    data = line.encode("latin-1", errors="replace")[:LONGEST] if is_text else b""
    if data and (found := decode(data)) is not None:
        return data, found
    runs = [match.group().split() for match in _HEX.finditer(line)]
    return _of_hex(max(runs, key=_size)) if runs else (data, None)


def _size(groups: list[str]) -> int:
    return sum(map(len, groups))


def _of_hex(groups: list[str]) -> tuple[bytes, Found | None]:
    """Return the bytes of a run of hex; digits of a clock that stand directly before it are left out."""
    if _size(groups) > 2 * (LONGEST + 2):
        return b"", None
    whole = [bytes.fromhex("".join(groups[start:])) for start in range(min(3, len(groups)))]
    tried = ((data, decode(data)) for data in whole)
    return next(((data, found) for data, found in tried if found is not None), (whole[0], None))


def _stamp(line: str) -> tuple[date | None, datetime | None]:
    match = _STAMP.search(line[:40])
    if match is None:
        return None, None
    year, month, day, hour, minute, second = match.groups()
    try:
        on = date(int(year), int(month), int(day))
        return on, datetime(on.year, on.month, on.day, int(hour), int(minute), int(second)) if hour else None
    except ValueError:
        return None, None
