"""One HTTP call to a bank: to the address that was checked, within its time, no redirects, an answer of bounded size."""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from daozhang.desk.connectors.configured import Bank
from daozhang.desk.ways_in.found import secret
from daozhang.desk.ways_in.outgoing import Address, checked
from daozhang.errors import OutsideError

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of an answer that are read; more is no answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status and a body."""

    status: int
    body: bytes


class _Plain(http.client.HTTPConnection):
    """A connection to the one address that was checked."""

    def __init__(self, host: str, port: int, address: Address, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.address, self.patience = address, timeout

    def connect(self) -> None:
        self.sock: socket.socket = self.address.connect(self.patience)
        self.sock.settimeout(self.patience)


class _Secure(_Plain):
    """The same within TLS, the certificate held against the name."""

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def call(bank: Bank, method: str, url: str, body: bytes | None = None, content_type: str = "") -> Reply:
    """Return the answer to one call; OutsideError when there was none: the call may have arrived all the same."""
    parts = urlsplit(url)
    if parts.scheme == "http" and not bank.private:
        raise OutsideError("error-bank-plain-http", bank=bank.name)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.hostname or ""
    address = checked(host, port, may_be_private=bank.private)
    connection = (_Secure if parts.scheme == "https" else _Plain)(host, port, address, bank.timeout_s)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Accept": "application/xml, application/json", **_authorization(bank)}
    headers |= {"Content-Type": content_type} if content_type else {}
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        content = answer.read(LARGEST + 1)
    except (OSError, http.client.HTTPException) as error:
        raise OutsideError("error-bank-silent", bank=bank.name) from error
    finally:
        connection.close()
    if len(content) > LARGEST:
        raise OutsideError("error-bank-silent", bank=bank.name)
    return Reply(answer.status, content)


def _authorization(bank: Bank) -> dict[str, str]:
    return {"Authorization": secret(bank.authorization)} if bank.authorization else {}
