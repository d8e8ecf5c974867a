"""Messages between the importer and its reader: a length, a JSON object, and for a file's bytes the open file beside it."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any, Final

_LENGTH: Final = struct.Struct(">Q")


class EndOfTalkError(Exception):
    """The other side is gone."""


def send(connection: socket.socket, message: dict[str, Any], handle: int = -1) -> None:
    """Send one message, and an open file with it when ``handle`` is one."""
    body = json.dumps(message, ensure_ascii=True).encode("ascii")
    head = _LENGTH.pack(len(body))
    if handle >= 0:
        socket.send_fds(connection, [head], [handle])
    else:
        connection.sendall(head)
    connection.sendall(body)


def receive(connection: socket.socket) -> tuple[dict[str, Any], int]:
    """Return the next message and the open file that came with it (-1 for none)."""
    head, handles, _, _ = socket.recv_fds(connection, _LENGTH.size, 1)
    while 0 < len(head) < _LENGTH.size:
        head += connection.recv(_LENGTH.size - len(head)) or b"\0" * _LENGTH.size
    if len(head) != _LENGTH.size:
        raise EndOfTalkError
    message: dict[str, Any] = json.loads(read_exactly(connection, _LENGTH.unpack(head)[0]))
    return message, handles[0] if handles else -1


def read_exactly(connection: socket.socket, size: int) -> bytes:
    """Return ``size`` bytes of the connection; EndOfTalkError when it ends before."""
    pieces = []
    while size:
        piece = connection.recv(min(size, 1 << 20))
        if not piece:
            raise EndOfTalkError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
