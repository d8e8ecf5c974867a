"""Evidence: the line of the file that proves something, with the lines around it; card data is cut."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from daozhang.desk import sight, sight_lake
from daozhang.desk.imports import original_lines
from daozhang.desk.models import Import
from daozhang.web.context import workspace

AROUND: Final = 4


@require_GET
def evidence(request: HttpRequest, import_id: str, line_no: int) -> HttpResponse:
    """Show one line among its neighbours, or the head of the file for evidence about the whole of it (line 0)."""
    file, lines = _shown(import_id, line_no)
    return render(request, "web/evidence.html", {"file": file, "line_no": line_no, "lines": lines})


@require_GET
def as_text(_request: HttpRequest, import_id: str, line_no: int) -> HttpResponse:
    """Give the same lines as a text file: number, tab, line."""
    file, lines = _shown(import_id, line_no)
    head = f"# {file.file_name}\n# sha256 {file.sha256}\n"
    body = "".join(f"{number}\t{line}\n" for number, line in lines)
    response = HttpResponse(head + body, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{import_id}-{line_no}.txt"'
    return response


def _shown(import_id: str, line_no: int) -> tuple[Import, list[tuple[int, str]]]:
    """Return the file and the lines that may be shown: of a file that others stand in too, one's own line alone."""
    file = Import.objects.filter(pk=import_id).first()
    if file is not None:
        return file, original_lines(workspace(), import_id, max(line_no, 1), around=AROUND)
    if not line_no or not sight_lake.may_see_line(workspace(), import_id, line_no):
        raise Http404
    with sight.house():
        return Import.objects.get(pk=import_id), original_lines(workspace(), import_id, line_no, around=0)
