"""Account numbers at rest: encrypted with the workspace's key, except a card's, which is never at rest at all."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from daozhang.desk.workspace import Workspace
from daozhang.errors import WorkspaceError
from daozhang.intake import keyring
from daozhang.intake.cards import is_card_number
from daozhang.remedies.accounts import compact

_NONCE: Final = 12
_KEY_ID: Final = 16
TOKEN_LENGTH: Final = 24


def may_be_kept(number: str) -> bool:
    """Return whether a number may be at rest, sealed: it is not a card's."""
    return not is_card_number(compact(number))


def token(workspace: Workspace, number: str) -> str:
    """Return the keyed hash of a number: the same for the same number, and nothing can be told from it."""
    key = keyring.load(workspace.keys).key("token")
    return hmac.digest(key, b"account " + compact(number).upper().encode(), hashlib.sha256).hex()[:TOKEN_LENGTH]


def seal(workspace: Workspace, number: str) -> bytes:
    """Return a number encrypted; nothing of a card, whose number may not be kept."""
    if not may_be_kept(number):
        return b""
    ring = keyring.load(workspace.keys)
    key_id = ring.current_id("original")
    nonce = secrets.token_bytes(_NONCE)
    body = AESGCM(_key(ring.key("original"))).encrypt(nonce, compact(number).upper().encode(), None)
    return key_id.encode("ascii").ljust(_KEY_ID, b"\0") + nonce + body


def unseal(workspace: Workspace, sealed: bytes) -> str:
    """Return a sealed number; WorkspaceError when it was changed or its key is gone, or when none was kept."""
    if not sealed:
        raise WorkspaceError("error-account-not-kept")
    ring = keyring.load(workspace.keys)
    key_id = sealed[:_KEY_ID].rstrip(b"\0").decode("ascii", "replace")
    nonce, body = sealed[_KEY_ID : _KEY_ID + _NONCE], sealed[_KEY_ID + _NONCE :]
    try:
        return AESGCM(_key(ring.key("original", key_id))).decrypt(nonce, body, None).decode()
    except InvalidTag:
        raise WorkspaceError("error-account-not-kept") from None


def _key(key: bytes) -> bytes:
    return hmac.digest(key, b"daozhang payee account", hashlib.sha256)
