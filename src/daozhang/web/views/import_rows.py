"""The rows behind the counts of an import: taken, here already, or no rows at all. Each opens its line of the file."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from daozhang.desk import import_rows
from daozhang.desk.models import Import
from daozhang.web.context import workspace
from daozhang.web.views.days import Cell, Line

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
    facts["tables"] = [
        (table.table, [_line(one, table, row) for row in table.shown], [Cell(name, None) for name in table.columns], table.count)
        for table in found
    ]  # fmt: skip
    facts["shown"] = (start + 1, min(start + PAGE, longest), longest)
    facts["before"] = str(max(0, start - PAGE)) if start else ""
    facts["after"] = str(start + PAGE) if longest > start + PAGE else ""
    return render(request, "web/import_rows.html", facts)


def _line(one: Import, table: import_rows.Rows, row: dict[str, object]) -> Line:
    return Line(
        cells=tuple(Cell(name, row[name]) for name in table.columns), currency=str(row.get("currency") or "CNY"),
        file=one.file_name, line_no=int(str(row["line_no"])), import_id=str(row["import_id"]),
    )  # fmt: skip


def _whole(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
