"""ISO 20022 camt.054 debit and credit notification, every version, as a stream → bank_notices, payout_answers of returns.

Its booked entries stand on the statement of the day again: they are notices, which count until that statement comes.
"""

from __future__ import annotations

from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.camt import Kind, read_camt
from daozhang.formats.xml_source import holds

NOTIFICATION = Kind("BkToCstmrDbtCdtNtfctn", "bank_notices", "notice")


def _knows(source: Source) -> bool:
    return holds(source, "BkToCstmrDbtCdtNtfctn", "BkToCstmrDbtCdtNtfctnV01")


def _read(source: Source, sink: Sink) -> None:
    read_camt(NOTIFICATION, source, sink)


# What a file is about is its account; that it answers something about a payout is rare and says nothing when it does not.
FORMAT = Format(code="camt_054", knows=_knows, tables=("bank_notices",), read=_read, converts_time=True)
