"""Bytes → text for the encodings that banks, wallets and acquirers really write: UTF-8, UTF-16 with a mark, GB18030."""

from __future__ import annotations

import codecs
from functools import lru_cache
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.base import Source

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UNMARKED: Final = ("utf-8", "gb18030")


def decode(data: bytes) -> str:
    """Return the text of a whole file, strictly: no character is replaced or left out.

    A byte-order mark decides; without one UTF-8 is tried before GB18030 (which contains GBK and GB2312), since Chinese
    text in GB18030 is hardly ever valid UTF-8. ``InputError`` names the first byte that fits neither.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strict(data, "gb18030")


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError("input-encoding", offset=error.start, encoding=encoding.upper()) from error


def peek(source: Source) -> str:
    """Return the text at the start of a file, to know it by; empty when it is no text. A cut character is left out."""
    return _text_of(source.head())


@lru_cache(maxsize=2)
def _text_of(head: bytes) -> str:
    marked = [encoding for mark, encoding in _MARKS if head.startswith(mark)]
    for encoding in marked or _UNMARKED:
        try:
            return codecs.getincrementaldecoder(encoding)().decode(head, final=False)
        except UnicodeDecodeError:
            continue
    return ""
