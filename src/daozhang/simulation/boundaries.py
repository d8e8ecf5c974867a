"""Where a process can die or be overtaken: before each statement that writes, each change in a folder, each hand-over of a letter.

``Boundaries`` counts them. A death raises ``Died`` there, and from then on nothing of that process reaches the
database, the disk or the world any more, whatever its ``finally`` blocks would still do: a killed process does not tidy up.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

_WRITES: Final = ("BEGIN", "INSERT", "UPDATE", "DELETE", "REPLACE")
_CHANGES: Final = frozenset({"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate"})


class Died(BaseException):
    """The simulated process ends here."""


@dataclass(slots=True)
class Boundaries:
    """Counts boundaries under ``root``; ``at`` is asked at each one, outside a transaction or within."""

    root: Path
    passed: int = 0
    dies_after: int | None = None
    at: Callable[[bool], None] | None = None
    dead: set[int] = field(default_factory=set)
    on_death: list[Callable[[int], None]] = field(default_factory=list)
    """Told, with its thread, of each process that dies."""

    def cross(self, *, is_inside: bool) -> None:
        """Pass one boundary, or die there. ``is_inside`` says that a transaction is open."""
        me = threading.get_ident()
        if me in self.dead:
            raise Died
        self.passed += 1
        if self.dies_after is not None and self.passed > self.dies_after:
            self.dies_after = None
            self.dead.add(me)
            for told in self.on_death:
                told(me)
            raise Died
        if self.at is not None:
            self.at(is_inside)

    def is_dead(self) -> bool:
        """Return whether the process of this thread has died."""
        return threading.get_ident() in self.dead

    def statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: ANN401, FBT001 - Django's own form of a wrapper
        """Pass a boundary before each statement that writes; nothing at all is asked by the dead."""
        if self.is_dead():
            raise Died
        if sql.lstrip()[:7].upper().startswith(_WRITES):
            self.cross(is_inside=context["connection"].in_atomic_block)
        return execute(sql, params, many, context)

    def change(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Pass a boundary before a change in a folder of the workspace."""
        if event == "open":
            path, mode, flags = arguments
            if not (isinstance(mode, str) and set(mode) & set("wax+")) and not (isinstance(flags, int) and flags & 3):
                return
        elif event not in _CHANGES:
            return
        else:
            path = arguments[0]
        if not isinstance(path, str | Path) or not str(path).startswith(str(self.root)):
            return
        if str(path).endswith((".sqlite3", "-wal", "-shm", ".lock")):
            return
        connection = connections["default"] if hasattr(connections._connections, "default") else None  # type: ignore[attr-defined]  # noqa: SLF001
        self.cross(is_inside=bool(connection and connection.in_atomic_block))


_watching: list[Boundaries] = []
_hooked: list[bool] = []


@contextmanager
def watched(boundaries: Boundaries) -> Iterator[Boundaries]:
    """Let every write of this process under the root of ``boundaries`` pass by it."""
    if not _hooked:  # an audit hook stays for the life of the process; it asks who watches
        sys.addaudithook(_hear)
        _hooked.append(True)

    def wrap(connection: BaseDatabaseWrapper, **_: object) -> None:
        if boundaries.statement not in connection.execute_wrappers:
            connection.execute_wrappers.append(boundaries.statement)

    connection_created.connect(wrap, weak=False)
    _watching.append(boundaries)
    if connections["default"].connection is not None:
        wrap(connections["default"])
    try:
        yield boundaries
    finally:
        _watching.pop()
        connection_created.disconnect(wrap)
        connections.close_all()
        for connection in connections.all(initialized_only=True):
            if boundaries.statement in connection.execute_wrappers:
                connection.execute_wrappers.remove(boundaries.statement)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and (event == "open" or event in _CHANGES):
        _watching[-1].change(event, arguments)
