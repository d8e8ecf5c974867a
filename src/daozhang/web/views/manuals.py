"""The library: search, one page to read or print, documents brought in and taken out."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from daozhang.desk import clock
from daozhang.desk import learning_manuals as desk
from daozhang.errors import DaozhangError, RefusedError
from daozhang.learning import manuals as rules
from daozhang.learning.cautions import CARDS
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

FIELDS = ("title", "kind", "source", "version", "valid_from", "valid_until", "causes")


@require_http_methods(["GET", "POST"])
def manuals(request: HttpRequest) -> HttpResponse:
    """Search the library; take a document in or out."""
    if request.method == "POST":
        return _change(request)
    question = request.GET.get("q", "").strip()[:200]
    language = language_of(request)
    today = clock.now(workspace()).date()
    facts = {
        "question": question, "found": desk.find(workspace(), question, language) if question else [],
        "own": [one for one in rules.own_pages() if one.language == language],
        "documents": [(one, desk.standing_of(one, today)) for one in desk.listed()], "kinds": rules.KINDS,
    }  # fmt: skip
    return render(request, "web/manuals.html", facts)


def _change(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("retire", "")
    try:
        if number:
            desk.retire(workspace(), int(number) if number.isascii() and number.isdigit() else 0, by=who(request))
            messages.success(request, text(request, "web-manuals-retired"))
        elif (given := request.FILES.get("file")) is not None:
            data = given.read(desk.LARGEST + 1)
            said = {name: request.POST.get(name, "").replace("\x00", "") for name in FIELDS}
            made = desk.bring_in(workspace(), given.name or "document", data, by=who(request), **said)
            messages.success(request, text(request, "web-manuals-taken", title=made.title, count=made.pages.count()))
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
    return redirect("manuals")


@require_GET
def manual(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one page; a code without a language is the project's own page in the reader's."""
    if "/" not in ref and not ref.isdigit():
        ref = f"{language_of(request)}/{ref}"
    try:
        found = desk.page(workspace(), ref)
    except RefusedError:
        raise Http404 from None
    return render(request, "web/manual.html", {"page": found, "paragraphs": _blocks(found.body)})


def _blocks(body: str) -> list[list[str]]:
    """Return the paragraphs of a page, each as its lines."""
    return [[line.strip() for line in block.split("\n")] for block in body.split("\n\n") if block.strip()]


@require_GET
def cautions(request: HttpRequest) -> HttpResponse:
    """Show every caution card, to read and to print."""
    return render(request, "web/cautions.html", {"cards": CARDS})
