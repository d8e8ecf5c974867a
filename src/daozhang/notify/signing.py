"""The signature of a webhook, as the open *Standard Webhooks* form has it, so that receivers find a library that checks it.

Signed is ``<id>.<seconds>.<body>`` with HMAC-SHA256; the header holds one ``v1,<base64>`` per live key, joined by a blank.
A receiver takes the message when one of them fits a key it has and the time is at most five minutes away.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from daozhang.errors import InputError

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
MOST_APART_S: Final = 300


def new_secret() -> str:
    """Return a fresh secret as it is given to the receiver."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers(message_id: str, at: datetime, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """Return the headers of one try made at ``at``, a moment with its zone, signed with every key that is live."""
    seconds = str(int(at.timestamp()))
    signed = " ".join(f"v1,{_signature(message_id, seconds, body, key)}" for key in keys)
    return {
        "Content-Type": "application/json", "User-Agent": "Daozhang", "webhook-id": message_id, "webhook-timestamp": seconds,
        "webhook-signature": signed,
    }  # fmt: skip


def is_genuine(given: Mapping[str, str], body: bytes, key: str, *, at: datetime) -> bool:
    """Return whether a message is from who holds ``key`` and was sent within five minutes of ``at``: the receiver's check."""
    seconds = given.get("webhook-timestamp", "")
    if not seconds.isascii() or not seconds.isdigit() or abs(int(at.timestamp()) - int(seconds)) > MOST_APART_S:
        return False
    right = _signature(given.get("webhook-id", ""), seconds, body, key)
    said = (one.removeprefix("v1,") for one in given.get("webhook-signature", "").split(" ") if one.startswith("v1,"))
    return any(hmac.compare_digest(right.encode(), one.encode()) for one in said)


def _signature(message_id: str, seconds: str, body: bytes, key: str) -> str:
    try:
        secret = base64.b64decode(key.removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise InputError("error-webhook-secret") from error
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
