"""What time it is in a workspace: the real time, or the moment at which a demo's or a drill's clock stands.

The machine's clock is asked here and nowhere else by what keeps leases, deadlines and runs; ``told_by`` puts another clock
in its place, under which a simulation lets months go by.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from daozhang.desk.workspace import Workspace

ZONE = ZoneInfo("Asia/Shanghai")


def now(workspace: Workspace) -> datetime:
    """Return the moment, Asia/Shanghai wall-clock without a zone, to the second."""
    if workspace.settings.clock_at is not None:
        return workspace.settings.clock_at
    return real_now().replace(microsecond=0)


def real_now() -> datetime:
    """Return the real time, Asia/Shanghai wall-clock without a zone: leases run on it even where a demo's clock stands still."""
    return _source[-1]()


def seconds() -> float:
    """Return seconds that only go forward, for pauses; from where they count says nothing."""
    return time.monotonic() if len(_source) == 1 else (_source[-1]() - datetime(1970, 1, 1)).total_seconds()


@contextmanager
def told_by(source: Callable[[], datetime]) -> Iterator[None]:
    """Let ``source`` say what time it is, to all threads of this process, until the block ends."""
    _source.append(source)
    try:
        yield
    finally:
        _source.pop()


def _of_machine() -> datetime:
    return datetime.now(UTC).astimezone(ZONE).replace(tzinfo=None)


_source: list[Callable[[], datetime]] = [_of_machine]
