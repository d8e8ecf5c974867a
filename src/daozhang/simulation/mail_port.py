"""A mail server that loses calls, answers twice, never answers, puts off, and is down: all by its own stream of chance."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from daozhang.errors import OutsideError
from daozhang.notify.letter import SERVER_DOWN, TRY_LATER, Letter, MailServer
from daozhang.simulation.boundaries import Boundaries
from daozhang.simulation.clock import SimulatedClock

OVERSLEPT: Final = timedelta(seconds=100)
"""A sender that sleeps so long between its claim and the end of its call may find that another one has taken the letter."""
ODDS: Final = 5
"""One call in so many meets a fault while the server is not calm."""


@dataclass(slots=True)
class MailPort:
    """Takes letters. ``box`` holds the key of each letter it accepted, each time it did, in order.

    ``unsure`` counts, per key, the calls of which the sender cannot know the end: only after such a one may the
    same letter be handed over again. ``put_off`` are keys that the server itself asked to bring later.
    """

    rng: Random
    boundaries: Boundaries
    clock: SimulatedClock
    is_calm: bool = False
    box: list[str] = field(default_factory=list)
    unsure: Counter[str] = field(default_factory=Counter)
    put_off: set[str] = field(default_factory=set)
    _answered: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    """Per thread the letter of which it has an answer it has not written down yet, and when it began the call."""

    def __post_init__(self) -> None:
        """Whoever dies before it has written down an answer could not know that the letter was taken."""
        self.boundaries.on_death.append(self._bury)

    def _bury(self, thread: int) -> None:
        if thread in self._answered:
            self.unsure[self._answered.pop(thread)[0]] += 1

    def send(self, letter: Letter, server: MailServer) -> str:
        """Take one letter and answer, or not."""
        del server
        self._answered.pop(threading.get_ident(), None)
        claimed_at = self.clock.at
        for key, began_at in self._answered.values():  # one who has an answer and sleeps over it loses its claim, too
            self.unsure[key] += key == letter.key and claimed_at - began_at > OVERSLEPT
        try:
            return self._take(letter, claimed_at)
        finally:
            self.unsure[letter.key] += self.clock.at - claimed_at > OVERSLEPT

    def all_written_down(self) -> None:
        """Note that the sender of this thread has written down every answer it had."""
        self._answered.pop(threading.get_ident(), None)

    def _take(self, letter: Letter, claimed_at: datetime) -> str:
        self.boundaries.cross(is_inside=False)
        fault = "" if self.is_calm or self.rng.randrange(ODDS) else self.rng.choice(("down", "later", "lost", "silent"))
        if fault == "down":
            raise OutsideError(SERVER_DOWN, detail="simulated")
        if fault == "later":
            self.put_off.add(letter.key)
            raise OutsideError(TRY_LATER, detail="simulated")
        if fault == "lost":  # the call never came: the sender sees a broken line
            raise OutsideError(SERVER_DOWN, detail="lost")
        self.box.append(letter.key)
        if fault == "silent":  # it came and was taken; the answer never did
            self.unsure[letter.key] += 1
            raise OutsideError(SERVER_DOWN, detail="no answer")
        self._answered[threading.get_ident()] = letter.key, claimed_at
        self.boundaries.cross(is_inside=False)
        return f"<{letter.key}>"
