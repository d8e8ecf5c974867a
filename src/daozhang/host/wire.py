"""Bytes of one frame ↔ fields, in the dialect the terminal speaks; an answer is written with the very table that read the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import iso8583

from daozhang.formats.iso8583.dialects import DIALECTS, TERMINAL, TERMINAL_HEADER_BYTES, TPDU_BYTES, Dialect
from daozhang.formats.iso8583.whole import Fields, Spec, fields_of


@dataclass(frozen=True, slots=True)
class Tongue:
    """How one terminal writes: the dialect, and the table of it that fits (tables differ in padding)."""

    dialect: Dialect
    spec: Spec

    @property
    def is_terminal(self) -> bool:
        """Return whether it is the UnionPay dialect, with kind and batch in field 60 and totals in field 48."""
        return self.dialect is TERMINAL

    def fields(self, data: bytes) -> Fields | None:
        """Return the fields of a frame that this tongue reads to its last byte, None otherwise."""
        return fields_of(self.dialect.body_of(data), self.spec)

    def frame(self, head: bytes, fields: Mapping[str, str]) -> bytes:
        """Return a frame without its length; ``iso8583.EncodeError`` where a field does not fit its table."""
        data, _ = iso8583.encode(dict(fields), self.spec)
        return head + bytes(data)


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame that was understood: how it was written, what stood before the message, and its fields."""

    tongue: Tongue
    head: bytes
    fields: Fields

    @property
    def answer_head(self) -> bytes:
        """Return what stands before the answer: the TPDU with its two addresses changed over, the header as it came."""
        tpdu = self.head[:TPDU_BYTES]
        return tpdu[:1] + tpdu[3:5] + tpdu[1:3] + self.head[TPDU_BYTES:] if tpdu else b""


def hear(data: bytes, usual: Tongue | None = None) -> Heard | None:
    """Return a frame understood, trying ``usual`` first (what this connection spoke before); None when no dialect reads it."""
    if usual is not None and (fields := usual.fields(data)) is not None:
        return Heard(usual, _head(data, usual.dialect), fields)
    for dialect in DIALECTS:
        for spec in dialect.specs():
            tongue = Tongue(dialect, spec)
            if (fields := tongue.fields(data)) is not None:
                return Heard(tongue, _head(data, dialect), fields)
    return None


def _head(data: bytes, dialect: Dialect) -> bytes:
    size = TPDU_BYTES if data[:1] == b"\x60" else 0
    return data[: size + (TERMINAL_HEADER_BYTES if dialect is TERMINAL else 0)]
