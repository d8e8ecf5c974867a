"""What can be read of lines that are set aside: their numbers and amounts, so that a line is taken only for its own row.

The originals are opened for a judgement and nothing of them is kept: a delimited text here, a workbook or a file of
fixed-width records in the bounded child. A line of any other file, or of a very large one, says nothing and counts as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Final

from daozhang.desk import corrections, mappings
from daozhang.desk.models import Import, QuarantinedRow
from daozhang.desk.workspace import Workspace
from daozhang.engine.lake import SourceFile
from daozhang.errors import InputError, RefusedError
from daozhang.formats.base import Given
from daozhang.formats.cells import column_name
from daozhang.formats.fixed_width import record_bytes_of
from daozhang.formats.mapped.propose_words import concepts_named, unit_hint
from daozhang.formats.registry import hides_lines
from daozhang.intake import keyring, vault
from daozhang.intake.cards import is_forbidden_column
from daozhang.intake.content import Content
from daozhang.intake.named_cells import Cell, from_answer
from daozhang.intake.read_file import BoundedReader
from daozhang.matching.aside_lines import NAMING, AsideLine, bare

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of an original that is opened for its set-aside lines."""
MOST: Final = 500
"""Lines of one file that are read; where more are set aside the file itself is in question."""
SHORTEST_NUMBER: Final = 6
_AMOUNTS: Final = frozenset(
    {"gross", "net", "moved", "money_in", "money_out", "planned", "paid", "planned_minor", "paid_minor"}
)
_SURE: Final = 80
"""How sure a header's name must make to say what its column is (``formats.mapped.propose_words``)."""


def with_lines(workspace: Workspace, files: Sequence[SourceFile]) -> list[SourceFile]:
    """Return the files, those with lines that wait with what can be read of them."""
    return [
        replace(file, aside_lines=tuple(_lines(workspace, file.import_id))) if file.set_aside else file
        for file in files
    ]


def _lines(workspace: Workspace, import_id: str) -> list[AsideLine]:
    row = Import.objects.get(id=import_id)
    if row.size_bytes > LARGEST:
        return []
    broken: dict[int, set[str]] = {}
    waiting = QuarantinedRow.objects.filter(import_row=row, corrected_by__isnull=True).order_by("line_no", "id")
    for line_no, column, value in waiting.values_list("line_no", "column", "value"):
        if line_no not in broken and len(broken) == MOST:
            break
        broken.setdefault(line_no, set()).update({column, value} - {""})
    try:
        cells = _cells(workspace, row, sorted(broken))
    except (RefusedError, InputError):
        return []
    return [read_line(cells[line_no], line_no, said) for line_no, said in broken.items() if line_no in cells]


def _cells(workspace: Workspace, row: Import, lines: Sequence[int]) -> Mapping[int, Sequence[Cell]]:
    """Return the cells of these lines, as far as they can be told apart; RefusedError, InputError when nothing can be read."""
    text = corrections.text_of(workspace, row)
    if text is not None and not record_bytes_of(row.format):
        return {line_no: [Cell(*cell) for cell in text.cells(line_no)] for line_no in lines}
    if not lines or hides_lines(row.format):
        return {}
    settings = workspace.settings
    ring = keyring.load(workspace.keys)
    limit = settings.reader_memory_mb * 1024 * 1024
    reader = BoundedReader(
        token_key=ring.key("token"), memory_mb=settings.reader_memory_mb, cpu_s=settings.reader_cpu_s,
        threads=settings.engine_threads, mappings=mappings.on_wire(),
    )  # fmt: skip
    with reader, Content.of_bytes(vault.read(workspace.root / row.original, ring), limit=limit) as content:
        return from_answer(
            reader.look(
                content,
                name=row.file_name,
                given=Given(),
                ask="lines",
                format=row.format,
                lines=",".join(map(str, lines)),
            )
        )


def read_line(cells: Iterable[Cell], line_no: int, broken: Iterable[str]) -> AsideLine:
    """Return what can be read of one line; ``broken`` are the columns and values for which it was set aside."""
    faults = set(broken)
    names = {column_name(fault) for fault in faults}
    numbers: dict[str, str] = {}
    words: set[str] = set()
    amounts: set[int] = set()
    others: set[int] = set()
    is_known = bool(faults)
    for header, cell, unit in cells:
        if is_forbidden_column(header):
            continue
        concept = _concept(header)
        found = _amounts(cell, unit or unit_hint(header))
        if column_name(header) in names or cell in faults:
            is_known = is_known and concept not in _AMOUNTS
        elif concept in NAMING:
            numbers[concept] = cell.strip(" '`\t")
        elif concept in _AMOUNTS:
            amounts |= found
        else:
            others |= found
            words |= {word} if len(word := bare(cell.strip(" '`\t"))) >= SHORTEST_NUMBER else set()
    return AsideLine(
        line_no=line_no, numbers=numbers, words=frozenset(words), amounts=frozenset(amounts or others),
        is_amount_known=is_known and bool(amounts),
    )  # fmt: skip


def _concept(header: str) -> str:
    """Return what a column is when its name leaves no doubt: a number of the row, or an amount; else nothing."""
    if header in NAMING:
        return header
    sure = [concept for concept, score in concepts_named(header) if score >= _SURE] or [header]
    if any(concept in _AMOUNTS for concept in sure):
        return next(concept for concept in sure if concept in _AMOUNTS)
    return sure[0] if len(sure) == 1 and sure[0] in NAMING else ""


def _amounts(cell: str, unit: str) -> set[int]:
    """Return a cell's amount in minor units without its sign; both readings where nothing says which unit it is in."""
    try:
        value = abs(Decimal(cell.strip(" '`\t¥￥").replace(",", "")))
    except InvalidOperation:
        return set()
    if not value.is_finite() or value > 10**15:
        return set()
    is_whole = value == int(value)
    minor = {int(value)} if is_whole and unit != "major" else set()
    hundredth = value * 100
    major = {int(hundredth)} if unit != "minor" and hundredth == int(hundredth) else set()
    return (minor | major) - {0}
