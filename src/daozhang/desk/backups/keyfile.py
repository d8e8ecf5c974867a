"""The keys of backups: one key that seals them, kept beside the ring, and one file with all keys that is stored apart.

A backup never holds the keys. Whoever has the backup without the key file can read nothing; whoever loses the key file
loses the backups. The file may itself be locked with a passphrase (scrypt).
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from daozhang.desk.backups.sealing import KEY_BYTES
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError, WorkspaceError
from daozhang.intake import keyring

FILE_NAME: Final = "backup.key"
_SCRYPT: Final = {"length": 32, "n": 2**15, "r": 8, "p": 1}


@dataclass(frozen=True, slots=True)
class Keys:
    """The key that seals backups, and the workspace's ring as it is written."""

    backup: bytes
    ring: str


def backup_key(workspace: Workspace) -> bytes:
    """Return the key that seals this workspace's backups; the first call makes it."""
    path = workspace.keys / FILE_NAME
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept(path)
    key = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex())
        file.flush()
        os.fsync(file.fileno())
    return key


def _kept(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise WorkspaceError("error-key-ring", path=str(path))
    return key


def export(workspace: Workspace, path: Path, passphrase: str = "") -> None:
    """Write all keys of the workspace to ``path``, locked when a passphrase is given; RefusedError when it is there already."""
    keyring.load(workspace.keys)  # made when missing: a restore needs it
    body = json.dumps(
        {
            "backup": backup_key(workspace).hex(),
            "ring": (workspace.keys / keyring.FILE_NAME).read_text(encoding="utf-8"),
        }
    )
    told = (
        {"daozhang": "backup keys", "locked": _locked(body, passphrase)}
        if passphrase
        else {"daozhang": "backup keys", "open": body}
    )
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise RefusedError("error-backup-key-exists", path=str(path)) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path, passphrase: str = "") -> Keys:
    """Return the keys in ``path``; InputError when it is no key file, or the passphrase is missing or wrong."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        body = told["open"] if "open" in told else _unlocked(told["locked"], passphrase)
        inner = json.loads(body)
        return Keys(bytes.fromhex(inner["backup"]), inner["ring"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("error-backup-key", path=str(path)) from error


def own(workspace: Workspace) -> Keys:
    """Return the keys of the open workspace, for a rehearsal on the same machine."""
    keyring.load(workspace.keys)
    return Keys(backup_key(workspace), (workspace.keys / keyring.FILE_NAME).read_text(encoding="utf-8"))


def _locked(body: str, passphrase: str) -> dict[str, str]:
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    key = Scrypt(salt=salt, **_SCRYPT).derive(passphrase.encode())
    sealed = AESGCM(key).encrypt(nonce, body.encode(), b"daozhang backup keys")
    return {
        name: base64.b64encode(part).decode() for name, part in (("salt", salt), ("nonce", nonce), ("sealed", sealed))
    }


def _unlocked(locked: dict[str, str], passphrase: str) -> str:
    parts = {name: base64.b64decode(value) for name, value in locked.items()}
    key = Scrypt(salt=parts["salt"], **_SCRYPT).derive(passphrase.encode())
    try:
        return AESGCM(key).decrypt(parts["nonce"], parts["sealed"], b"daozhang backup keys").decode()
    except InvalidTag:
        raise ValueError("wrong passphrase") from None
