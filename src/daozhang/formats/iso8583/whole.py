"""One message decoded to its last byte, or not at all; whatever a decoder raises carries the message, so none of it leaves here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import iso8583

Spec = Mapping[str, Mapping[str, Any]]
Fields = dict[str, str]


def fields_of(data: bytes, spec: Spec) -> Fields | None:
    """Return the fields of a message by number, the message type under ``t``; None when they do not use it up.

    A third bitmap (bit 65) may name fields 129 to 192. No table that is read here has them, so such a message is none of its.
    """
    try:
        fields, _ = iso8583.decode(data, spec)
    except (iso8583.DecodeError, KeyError):
        return None
    return fields
