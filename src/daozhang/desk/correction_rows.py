"""The rows of a correction: line numbers of the original, and numbered after the equal rows that its file has already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from daozhang.desk.import_parts import Lake
from daozhang.desk.models import Import, ImportPart, QuarantinedRow
from daozhang.desk.workspace import Workspace
from daozhang.intake.reading import Reading, StagedPart
from daozhang.intake.staging import LEADS
from daozhang.intake.typed_rows import fingerprint, occurrence
from daozhang.records import LAKE_COLUMNS, Table, table_named

Rows = dict[int, list[tuple[str, Mapping[str, object]]]]


def first_row_line(workspace: Workspace, original: Import) -> int:
    """Return the first line of the original that is a row, taken or set aside; what stands before it is its head."""
    aside = (
        QuarantinedRow.objects.filter(import_row=original).order_by("line_no").values_list("line_no", flat=True).first()
    )
    first = [aside] if aside is not None else []
    for part in _parts(original):
        metadata = pq.read_metadata(workspace.root / part.path)
        place = metadata.schema.names.index("line_no")
        for group in range(metadata.num_row_groups):
            statistics = metadata.row_group(group).column(place).statistics
            if statistics is not None and statistics.has_min_max:
                first.append(int(statistics.min))
    return min(first, default=1)


def read_rows(reading: Reading, folder: Path, back: Mapping[int, int]) -> Rows:
    """Give the staged rows the line numbers of the original and return them by line; rows of other lines are left out."""
    found: Rows = {}
    for part in reading.parts:
        path = folder / part.file
        staged = pq.read_table(path)
        rows = [row for row in staged.to_pylist() if row["line_no"] in back]
        for row in rows:
            row["line_no"] = back[row["line_no"]]
            shown = {
                name: value for name, value in row.items() if name not in {*LAKE_COLUMNS, LEADS} and value is not None
            }
            found.setdefault(row["line_no"], []).append((part.table, shown))
        pq.write_table(pa.Table.from_pylist(rows, schema=staged.schema), path, compression="zstd")
    return found


def settled_parts(
    workspace: Workspace, original: Import, reading: Reading, folder: Path, lake: Lake
) -> Iterator[StagedPart]:
    """Number equal rows on after those of the file itself, so that a genuine second row is no duplicate of the first."""
    for part in reading.parts:
        table, path = table_named(part.table), folder / part.file
        staged = pq.read_table(path)
        if staged.num_rows == 0:
            path.unlink()
            continue
        taken = _fingerprints(workspace, original, table)
        rows = staged.to_pylist()
        for row in rows:
            row["fp"] = _next_free(table, row, taken)
        pq.write_table(pa.Table.from_pylist(rows, schema=staged.schema), path, compression="zstd")
        yield lake.measure(path, table)


def _next_free(table: Table, row: Mapping[str, Any], taken: set[bytes]) -> bytes:
    content = fingerprint(table, tuple(row[name] for name in table.column_names))
    number = 1
    while (mark := occurrence(content, number)) in taken:
        number += 1
    taken.add(mark)
    return mark


def _fingerprints(workspace: Workspace, original: Import, table: Table) -> set[bytes]:
    found: set[bytes] = set()
    for part in _parts(original):
        if part.table == table.name and part.rows:
            found.update(pq.read_table(workspace.root / part.path, columns=["fp"]).column("fp").to_pylist())
    return found


def _parts(original: Import) -> list[ImportPart]:
    """Return the parts of a file and of the corrections of it that stand."""
    whole = [original, *original.corrections.filter(state=Import.State.ACCEPTED)]
    return list(ImportPart.objects.filter(import_row__in=whole, is_live=True, rows__gt=0))
