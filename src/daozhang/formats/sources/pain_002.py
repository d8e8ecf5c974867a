"""ISO 20022 pain.002 payment status report to the customer, every version, read as a stream → payout_answers.

What the bank answers to a payment order. ACSC says that the payer was debited, not that the money arrived.
"""

from __future__ import annotations

from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.iso20022.answers import Kind, read_answers
from daozhang.formats.xml_source import holds

KIND = Kind(("CstmrPmtStsRpt", "pain.002.001.02", "pain.002.001.01"), "iso20022_status")


def _knows(source: Source) -> bool:
    return holds(source, *KIND.elements)


def _read(source: Source, sink: Sink) -> None:
    read_answers(KIND, source, sink)


FORMAT = Format(code="pain_002", knows=_knows, tables=("payout_answers",), read=_read, converts_time=True)
