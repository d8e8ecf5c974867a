"""What an IMAP server says of a message's parts (``BODYSTRUCTURE``), and an attachment's bytes out of their transfer encoding."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from daozhang.errors import InputError

DEEPEST: Final = 20
"""Nesting of parts beyond which a message is not looked into."""
_TOKEN: Final = re.compile(rb'\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|([^\s()"]+))', re.DOTALL)
_CONTAINERS: Final = frozenset({"MESSAGE"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """One part that is a file. ``size`` is of its encoded form, as the server states it."""

    section: str
    name: str
    encoding: str
    size: int


def structure(said: bytes) -> list[Any]:
    """Return the parsed ``BODYSTRUCTURE`` of an answer, lists in lists; empty when there is none."""
    found = re.search(rb"BODYSTRUCTURE\s*(?=\()", said, re.IGNORECASE)
    if not found:
        return []
    stack: list[list[Any]] = [[]]
    place = found.end()
    while token := _TOKEN.match(said, place):
        place = token.end()
        opening, closing, quoted, atom = token.groups()
        if opening:
            stack.append([])
            if len(stack) > 4 * DEEPEST:
                return []
        elif closing:
            done = stack.pop()
            stack[-1].append(done)
            if len(stack) == 1:
                return done
        elif quoted is not None:
            stack[-1].append(re.sub(rb"\\(.)", rb"\1", quoted, flags=re.DOTALL).decode("utf-8", "replace"))
        else:
            stack[-1].append(None if atom.upper() == b"NIL" else atom.decode("utf-8", "replace"))
    return []


def attachments(body: list[Any], section: str = "", depth: int = 0) -> Iterator[Attachment]:
    """Yield the parts that have a file name. A part that is a message itself is not opened."""
    if not body or depth > DEEPEST:
        return
    if isinstance(body[0], list):
        parts = [one for one in body if isinstance(one, list)]
        for number, part in enumerate(
            parts[: next((n for n, one in enumerate(body) if not isinstance(one, list)), len(body))], 1
        ):
            yield from attachments(part, f"{section}.{number}" if section else str(number), depth + 1)
        return
    if len(body) < 7 or str(body[0]).upper() in _CONTAINERS:
        return
    name = _file_name(body)
    if name:
        size = int(body[6]) if str(body[6] or "").isdigit() else 0
        yield Attachment(section or "1", name, str(body[5] or "7BIT").upper(), size)


def decoded(encoding: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the bytes of an attachment; InputError when its encoding is damaged."""
    if encoding == "BASE64":
        yield from _of_base64(pieces)
    elif encoding == "QUOTED-PRINTABLE":
        yield from _of_quoted_printable(pieces)
    else:
        yield from pieces


def _of_base64(pieces: Iterator[bytes]) -> Iterator[bytes]:
    left = b""
    try:
        for piece in pieces:
            left += b"".join(piece.split())
            whole = len(left) // 4 * 4
            yield binascii.a2b_base64(left[:whole])
            left = left[whole:]
        yield binascii.a2b_base64(left)
    except binascii.Error as error:
        raise InputError("source-attachment-damaged") from error


def _of_quoted_printable(pieces: Iterator[bytes]) -> Iterator[bytes]:
    left = b""
    for piece in pieces:
        left += piece
        cut = left.rfind(b"\n") + 1
        yield quopri.decodestring(left[:cut])
        left = left[cut:]
    yield quopri.decodestring(left)


def _file_name(body: list[Any]) -> str:
    """Return the name of a part: of its disposition, else of its type; any folder in it is left out."""
    named = [_pairs(one[1]) for one in body[7:] if isinstance(one, list) and len(one) > 1 and isinstance(one[0], str)]
    named += [_written(one) for one in body[8:] if isinstance(one, str) and ";" in one]
    for pairs in (*named, _pairs(body[2])):
        for key in ("filename", "name"):
            text = _parameter(pairs, key)
            if text:
                plain = re.split(r"[\\/]", text)[-1]
                return "".join(one for one in plain if one.isprintable())[:512]
    return ""


def _pairs(said: Any) -> dict[str, str]:  # noqa: ANN401 - whatever a server may say
    if not isinstance(said, list):
        return {}
    return {str(key).lower(): str(value) for key, value in zip(said[::2], said[1::2], strict=False)}


def _written(disposition: str) -> dict[str, str]:
    """Return the parameters of a disposition that a server hands on as it is written in the message."""
    header = Message()
    header["Content-Disposition"] = disposition
    name = header.get_filename("")
    return {"filename": name} if name else {}


def _parameter(pairs: dict[str, str], key: str) -> str:
    """Return a parameter that may be cut into numbered pieces and percent-encoded, or encoded like a header."""
    numbered = sorted(
        (int(found[1]), found[2]) for one in pairs if (found := re.fullmatch(rf"{key}\*(\d{{1,3}})(\*?)", one))
    )
    if f"{key}*" in pairs:
        return _extended(pairs[f"{key}*"])
    if numbered:
        text = "".join(pairs[f"{key}*{number}{mark}"] for number, mark in numbered)
        return _extended(text) if numbered[0][1] else text
    text = pairs.get(key, "")
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError):
        return text


def _extended(text: str) -> str:
    charset, _, rest = text.partition("'")
    try:
        return unquote_to_bytes(rest.partition("'")[2]).decode(charset or "utf-8", "replace")
    except LookupError:
        return rest.partition("'")[2]
