"""Changes of cycle and fee: the list, the form with the terms in force beside it, and what two people do with each."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from daozhang.desk import clock
from daozhang.desk import processes_terms as desk
from daozhang.desk.processes_models import TermsChange
from daozhang.errors import DaozhangError, RefusedError
from daozhang.remedies.retry import is_same_person
from daozhang.services.terms import COLUMNS, State
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace


@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """Show the changes with what happened to each; ask for one."""
    if request.method == "POST":
        return _ask(request)
    given = {name: request.GET.get(name, "").strip() for name in ("acquirer", "merchant_no")}
    held: dict[str, str] = {}
    if given["merchant_no"]:
        try:
            held = desk.current(workspace(), given["acquirer"], given["merchant_no"], clock.now(workspace()).date())
        except RefusedError as error:
            messages.error(request, words.refusal(language_of(request), error))
    facts = {
        "changes": [_line(request, one) for one in desk.listed()], "given": given,
        "fields": [(name, f"terms-field-{name.replace('_', '-')}", held.get(name, "")) for name in COLUMNS], "is_held": bool(held),
    }  # fmt: skip
    return render(request, "web/terms.html", facts)


@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Do something with a change; what is missing is said above the page and nothing changes."""
    try:
        desk.change_named(number)
    except RefusedError:
        raise Http404 from None
    step = request.POST.get("act", "")
    try:
        if step == "verified":
            desk.verify(workspace(), number, by=who(request))
        else:
            desk.decide(workspace(), number, step, by=who(request), note=request.POST.get("note", ""))
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
    else:
        messages.success(request, text(request, "web-case-noted"))
    return redirect("terms")


def _ask(request: HttpRequest) -> HttpResponse:
    first_on = words.as_date(request.POST.get("from_on", ""))
    acquirer, merchant = request.POST.get("acquirer", "").strip(), request.POST.get("merchant_no", "").strip()
    try:
        if first_on is None:
            raise RefusedError("error-change-day", day=request.POST.get("from_on", "")[:20])
        wanted = {name: request.POST.get(name, "") for name in COLUMNS}
        desk.ask(
            workspace(),
            acquirer,
            merchant,
            wanted,
            first_on,
            by=who(request),
            document=request.POST.get("document", ""),
        )
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
    else:
        messages.success(request, text(request, "web-case-noted"))
    return redirect("terms")


def _line(request: HttpRequest, one: TermsChange) -> dict[str, object]:
    is_mine = is_same_person(one.asked_by, who(request))
    acts = {
        State.ASKED: ["withdrawn"] if is_mine else ["approved", "declined", "withdrawn"], State.COOLING: ["withdrawn"],
        State.ACTIVE: ["verified", "rollback_asked"]
        + (["rollback_approved"] if one.rollback_by and not is_same_person(one.rollback_by, who(request)) else []),
    }.get(State(one.state), [])  # fmt: skip
    return {
        "one": one, "acts": acts, "events": desk.history(one),
        "changed": [(f"terms-field-{name.replace('_', '-')}", one.before.get(name, ""), value) for name, value in one.after.items()],
    }  # fmt: skip
