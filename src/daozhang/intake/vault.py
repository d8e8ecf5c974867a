"""Original files, kept encrypted (AES-256-GCM, one key per file derived from the ring) so that a finding can show its lines.

Layout: magic, key id, salt, then chunks of ciphertext with their length; a chunk's number and whether it is the last are
authenticated with it, so nothing can be cut off, swapped or left out. Plaintext is only ever in memory.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from daozhang.errors import WorkspaceError
from daozhang.intake.keyring import Keyring

MAGIC: Final = b"DZO1"
_HEAD: Final = struct.Struct(">4s16s16s")
_CHUNK: Final = struct.Struct(">QBI")


def write(path: Path, chunks: Iterable[bytes], ring: Keyring) -> None:
    """Write the chunks encrypted, in full or (after a crash) as a file nobody knows of; the bytes are on the disk on return."""
    key_id, salt = ring.current_id("original"), secrets.token_bytes(16)
    cipher = AESGCM(_file_key(ring.key("original"), salt))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(_HEAD.pack(MAGIC, key_id.encode("ascii").ljust(16, b"\0"), salt))
        for number, (chunk, last) in enumerate(_with_last(chunks)):
            sealed = cipher.encrypt(_nonce(number), chunk, _about(number, last=last))
            file.write(_CHUNK.pack(number, last, len(sealed)) + sealed)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path, ring: Keyring) -> bytes:
    """Return the original bytes; WorkspaceError when the file was changed, cut short or its key is gone."""
    return b"".join(_opened(path, ring))


def pieces(path: Path, ring: Keyring) -> Iterator[bytes]:
    """Yield the original bytes a piece at a time, each proven when it comes; WorkspaceError as with ``read``."""
    return _opened(path, ring)


def _opened(path: Path, ring: Keyring) -> Iterator[bytes]:
    with path.open("rb") as file:
        magic, key_id, salt = _HEAD.unpack(_exactly(file.read(_HEAD.size), _HEAD.size, path))
        if magic != MAGIC:
            raise WorkspaceError("error-original-damaged", path=path.name)
        cipher = AESGCM(_file_key(ring.key("original", key_id.rstrip(b"\0").decode("ascii", "replace")), salt))
        number, is_last = 0, False
        while not is_last:
            said, last, size = _CHUNK.unpack(_exactly(file.read(_CHUNK.size), _CHUNK.size, path))
            is_last = bool(last)
            try:
                sealed = _exactly(file.read(size), size, path)
                yield cipher.decrypt(_nonce(number), sealed, _about(said, last=is_last))
            except InvalidTag:
                raise WorkspaceError("error-original-damaged", path=path.name) from None
            number += 1
        if file.read(1):
            raise WorkspaceError("error-original-damaged", path=path.name)


def _exactly(data: bytes, size: int, path: Path) -> bytes:
    if len(data) != size:
        raise WorkspaceError("error-original-damaged", path=path.name)
    return data


def _with_last(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    before: bytes | None = None
    for chunk in chunks:
        if before is not None:
            yield before, False
        before = chunk
    yield before or b"", True


def _file_key(key: bytes, salt: bytes) -> bytes:
    return hmac.digest(key, b"daozhang original" + salt, hashlib.sha256)


def _nonce(number: int) -> bytes:
    return struct.pack(">IQ", 0, number)


def _about(number: int, *, last: bool) -> bytes:
    return struct.pack(">QB", number, last)
