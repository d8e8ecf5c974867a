"""Business handling: the library of processes, one printable card each, and applications filled in step by step."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daozhang.desk import applications as desk
from daozhang.desk import applications_stages, book, processes_papers, uploads
from daozhang.desk.processes_models import Application
from daozhang.diagnosis.catalogue import role_key
from daozhang.errors import DaozhangError, RefusedError
from daozhang.remedies.accounts import KINDS
from daozhang.remedies.retry import is_same_person
from daozhang.services import applications as life
from daozhang.services.processes import Process, document_key, process_named
from daozhang.services.processes import processes as library
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace
from daozhang.web.uploading import VaultUpload, was_cut

DOCUMENTS: Final = "documents"
CHECK: Final = "check"
AREAS: Final = frozenset({"address", "reason", "fault"})
"""Fields that take more than a line."""
KEYBOARDS: Final = {"contact_phone": "tel", "terminals": "numeric", "people": "numeric", "amount": "decimal", "bank_code": "numeric",
                    "account_number": "numeric"}  # fmt: skip
DAYS: Final = frozenset({"from_on", "on"})


@require_GET
def processes(request: HttpRequest) -> HttpResponse:
    """Show the library, and the applications that are under way; a short code opens one of them."""
    code = request.GET.get("code", "").strip()
    if code:
        try:
            return redirect("application", desk.named(code).number)
        except RefusedError as error:
            messages.error(request, words.refusal(language_of(request), error))
    facts = {"processes": library().values(), "applications": desk.listed(), "code": code}
    return render(request, "web/processes.html", facts)


@require_http_methods(["GET", "POST"])
def process(request: HttpRequest, code: str) -> HttpResponse:
    """Show one card; sending its form begins an application."""
    one = _process(code)
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in one.fields}
        try:
            made = desk.start(workspace(), one.code, by=who(request), given=given)
        except DaozhangError as error:
            messages.error(request, words.refusal(language_of(request), error))
            return redirect("process", one.code)
        return redirect("application", made.number)
    facts = {
        "one": one,
        "parts": [(party.value, days) for party, days in one.workdays_of.items()],
        "roles": [role_key(role) for role in one.contacts],
        "documents": [(document_key(name), False) for name in one.documents]
        + [(document_key(name), True) for name in one.optional_documents],
    }
    return render(request, "web/process.html", facts)


@require_http_methods(["GET", "POST"])
def application(request: HttpRequest, number: str) -> HttpResponse:
    """Show one application at one of its pages, or keep what was typed there and go on to the next."""
    one = _named(number)
    declared = process_named(one.process)
    names = [*declared.pages, DOCUMENTS, CHECK]
    if request.method == "POST":
        return _save(request, one, names)
    wanted = request.GET.get("page", "")
    page = wanted if wanted in names else _open_page(one)
    return render(request, "web/application.html", _facts(request, one, declared, page))


@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Do something with an application; what is missing is said above the page and nothing changes."""
    _named(number)
    names = ("note", "reason", "carrier", "tracking_no", "serial", "terminal_no", "trainer", "on", "people")
    facts = {name: request.POST[name] for name in names if request.POST.get(name)}
    try:
        applications_stages.decide(workspace(), number, request.POST.get("act", ""), facts, by=who(request))
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
    else:
        messages.success(request, text(request, "web-case-noted"))
    return redirect("application", number)


@require_POST
def add_paper(request: HttpRequest, number: str) -> HttpResponse:
    """Keep a document, or take one out."""
    _named(number)
    try:
        if request.POST.get("remove", "").isdecimal():
            desk.remove_paper(workspace(), number, int(request.POST["remove"]), by=who(request))
        else:
            name, data = received(request)
            desk.add_paper(workspace(), number, request.POST.get("document", ""), name, data, by=who(request))
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
    return redirect(f"{reverse('application', args=[number])}?page={DOCUMENTS}")


