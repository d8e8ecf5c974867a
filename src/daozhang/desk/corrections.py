"""Putting set-aside lines right: correct cells, see how the lines would be read, take them in with their origin kept.

A correction is an import of its own, which ``corrects`` another: its rows carry the import id and the line numbers of the
file they stand in, so evidence opens the line as it was received. Only the format translates: a corrected line is
read again by the format of its file, in the same bounded child. A line of a format that is no delimited text is entered
as a row of the interchange tables. Counters stay true for both: the line remains counted as set aside where it was, marked
as corrected, and counts as accepted (or as a duplicate) in the correction.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.db import transaction

from daozhang.desk import clock, import_audit, mappings
from daozhang.desk.correction_rows import first_row_line, read_rows, settled_parts
from daozhang.desk.delimited import Delimited
from daozhang.desk.import_desk import COUNTER, ImportDesk, next_number, part_row
from daozhang.desk.models import Import, ImportPart, QuarantinedRow
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, RefusedError
from daozhang.flows.import_files import Stage
from daozhang.formats.base import Given
from daozhang.formats.registry import hides_lines
from daozhang.intake import keyring, vault
from daozhang.intake.cards import CardGuard
from daozhang.intake.content import Content
from daozhang.intake.keyring import Keyring
from daozhang.intake.read_file import BoundedReader
from daozhang.intake.reading import Reading, Reject
from daozhang.records import TABLES

MOST: Final = 20_000
"""Lines that one correction may hold."""
SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What shall stand on one line: other ``cells`` by column, or the whole ``record``, or a row entered for ``table``."""

    line_no: int
    cells: Mapping[str, str] = field(default_factory=dict)
    record: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How one corrected line would be read: its rows as (table, values), or why it would be set aside again."""

    line_no: int
    changes: Mapping[str, tuple[str, str]]
    rows: tuple[tuple[str, Mapping[str, object]], ...] = ()
    reject: Reject | None = None

    @property
    def is_read(self) -> bool:
        """Return whether the line would be taken in."""
        return bool(self.rows)


def edits_of_rule(workspace: Workspace, import_id: str, *, column: str, value: str, to: str) -> list[Edit]:
    """Return one edit for each waiting line whose cell in ``column`` holds ``value``; InputError when there is none."""
    original = _standing(import_id)
    text = text_of(workspace, original)
    if text is None:
        raise InputError("error-correct-no-cells", format=original.format)
    place = text.place_of(column)
    waiting = sorted(set(_waiting(original).values_list("line_no", flat=True)))
    edits = [
        Edit(line_no=line_no, cells={column: to})
        for line_no in waiting
        if text.cells(line_no)[place][1].strip() == value.strip()
    ]
    if not edits:
        raise InputError("error-correct-no-line", column=column, value=value)
    return edits


def cells_of(workspace: Workspace, import_id: str, line_no: int) -> list[tuple[str, str]]:
    """Return the cells of one line with their columns, card data cut; empty when the file is no delimited text."""
    text = text_of(workspace, _standing(import_id))
    if text is None:
        return []
    cut = CardGuard(keyring.load(workspace.keys).key("token")).cut
    return [(cut(name), cut(cell)) for name, cell in text.cells(line_no)]


def preview(workspace: Workspace, import_id: str, edits: Sequence[Edit]) -> list[Line]:
    """Return how the corrected lines would be read; nothing is kept."""
    original = _standing(import_id)
    with _reading(workspace) as (reader, desk), desk.stage() as stage:
        return _read(workspace, original, edits, reader, desk, stage)[1]


def correct(workspace: Workspace, import_id: str, edits: Sequence[Edit], *, by: str, why: str) -> Import:
    """Take the lines that can be read now in and return the correction; lines that cannot stay set aside.

    ``by`` and ``why`` are kept with it. InputError when none can be read, RefusedError when a line is not waiting.
    """
    if not why.strip():
        raise InputError("error-correct-why")
    original = _standing(import_id)
    with _reading(workspace) as (reader, desk), desk.stage() as stage:
        reading, lines = _read(workspace, original, edits, reader, desk, stage)
        taken = [line for line in lines if line.is_read]
        if not taken:
            first = lines[0].reject if lines else None
            raise InputError(
                "error-correct-none", line_no=lines[0].line_no if lines else 0, column=first.column if first else ""
            )
        return _keep(workspace, original, reading, taken, desk, stage, by=by, why=why)


def _keep(
    workspace: Workspace, original: Import, reading: Reading, lines: Sequence[Line], desk: ImportDesk, stage: Stage, *, by: str,
    why: str,
) -> Import:  # fmt: skip
    """Write the rows, then the import, its parts, the marks on the lines and the audit entry in one transaction."""
    numbers = [line.line_no for line in lines]
    with transaction.atomic():
        seq = next_number(COUNTER)
        _standing(original.id)
        waiting = list(_waiting(original).filter(line_no__in=numbers))
        if {row.line_no for row in waiting} != set(numbers):
            raise RefusedError(
                "error-correct-not-waiting", line_no=min(set(numbers) - {row.line_no for row in waiting})
            )
        reading = replace(reading, parts=tuple(settled_parts(workspace, original, reading, stage.folder, desk.lake)))
        kept = desk.kept_parts(reading, stage, desk.compare(reading, stage))
        row = _import_row(workspace, original, stage, seq, lines)
        row.accepted = sum(part.lines for kind, part in kept if kind == ImportPart.Kind.ACCEPTED)
        row.duplicate = sum(part.lines for kind, part in kept if kind == ImportPart.Kind.DUPLICATE)
        row.rows_in = len(lines)
        if row.rows_in != row.accepted + row.duplicate:
            raise AssertionError(f"rows lost in {row.id}")
        for part in reading.parts:
            row.tables[part.table] = row.tables.get(part.table, 0) + part.rows
        desk.move_rows_in(stage, [part for _, part in kept])
        row.save(force_insert=True)
        ImportPart.objects.bulk_create([part_row(row, kind, part) for kind, part in kept])
        by_line = {line.line_no: {name: list(pair) for name, pair in line.changes.items()} for line in lines}
        for aside in waiting:
            aside.corrected_by, aside.changes = row, by_line[aside.line_no]
        QuarantinedRow.objects.bulk_update(waiting, ["corrected_by", "changes"], batch_size=500)
        facts = {"of": original.id, "lines": [[number, by_line[number]] for number in numbers]}
        import_audit.append(
            row, "corrected", at=clock.now(workspace), by=by, note=desk.guard.cut(why.strip()), facts=facts
        )
    return row


def _read(
    workspace: Workspace, original: Import, edits: Sequence[Edit], reader: BoundedReader, desk: ImportDesk, stage: Stage
) -> tuple[Reading, list[Line]]:
    """Have the corrected lines read and return the reading, line numbers those of the original, and each line."""
    if not edits:
        raise InputError("error-correct-nothing")
    if len(edits) > MOST:
        raise InputError("error-correct-many", most=MOST)
    waiting = set(_waiting(original).values_list("line_no", flat=True))
    for edit in edits:
        if edit.line_no not in waiting:
            raise RefusedError("error-correct-not-waiting", line_no=edit.line_no)
    data, back, changes, code = _as_file(workspace, original, edits)
    given = Given(
        acquirer=original.acquirer, merchant_no=original.merchant_no, account_tail=original.account_tail, covers_on=original.covers_on
    )  # fmt: skip
    limit = workspace.settings.reader_memory_mb * 1024 * 1024
    with Content.of_bytes(data, limit=limit) as content:
        reading = reader.read(
            content, name=original.file_name, given=given, format_code=code, import_id=original.id, folder=stage.folder
        )
    if reading.state != "read":
        raise InputError("error-correct-not-read", format=original.format)
    rows = read_rows(reading, stage.folder, back)
    rejects = {back[one.line_no]: one for one in reading.rejects if one.line_no in back}
    cut = desk.guard.cut
    lines = [
        Line(
            line_no=line_no, rows=tuple(rows.get(line_no, ())), reject=rejects.get(line_no),
            changes={cut(name): (cut(old)[:SHOWN], cut(new)[:SHOWN]) for name, (old, new) in changes[line_no].items()},
        )
        for line_no in sorted(changes)
    ]  # fmt: skip
    return reading, lines


Changes = dict[int, dict[str, tuple[str, str]]]


def _as_file(
    workspace: Workspace, original: Import, edits: Sequence[Edit]
) -> tuple[bytes, dict[int, int], Changes, str]:
    """Return a small file of the corrected lines, its lines → the original's, what changes, and the format to read it as."""
    if any(edit.table for edit in edits):
        return _entered(edits)
    text = text_of(workspace, original)
    if text is None:
        raise InputError("error-correct-no-cells", format=original.format)
    records: dict[int, str] = {}
    changes: Changes = {}
    for edit in edits:
        before = text.record(edit.line_no)
        if edit.record:
            records[edit.line_no], changes[edit.line_no] = (
                edit.record,
                {"": (text.shown(before), text.shown(edit.record))},
            )
            continue
        known = [cell for _, cell in text.cells(edit.line_no)]
        records[edit.line_no] = text.replaced(edit.line_no, edit.cells)
        changes[edit.line_no] = {name: (known[text.place_of(name)], value) for name, value in edit.cells.items()}
    data, back = text.small(records)
    return data, back, changes, mappings.versioned(original.format)


