"""An XML file before it is parsed: which message it is by its first elements, and its pieces in an encoding expat knows."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from daozhang.errors import InputError
from daozhang.formats.base import Source

_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}encoding\s*=\s*["'](gb2312|gbk|gb18030)["']""", re.IGNORECASE)


def holds(source: Source, *elements: str) -> bool:
    """Return whether the file is XML and one of ``elements`` (without prefix) starts within its first bytes."""
    head = source.head()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="replace").encode()
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return False
    names = "|".join(map(re.escape, elements)).encode()
    return re.search(rb"<(?:[A-Za-z_][\w.-]*:)?(?:" + names + rb")[\s/>]", head) is not None


def decoded(source: Source) -> tuple[Iterator[bytes], str | None]:
    """Return the pieces of the file and the encoding that overrules what it declares, if one does.

    Expat knows no GB18030: such a file is brought into UTF-8 on the way. ``InputError`` where it is no text.
    """
    if _DECLARED.match(source.head(256)):
        return _from_gb18030(source), "utf-8"
    return source.chunks(), None


def _from_gb18030(source: Source) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("gb18030")()
    done = 0
    try:
        for chunk in source.chunks():
            yield decoder.decode(chunk).encode()
            done += len(chunk)
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        raise InputError("input-encoding", offset=done + error.start, encoding="GB18030") from error
