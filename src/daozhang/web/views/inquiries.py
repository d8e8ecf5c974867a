"""Inquiries from outside: the register with its deadlines, one inquiry, its documents and its pack."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daozhang.desk import inquiries as desk
from daozhang.desk import inquiries_pack, processes_papers
from daozhang.desk.processes_models import Inquiry
from daozhang.errors import DaozhangError, RefusedError
from daozhang.money import to_minor
from daozhang.services.inquiries import TABLE, USUAL_DAYS, Kind, Sender, State
from daozhang.services.processes import document_key
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace
from daozhang.web.views.processes import handed_out, received

TEXTS: Final = ("kind", "sender", "reference", "acquirer", "merchant_no", "payment", "text", "case", "owner")


@require_http_methods(["GET", "POST"])
def inquiries(request: HttpRequest) -> HttpResponse:
    """Show what waits for an answer, the earliest deadline first; register an inquiry."""
    if request.method == "POST":
        return _enter(request)
    shown = "all" if request.GET.get("show") == "all" else "open"
    found = [(one, desk.used_pct(workspace(), one)) for one in desk.listed(is_open=shown == "open")]
    facts = {
        "lines": found, "shown": shown, "kinds": [(kind.value, USUAL_DAYS[kind]) for kind in Kind],
        "senders": [sender.value for sender in Sender],
        "given": {name: request.GET.get(name, "") for name in (*TEXTS, "amount")},
    }  # fmt: skip
    return render(request, "web/inquiries.html", facts)


@require_GET
def inquiry(request: HttpRequest, number: str) -> HttpResponse:
    """Show one inquiry."""
    one = _named(number)
    papers = list(processes_papers.of(desk.AREA, one.number))
    slips, orders = inquiries_pack.facts_of(workspace(), one)
    facts = {
        "one": one, "used": desk.used_pct(workspace(), one), "events": desk.history(one),
        "acts": [act.value for act, (sources, to) in TABLE.items() if State(one.state) in sources and to is not None],
        "is_open": one.state == State.OPEN, "may_add": one.state in {State.OPEN, State.ANSWERED},
        "documents": [(name, document_key(name)) for name in desk.DOCUMENTS],
        "papers": [(paper, document_key(paper.document)) for paper in papers], "slips": slips, "orders": orders,
    }  # fmt: skip
    return render(request, "web/inquiry.html", facts)


@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Do something with an inquiry, or keep a document; what is missing is said above the page and nothing changes."""
    _named(number)
    try:
        if request.POST.get("act") == "added":
            name, data = received(request)
            desk.add_paper(workspace(), number, request.POST.get("document", ""), name, data, by=who(request))
        else:
            desk.decide(
                workspace(), number, request.POST.get("act", ""), by=who(request), note=request.POST.get("note", ""),
                owner=request.POST.get("owner", ""),
            )  # fmt: skip
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
    else:
        messages.success(request, text(request, "web-case-noted"))
    return redirect("inquiry", number)


@require_GET
def pack(request: HttpRequest, number: str) -> HttpResponse:
    """Give the pack as a zip: slip, order, documents."""
    _named(number)
    try:
        made = inquiries_pack.make(workspace(), number, language_of(request), by=who(request))
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect("inquiry", number)
    response = HttpResponse(made.body, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


@require_GET
def paper(_request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Give a document back as a download."""
    _named(number)
    return handed_out(desk.AREA, number, pk)


def _enter(request: HttpRequest) -> HttpResponse:
    given = {name: request.POST.get(name, "") for name in TEXTS}
    days = request.POST.get("workdays", "")
    try:
        amount = to_minor(request.POST["amount"]) if request.POST.get("amount", "").strip() else None
        asked = desk.Asked(
            **given, amount_minor=amount, workdays=int(days) if days.isdecimal() else 0,
            received_at=words.as_moment(request.POST.get("received_at", "")),
        )  # fmt: skip
        made = desk.enter(workspace(), asked, by=who(request))
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect("inquiries")
    return redirect("inquiry", made.number)


def _named(number: str) -> Inquiry:
    try:
        return desk.inquiry_named(number)
    except RefusedError:
        raise Http404 from None
