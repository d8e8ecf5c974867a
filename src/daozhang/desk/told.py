"""The wish to stop, safe to be said from a signal handler.

``threading.Event`` is not: its ``set`` takes the lock that a ``wait`` of the same thread may hold at that very moment,
and then both wait for ever. A bare flag takes no lock.
"""

from __future__ import annotations

import time
from typing import Protocol

STEP_S = 0.1


class Wish(Protocol):
    """What a loop asks: is it time to stop, and rest until then. ``threading.Event`` answers too, between threads."""

    def is_set(self) -> bool:
        """Return whether to stop."""

    def wait(self, timeout: float | None = None) -> bool:
        """Rest up to ``timeout`` seconds, less when told to stop meanwhile; return whether to stop."""


class Told:
    """A wish to stop that a signal handler may set."""

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Say it."""
        self._is_set = True

    def is_set(self) -> bool:
        """Return whether it was said."""
        return self._is_set

    def wait(self, timeout: float | None = None) -> bool:
        """Rest up to ``timeout`` seconds in short steps; return whether it was said."""
        until = None if timeout is None else time.monotonic() + timeout
        while not self._is_set and (until is None or time.monotonic() < until):
            time.sleep(STEP_S if until is None else max(0.0, min(STEP_S, until - time.monotonic())))
        return self._is_set
