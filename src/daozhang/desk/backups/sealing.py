"""Sealed objects: AES-256-GCM in chunks, one key per object derived from the backup key; nothing can be cut, swapped or flipped.

An object's name is a keyed hash of what is in it, so equal content is kept once and nobody who sees the names learns the content.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from daozhang.errors import WorkspaceError

MAGIC: Final = b"DZB1"
KEY_BYTES: Final = 32
CHUNK: Final = 1 << 20
_HEAD: Final = struct.Struct(">4s16s")
_FRAME: Final = struct.Struct(">BI")


class Readable(Protocol):
    """What is asked of a stream."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""


def seal(key: bytes, name: str, chunks: Iterable[bytes], write: Callable[[bytes], object]) -> int:
    """Write ``chunks`` sealed under ``name`` and return how many bytes were written."""
    salt = secrets.token_bytes(16)
    cipher, written = AESGCM(_object_key(key, salt)), _HEAD.size
    write(_HEAD.pack(MAGIC, salt))
    for number, (chunk, is_last) in enumerate(_with_last(chunks)):
        sealed = cipher.encrypt(_nonce(number), chunk, _about(name, number, is_last=is_last))
        write(_FRAME.pack(is_last, len(sealed)) + sealed)
        written += _FRAME.size + len(sealed)
    return written


def unsealed(key: bytes, name: str, stream: Readable) -> Iterator[bytes]:
    """Yield what was sealed under ``name``, each piece proven; WorkspaceError when a bit differs or a piece is missing."""
    magic, salt = _HEAD.unpack(_exactly(stream, _HEAD.size, name))
    if magic != MAGIC:
        raise WorkspaceError("error-backup-damaged", name=name)
    cipher, number, is_last = AESGCM(_object_key(key, salt)), 0, False
    while not is_last:
        last, size = _FRAME.unpack(_exactly(stream, _FRAME.size, name))
        is_last = last == 1
        if size > CHUNK + 16:
            raise WorkspaceError("error-backup-damaged", name=name)
        try:
            yield cipher.decrypt(_nonce(number), _exactly(stream, size, name), _about(name, number, is_last=is_last))
        except InvalidTag:
            raise WorkspaceError("error-backup-damaged", name=name) from None
        number += 1
    if stream.read(1):
        raise WorkspaceError("error-backup-damaged", name=name)


def name_of(key: bytes, sha256: str) -> str:
    """Return the name under which content with this hash is kept."""
    return hmac.digest(key, b"daozhang backup name" + sha256.encode(), hashlib.sha256).hex()


def _object_key(key: bytes, salt: bytes) -> bytes:
    return hmac.digest(key, b"daozhang backup" + salt, hashlib.sha256)


def _exactly(stream: Readable, size: int, name: str) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = stream.read(size - len(data))
        if not piece:
            raise WorkspaceError("error-backup-damaged", name=name)
        data += piece
    return bytes(data)


def _with_last(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    before: bytes | None = None
    for chunk in chunks:
        if before is not None:
            yield before, False
        before = chunk
    yield before or b"", True


def _nonce(number: int) -> bytes:
    return struct.pack(">IQ", 0, number)


def _about(name: str, number: int, *, is_last: bool) -> bytes:
    return name.encode() + struct.pack(">QB", number, is_last)
