"""Evidence: the line of the file that proves something, with the lines around it; card data is cut."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from daozhang.desk.imports import original_lines
from daozhang.desk.models import Import
from daozhang.web.context import workspace

AROUND: Final = 4


@require_GET
def evidence(request: HttpRequest, import_id: str, line_no: int) -> HttpResponse:
    """Show one line among its neighbours, or the head of the file for evidence about the whole of it (line 0)."""
    file = get_object_or_404(Import, pk=import_id)
    return render(request, "web/evidence.html", {"file": file, "line_no": line_no, "lines": _lines(import_id, line_no)})


@require_GET
def as_text(_request: HttpRequest, import_id: str, line_no: int) -> HttpResponse:
    """Give the same lines as a text file: number, tab, line."""
    file = get_object_or_404(Import, pk=import_id)
    head = f"# {file.file_name}\n# sha256 {file.sha256}\n"
    body = "".join(f"{number}\t{line}\n" for number, line in _lines(import_id, line_no))
    response = HttpResponse(head + body, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{import_id}-{line_no}.txt"'
    return response


def _lines(import_id: str, line_no: int) -> list[tuple[int, str]]:
    return original_lines(workspace(), import_id, max(line_no, 1), around=AROUND)
