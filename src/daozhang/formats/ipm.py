"""Mastercard IPM: blocks → records → messages of ISO 8583:1993, in EBCDIC or ASCII.

The table of fields is the one that ``cardutil`` publishes as its configuration; the messages are decoded by ``iso8583``,
since ``cardutil``'s own reading writes a dump of every message into a log that nobody reads, and that costs most of its
time. A decoder's error carries the message with its card number, so none of them leaves this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from cardutil.config import config
from iso8583.specs import default as with_binary_bitmap

from daozhang.formats.base import Source
from daozhang.formats.iso8583.whole import Fields, Spec, fields_of

BLOCK: Final = 1014
BLOCK_DATA: Final = 1012
LONGEST: Final = 6000
"""Bytes of one record; the published limit."""
ENCODINGS: Final = ("cp500", "latin-1")
"""EBCDIC and ASCII. Digits, capitals and blanks are the same in cp500, cp037 and cp1140, and nothing else is read."""
PRIVATE: Final = ("48", "62", "123", "124", "125")

_MTI = re.compile(r"1[2467][0-9]{2}", re.ASCII)


@cache
def _spec(encoding: str) -> Spec:
    """Return the table of fields in one encoding. A field that Mastercard does not use can hold nothing."""
    text = {"data_enc": encoding, "len_enc": encoding}
    spec: dict[str, dict[str, Any]] = {name: dict(with_binary_bitmap[name]) for name in ("h", "p", "1")}
    spec["t"] = {**with_binary_bitmap["t"], **text}
    published = config["bit_config"]
    for number in range(2, 129):
        name = str(number)
        field = published.get(name)
        if field is None:
            spec[name] = {**text, "len_type": 3, "max_len": 0, "desc": ""}
            continue
        prefix = {"FIXED": 0, "LLVAR": 2, "LLLVAR": 3}[field["field_type"]]
        spec[name] = {
            **text, "len_type": prefix, "desc": field["field_name"],
            "max_len": 10**prefix - 1 if prefix else field["field_length"],
        }  # fmt: skip
    spec["55"]["data_enc"] = "b"
    return spec


def decode(record: bytes, encoding: str) -> Fields | None:
    """Return the fields of a record by number, the message type under ``t``; None when they do not use it up."""
    if not _MTI.fullmatch(record[:4].decode(encoding, errors="replace")):
        return None
    return fields_of(record, _spec(encoding))


def is_number(text: str) -> bool:
    """Return whether a text is digits 0 to 9 and nothing else; the encodings hold raised digits too."""
    return text.isascii() and text.isdigit()


def private(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the private sub-elements (PDS) by their four-digit number; what follows a damaged one is left out."""
    found: dict[str, str] = {}
    for name in PRIVATE:
        text, place = fields.get(name, ""), 0
        while place + 7 <= len(text):
            tag, size = text[place : place + 4], text[place + 4 : place + 7]
            if not is_number(tag + size):
                break
            found.setdefault(tag, text[place + 7 : place + 7 + int(size)])
            place += 7 + int(size)
    return found


def form_of(head: bytes) -> tuple[bool, str] | None:
    """Return whether a file is in blocks, and its encoding; None when its first record is no file header (1644/697)."""
    for is_blocked in (False, True):
        data = b"".join(_unblocked([head])) if is_blocked else head
        size = int.from_bytes(data[:4], "big")
        if not 20 <= size <= LONGEST or len(data) < 4 + size:
            continue
        for encoding in ENCODINGS:
            fields = decode(data[4 : 4 + size], encoding)
            if fields and fields["t"] == "1644" and fields.get("24") == "697" and (is_blocked or not _in_blocks(head)):
                return is_blocked, encoding
    return None


def _in_blocks(head: bytes) -> bool:
    """Return whether two filler bytes end the first block: a header shorter than a block reads the same either way."""
    return len(head) >= BLOCK and head[BLOCK_DATA:BLOCK] == b"@@"


def records(source: Source, *, is_blocked: bool) -> Iterator[bytes | None]:
    """Yield the records of a file as it is read; None at the end of a file that is cut or whose lengths are damaged."""
    held = bytearray()
    for piece in _unblocked(source.chunks()) if is_blocked else source.chunks():
        held += piece
        place = 0
        while len(held) >= place + 4:
            size = int.from_bytes(held[place : place + 4], "big")
            if size > LONGEST:
                yield None
                return
            if not size:
                return
            if len(held) < place + 4 + size:
                break
            yield bytes(held[place + 4 : place + 4 + size])
            place += 4 + size
        del held[:place]
    if held:
        yield None


def _unblocked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held = b""
    for piece in pieces:
        held += piece
        whole = len(held) // BLOCK * BLOCK
        yield b"".join(held[at : at + BLOCK_DATA] for at in range(0, whole, BLOCK))
        held = held[whole:]
    yield held[:BLOCK_DATA]
