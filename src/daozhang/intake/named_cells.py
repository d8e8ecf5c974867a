"""Single lines of an original that is no delimited text, as cells that know the names of their columns.

A workbook and a file of fixed-width records are opened by the bounded child alone; what leaves it is cut by the card
guard. Nothing is said of a line whose fields cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Final, NamedTuple

from daozhang.formats.base import Source
from daozhang.formats.cells import UnreadableError
from daozhang.formats.fixed_width import RECORD_LAYOUTS, Field, FieldType, FixedRecord, cut, layout
from daozhang.formats.mapped.rows import blocks_of
from daozhang.formats.mapped.spec import Mapping
from daozhang.formats.mapped.store import shipped_mappings
from daozhang.formats.sheets import Blurred, is_workbook
from daozhang.intake.cards import is_forbidden_column

MOST_CELLS: Final = 200
LONGEST: Final = 120
_AMOUNTS: Final = frozenset({FieldType.FEN, FieldType.SIGNED_FEN})


class Cell(NamedTuple):
    """One cell: the name of its column, its text, and its unit (``minor``, ``major``) where the format alone says it."""

    name: str
    text: str
    unit: str = ""


Lines = Iterator[tuple[int, list[Cell]]]


def answer(
    source: Source, code: str, lines: Collection[int], own: Iterable[Mapping], cut_cards: Callable[[str], str]
) -> dict[str, Any]:
    """Return what stands on these lines of a file of the format ``code``; ``own`` are the mappings of the workspace."""
    said = {
        str(number): [
            (cut_cards(one.name)[:LONGEST], cut_cards(one.text)[:LONGEST], one.unit)
            for one in cells[:MOST_CELLS]
            if one.text and not is_forbidden_column(one.name)
        ]
        for number, cells in lines_of(source, code, lines, own)
    }
    return {"lines": said}


def from_answer(wire: dict[str, Any]) -> dict[int, list[Cell]]:
    """Return the lines that ``answer`` wrote, by number."""
    return {int(number): [Cell(*cell) for cell in cells] for number, cells in wire["lines"].items()}


def lines_of(source: Source, code: str, lines: Collection[int], own: Iterable[Mapping]) -> Lines:
    """Yield the cells of these lines, as far as they can be told apart."""
    if code in RECORD_LAYOUTS:
        yield from _of_records(source, code, lines)
    elif is_workbook(source):
        mapping = next((one for one in (*own, *shipped_mappings()) if one.code == code), None)
        if mapping is not None:
            yield from _of_sheets(source, mapping, lines)


def _of_records(source: Source, code: str, lines: Collection[int]) -> Lines:
    """Yield the fields of records of the right length; in any other they would stand elsewhere."""
    one = layout(RECORD_LAYOUTS[code])
    for record in cut(source.data, one):
        if record.line_no in lines and len(record.data) == one.record_bytes:
            yield record.line_no, [_field(record, known) for known in one.fields.values()]


def _field(record: FixedRecord, known: Field) -> Cell:
    try:
        text = record.text(known.name)
    except UnreadableError:
        text = ""
    is_amount = known.type in _AMOUNTS
    return Cell(known.name, text.lstrip("CD") if is_amount else text, "minor" if is_amount else "")


def _of_sheets(source: Source, mapping: Mapping, lines: Collection[int]) -> Lines:
    """Yield the cells under the header that the mapping names; a number whose last digits the workbook lost is no number."""
    for block in blocks_of(source, mapping.shape):
        if block.header is None:
            continue
        names = {place: name for name, place in block.header.columns.positions.items()}
        for record in block.records:
            if record.line_no in lines:
                yield (
                    record.line_no,
                    [
                        Cell(names.get(place, str(place + 1)), "" if isinstance(cell, Blurred) else cell)
                        for place, cell in enumerate(record.cells)
                    ],
                )
