"""One frame in, journal lines and an answer out: the story of a message, without sockets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import iso8583

from daozhang.host.asking import asked_of
from daozhang.host.journal import ASKED, SAID, TOLD, Kept, line_of
from daozhang.host.keeping import kept
from daozhang.host.ledger import Ledger
from daozhang.host.wire import Heard, Tongue, hear


@dataclass(frozen=True, slots=True)
class Served:
    """What is to be written first, and what may be sent then (nothing where there is no answer)."""

    lines: list[bytes]
    answer: bytes = b""
    tongue: Tongue | None = None


@dataclass(slots=True)
class Counter:
    """The ledger with the journal's lines around it."""

    ledger: Ledger = field(default_factory=Ledger)

    def serve(self, data: bytes, usual: Tongue | None, connection: int, at: datetime) -> Served:
        """Return the answer to a frame and the lines that have to be on disk before it is sent.

        Bytes that are no message, and messages that ask nothing, get no answer: the journal says so, never what they were.
        """
        heard = hear(data, usual)
        if heard is None:
            return Served([line_of(at, connection, SAID, f"unreadable, {len(data)} bytes")])
        fields = kept(heard.fields, is_terminal=heard.tongue.is_terminal)
        if fields["t"][2] not in "02":
            return Served([line_of(at, connection, SAID, f"asks nothing, type {fields['t']}")], tongue=heard.tongue)
        try:
            asked_again = heard.tongue.frame(heard.head, fields)
            asked = asked_of(fields, is_terminal=heard.tongue.is_terminal)
            answer, is_repeat = self.ledger.answer(asked, at)
            told = heard.tongue.frame(heard.answer_head, answer)
        except iso8583.EncodeError:
            return Served(
                [line_of(at, connection, SAID, f"cannot be answered, type {fields['t']}")], tongue=heard.tongue
            )
        if (
            is_repeat
        ):  # what it repeats is on disk already; written again it would be a second payment to whoever reads the log
            what = f"again, type {fields['t']}, trace {asked.trace_no}, answered as before"
            return Served([line_of(at, connection, SAID, what)], told, heard.tongue)
        self.ledger.take(asked, answer)
        lines = [
            line_of(at, connection, sign, frame.hex().upper()) for sign, frame in ((ASKED, asked_again), (TOLD, told))
        ]
        return Served(lines, told, heard.tongue)

    def remember(self, journal: Iterable[Kept]) -> int:
        """Take what the journal holds into the ledger and return the number of exchanges."""
        tongues: dict[int, Tongue] = {}
        waiting: dict[int, Heard] = {}
        count = 0
        for one in journal:
            heard = hear(one.data, tongues.get(one.connection))
            if heard is None:
                continue
            tongues[one.connection] = heard.tongue
            if one.direction == ASKED:
                waiting[one.connection] = heard
            elif (asked := waiting.pop(one.connection, None)) is not None:
                self.ledger.take(asked_of(asked.fields, is_terminal=asked.tongue.is_terminal), heard.fields)
                count += 1
        return count
