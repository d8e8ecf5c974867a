"""Uploaded files on their way to an import: encrypted while they arrive, read back piece by piece, then removed.

The plain bytes never touch a disk. A file is cut into pieces; each is sealed with AES-256-GCM under the workspace's key
for originals, its number and "is the last" bound in, so that pieces cannot be swapped, dropped or cut off unseen.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import struct
import time
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from daozhang.desk.import_parts import make_durable
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError
from daozhang.intake import keyring

FOLDER: Final = "uploads"
MAGIC: Final = b"DZU1"
NAME: Final = b"DZN1"
PIECE: Final = 1_048_576
"""Bytes of the file in one sealed piece."""


def folder(workspace: Workspace) -> Path:
    """Return the folder of uploads that wait for the worker."""
    path = workspace.root / FOLDER
    path.mkdir(mode=0o700, exist_ok=True)
    return path


@dataclass(slots=True)
class Upload:
    """One file that is arriving. ``write`` what came, then ``close`` it; ``give_up`` leaves nothing behind."""

    id: str
    path: Path
    file: BinaryIO
    cipher: AESGCM
    salt: bytes
    pieces: int = 0
    size: int = 0
    waiting: bytearray = field(default_factory=bytearray)
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> None:
        """Take the next bytes; whole pieces go to disk, sealed."""
        self.waiting += data
        self.size += len(data)
        self.digest.update(data)
        while len(self.waiting) > PIECE:
            self._seal(bytes(self.waiting[:PIECE]), is_last=False)
            del self.waiting[:PIECE]

    def close(self) -> str:
        """Seal the last piece, make the file durable and return the id of the upload."""
        self._seal(bytes(self.waiting), is_last=True)
        self.waiting.clear()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        self.path.with_suffix(".part").replace(self.path)
        make_durable([self.path.parent])
        return self.id

    def give_up(self) -> None:
        """Remove what has arrived, also when it was whole already."""
        with contextlib.suppress(OSError):  # a disk that is full fails again while it flushes
            self.file.close()
        self.path.with_suffix(".part").unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of what has arrived, in hexadecimal."""
        return str(self.digest.hexdigest())

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        sealed = self.cipher.encrypt(_nonce(self.salt, self.pieces), piece, _bound(self.pieces, is_last=is_last))
        self.file.write(struct.pack(">I?", len(sealed), is_last) + sealed)
        self.pieces += 1


def start(workspace: Workspace) -> Upload:
    """Begin an upload."""
    ring = keyring.load(workspace.keys)
    key_id = ring.current_id("original")
    name = "up_" + secrets.token_hex(10)
    path = folder(workspace) / name
    salt = secrets.token_bytes(8)
    handle = os.open(path.with_suffix(".part"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    file = os.fdopen(handle, "wb")
    file.write(MAGIC + struct.pack(">B", len(key_id)) + key_id.encode() + salt)
    return Upload(name, path, file, AESGCM(ring.key("original", key_id)), salt)


def read(workspace: Workspace, upload_id: str) -> bytes:
    """Return the bytes of an upload; InputError when it is not there or not whole."""
    return b"".join(pieces(workspace, upload_id))


def pieces(workspace: Workspace, upload_id: str) -> Iterator[bytes]:
    """Yield the bytes of an upload, at most ``PIECE`` at a time; InputError when it is not there, or on the way not whole.

    What was yielded counts only when the end was reached: a file that was cut off shows it at its end.
    """
    path = _path(workspace, upload_id)
    if not path.exists():
        raise InputError("error-upload-gone", upload=upload_id)
    with path.open("rb") as file:
        try:
            yield from _opened(workspace, file)
        except (InvalidTag, struct.error, ValueError) as error:
            raise InputError("error-upload-damaged", upload=upload_id) from error


def remove(workspace: Workspace, upload_id: str) -> None:
    """Remove an upload that has been imported; one that is gone already is no trouble."""
    _path(workspace, upload_id).unlink(missing_ok=True)


def seal_name(workspace: Workspace, name: str) -> str:
    """Return a file name sealed, for the job that waits: a name may hold a card number, and a database keeps what it gets."""
    ring = keyring.load(workspace.keys)
    key_id, nonce = ring.current_id("original"), secrets.token_bytes(12)
    sealed = AESGCM(ring.key("original", key_id)).encrypt(nonce, name.encode("utf-8", "replace"), NAME)
    return f"{key_id}.{(nonce + sealed).hex()}"


def open_name(workspace: Workspace, sealed: str) -> str:
    """Return a sealed name; InputError when it was changed."""
    key_id, _, rest = sealed.partition(".")
    try:
        data = bytes.fromhex(rest)
        return AESGCM(keyring.load(workspace.keys).key("original", key_id)).decrypt(data[:12], data[12:], NAME).decode()
    except (InvalidTag, ValueError) as error:
        raise InputError("error-upload-damaged", upload="") from error


def sweep(workspace: Workspace, waiting: Container[str], older_than_s: int = 86_400) -> int:
    """Remove uploads that no job waits for and that are older than a day: forms that were refused, senders that left."""
    removed = 0
    for path in folder(workspace).iterdir():
        if path.stem not in waiting and path.stat().st_mtime < time.time() - older_than_s:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _opened(workspace: Workspace, file: BinaryIO) -> Iterator[bytes]:
    if file.read(len(MAGIC)) != MAGIC:
        raise ValueError("magic")
    (length,) = struct.unpack(">B", file.read(1))
    key_id = file.read(length).decode()
    salt = file.read(8)
    cipher = AESGCM(keyring.load(workspace.keys).key("original", key_id))
    number, is_last = 0, False
    while not is_last:
        size, is_last = struct.unpack(">I?", file.read(5))
        yield cipher.decrypt(_nonce(salt, number), file.read(size), _bound(number, is_last=is_last))
        number += 1


def _nonce(salt: bytes, number: int) -> bytes:
    return salt + struct.pack(">I", number)


def _bound(number: int, *, is_last: bool) -> bytes:
    return MAGIC + struct.pack(">I?", number, is_last)


def _path(workspace: Workspace, upload_id: str) -> Path:
    if not upload_id.startswith("up_") or not upload_id.removeprefix("up_").isalnum():
        raise InputError("error-upload-gone", upload=upload_id)
    return folder(workspace) / upload_id
