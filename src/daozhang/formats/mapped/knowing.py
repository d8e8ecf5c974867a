"""How a mapped file is known: by the names in its header; without a header row by what the cells of its first rows are."""

from __future__ import annotations

from collections.abc import Callable

from daozhang.formats.base import Source
from daozhang.formats.cells import UnreadableError, clean
from daozhang.formats.mapped.columns import TableReading
from daozhang.formats.mapped.rows import find_header, first_records_of, has_header
from daozhang.formats.mapped.spec import Mapping

LOOKED_AT = 5
"""Rows of a file without a header that must all read as the mapping says."""


def knows_by(mapping: Mapping) -> Callable[[Source], bool]:
    """Return what says whether a file is of this mapping."""

    def by_header(source: Source) -> bool:
        return has_header(source, mapping.shape)

    def by_cells(source: Source) -> bool:
        return _reads(source, mapping)

    return by_header if mapping.shape.header else by_cells


def _reads(source: Source, mapping: Mapping) -> bool:
    shape = mapping.shape
    header = find_header((), shape)
    assert header is not None
    reading = TableReading(mapping, header.columns, source.given)
    looked_at = 0
    for record in first_records_of(source, shape):
        if record.is_blank or record.text.startswith(shape.comments or "\0"):
            continue
        filled = len(record.cells) - (not clean(record.cells[-1]))
        if record.is_broken or not header.columns.width - 1 <= filled <= header.columns.width:
            return False
        try:
            rows = reading.rows(record, for_knowing=True)
        except UnreadableError:
            return False
        looked_at += bool(rows)
        if looked_at == LOOKED_AT:
            break
    return looked_at > 0
