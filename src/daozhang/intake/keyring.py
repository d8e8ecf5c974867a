"""The key ring of a workspace: one key for card tokens, one for encrypted originals, each with an id so that it can rotate.

The ring is one file, readable by its owner only, made once. Losing it loses the originals and the link between old and
new card tokens; so it belongs in the backup, apart from the data (setting ``key_folder``).
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from daozhang.errors import WorkspaceError

FILE_NAME: Final = "ring.json"
PURPOSES: Final = ("token", "original")


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys by purpose and id; the current one of each purpose makes new things, the older ones still read."""

    current: dict[str, str]
    keys: dict[str, dict[str, bytes]]

    def key(self, purpose: str, key_id: str = "") -> bytes:
        """Return a 32-byte key; WorkspaceError when the ring has no key of that id."""
        chosen = key_id or self.current[purpose]
        try:
            return self.keys[purpose][chosen]
        except KeyError:
            raise WorkspaceError("error-key-missing", name=chosen) from None

    def current_id(self, purpose: str) -> str:
        """Return the id of the key that new things are made with."""
        return self.current[purpose]


def load(folder: Path) -> Keyring:
    """Return the ring kept in ``folder``; the first call makes it. Two processes that start together get the same one."""
    path = folder / FILE_NAME
    if not path.exists():
        _publish(path, {purpose: _fresh() for purpose in PURPOSES})
    return _read(path)


def rotate(folder: Path, purpose: str) -> str:
    """Give ``purpose`` a new current key and return its id; the old keys stay for what they made."""
    ring = load(folder)
    fresh = _fresh()
    stored: dict[str, dict[str, object]] = {
        one: {"current": ring.current[one], "keys": {name: key.hex() for name, key in ring.keys[one].items()}}
        for one in PURPOSES
    }
    stored[purpose] = {"current": fresh["current"], "keys": {**_written(ring, purpose), **_keys_of(fresh)}}
    draft = _draft(folder / FILE_NAME, stored)
    draft.replace(folder / FILE_NAME)
    _sync(folder)
    return str(fresh["current"])


def _written(ring: Keyring, purpose: str) -> dict[str, str]:
    """Return the keys of one purpose as they are written, id → hexadecimal."""
    return {name: key.hex() for name, key in ring.keys[purpose].items()}


def _keys_of(entry: dict[str, object]) -> dict[str, str]:
    keys = entry["keys"]
    assert isinstance(keys, dict)
    return keys


def _fresh() -> dict[str, object]:
    name = "k" + secrets.token_hex(4)
    return {"current": name, "keys": {name: secrets.token_hex(32)}}


def _read(path: Path) -> Keyring:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        keys = {
            purpose: {name: bytes.fromhex(key) for name, key in stored[purpose]["keys"].items()} for purpose in PURPOSES
        }
        return Keyring({purpose: stored[purpose]["current"] for purpose in PURPOSES}, keys)
    except (ValueError, KeyError, TypeError) as error:
        raise WorkspaceError("error-key-ring", path=str(path)) from error


def _publish(path: Path, stored: dict[str, dict[str, object]]) -> None:
    """Put the ring in place unless somebody else just did; a half-written ring is never seen."""
    draft = _draft(path, stored)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    _sync(path.parent)


def _draft(path: Path, stored: dict[str, dict[str, object]]) -> Path:
    draft = path.with_name(f".ring-{secrets.token_hex(6)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(stored, file)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
