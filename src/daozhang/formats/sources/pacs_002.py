"""ISO 20022 pacs.002 payment status report between banks, every version, read as a stream → payout_answers.

What one bank answers another about payments it was sent. A merchant seldom sees it; an acquirer's desk does.
"""

from __future__ import annotations

from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.iso20022.answers import Kind, read_answers
from daozhang.formats.xml_source import holds

KIND = Kind(("FIToFIPmtStsRpt", "FIToFIPmtStsRptV01", "pacs.002.001.02", "pacs.002.001.01"), "iso20022_status")


def _knows(source: Source) -> bool:
    return holds(source, *KIND.elements)


def _read(source: Source, sink: Sink) -> None:
    read_answers(KIND, source, sink)


FORMAT = Format(
    code="pacs_002", knows=_knows, tables=("payout_answers",), read=_read, evidence="documentation", converts_time=True
)
