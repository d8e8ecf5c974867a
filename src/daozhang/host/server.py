"""The host on TCP: frames behind two-byte lengths, many connections, one disk write for all messages that wait.

While the disk works the next messages are read and decided; their answers leave together after the next write. A disk that
fails ends the host: nobody gets an answer that may be lost.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from daozhang.errors import OutsideError
from daozhang.formats.cells import SHANGHAI
from daozhang.formats.iso8583.frames import LONGEST, SHORTEST
from daozhang.host.counter import Counter, Served
from daozhang.host.journal import SAID, Journal, line_of
from daozhang.host.wire import Tongue

LENGTH_BYTES: Final = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one connection, and all of them, may ask for. Seconds, messages."""

    connections: int = 512
    idle_s: float = 600
    """Nothing for so long, or half a message, and the connection is closed."""
    waiting: int = 64
    """Messages of one connection that wait for the disk before no more are read from it."""
    unreadable: int = 3
    """Frames in a row that no dialect reads before the connection is closed."""
    send_s: float = 20


@dataclass(slots=True, eq=False)
class _Line:
    """One connection."""

    number: int
    writer: asyncio.StreamWriter
    room: asyncio.Semaphore
    tongue: Tongue | None = None
    unreadable: int = 0


def shanghai_now() -> datetime:
    """Return local time of Asia/Shanghai without a zone, as the whole product keeps it."""
    return datetime.now(SHANGHAI).replace(tzinfo=None)


@dataclass(slots=True)
class Host:
    """Serves until told to stop. The journal was read back into the counter's ledger before."""

    counter: Counter
    journal: Journal
    limits: Limits = field(default_factory=Limits)
    now: Callable[[], datetime] = shanghai_now
    answered: int = 0
    writes: int = 0
    _queue: list[tuple[_Line, Served]] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _lines: set[_Line] = field(default_factory=set)
    _opened: int = 0
    _closing: bool = False

    async def serve(self, address: str, port: int, *, ready: Callable[[int], None], stop: asyncio.Event) -> None:
        """Listen until ``stop`` is set; what was read by then is still written and answered. ``ready`` hears the port.

        ``OutsideError`` when the address cannot be had or the disk fails.
        """
        try:
            server = await asyncio.start_server(self._connected, address, port, limit=4 * LONGEST)
        except OSError as error:
            raise OutsideError("host-cannot-listen", address=address, port=str(port)) from error
        ready(int(server.sockets[0].getsockname()[1]))
        committing = asyncio.create_task(self._commit())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({committing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        server.close()
        self._closing = True
        self._wake.set()
        try:
            await committing
        finally:
            for line in list(self._lines):
                line.writer.close()

    async def _commit(self) -> None:
        """Write what waits, then send its answers, again and again."""
        while self._queue or not self._closing:
            await self._wake.wait()
            self._wake.clear()
            batch, self._queue = self._queue, []
            if not batch:
                continue
            lines = [line for _, served in batch for line in served.lines]
            try:
                await asyncio.to_thread(self.journal.write, lines, self.now().date())
            except OSError as error:
                raise OutsideError("host-disk", fault=error.strerror or "") from error
            self.writes += 1
            for line, served in batch:
                self._send(line, served.answer)

    def _send(self, line: _Line, answer: bytes) -> None:
        if answer and not line.writer.is_closing():
            line.writer.write(len(answer).to_bytes(LENGTH_BYTES, "big") + answer)
            self.answered += 1
        line.room.release()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._opened += 1
        line = _Line(self._opened, writer, asyncio.Semaphore(self.limits.waiting))
        if len(self._lines) >= self.limits.connections:
            writer.close()
            return
        self._lines.add(line)
        try:
            while await self._one(reader, line):
                pass
        except (asyncio.IncompleteReadError, TimeoutError, ConnectionError):
            pass  # the other side is gone or silent; what it asked is in the journal
        finally:
            self._lines.discard(line)
            await self._ended(line)

    async def _one(self, reader: asyncio.StreamReader, line: _Line) -> bool:
        """Read and decide one frame; False when the connection has to end."""
        async with asyncio.timeout(self.limits.idle_s):
            size = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
            if not SHORTEST <= size <= LONGEST:
                self._say(line, f"closed, a length of {size}")
                return False
            data = await reader.readexactly(size)
        async with asyncio.timeout(self.limits.send_s):
            await line.room.acquire()
            await line.writer.drain()
        served = self.counter.serve(data, line.tongue, line.number, self.now())
        line.tongue = served.tongue or line.tongue
        line.unreadable = 0 if served.tongue else line.unreadable + 1
        self._put(line, served)
        return line.unreadable < self.limits.unreadable and not self._closing

    def _say(self, line: _Line, what: str) -> None:
        """Write a word of the host itself; it goes to disk with the next messages."""
        self._put(line, Served([line_of(self.now(), line.number, SAID, what)]))

    def _put(self, line: _Line, served: Served) -> None:
        self._queue.append((line, served))
        self._wake.set()

    async def _ended(self, line: _Line) -> None:
        """Close once the answers that wait for the disk are sent."""
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(self.limits.send_s):
                for _ in range(self.limits.waiting):
                    await line.room.acquire()
                await line.writer.drain()
        line.writer.close()
        with contextlib.suppress(ConnectionError, TimeoutError):
            await line.writer.wait_closed()
