"""Connections to the outside: resolved once, checked, and made to exactly the address that was checked.

A name that leads inside is refused unless the source says that it may; what is nobody's host (link-local, among them the
address under which clouds hand out credentials, multicast, unspecified) is refused always. Nothing follows a redirect.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final

from daozhang.errors import OutsideError

CONNECT_S: Final = 20
ANSWER_S: Final = 60
NAT64: Final = ip_network("64:ff9b::/96")
SHARED: Final = ip_network("100.64.0.0/10")


@dataclass(frozen=True, slots=True)
class Address:
    """A host's address that may be connected to."""

    family: int
    place: tuple[Any, ...]

    def connect(self, timeout: float = CONNECT_S) -> socket.socket:
        """Return a connection to this very address; OutsideError when nobody answers there."""
        connection = socket.socket(self.family, socket.SOCK_STREAM)
        try:
            connection.settimeout(timeout)
            connection.connect(self.place)
        except OSError as error:
            connection.close()
            raise OutsideError("source-no-answer", host=str(self.place[0]), port=str(self.place[1])) from error
        connection.settimeout(ANSWER_S)
        return connection


def checked(host: str, port: int, *, may_be_private: bool) -> Address:
    """Return the address of a host; OutsideError when it has none, or any of them may not be connected to."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutsideError("source-no-such-host", host=host) from error
    for _, _, _, _, place in found:
        if not may_connect(str(place[0]), may_be_private=may_be_private):
            raise OutsideError("source-address-inside", host=host, address=str(place[0]))
    family, _, _, _, place = found[0]
    return Address(family, place)


def may_connect(address: str, *, may_be_private: bool) -> bool:
    """Return whether a numeric address may be connected to."""
    parsed = _innermost(ip_address(address.partition("%")[0]))
    if parsed.is_link_local or parsed.is_multicast or parsed.is_unspecified:
        return False
    if isinstance(parsed, IPv4Address) and (parsed in SHARED or int(parsed) >= 0xF0000000 or int(parsed) < 0x01000000):
        return may_be_private and parsed in SHARED
    return may_be_private or parsed.is_global


def _innermost(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address carries, where it does."""
    if isinstance(address, IPv4Address):
        return address
    carried = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if carried is None and address in NAT64:
        carried = IPv4Address(int(address) & 0xFFFFFFFF)
    return carried or address
