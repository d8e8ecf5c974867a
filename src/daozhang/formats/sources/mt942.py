"""SWIFT MT942 interim reports → bank_notices.

They say during the day what the statement (MT940) says again at its end, often with other references. So their entries
are notices: they count until a statement of that day is there, and never beside it.
"""

from __future__ import annotations

from daozhang.formats.base import Format, Source
from daozhang.formats.swift import blocks
from daozhang.formats.swift_statement import read_statements


def _knows(source: Source) -> bool:
    first = next(blocks(source.head().decode("latin-1")))
    return first.has("20") and first.is_intraday


FORMAT = Format(code="mt942", knows=_knows, tables=("bank_notices",), read=read_statements)
