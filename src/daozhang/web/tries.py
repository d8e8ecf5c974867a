"""How often a login may fail: five times for a name or an address, then a quarter of an hour of rest.

Kept in the memory of the one server process that ``daozhang up`` starts; a restart forgets it.
"""

from __future__ import annotations

import hashlib
from typing import Final

from django.core.cache import cache

MOST_OF_A_NAME: Final = 5
MOST_OF_AN_ADDRESS: Final = 20
REST_S: Final = 900


def wait_s(name: str, address: str) -> int:
    """Return how many seconds this name or address has to wait; 0 means it may try."""
    full = any(int(cache.get(key, 0)) >= most for key, most in _keys(name, address))
    return REST_S if full else 0


def count(name: str, address: str) -> None:
    """Count one failed try; the rest begins again with each."""
    for key, _ in _keys(name, address):
        cache.add(key, 0, REST_S)
        cache.incr(key)
        cache.touch(key, REST_S)


def forget(name: str, address: str) -> None:
    """Forget the failed tries of someone who came in."""
    cache.delete_many([key for key, _ in _keys(name, address)])


def _keys(name: str, address: str) -> tuple[tuple[str, int], ...]:
    def key(kind: str, value: str) -> str:
        return f"login-{kind}-{hashlib.sha256(value.casefold().encode()).hexdigest()[:24]}"

    return ((key("name", name), MOST_OF_A_NAME), (key("address", address), MOST_OF_AN_ADDRESS))
