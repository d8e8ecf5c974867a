"""ISO 20022 camt.052 intraday account report, every version, read as a stream → bank_notices, and payout_answers of returns.

Its booked entries stand on the statement of the day again: they are notices, which count until that statement comes.
A report makes no day complete and its balances are those of the moment, so they are not compared with anything.
"""

from __future__ import annotations

from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.camt import Kind, read_camt
from daozhang.formats.xml_source import holds

REPORT = Kind("BkToCstmrAcctRpt", "bank_notices", "report")


def _knows(source: Source) -> bool:
    return holds(source, "BkToCstmrAcctRpt", "BkToCstmrAcctRptV01")


def _read(source: Source, sink: Sink) -> None:
    read_camt(REPORT, source, sink)


# What a file is about is its account; that it answers something about a payout is rare and says nothing when it does not.
FORMAT = Format(code="camt_052", knows=_knows, tables=("bank_notices",), read=_read, converts_time=True)
