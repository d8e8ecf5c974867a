"""One HTTP POST over a connection that somebody else made and answers for: nothing is resolved here, no redirect is followed."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from daozhang.errors import OutsideError
from daozhang.notify.letter import SERVER_DOWN

Connect = Callable[[str, int], socket.socket]
"""Host and port → a connection to an address that was checked; OutsideError when there is none."""

PORTS: Final = {"http": 80, "https": 443}
ANSWER_S: Final = 10.0
"""Seconds that the other side has for each part of its answer."""

MOST_KEPT: Final = 200
"""Characters of an answer that are kept for the log."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the other side said: the HTTP status and the beginning of its words."""

    status: int
    words: str

    @property
    def is_taken(self) -> bool:
        """Return whether it took the message."""
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str], connect: Connect) -> Answered:
    """Post ``body`` and return the answer; OutsideError ``notify-server-down`` when there is none."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    line = http.client.HTTPConnection(host, port, timeout=ANSWER_S)
    try:
        line.sock = _secured(connect(host, port), parts.scheme, host)
        line.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, dict(headers))
        answer = line.getresponse()
        return Answered(answer.status, answer.read(4 * MOST_KEPT).decode("utf-8", "replace")[:MOST_KEPT])
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise OutsideError(SERVER_DOWN, detail=str(error) or type(error).__name__) from error
    finally:
        line.close()


def _secured(plain: socket.socket, scheme: str, host: str) -> socket.socket:
    plain.settimeout(ANSWER_S)
    if scheme != "https":
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except (OSError, ValueError):
        plain.close()
        raise
