"""What people do in the life of a case: parties, answers, proofs, ways, customers, together or apart, many at once, the agenda."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from daozhang.desk import agenda as desk_agenda
from daozhang.desk import book, bulk, case_links, climbing, customers, options, parts, remedy_steps, replies
from daozhang.desk.models import Case
from daozhang.errors import RefusedError
from daozhang.money import to_text
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace
from daozhang.web.views.cases import do_and_return

SHOWN = 20


@require_GET
def agenda(request: HttpRequest) -> HttpResponse:
    """Show today's agenda of the reader, or of everybody, and the answers that wait for their case."""
    everybody = request.GET.get("all") == "1"
    lines = desk_agenda.agenda(workspace(), "" if everybody else who(request))
    facts = {
        "lines": lines,
        "everybody": everybody,
        "names": book.merchant_names(workspace()),
        "waiting": replies.waiting(),
    }
    return render(request, "web/agenda.html", facts)


@require_POST
def join(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Put an answer that waits into the case a person names."""
    number = request.POST.get("number", "").strip()
    try:
        replies.join(workspace(), reply_id, number, by=who(request))
    except RefusedError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect("agenda")
    messages.success(request, text(request, "web-case-noted"))
    return redirect("case", number)


@require_POST
def party(request: HttpRequest, number: str) -> HttpResponse:
    """Note that a party was asked, answered or closed its part."""

    def act() -> None:
        parts.take(
            workspace(), number, request.POST.get("party", ""), request.POST.get("step", ""), by=who(request),
            note=request.POST.get("note", ""), external_no=request.POST.get("external_no", "").strip(),
            promised_at=_moment(request.POST.get("promised_at", "")),
        )  # fmt: skip

    return do_and_return(request, number, act)


@require_POST
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """Take in an official answer to this case."""
    body, side = request.POST.get("text", ""), request.POST.get("party", "")
    return do_and_return(
        request, number, lambda: replies.take(workspace(), body, by=who(request), number=number, party=side)
    )


@require_POST
def reply_step(request: HttpRequest, number: str, step_id: int) -> HttpResponse:
    """Confirm a step of an answer, dismiss it, or say with its proof that it is done."""
    decision, note = request.POST.get("decision", ""), request.POST.get("note", "")
    return do_and_return(
        request, number, lambda: replies.decide(workspace(), step_id, decision, by=who(request), note=note)
    )


@require_POST
def prove(request: HttpRequest, number: str) -> HttpResponse:
    """Record the proof of a remedy step, or why an optional one is left out."""

    def act() -> None:
        remedy_steps.prove(
            workspace(), number, request.POST.get("remedy", ""), by=who(request), note=request.POST.get("note", ""),
            proof=request.POST.get("proof", ""), leaves_out=request.POST.get("leave_out") == "1",
        )  # fmt: skip

    return do_and_return(request, number, act)


@require_POST
def option(request: HttpRequest, number: str) -> HttpResponse:
    """Choose the way in which the case is solved."""
    chosen = request.POST.get("option", "")
    return do_and_return(request, number, lambda: options.choose(workspace(), number, chosen, by=who(request)))


@require_POST
def customer(request: HttpRequest, number: str) -> HttpResponse:
    """Note that a customer was answered."""
    key, note = request.POST.get("customer", ""), request.POST.get("note", "")
    return do_and_return(request, number, lambda: customers.tell(workspace(), number, key, by=who(request), note=note))


@require_POST
def seek(request: HttpRequest, number: str) -> HttpResponse:
    """Note that help was sought; a skipped kind needs its reason."""
    given = {name: request.POST.get(name, "") for name in ("note", "reason")}
    wanted = request.POST.get("help", "")
    return do_and_return(request, number, lambda: climbing.seek(workspace(), number, wanted, by=who(request), **given))


@require_POST
def link(request: HttpRequest, number: str) -> HttpResponse:
    """Work the case as part of another, on its own again, or give some of its findings a case of their own."""
    act, note = request.POST.get("act", ""), request.POST.get("note", "")
    into, chosen = request.POST.get("into", "").strip(), request.POST.getlist("finding")
    works: dict[str, Callable[[], object]] = {
        "merge": lambda: case_links.merge(workspace(), number, into, by=who(request), note=note),
        "unmerge": lambda: case_links.unmerge(workspace(), number, by=who(request), note=note),
        "part": lambda: case_links.part(workspace(), number, chosen, by=who(request), note=note),
    }
    return do_and_return(request, number, works.get(act, works["unmerge"]))


@require_POST
def bulk_look(request: HttpRequest) -> HttpResponse:
    """Show on which cases a step would be taken, and ask back; with the seal of what was shown, take it."""
    chosen = {name: request.POST.get(name, "") for name in bulk.FILTERS}
    given = {name: request.POST.get(name, "") for name in ("step", "note", "assign_to")}
    try:
        if seal := request.POST.get("seal", ""):
            shown = request.POST.get("shown", "0")
            done = bulk.take(
                workspace(), given["step"], chosen, seal=seal, shown=int(shown) if shown.isdecimal() else 0, by=who(request),
                note=given["note"], assignee=given["assign_to"],
            )  # fmt: skip
            step = words.word(language_of(request), "step", done.step.value)
            messages.success(request, text(request, "web-bulk-done", step=step, count=len(done.numbers)))
            return redirect("cases")
        scope = bulk.scope(given["step"], chosen)
    except RefusedError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect("cases")
    amount = ", ".join(to_text(minor, currency, sign=True) for currency, minor in sorted(scope.amounts.items()))
    cases = Case.objects.filter(number__in=scope.numbers[:SHOWN]).select_related("incident").order_by("number")
    facts = {"scope": scope, "count": len(scope.numbers), "amount": amount or "0", "cases": cases, "given": given, "filter": chosen,
             "more": max(len(scope.numbers) - SHOWN, 0), "names": book.merchant_names(workspace())}  # fmt: skip
    return render(request, "web/bulk.html", facts)


def _moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None) if value else None
    except ValueError:
        return None
