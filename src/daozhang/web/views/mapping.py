"""The mapping assistant: look at a file nobody could read, answer what it does not tell, keep that, and read the file in."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daozhang.desk import import_jobs, jobs, mappings
from daozhang.desk.mapping_models import FileMapping
from daozhang.desk.models import Import
from daozhang.errors import DaozhangError
from daozhang.formats import registry
from daozhang.formats.base import Given
from daozhang.web import mapping_page, words
from daozhang.web.context import language_of, text, who, workspace

LARGEST_FILE: Final = 256 * 1024
KNOWN: Final = ("acquirer", "merchant_no", "account_tail", "covers_on")


@require_http_methods(["GET", "POST"])
def assist(request: HttpRequest, import_id: str) -> HttpResponse:
    """Show what a waiting file seems to be and ask the rest; with ``save`` keep the answers as a format and read the file in."""
    one = get_object_or_404(Import, pk=import_id, state__in=[Import.State.UNCLAIMED, Import.State.REFUSED])
    answers = mapping_page.answers_of(request.POST)
    language = language_of(request)
    try:
        with mappings.original(workspace(), one) as content:
            look = mappings.look(workspace(), one.file_name, content, given=_given(one), answers=answers)
            if "save" in request.POST and look.proposal.is_ready:
                return _keep(request, one, look, answers)
    except DaozhangError as error:
        return render(request, "web/mapping.html", {"one": one, "refusal": words.refusal(language, error)}, status=422)
    facts: dict[str, Any] = {
        "one": one, **mapping_page.facts_of(language, look, answers), "name": request.POST.get("name", "")[:120],
        "acquirers": Import.objects.exclude(acquirer="").values_list("acquirer", flat=True).distinct().order_by("acquirer"),
    }  # fmt: skip
    facts["asked_to_save"] = "save" in request.POST
    facts["name_hint"] = _name(request, answers, look.proposal.table)
    return render(request, "web/_mapping.html" if request.headers.get("HX-Request") else "web/mapping.html", facts)


@require_http_methods(["GET", "POST"])
def formats(request: HttpRequest) -> HttpResponse:
    """List the workspace's own formats; take in one that somebody shared."""
    if request.method == "POST":
        shared = request.FILES.get("file")
        data = mappings.shared_text(workspace(), shared.upload_id) if shared is not None else ""  # type: ignore[attr-defined]  # our upload handler's
        row = mappings.receive(workspace(), data, by=who(request))
        messages.success(request, text(request, "map-cli-received", code=row.code, version=row.version))
        return redirect("formats")
    language = language_of(request)
    rows = [(row, mappings.title(mappings.format_code(row), language)) for row in mappings.listed()]
    return render(request, "web/formats.html", {"rows": rows, "shipped": registry.REGISTRY})


@require_GET
def export(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Give one of the workspace's formats as a file."""
    response = HttpResponse(mappings.exported(code), content_type="application/toml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{code}.toml"'
    return response


@require_POST
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Take one of the workspace's formats out of use."""
    mappings.retire(workspace(), code, by=who(request))
    messages.success(request, text(request, "map-cli-retired", code=code))
    return redirect("formats")


def _keep(request: HttpRequest, one: Import, look: mappings.Look, answers: dict[str, str]) -> HttpResponse:
    """Keep the mapping under its name and queue the file to be read with it."""
    table = look.proposal.table
    name = request.POST.get("name", "").strip()[:120] or _name(request, answers, table)
    code = mappings.free_code(f"{answers.get('acquirer', '') or answers.get('account_tail', '')} {table}")
    titles = {f"title_{language_of(request)}": name}
    row = mappings.save(workspace(), mappings.named(look.proposal, code=code, **titles), by=who(request))
    batch = _read_in(request, one, row, answers)
    messages.success(request, text(request, "map-page-saved", name=name, file=one.file_name))
    jobs.enqueue(workspace(), "run", {}, by=who(request))
    return redirect(f"{reverse('import')}?batch={batch}")


def _read_in(request: HttpRequest, one: Import, row: FileMapping, answers: dict[str, str]) -> str:
    """Queue the file to be read with its new format; return the batch its progress is shown under."""
    given = mappings.given_with(_given(one), answers)
    known = {name: str(value) for name in KNOWN if (value := getattr(given, name))}
    batch = secrets.token_hex(8)
    import_jobs.enqueue(
        workspace(), mappings.as_upload(workspace(), one), one.file_name, by=who(request), batch=batch,
        format=mappings.format_code(row), **known,
    )  # fmt: skip
    return batch


def _given(one: Import) -> Given:
    return Given(
        acquirer=one.acquirer, merchant_no=one.merchant_no, account_tail=one.account_tail, covers_on=one.covers_on
    )


def _name(request: HttpRequest, answers: dict[str, str], table: str) -> str:
    shown = words.word(language_of(request), "table", table)
    who_sent = answers.get("acquirer", "") or answers.get("account_tail", "")
    return text(request, "map-page-name-of", acquirer=who_sent, table=shown).strip()
