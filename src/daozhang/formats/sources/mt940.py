"""SWIFT MT940 customer statements → bank_entries.

Amounts are major units with a comma; the mark gives the sign, RC (reversal of a credit) is money out and RD money in.
Each entry is read by the library ``mt-940`` on its own, so that one it cannot read costs one entry.
"""

from __future__ import annotations

import re
from typing import Final

from daozhang.formats.base import Format, Source
from daozhang.formats.swift import blocks
from daozhang.formats.swift_statement import read_statements

_LONE_ENTRY: Final = re.compile(r"\s*:61:\d{6}(?:\d{4})?R?[CD][A-Z]?\s*\d{1,12},\d{0,2}[NFS]", re.ASCII)
"""A file that begins with an entry, as programs cut them out of a statement: day, mark, amount, type."""


def _knows(source: Source) -> bool:
    head = source.head().decode("latin-1")
    if _LONE_ENTRY.match(head):
        return True
    first = next(blocks(head))
    if not first.has("20") or first.is_intraday:
        return False
    return first.has("60", "62") or (first.has("25") and first.has("28"))


FORMAT = Format(
    code="mt940",
    knows=_knows,
    tables=("bank_entries", "bank_notices"),
    read=read_statements,
    unsure=("unsure-mt940-period",),
)