def _entered(edits: Sequence[Edit]) -> tuple[bytes, dict[int, int], Changes, str]:
    """Return rows that a person entered as an interchange table."""
    tables = {edit.table for edit in edits}
    known = {table.name: table for table in TABLES}
    if len(tables) != 1 or not tables <= set(known):
        raise InputError("error-correct-table", tables=", ".join(known))
    table = known[tables.pop()]
    for edit in edits:
        for name in edit.cells:
            if name not in table.column_names:
                raise InputError("error-correct-column", column=name, columns=", ".join(table.column_names))
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(table.column_names)
    back, at = {}, 2
    for edit in edits:
        cells = [" ".join(edit.cells.get(name, "").split()) for name in table.column_names]
        writer.writerow(cells)
        back[at] = edit.line_no
        at += 1
    changes = {edit.line_no: {name: ("", value) for name, value in edit.cells.items()} for edit in edits}
    return written.getvalue().encode("utf-8"), back, changes, "interchange_csv"


def text_of(workspace: Workspace, original: Import) -> Delimited | None:
    """Return the kept original as delimited text; None when it is none or its lines are never shown.

    RefusedError when it was not kept.
    """
    path = workspace.root / original.original
    if not original.original or not path.exists():
        raise RefusedError("error-correct-no-original", import_id=original.id)
    if hides_lines(original.format):
        return None
    data = vault.read(path, keyring.load(workspace.keys))
    return Delimited.of(data, first_row_line(workspace, original))


