"""What waits in quarantine: how many lines for which reason, and as a CSV for the sender that no spreadsheet executes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from django.db.models import Count

from daozhang.desk import corrections, imports
from daozhang.desk.delimited import Delimited
from daozhang.desk.models import Import, QuarantinedRow
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.intake import keyring
from daozhang.intake.cards import CardGuard
from daozhang.reports.cells import inert

COLUMNS: Final = ("file", "line_no", "column", "value", "reason", "raw")


def reasons(import_id: str) -> list[tuple[str, str, int]]:
    """Return (reason, column, lines) of what waits of one import, the most frequent first."""
    waiting = QuarantinedRow.objects.filter(import_row_id=import_id, corrected_by__isnull=True)
    counted = waiting.values_list("reason", "column").annotate(lines=Count("id")).order_by("-lines", "reason", "column")
    return [(reason, column, lines) for reason, column, lines in counted]


def raw_lines(workspace: Workspace, rows: Iterable[QuarantinedRow]) -> dict[int, str]:
    """Return the lines as they were received, card data cut, by the key of the set-aside row; each file is opened once."""
    cut = CardGuard(keyring.load(workspace.keys).key("token")).cut
    texts: dict[str, Delimited | None] = {}
    found: dict[int, str] = {}
    for row in rows:
        import_id = row.import_row_id
        if import_id not in texts:
            texts[import_id] = _text(workspace, row.import_row)
        text = texts[import_id]
        if text is not None:
            found[row.pk] = cut(text.shown(text.record(row.line_no)))
        else:
            found[row.pk] = dict(imports.original_lines(workspace, import_id, row.line_no, around=0)).get(
                row.line_no, ""
            )
    return found


def _text(workspace: Workspace, row: Import) -> Delimited | None:
    try:
        return corrections.text_of(workspace, row)
    except RefusedError:
        return None


def as_csv(
    rows: Iterable[QuarantinedRow], heads: Sequence[str], why: Callable[[QuarantinedRow], str], raw: Mapping[int, str]
) -> str:
    """Return the lines for their sender: where, what, why and the line as it was received, card data cut.

    It begins with a byte order mark, without which spreadsheets take Chinese for Latin. A cell that a spreadsheet
    would execute gets an apostrophe in front; a number stays a number.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        cells = (row.import_row.file_name, row.line_no, row.column, row.value, why(row), raw.get(row.pk, ""))
        writer.writerow([inert(str(cell)) for cell in cells])
    return "\ufeff" + text.getvalue()
