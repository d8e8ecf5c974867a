"""Two workers side by side, one step at a time: a baton that changes hands at drawn boundaries, the same for the same seed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random
from typing import Final

from django.db import connections

from daozhang.simulation.boundaries import Boundaries, Died

SWITCHES: Final = 3
"""The baton changes hands at one boundary in so many."""
PATIENCE_S: Final = 60.0
"""Real seconds after which a worker that never gives the baton back counts as a fault of the simulation."""


class Pair:
    """Two pieces of work, of which always one runs; each has its own connection to the database, as two processes would."""

    def __init__(self, boundaries: Boundaries, rng: Random, stall: Callable[[], None]) -> None:
        """``stall`` lets simulated time pass while one of the two is asleep, sometimes longer than a lease."""
        self._boundaries, self._rng, self._stall = boundaries, rng, stall
        self._batons = (threading.Semaphore(0), threading.Semaphore(0))
        self._is_over = [False, False]
        self._ids: dict[int, int] = {}
        self._faults: list[BaseException] = []

    def run(self, first: Callable[[], None], second: Callable[[], None]) -> None:
        """Do both; return when both are over. An error of either is raised here, a death is not."""
        threads = [
            threading.Thread(target=self._do, args=(number, work), daemon=True)
            for number, work in enumerate((first, second))
        ]
        connections.close_all()
        before, self._boundaries.at = self._boundaries.at, self._at
        try:
            for thread in threads:
                thread.start()
            self._batons[0].release()
            for thread in threads:
                thread.join(PATIENCE_S)
                assert not thread.is_alive(), "a worker waits for something that the other one holds"
        finally:
            self._boundaries.at = before
        if self._faults:
            raise self._faults[0]

    def _do(self, number: int, work: Callable[[], None]) -> None:
        self._ids[threading.get_ident()] = number
        self._batons[number].acquire()
        try:
            work()
        except Died:
            pass
        except BaseException as error:  # noqa: BLE001 - carried to the thread that asked
            self._faults.append(error)
        finally:
            connections.close_all()
            self._boundaries.dead.discard(threading.get_ident())
            self._is_over[number] = True
            self._batons[1 - number].release()

    def _at(self, is_inside: bool) -> None:  # noqa: FBT001 - what ``Boundaries`` asks
        """Give the baton away, unless a transaction is open: that one would lock the other out."""
        number = self._ids.get(threading.get_ident())
        if number is None or is_inside or self._is_over[1 - number] or self._rng.randrange(SWITCHES):
            return
        self._stall()
        self._batons[1 - number].release()
        self._batons[number].acquire()
