"""ISO 20022 camt.053 bank statement, every version, read as a stream → bank_entries, and payout_answers of returns.

Amounts are major units and unsigned; CdtDbtInd gives the sign (CRDT is towards the account, also on a reversal). A
batch entry becomes one row per detail when the details add up to it. A DOCTYPE is refused, depth and text are limited.
"""

from __future__ import annotations

from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.camt import Kind, read_camt
from daozhang.formats.xml_source import holds

STATEMENT = Kind("BkToCstmrStmt", "bank_entries")


def _knows(source: Source) -> bool:
    return holds(source, "BkToCstmrStmt", "BkToCstmrStmtV01")


def _read(source: Source, sink: Sink) -> None:
    read_camt(STATEMENT, source, sink)


# What a file is about is its account; that it answers something about a payout is rare and says nothing when it does not.
FORMAT = Format(
    code="camt_053",
    knows=_knows,
    tables=("bank_entries",),
    read=_read,
    unsure=("unsure-camt-period",),
    converts_time=True,
)
