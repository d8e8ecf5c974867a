"""What a source holds: a file that can be told apart, taken piece by piece, and put away when it is in."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, Protocol

from daozhang.desk.clock import ZONE
from daozhang.errors import OutsideError

UNFINISHED: Final = (".part", ".tmp", ".partial", ".filepart", ".crdownload")
"""Endings under which programs write a file before they give it its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One file at a source. ``key`` tells it apart there: the same name with other bytes is another file.

    ``stated_at`` is when the source says it came, local wall-clock; ``put_away`` is told whether it needs a person, and
    may be called again for a file that is in.
    """

    key: tuple[str, ...]
    name: str
    size: int
    stated_at: datetime | None
    take: Callable[[], Iterator[bytes]]
    put_away: Callable[[bool], None]
    is_settled: bool = True
    counts: bool = True
    """False for what is only remembered, a message without attachments for example."""

    @property
    def digest(self) -> str:
        """Return the key as it is remembered."""
        return hashlib.sha256("\0".join(self.key).encode("utf-8", "surrogateescape")).hexdigest()


class Opened(Protocol):
    """A source whose door is open."""

    def files(self, is_known: Callable[[Found], bool]) -> Iterator[Found]:
        """Yield what is there; ``is_known`` says what need not be looked into again. OutsideError when it stops answering."""


Opener = Callable[[], AbstractContextManager[Opened]]


def is_wanted(name: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a file of this name is taken: it fits a pattern, is not hidden and not still being written."""
    plain = name.rpartition("/")[2].lower()
    if not plain or plain.startswith(".") or plain.endswith(UNFINISHED):
        return False
    return any(fnmatchcase(plain, one.lower()) for one in patterns)


def local(seconds: float) -> datetime:
    """Return a moment of the system as local wall-clock, to the second."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(ZONE).replace(tzinfo=None, microsecond=0)


def secret(where: str) -> str:
    """Return the secret that ``env:NAME`` or ``file:PATH`` points to; OutsideError names the place, never the secret."""
    kind, _, place = where.partition(":")
    if kind == "env":
        value = os.environ.get(place, "")
    else:
        try:
            value = Path(place).read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError):
            value = ""
    if not value:
        raise OutsideError("source-secret-missing", place=where)
    return value
