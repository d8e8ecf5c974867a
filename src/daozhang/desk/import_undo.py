"""Taking an import back: its rows leave sight, and rows of other imports that stood behind it as duplicates come forward.

Corrections of its lines go with it. A correction taken back alone leaves its lines waiting again. Any age will do.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from django.db import transaction

from daozhang.desk import clock, import_audit, sight
from daozhang.desk.import_desk import COUNTER, next_number
from daozhang.desk.import_parts import Lake, make_durable, table_of, visible_parts
from daozhang.desk.models import Import, ImportPart, QuarantinedRow
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.intake.reading import StagedPart


def undo(workspace: Workspace, import_id: str, *, by: str) -> Import:
    """Take one import back and return it; its file can be imported again. RefusedError when it is not standing.

    ``by`` is who asked; it is kept with the import.
    """
    sight.require_house()
    lake = Lake(workspace.root, memory=workspace.settings.engine_memory, threads=workspace.settings.engine_threads)
    try:
        with transaction.atomic():
            next_number(COUNTER)
            row = Import.objects.filter(id=import_id).first()
            if row is None:
                raise RefusedError("error-no-such-import", import_id=import_id)
            if row.state == Import.State.UNDONE:
                raise RefusedError("error-undone-already", import_id=import_id, at=str(row.undone_at))
            if row.state != Import.State.ACCEPTED:
                raise RefusedError("error-nothing-to-undo", import_id=import_id)
            gone = [row, *row.corrections.filter(state=Import.State.ACCEPTED).order_by("seq")]
            for one in gone:
                _take_back(workspace, one, by)
            _bring_forward(workspace, lake, gone)
            return row
    finally:
        lake.close()


def _take_back(workspace: Workspace, row: Import, by: str) -> None:
    row.state, row.undone_at = Import.State.UNDONE, clock.now(workspace)
    row.warnings = [*row.warnings, {"key": "note-undone-by", "facts": {"by": by}}]
    row.save(update_fields=["state", "undone_at", "warnings"])
    QuarantinedRow.objects.filter(corrected_by=row).update(corrected_by=None, changes={})
    import_audit.append(row, "undone", at=row.undone_at, by=by, facts={"of": row.corrects_id or ""})


def _bring_forward(workspace: Workspace, lake: Lake, gone: Sequence[Import]) -> None:
    """Promote duplicates whose visible twin is gone, the oldest import first, so that each row stands once."""
    tables = set(ImportPart.objects.filter(import_row__in=gone).values_list("table", flat=True))
    waiting = ImportPart.objects.filter(
        table__in=tables, kind=ImportPart.Kind.DUPLICATE, is_live=True, rows__gt=0,
        import_row__state=Import.State.ACCEPTED,
    ).select_related("import_row")  # fmt: skip
    for part in waiting.order_by("import_row__seq", "id"):
        _promote(workspace.root, lake, part)


def _promote(root: Path, lake: Lake, part: ImportPart) -> None:
    table = table_of(part)
    path = root / part.path
    visible = visible_parts(part.table, part.day_from, part.day_to)
    if lake.known_rows(path, table, visible) == part.rows:
        return
    tag = secrets.token_hex(3)
    fresh = path.with_name(f"{table.name}.promoted.{tag}.parquet")
    known = path.with_name(f"{table.name}.duplicates.{tag}.parquet")
    lake.split(path, table, visible, fresh=fresh, known=known)
    make_durable([fresh, known, path.parent])
    promoted, left = lake.measure(fresh, table), lake.measure(known, table)
    ImportPart.objects.bulk_create(
        [
            _row(part, ImportPart.Kind.PROMOTED, promoted),
            *([_row(part, ImportPart.Kind.DUPLICATE, left)] if left.rows else []),
        ]
    )
    part.is_live = False
    part.save(update_fields=["is_live"])
    owner = Import.objects.get(id=part.import_row_id)
    owner.accepted += promoted.lines
    owner.duplicate -= promoted.lines
    owner.save(update_fields=["accepted", "duplicate"])


def _row(part: ImportPart, kind: str, measured: StagedPart) -> ImportPart:
    folder = part.path.rpartition("/")[0]
    return ImportPart(
        import_row_id=part.import_row_id, table=part.table, kind=kind, path=f"{folder}/{measured.file}",
        rows=measured.rows, day_from=measured.day_from, day_to=measured.day_to,
    )  # fmt: skip