@require_GET
def paper(_request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Give a document back as a download."""
    _named(number)
    return handed_out(desk.AREA, number, pk)


def received(request: HttpRequest) -> tuple[str, bytes]:
    """Return the name and the bytes of the one file of a form; RefusedError when none came, or it is too large."""
    file = request.FILES.get("file")
    if file is None or isinstance(file, list) or was_cut(request):
        raise RefusedError("error-paper-empty", name="-")
    if (file.size or 0) > processes_papers.LARGEST_MB * 1024 * 1024:
        raise RefusedError("error-paper-size", name=(file.name or "")[:80], limit=processes_papers.LARGEST_MB)
    return file.name or "", _bytes(file)


def handed_out(subject: str, number: str, pk: int) -> HttpResponse:
    """Return a document of a subject as a download that no browser opens by itself."""
    try:
        found = processes_papers.one(subject, number, pk)
    except RefusedError:
        raise Http404 from None
    response = HttpResponse(processes_papers.read(workspace(), found), content_type=found.media)
    ending = found.media.rpartition("/")[2]
    response.headers["Content-Disposition"] = f'attachment; filename="{number}-{found.document}-{found.pk}.{ending}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _save(request: HttpRequest, one: Application, names: list[str]) -> HttpResponse:
    page = request.POST.get("page", "")
    given = {name: request.POST.get(name, "") for name in process_named(one.process).fields}
    version = request.POST.get("version", "")
    try:
        desk.save(
            workspace(), one.number, page, given, by=who(request), version=int(version) if version.isdecimal() else 0
        )
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect(f"{reverse('application', args=[one.number])}?page={page}")
    saved = next(view for view in desk.pages(_named(one.number)) if view.name == page)
    following = names[names.index(page) + 1] if saved.is_done and "stay" not in request.POST else page
    messages.success(request, text(request, "application-saved"))
    return redirect(f"{reverse('application', args=[one.number])}?page={following}&checked=1")


def _open_page(one: Application) -> str:
    """Return the first page that is not done; the last when all are."""
    if one.reason and one.state == life.RETURNED:
        return life.page_to_fix(life.reason_named(one.reason), process_named(one.process))
    unfinished = [view.name for view in desk.pages(one) if not view.is_done]
    return (unfinished or ([DOCUMENTS] if desk.missing_documents(one) else [CHECK]))[0]


def _facts(request: HttpRequest, one: Application, declared: Process, page: str) -> dict[str, Any]:
    views = desk.pages(one)
    missing = desk.missing_documents(one)
    is_typed = request.GET.get("checked") == "1" or one.state == life.RETURNED
    done = {view.name: view.is_done for view in views} | {DOCUMENTS: not missing, CHECK: False}
    papers = list(processes_papers.of(desk.AREA, one.number))
    chosen = next((view for view in views if view.name == page), None)
    acts = [act.value for act in life.ACTS_OF.get(one.state, ())]
    return {
        "one": one,
        "process": declared,
        "page": page,
        "stepper": [(name, f"application-page-{name}", done[name]) for name in done],
        "views": views,
        "fields": [_field(request, one, name, value, chosen, is_typed=is_typed) for name, value in chosen.fields]
        if chosen
        else [],
        "papers": papers,
        "wanted": [
            (name, document_key(name), name in declared.documents, [paper for paper in papers if paper.document == name])
            for name in (*declared.documents, *declared.optional_documents)
        ],
        "missing": [document_key(name) for name in missing],
        "open_count": sum(len(view.faults) for view in views) + len(missing),
        "is_editable": one.state in life.EDITABLE,
        "is_over": one.state in life.OVER,
        "acts": acts,
        "is_mine": is_same_person(one.submitted_by, who(request)),
        "needs": {name: [(field, KEYBOARDS.get(field, "text"), field in DAYS) for field in life.NEEDS.get(life.Act(name), ())]
                  for name in acts},
        "reasons": [reason.value for reason in life.Reason],
        "stages": [(stage, _place(one, declared, stage)) for stage in declared.stages],
        "events": desk.history(one),
    }  # fmt: skip


def _field(
    request: HttpRequest, one: Application, name: str, value: str, view: desk.PageView, *, is_typed: bool
) -> dict[str, Any]:
    faults = [fault for fault in view.faults if fault.where == name]
    is_shown = faults and (is_typed or bool(value)) and one.state in life.EDITABLE
    kept = one.account_tail if name in life.PERSONAL else ""
    return {
        "name": name, "label": f"application-field-{name.replace('_', '-')}", "value": value, "kept": kept,
        "wrong": text(request, faults[0].key, **faults[0].facts) if is_shown else "",
        "is_needed": name not in life.OPTIONAL, "options": KINDS if name == "account_kind" else (),
        "choices": _acquirers() if name == "acquirer" else (), "is_area": name in AREAS, "is_day": name in DAYS,
        "keyboard": KEYBOARDS.get(name, "text"),
    }  # fmt: skip


def _place(one: Application, declared: Process, stage: str) -> str:
    """Return ``done``, ``now`` or ``next`` for a stage."""
    if one.state == life.DONE:
        return "done"
    if one.state not in declared.stages:
        return "next"
    here, there = declared.stages.index(one.state), declared.stages.index(stage)
    return "done" if there < here else "now" if there == here else "next"


def _acquirers() -> list[str]:
    return sorted({acquirer for acquirer, _ in book.merchant_names(workspace())})


def _bytes(file: UploadedFile[Any]) -> bytes:
    return uploads.read(workspace(), file.upload_id) if isinstance(file, VaultUpload) else file.read()


def _process(code: str) -> Process:
    try:
        return process_named(code)
    except RefusedError:
        raise Http404 from None


def _named(number: str) -> Application:
    try:
        return desk.named(number)
    except RefusedError:
        raise Http404 from None