def _standing(import_id: str) -> Import:
    """Return the import whose lines can be corrected: one that stands and is no correction itself."""
    row = Import.objects.filter(id=import_id).first()
    if row is None:
        raise RefusedError("error-no-such-import", import_id=import_id)
    if row.state != Import.State.ACCEPTED or row.corrects_id is not None:
        raise RefusedError("error-correct-not-standing", import_id=import_id)
    return row


def _waiting(original: Import) -> Any:  # noqa: ANN401 - Django's own type of a query
    return QuarantinedRow.objects.filter(import_row=original, corrected_by__isnull=True)


def _import_row(workspace: Workspace, original: Import, stage: Stage, seq: int, lines: Sequence[Line]) -> Import:
    seed = f"{original.id}|{sorted((line.line_no, sorted(line.changes.items())) for line in lines)}|{stage.import_id}"
    return Import(
        id=stage.import_id, seq=seq, file_name=original.file_name, sha256=hashlib.sha256(seed.encode()).hexdigest(),
        size_bytes=0, format=original.format, state=Import.State.ACCEPTED, acquirer=original.acquirer,
        merchant_no=original.merchant_no, account_tail=original.account_tail, delivery=f"correction of {original.id}",
        imported_at=clock.now(workspace), arrived_at=original.arrived_at, corrects=original, tables={},
    )  # fmt: skip


@contextmanager
def _reading(workspace: Workspace) -> Iterator[tuple[BoundedReader, ImportDesk]]:
    ring: Keyring = keyring.load(workspace.keys)
    settings = workspace.settings
    reader = BoundedReader(
        token_key=ring.key("token"), memory_mb=settings.reader_memory_mb, cpu_s=settings.reader_cpu_s,
        threads=settings.engine_threads, mappings=mappings.on_wire(),
    )  # fmt: skip
    with reader, ImportDesk(workspace, ring) as desk:
        yield reader, desk
