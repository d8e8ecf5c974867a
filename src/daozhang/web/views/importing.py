"""Import: drop files, watch them being read, see row by row what was set aside, take an import back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from daozhang.desk import imports, jobs
from daozhang.desk.models import Import, Job, QuarantinedRow
from daozhang.formats.registry import REGISTRY
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace
from daozhang.web.uploading import VaultUpload

PAGE: Final = 50
ASIDE: Final = 200
OPTIONS: Final = ("acquirer", "account_tail", "merchant_no", "format")
DONE: Final = frozenset({"done", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One file on its way: what the job says, and the result once there is one."""

    job: Job
    name: str
    result: dict[str, Any]

    @property
    def is_done(self) -> bool:
        """Return whether nothing more will happen."""
        return self.job.state in DONE

    @property
    def files(self) -> list[dict[str, Any]]:
        """Return the result per file: one, or the members of a zip."""
        files = self.result.get("files", [])
        return list(files) if isinstance(files, list) else []


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Show what was read in and the place to drop files; take the files that were dropped."""
    if request.method == "POST":
        files = [file for file in request.FILES.getlist("files") if isinstance(file, VaultUpload)]
        if not files:
            messages.error(request, text(request, "web-import-no-file"))
            return redirect("import")
        batch = secrets.token_hex(8)
        for file in files:
            _enqueue(request, file, batch)
        jobs.enqueue(workspace(), "run", {}, by=who(request))
        return redirect(f"{reverse('import')}?batch={batch}")
    language = language_of(request)
    page = Paginator(Import.objects.order_by("-seq"), PAGE).get_page(request.GET.get("page"))
    facts = {
        "page": page,
        **_progress(request),
        "formats": sorted((one.code, words.word(language, "format", one.code)) for one in REGISTRY),
        "acquirers": Import.objects.exclude(acquirer="")
        .values_list("acquirer", flat=True)
        .distinct()
        .order_by("acquirer"),
    }
    return render(request, "web/import.html", facts)


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Show how far the files are; the page asks again until all are done, then opens anew with its list."""
    facts = _progress(request)
    response = render(request, "web/_progress.html", facts)
    if facts["all_done"] and request.headers.get("HX-Request"):
        response.headers["HX-Refresh"] = "true"
    return response


@require_GET
def detail(request: HttpRequest, import_id: str) -> HttpResponse:
    """Show one import: its counts, what it warns of, and every row that was set aside with the raw line."""
    one = get_object_or_404(Import, pk=import_id)
    rows = QuarantinedRow.objects.filter(import_row=one).order_by("line_no", "id")
    page = Paginator(rows, ASIDE).get_page(request.GET.get("page"))
    facts = {"one": one, "page": page, "aside": [(row, _why(request, row), _raw(one, row)) for row in page.object_list]}
    return render(request, "web/import_detail.html", facts)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, import_id: str) -> HttpResponse:
    """Ask whether an import shall be taken back, and do it."""
    one = get_object_or_404(Import, pk=import_id)
    if request.method == "POST":
        imports.undo(workspace(), import_id, by=who(request))
        jobs.enqueue(workspace(), "run", {}, by=who(request))
        messages.success(request, text(request, "web-import-undone", file=one.file_name))
        return redirect("import-detail", import_id)
    return render(request, "web/import_undo.html", {"one": one})


def _enqueue(request: HttpRequest, file: VaultUpload, batch: str) -> None:
    given = {name: request.POST.get(name, "").strip() for name in OPTIONS}
    payload = {"upload": file.upload_id, "file_name": file.name, "batch": batch, **given}
    jobs.enqueue(workspace(), "import", payload, by=who(request))


def _progress(request: HttpRequest) -> dict[str, Any]:
    batch = request.GET.get("batch", "")
    found = Job.objects.filter(kind="import", payload__batch=batch).order_by("pk") if batch.isalnum() else []
    readings = [Reading(job, str(job.payload.get("file_name", "")), dict(job.result)) for job in found]
    return {"readings": readings, "batch": batch, "all_done": all(one.is_done for one in readings)}


def _why(request: HttpRequest, row: QuarantinedRow) -> str:
    """Return the reason as a sentence; reasons name the column and the value of the row they are about."""
    return words.sentence(language_of(request), row.reason, {"column": row.column, "value": row.value, **row.facts})


def _raw(one: Import, row: QuarantinedRow) -> str:
    """Return the line as it stands in the file, card data cut; empty when the original has no lines."""
    lines = dict(imports.original_lines(workspace(), one.id, row.line_no, around=0))
    return lines.get(row.line_no, "")
