"""The cash calendar as iCalendar (RFC 5545): one all-day entry for each day on which something comes or goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

LINE_OCTETS: Final = 75
"""RFC 5545, 3.1: a content line is folded after so many octets."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One all-day entry; ``uid`` stays the same for the same day, so that a calendar replaces it."""

    uid: str
    on: date
    summary: str
    description: str = ""


def feed(entries: Iterable[Entry], *, title: str, stated_at: datetime) -> bytes:
    """Return the feed; ``stated_at`` is local China time and is written as UTC, as the form asks."""
    stamp = f"{stated_at - timedelta(hours=8):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Daozhang//cash calendar//EN", "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(title)}",
    ]  # fmt: skip
    for one in entries:
        lines += [
            "BEGIN:VEVENT", f"UID:{one.uid}", f"DTSTAMP:{stamp}", f"DTSTART;VALUE=DATE:{one.on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.on + timedelta(days=1):%Y%m%d}", f"SUMMARY:{_escaped(one.summary)}",
            *([f"DESCRIPTION:{_escaped(one.description)}"] if one.description else []), "TRANSP:TRANSPARENT", "END:VEVENT",
        ]  # fmt: skip
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) + "\r\n" for line in lines).encode()


def _escaped(text: str) -> str:
    """Return a TEXT value: backslash, comma and semicolon escaped, line ends written out."""
    escaped = text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """Return a content line folded so that no piece is longer than 75 octets; a character is never cut in two."""
    pieces, piece, room = [], "", LINE_OCTETS
    for sign in line:
        size = len(sign.encode())
        if size > room:
            pieces.append(piece)
            piece, room = " ", LINE_OCTETS - 1
        piece += sign
        room -= size
    return "\r\n".join([*pieces, piece])
