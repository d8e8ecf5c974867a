"""A terminal made byte by byte, a host in a process, and what its journal says through the product's own log reader."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from formats_sink import Reading, read
from iso8583_made import sale, terminal, totals

from daozhang.formats.base import Source
from daozhang.formats.iso8583.dialects import decode

MERCHANT, TILL = "898310058120001", "12345678"


class HostProcess:
    """A running host. ``kill`` is the kill that nothing can catch; ``end`` asks."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("host_process.py")), str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.kill()
        self._gone()

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("end\n")
        self.process.stdin.flush()
        self._gone()

    def _gone(self) -> None:
        self.process.wait(20)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()


@contextmanager
def host_in(folder: Path) -> Iterator[HostProcess]:
    host = HostProcess(folder)
    try:
        yield host
    finally:
        if host.process.poll() is None:
            host.end()


class Peer:
    """One connection of a terminal."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.file = self.socket.makefile("rb")

    def send(self, *messages: bytes) -> None:
        self.socket.sendall(b"".join(len(one).to_bytes(2, "big") + one for one in messages))

    def receive(self) -> bytes:
        """Return the next frame; empty when the host closed the connection."""
        size = int.from_bytes(self.file.read(2), "big")
        return self.file.read(size)

    def ask(self, message: bytes) -> dict[str, str]:
        """Send a message and return the fields of its answer."""
        self.send(message)
        return fields_of(self.receive())

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@contextmanager
def peer_of(host: HostProcess) -> Iterator[Peer]:
    peer = Peer(host.port)
    try:
        yield peer
    finally:
        peer.close()


def fields_of(frame: bytes) -> dict[str, str]:
    found = decode(frame)
    assert found is not None
    return found[1]


def sale_of(trace: str, fen: int, *, batch: str = "000001", **more: str) -> bytes:
    return terminal("0200", sale(trace, fen, f60=f"22{batch}000601", f12="101530", f13="0615", **more))


def reversal_of(trace: str, fen: int, *, batch: str = "000001") -> bytes:
    return terminal("0400", sale(trace, fen, f60=f"22{batch}000601", f61=f"{batch}{trace}", f39="98"))


def close_of(
    trace: str, debit: int, debits: int, credit: int = 0, credits_: int = 0, *, batch: str = "000001"
) -> bytes:
    asked = {11: trace, 41: TILL, 42: MERCHANT, 49: "156", 48: totals(debit, debits, credit, credits_, "0")}
    return terminal("0500", {**asked, 60: f"00{batch}201"})


def upload_of(trace: str, payments: Mapping[str, int], *, batch: str = "000001") -> bytes:
    listed = "".join(f"00{no}{'6222021234567890123'.zfill(20)}{fen:012d}" for no, fen in payments.items())
    return terminal(
        "0320", {11: trace, 41: TILL, 42: MERCHANT, 48: f"{len(payments):02d}{listed}", 60: f"00{batch}201"}
    )


def upload_end_of(trace: str, count: int, *, batch: str = "000001") -> bytes:
    return terminal("0320", {11: trace, 41: TILL, 42: MERCHANT, 48: f"{count:04d}", 60: f"00{batch}202"})


def journal_of(folder: Path) -> Reading:
    """Return what the log reader of the product makes of a journal's files, put together in their order."""
    paths = sorted(folder.glob("host-*.log*"))
    return read("iso8583_log", Source(paths[0].name, b"".join(path.read_bytes() for path in paths)))


def payments_of(folder: Path) -> list[dict[str, Any]]:
    return journal_of(folder).values("transactions")
