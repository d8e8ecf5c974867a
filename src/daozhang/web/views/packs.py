"""The evidence pack of a case as a download; a part that is missing is named instead."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from daozhang.desk.models import Case
from daozhang.desk.packs import make_pack
from daozhang.errors import RefusedError
from daozhang.texts import LANGUAGES
from daozhang.web import words
from daozhang.web.context import language_of, workspace

KINDS = {"whole": False, "redacted": True}


@require_GET
def pack(request: HttpRequest, number: str, language: str, kind: str) -> HttpResponse:
    """Give the pack as a zip, whole or redacted."""
    if language not in LANGUAGES or kind not in KINDS or not Case.objects.filter(number=number).exists():
        raise Http404
    try:
        made = make_pack(workspace(), number, language, is_redacted=KINDS[kind])
    except RefusedError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect("case", number)
    response = HttpResponse(made.body, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response
