"""File → frames of one message each: behind two-byte lengths, in hex on lines, or as text on lines.

Lines of a log that hold no message are yielded with nothing, so that every line is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from daozhang.formats.iso8583.dialects import decode

LONGEST: Final = 4096
"""Bytes of one message. Terminals and switches send a few hundred."""
SHORTEST: Final = 12
FIRST_FRAMES: Final = 5
"""Frames looked at to know a binary log; the first may be damaged."""

_HEX = re.compile(rf"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{{2}} ?){{{SHORTEST},}}(?![0-9A-Za-z])", re.ASCII)
_TEXT = re.compile(r"0[1-8][0-4][0-5][0-9A-F]{16}.*", re.ASCII)
_STAMP = re.compile(r"(20\d\d)[-/.]?(\d\d)[-/.]?(\d\d)(?:[ T](\d\d):?(\d\d):?(\d\d))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Frame:
    """One line (or one frame of a binary log): its number, its bytes (empty: no message), and when the log wrote it."""

    line_no: int
    data: bytes
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
        yield Frame(number, frame, is_cut=len(frame) < size or place + 2 > len(data) or not size)
        if not size:
            return
        place += 2 + size


def line_frames(lines: list[str]) -> Iterator[Frame]:
    """Yield one frame per line of a text log."""
    for line_no, line in enumerate(lines, 1):
        logged_on, logged_at = _stamp(line)
        yield Frame(line_no, message_of(line), logged_on, logged_at)


def message_of(line: str) -> bytes:
    """Return the bytes of the message a line holds: the line itself, or its longest run of hex; empty when none."""
    if _TEXT.fullmatch(line):
        data = line.encode("latin-1", errors="replace")
        if decode(data) is not None:
            return data
    runs = sorted((match.group().split() for match in _HEX.finditer(line)), key=lambda run: -sum(map(len, run)))
    if runs:
        return _of_hex(runs[0])
    return line.encode("latin-1", errors="replace")[:LONGEST] if _TEXT.fullmatch(line) else b""


def _of_hex(groups: list[str]) -> bytes:
    """Return the bytes of a run of hex; digits of a clock that stand directly before it are left out."""
    if sum(map(len, groups)) > 2 * (LONGEST + 2):
        return b""
    whole = [bytes.fromhex("".join(groups[start:])) for start in range(min(3, len(groups)))]
    return next((data for data in whole if decode(data) is not None), whole[0])


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
