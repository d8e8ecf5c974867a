"""ISO 20022 pacs.004 payment return, every version, read as a stream → payout_answers.

Every payment in it came back; the reason codes are those of the return list, in which some codes mean something else.
"""

from __future__ import annotations

from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.iso20022.answers import Kind, read_answers
from daozhang.formats.xml_source import holds

KIND = Kind(("PmtRtr", "pacs.004.001.01"), "iso20022_return", returned=True)


def _knows(source: Source) -> bool:
    return holds(source, *KIND.elements)


def _read(source: Source, sink: Sink) -> None:
    read_answers(KIND, source, sink)


FORMAT = Format(
    code="pacs_004", knows=_knows, tables=("payout_answers",), read=_read, evidence="documentation", converts_time=True
)
