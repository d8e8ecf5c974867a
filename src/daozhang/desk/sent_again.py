"""Files that were sent again corrected: of the earlier one only the lines that the later one repeats still hold.

Nothing is taken back for it: which lines hold follows, at every moment, from the files that are known then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from daozhang.desk.models import Import, ImportPart

SHARE: Final = 2
"""The later file must repeat at least one in so many lines; otherwise it is another part of the day, not the same again."""


def replaced_by(imports: Sequence[Import]) -> dict[str, str]:
    """Return, of the imports that count at a moment, each that was sent again → the last one of the same name, about the same.

    Corrections of lines of a file that was sent again go with it.
    """
    newest: dict[tuple[object, ...], Import] = {}
    found: dict[str, str] = {}
    for row in sorted((one for one in imports if one.corrects_id is None), key=lambda one: -one.seq):
        key = _delivery(row)
        if key is None:
            continue
        later = newest.setdefault(key, row)
        if later.id != row.id and later.duplicate * SHARE >= row.accepted + row.duplicate > 0:
            found[row.id] = later.id
    return found | {row.id: found[row.corrects_id] for row in imports if row.corrects_id in found}


def parts_of(import_ids: Iterable[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the files that hold everything an import says, lines known from elsewhere too, by import and table."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    rows = ImportPart.objects.filter(import_row_id__in=set(import_ids), is_live=True, rows__gt=0).order_by("id")
    for import_id, table, path in rows.values_list("import_row_id", "table", "path"):
        found[import_id, table] = (*found.get((import_id, table), ()), path)
    return found


def _delivery(row: Import) -> tuple[object, ...] | None:
    """Return what a file and its correction have in common; None when nothing says which days the file is about."""
    days = str(row.covers_on or row.covers or "")
    if not days:
        return None
    name = row.file_name.rpartition("/")[2]
    return (name, row.format, row.acquirer, row.merchant_no, row.account_tail, days)
