"""What can be read of lines that are set aside: their numbers and amounts, so that a line is taken only for its own row.

The originals are opened for a judgement and nothing of them is kept. A line of a file that is no delimited text, or of a
very large one, says nothing and counts as one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Final

from daozhang.desk import corrections
from daozhang.desk.delimited import Delimited
from daozhang.desk.models import Import, QuarantinedRow
from daozhang.desk.workspace import Workspace
from daozhang.engine.lake import SourceFile
from daozhang.errors import RefusedError
from daozhang.formats.mapped.propose_words import concepts_named, unit_hint
from daozhang.intake.cards import is_forbidden_column
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
    try:
        text = corrections.text_of(workspace, row) if row.size_bytes <= LARGEST else None
    except RefusedError:
        text = None
    if text is None:
        return []
    broken: dict[int, set[str]] = {}
    waiting = QuarantinedRow.objects.filter(import_row=row, corrected_by__isnull=True).order_by("line_no", "id")
    for line_no, column, value in waiting.values_list("line_no", "column", "value"):
        if line_no not in broken and len(broken) == MOST:
            break
        broken.setdefault(line_no, set()).update({column, value} - {""})
    return [read_line(text, line_no, said) for line_no, said in broken.items()]


def read_line(text: Delimited, line_no: int, broken: Iterable[str]) -> AsideLine:
    """Return what can be read of one line; ``broken`` are the columns and values for which it was set aside."""
    faults = set(broken)
    numbers: dict[str, str] = {}
    words: set[str] = set()
    amounts: set[int] = set()
    others: set[int] = set()
    is_known = bool(faults)
    for header, cell in text.cells(line_no):
        if is_forbidden_column(header):
            continue
        concept = _concept(header)
        found = _amounts(cell, unit_hint(header))
        if header in faults or cell in faults:
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
