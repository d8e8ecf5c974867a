"""A small host of the test's own, put together byte by byte, and a proxy in front of it that does what bad lines do."""

from __future__ import annotations

import random
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.append(str(Path(__file__).parent.parent / "formats"))
from iso8583_made import switch, terminal

SHANGHAI = ZoneInfo("Asia/Shanghai")
Answering = Callable[[bytes], bytes | None]


class Host:
    """Answers echoes and sign-ons with its own clock, in both dialects. ``skew`` moves the clock; ``code`` answers sign-ons."""

    def __init__(self, *, skew: timedelta = timedelta(), code: str = "00", tells_time: bool = True) -> None:
        self.skew, self.code, self.tells_time = skew, code, tells_time
        self.seen: list[bytes] = []

    def answer(self, frame: bytes) -> bytes:
        self.seen.append(frame)
        at = datetime.now(SHANGHAI) + self.skew
        told = {12: f"{at:%H%M%S}", 13: f"{at:%m%d}"} if self.tells_time else {}
        if frame[:1] == b"\x60":
            # TPDU 5, header 6, type 2, bitmap 8: field 11 is the first of the fields; 60 the last, six bytes behind its length
            is_sign_on = frame[-6:].hex().startswith("00000001001")
            code = self.code if is_sign_on else "00"
            return terminal("0810", {11: frame[21:24].hex(), **told, 39: code})
        body = frame.decode("ascii")
        trace = body[4 + 32 + 10 : 4 + 32 + 16]  # type, two bitmaps in hex, field 7
        code = self.code if body.endswith("001") else "00"
        return switch("0810", {11: trace, **told, 39: code})


def lossy(answer: Answering, seed: int, share: float) -> Answering:
    """Lose a share of the messages on the way, by seed."""
    rng = random.Random(seed)  # noqa: S311 - weather, not a secret
    return lambda frame: answer(frame) if rng.random() >= share else None


def slow(answer: Answering, seconds: float) -> Answering:
    """Be late with every answer."""

    def late(frame: bytes) -> bytes | None:
        time.sleep(seconds)
        return answer(frame)

    return late


@contextmanager
def served(answer: Answering) -> Iterator[int]:
    """Serve frames behind two-byte lengths on loopback and give the port; an answer of None is a message that was lost."""
    server = socket.create_server(("127.0.0.1", 0))

    def talk(line: socket.socket) -> None:
        with suppress(OSError, ValueError), line, line.makefile("rb") as file:  # hung up, or bytes that are no message
            while head := file.read(2):
                said = answer(file.read(int.from_bytes(head, "big")))
                if said is not None:
                    line.sendall(len(said).to_bytes(2, "big") + said)

    def wait() -> None:
        while True:
            try:
                line = server.accept()[0]
            except OSError:
                return
            threading.Thread(target=talk, args=(line,), daemon=True).start()

    threading.Thread(target=wait, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


@contextmanager
def closed_port() -> Iterator[int]:
    """Give a port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def dropping_port() -> Iterator[int]:
    """Give a port whose connection requests are dropped without a word: its queue of one is full and nobody takes from it."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = []
        for _ in range(4):
            line = socket.socket()
            line.setblocking(False)
            line.connect_ex(server.getsockname())
            waiting.append(line)
        time.sleep(0.05)
        yield server.getsockname()[1]
        for line in waiting:
            line.close()


@contextmanager
def time_server(ahead: float) -> Iterator[int]:
    """Give the port of an SNTP server whose clock is ``ahead`` seconds before ours."""
    with socket.socket(type=socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def answer() -> None:
            data, back = server.recvfrom(512)
            moment = time.time() + ahead + 2_208_988_800
            whole = int(moment)
            stamp = struct.pack("!II", whole, int((moment - whole) * 2**32))
            server.sendto(bytes([0x1C, 2, 0, 0]) + 36 * b"\0" + stamp if data else b"", back)

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]
