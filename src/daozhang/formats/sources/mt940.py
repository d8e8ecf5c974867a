"""SWIFT MT940 customer statements → bank_entries.

Amounts are major units with a comma; the mark gives the sign, RC (reversal of a credit) is money out and RD money in.
Each entry is read by the library ``mt-940`` on its own, so that one it cannot read costs one entry.
"""

from __future__ import annotations

from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.swift import blocks, decoded
from daozhang.formats.swift_statement import Statements


def _knows(source: Source) -> bool:
    first = next(blocks(source.head().decode("latin-1")))
    if not first.has("20") or first.is_intraday:
        return False
    return first.has("60", "62") or (first.has("25") and first.has("28"))


def read_statements(source: Source, sink: Sink) -> None:
    """Read every statement of the file; entries of interim reports among them are notices."""
    reading = Statements(source.given, sink)
    for block in blocks(decoded(source.data)):
        reading.take(block)
    reading.finish()


FORMAT = Format(
    code="mt940",
    knows=_knows,
    tables=("bank_entries", "bank_notices"),
    read=read_statements,
    unsure=("unsure-mt940-period",),
)
