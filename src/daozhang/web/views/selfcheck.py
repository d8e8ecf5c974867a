"""The self-check on a phone: one question a page, large buttons, a fix card at the end; gone on with under its code."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from daozhang.desk import fleet_checks
from daozhang.errors import DaozhangError, RefusedError
from daozhang.fleet.selfcheck import UNSURE, cards, next_question, table
from daozhang.web import words
from daozhang.web.context import language_of, who, workspace


@require_http_methods(["GET", "POST"])
def selfcheck(request: HttpRequest) -> HttpResponse:
    """Begin a check, go on with one by its code, see the last ones."""
    if request.method == "POST":
        try:
            code = request.POST.get("code", "").strip()[:12]
            number = request.POST.get("terminal_no", "").replace("\x00", "")[:32]
            check = fleet_checks.named(code) if code else fleet_checks.start(workspace(), number, by=who(request))
        except DaozhangError as error:
            messages.error(request, words.refusal(language_of(request), error))
            return redirect("selfcheck")
        return redirect("selfcheck-run", check.code)
    facts = {"recent": fleet_checks.recent(), "terminal_no": request.GET.get("terminal_no", "")[:32], "cards": cards()}
    return render(request, "web/selfcheck.html", facts)


@require_http_methods(["GET", "POST"])
def run(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the next question, or show the fix card."""
    try:
        check = fleet_checks.named(code)
    except RefusedError as error:
        raise Http404 from error
    if request.method == "POST":
        try:
            _act(request, code)
        except DaozhangError as error:
            messages.error(request, words.refusal(language_of(request), error))
        return redirect("selfcheck-run", check.code)
    given = fleet_checks.given(check)
    asked = None if check.finished_at else next_question(given)
    order = [one.code for one in table()]
    facts = {
        "check": check, "question": asked, "answers": [*asked.answers, UNSURE] if asked else [], "number": order.index(asked.code) + 1 if asked else 0,
        "count": len(order), "said": [(name, value, name not in check.answers) for name, value in given.items()],
        "unsure": [name for name, value in given.items() if value == UNSURE], "probe": fleet_checks.probe_lines(check),
        "may_go_back": asked is not None and any(name in check.answers for name in order), "is_fault": fleet_checks.is_fault(check),
    }  # fmt: skip
    return render(request, "web/selfcheck_run.html", facts)


@require_GET
def card(request: HttpRequest, name: str) -> HttpResponse:
    """Show one fix card, to print and to lay beside the terminal."""
    if name not in cards():
        raise Http404
    return render(request, "web/selfcheck_card.html", {"name": name})


def _act(request: HttpRequest, code: str) -> None:
    act, by = request.POST.get("act", ""), who(request)
    if act == "back":
        fleet_checks.back(workspace(), code, by=by)
    elif act == "probe":
        fleet_checks.take_probe(workspace(), code, request.POST.get("probe", ""), by=by)
    else:
        fleet_checks.answer(
            workspace(), code, request.POST.get("question", "")[:32], request.POST.get("answer", "")[:16], by=by
        )
