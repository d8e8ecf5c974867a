"""SWIFT MT942 interim reports: known, counted, and not taken.

They say during the day what the statement (MT940) says again at its end, often with other references; taken as well
the same money would stand there twice. What they announce is said in a warning.
"""

from __future__ import annotations

from daozhang.formats.base import Format, Source
from daozhang.formats.sources.mt940 import read_statements
from daozhang.formats.swift import blocks


def _knows(source: Source) -> bool:
    first = next(blocks(source.head().decode("latin-1")))
    return first.has("20") and first.is_intraday


FORMAT = Format(code="mt942", knows=_knows, tables=("bank_entries",), read=read_statements)
