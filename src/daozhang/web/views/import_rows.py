"""The rows behind the counts of an import: taken, here already, or no rows at all. Each opens its line of the file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from daozhang.desk import import_rows
from daozhang.desk.models import Import
from daozhang.texts import has, say
from daozhang.web.context import language_of, workspace
from daozhang.web.views.days import Cell

PAGE: Final = 100


@require_GET
def rows(request: HttpRequest, import_id: str, kind: str) -> HttpResponse:
    """Show one page of what a count stands for."""
    one = get_object_or_404(Import, pk=import_id)
    if kind not in {*import_rows.KINDS, "control"}:
        raise Http404
    start = _whole(request.GET.get("from", ""))
    facts: dict[str, object] = {
        "one": one,
        "kind": kind,
        "title": f"import-rows-{kind}",
        "what": f"import-rows-{kind}-what",
    }
    if kind == "control":
        facts |= {"lines": import_rows.control_lines(workspace(), one, most=PAGE), "count": one.control}
        return render(request, "web/import_rows.html", facts)
    found = import_rows.rows_of(workspace(), one, kind, start=start, most=PAGE)
    longest = max((table.count for table in found), default=0)
    facts["count"] = sum(table.count for table in found)
    language = language_of(request)
    facts["tables"] = [
        (table.table, _labels(language, table), [_row(table, row) for row in table.shown], table.count)
        for table in found
    ]
    facts["shown"] = (start + 1, min(start + PAGE, longest), longest)
    facts["before"] = str(max(0, start - PAGE)) if start else ""
    facts["after"] = str(start + PAGE) if longest > start + PAGE else ""
    return render(request, "web/import_rows.html", facts)


def _labels(language: str, table: import_rows.Rows) -> list[tuple[str, bool]]:
    return [(_label(language, name), name.endswith("_minor")) for name in table.columns if name != "currency"]


def _label(language: str, name: str) -> str:
    """Return what a column is called: as on the other pages, as the mapping assistant says it, or by its own name here."""
    dashed = name.replace("_", "-")
    keys = (f"web-col-{dashed}", f"map-slot-{dashed}", f"import-col-{dashed}")
    return next((say(language, key) for key in keys if has(language, key)), name)


def _row(table: import_rows.Rows, row: dict[str, object]) -> tuple[int, str, str, list[Cell]]:
    """Return a row as it is shown: its line, the import that line is in, its currency, its cells."""
    cells = [Cell(name, _plain(row[name])) for name in table.columns if name != "currency"]
    return int(str(row["line_no"])), str(row["import_id"]), str(row.get("currency") or "CNY"), cells


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value


def _whole(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
