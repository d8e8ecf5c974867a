"""Import: drop files, watch them being read, see row by row what was set aside, take an import back."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daozhang.desk import import_jobs, imports, jobs, mappings
from daozhang.desk.models import Import, Job, QuarantinedRow
from daozhang.formats.registry import REGISTRY
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace
from daozhang.web.uploading import VaultUpload, was_cut

PAGE: Final = 50
ASIDE: Final = 200
OPTIONS: Final = ("acquirer", "account_tail", "merchant_no", "format")
MAPPABLE: Final = "refused-unclaimed"
"""Said of a file that is a table of some kind, only of none that is known: the assistant can be taught it."""
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
        files = self.result.get("files") or self.job.progress.get("files") or []
        return [] if self.job.state == "cancelled" else list(files)

    @property
    def stage(self) -> str:
        """Return where the file stands: ``reading``, ``comparing`` or ``saving``; empty before and after."""
        return str(self.job.progress.get("stage", "")) if self.job.state == "running" else ""


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Show what was read in and the place to drop files; take the files that were dropped."""
    if request.method == "POST":
        return _take(request)
    language = language_of(request)
    page = Paginator(Import.objects.order_by("-seq"), PAGE).get_page(request.GET.get("page"))
    waiting = [one.sha256 for one in page.object_list if one.state == Import.State.UNCLAIMED]
    taken = Import.objects.filter(sha256__in=waiting, state=Import.State.ACCEPTED).values_list("sha256", flat=True)
    facts = {
        "page": page,
        "later": set(taken),
        **_progress(request),
        "formats": sorted((one.code, words.word(language, "format", one.code)) for one in REGISTRY)
        + [
            (row.code, mappings.title(mappings.format_code(row), language))
            for row in mappings.listed()
            if row.is_active
        ],
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


@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Stop a file wherever it stands; what it has brought in so far is taken back."""
    job = get_object_or_404(Job, pk=job_id, kind=import_jobs.KIND)
    if import_jobs.cancel(workspace(), job_id, by=who(request)):
        messages.success(request, text(request, "upload-cancelled", file=str(job.payload.get("file_name", ""))))
    else:
        messages.info(request, text(request, "upload-over", file=str(job.payload.get("file_name", ""))))
    return redirect(f"{reverse('import')}?batch={job.payload.get('batch', '')}")


@require_GET
def detail(request: HttpRequest, import_id: str) -> HttpResponse:
    """Show one import: its counts, what it warns of, and every row that was set aside with the raw line."""
    one = get_object_or_404(Import, pk=import_id)
    rows = QuarantinedRow.objects.filter(import_row=one).order_by("line_no", "id")
    page = Paginator(rows, ASIDE).get_page(request.GET.get("page"))
    taken = Import.objects.filter(sha256=one.sha256, state=Import.State.ACCEPTED).first()
    known = [shipped for shipped in REGISTRY if shipped.code == one.format]
    facts = {
        "one": one,
        "known": known[0] if known else None,
        "taken": taken,
        "can_be_mapped": any(said["key"] == MAPPABLE for said in one.warnings),
        "page": page,
        "aside": [(row, _why(request, row), _raw(one, row)) for row in page.object_list],
    }
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


def _take(request: HttpRequest) -> HttpResponse:
    """Queue the files of a form. The browser may send them one by one as one ``batch`` and asks for JSON then."""
    files = [file for file in request.FILES.getlist("files") if isinstance(file, VaultUpload)]
    speaks_json = request.headers.get("Accept") == "application/json"
    if was_cut(request) or not files:
        if speaks_json:
            return JsonResponse({}, status=400)
        messages.error(request, text(request, "web-import-no-file"))
        return redirect("import")
    asked = request.POST.get("batch", "")
    batch = asked if re.fullmatch(r"[0-9a-f]{16}", asked) else secrets.token_hex(8)
    given = {name: request.POST.get(name, "").strip() for name in OPTIONS}
    with transaction.atomic():
        for file in files:
            import_jobs.enqueue(workspace(), file.upload_id, file.name or "file", by=who(request), batch=batch, **given)
        jobs.enqueue(workspace(), "run", {}, by=who(request))
    for file in files:
        file.keep()
    return JsonResponse({"batch": batch}, status=202) if speaks_json else redirect(f"{reverse('import')}?batch={batch}")


def _progress(request: HttpRequest) -> dict[str, Any]:
    batch = request.GET.get("batch", "")
    found = Job.objects.filter(kind="import", payload__batch=batch).order_by("pk") if batch.isalnum() else []
    readings = [Reading(job, str(job.payload.get("file_name", "")), dict(job.result)) for job in found]
    waiting = any(file.get("state") == "unclaimed" for one in readings for file in one.files)
    return {"readings": readings, "batch": batch, "all_done": all(one.is_done for one in readings), "waiting": waiting}


def _why(request: HttpRequest, row: QuarantinedRow) -> str:
    """Return the reason as a sentence; reasons name the column and the value of the row they are about."""
    return words.sentence(language_of(request), row.reason, {"column": row.column, "value": row.value, **row.facts})


def _raw(one: Import, row: QuarantinedRow) -> str:
    """Return the line as it stands in the file, card data cut; empty when the original has no lines."""
    lines = dict(imports.original_lines(workspace(), one.id, row.line_no, around=0))
    return lines.get(row.line_no, "")
