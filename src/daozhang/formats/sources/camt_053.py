"""ISO 20022 camt.053 bank statement, every version, read as a stream → bank_entries.

Amounts are major units and unsigned; CdtDbtInd gives the sign (CRDT is towards the account, also on a reversal). A
batch entry becomes one row per detail when the details add up to it. A DOCTYPE is refused, depth and text are limited.
"""

from __future__ import annotations

import re

from daozhang.errors import InputError
from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.camt import Camt053
from daozhang.formats.xml_stream import Tree

_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}encoding\s*=\s*["'](gb2312|gbk|gb18030)["']""", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?BkToCstmrStmt[\s/>]")


def _knows(source: Source) -> bool:
    head = source.head()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="replace").encode()
    return bool(head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _ROOT.search(head))


def _read(source: Source, sink: Sink) -> None:
    data = source.data
    encoding = None
    if _DECLARED.match(data):
        # Expat knows no GB18030: the declaration is overruled, the bytes are brought into UTF-8 first.
        try:
            data, encoding = data.decode("gb18030").encode(), "utf-8"
        except UnicodeDecodeError as error:
            raise InputError("input-encoding", offset=error.start, encoding="GB18030") from error
    reading = Camt053(source.given, sink)
    Tree(reading.open, reading.close).parse(data, encoding)
    reading.finish()


FORMAT = Format(code="camt_053", knows=_knows, tables=("bank_entries",), read=_read, unsure=("unsure-camt-period",))
