"""One connection of a probe: a frame out, the answer to it back within its time, nothing that came late taken for it."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import Final

from daozhang.formats.iso8583.dialects import Dialect
from daozhang.probe.messages import LENGTH_BYTES, Answer, read_answer

MOST_BYTES: Final = 4096
_SNTP_REQUEST: Final = b"\x1b" + 47 * b"\x00"
_1900_TO_1970: Final = 2_208_988_800


@dataclass(slots=True)
class Line:
    """A connection to a host with what was read of the next frame so far."""

    socket: socket.socket
    dialect: Dialect
    _read: bytes = b""

    def ask(self, frame: bytes, trace: int, timeout: float) -> tuple[Answer | None, float]:
        """Return the answer with this trace number and its round trip in ms; None when it did not come in time.

        ``ConnectionError`` when the host ended the connection.
        """
        begun = time.perf_counter()
        self.socket.settimeout(timeout)
        self.socket.sendall(frame)
        while (left := begun + timeout - time.perf_counter()) > 0:
            data = self._frame(left)
            if data is None:
                break
            answer = read_answer(data, self.dialect)
            if answer is not None and answer.trace == trace % 1_000_000:
                return answer, 1000 * (time.perf_counter() - begun)
        return None, 1000 * timeout

    def _frame(self, timeout: float) -> bytes | None:
        """Return the next whole frame; None when it did not come. What came of it is kept for the next call."""
        end = time.perf_counter() + timeout
        while True:
            size = int.from_bytes(self._read[:LENGTH_BYTES], "big")
            if len(self._read) >= LENGTH_BYTES + size > LENGTH_BYTES:
                data = self._read[LENGTH_BYTES : LENGTH_BYTES + size]
                self._read = self._read[LENGTH_BYTES + size :]
                return data
            left = end - time.perf_counter()
            if left <= 0:
                return None
            self.socket.settimeout(left)
            try:
                came = self.socket.recv(MOST_BYTES)
            except TimeoutError:
                return None
            if not came:
                raise ConnectionResetError
            self._read += came


def ahead_of(host: str, port: int, timeout: float) -> float | None:
    """Return by how many seconds this device's clock is ahead of a time server (SNTP, RFC 4330); None without an answer."""
    try:
        family, kind, proto, _, host_at = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, proto) as line:
            line.settimeout(timeout)
            sent = time.time()
            line.sendto(_SNTP_REQUEST, host_at)
            data = line.recvfrom(512)[0]
            back = time.time()
    except (OSError, UnicodeError):
        return None
    if len(data) < 48 or data[0] & 7 != 4 or not data[1]:  # mode 4 is a server; stratum 0 says "do not use me"
        return None
    whole, part = (int.from_bytes(data[place : place + 4], "big") for place in (40, 44))
    return (sent + back) / 2 - (whole - _1900_TO_1970 + part / 2**32)
