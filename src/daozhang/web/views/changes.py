"""Account changes: the list, the form with every wrong sign named beside its field, one change, and what people do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daozhang.desk import account_changes as desk
from daozhang.desk.request_models import AccountChange
from daozhang.desk.requests import FORM, history
from daozhang.errors import DaozhangError, RefusedError
from daozhang.money import to_minor
from daozhang.remedies.account_change import WATCHED_PAYOUTS
from daozhang.remedies.accounts import KINDS, AccountForm, Fault
from daozhang.remedies.retry import is_same_person
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

FIELDS: Final = ("acquirer", "merchant_no", "licence_name", "legal_person", "credit_code", "number", "holder", "kind", "bank_name",
                 "bank_code", "day_amount", "way", "active_from", "case", "note")  # fmt: skip
NEEDED: Final = frozenset({"acquirer", "merchant_no", "number", "holder", "kind"})


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """Show account changes, the newest first."""
    found = AccountChange.objects.select_related("before", "to")[:200]
    return render(request, "web/changes.html", {"changes": found})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show the form of a change, or draft one; the number is never shown again, whatever is wrong."""
    given = {name: (request.POST or request.GET).get(name, "") for name in FIELDS}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        found = desk.check(_form(given))
        wrong = _sentences(request, found) | {
            name: text(request, "web-field-required") for name in NEEDED if not given[name]
        }
        if not wrong:
            try:
                done = _draft(given, who(request))
            except DaozhangError as error:
                messages.error(request, words.refusal(language_of(request), error))
            else:
                return redirect("change", done.number)
    ways = [FORM, *(bank.name for bank in workspace().settings.banks)]
    shown = [
        {"name": name, "label": f"web-change-{name.replace('_', '-')}", "value": "" if name == "number" else given[name],
         "wrong": wrong.get(name, ""), "is_needed": name in NEEDED,
         "options": KINDS if name == "kind" else ways if name == "way" else ()}
        for name in FIELDS
    ]  # fmt: skip
    return render(request, "web/change_new.html", {"fields": shown}, status=422 if wrong else 200)


@require_GET
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Show one change."""
    one = _named(number)
    arrived = {each["payout_no"] for each in one.watched if each["state"] == "arrived"}
    facts = {
        "one": one,
        "different": desk.differences(one),
        "events": history("change", one.number),
        "is_mine": is_same_person(one.asked_by, who(request)),
        "rollback_is_mine": is_same_person(one.rollback_by, who(request)),
        "good": len(arrived), "wanted": WATCHED_PAYOUTS,
    }  # fmt: skip
    return render(request, "web/change.html", facts)


@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Do something with a change; what is missing is said above the page and nothing changes."""
    _named(number)
    by, note = who(request), request.POST.get("note", "")
    acts: Mapping[str, Callable[..., AccountChange]] = {
        "documents": desk.add_documents, "approve": desk.approve, "decline": desk.decline, "withdraw": desk.withdraw,
        "rollback": desk.ask_rollback, "rollback-approve": desk.approve_rollback,
    }  # fmt: skip
    wanted = acts.get(request.POST.get("act", ""))
    if wanted is None:
        raise Http404
    try:
        wanted(workspace(), number, by=by, note=note)
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
    else:
        messages.success(request, text(request, "web-case-noted"))
    return redirect("change", number)


def _form(given: Mapping[str, str]) -> AccountForm:
    return AccountForm(
        number=given["number"], holder=given["holder"], kind=given["kind"], bank_code=given["bank_code"],
        licence_name=given["licence_name"], legal_person=given["legal_person"], credit_code=given["credit_code"],
        day_minor=to_minor(given["day_amount"]) or 0,
    )  # fmt: skip


def _draft(given: Mapping[str, str], by: str) -> AccountChange:
    try:
        first_on = date.fromisoformat(given["active_from"]) if given["active_from"] else None
    except ValueError:
        raise RefusedError("error-change-day", day=given["active_from"][:20]) from None
    return desk.draft(
        workspace(), given["acquirer"].strip(), given["merchant_no"].strip(), _form(given), by=by, way=given["way"] or FORM,
        bank_name=given["bank_name"], case=given["case"].strip(), active_from=first_on, note=given["note"],
    )  # fmt: skip


def _sentences(request: HttpRequest, found: tuple[Fault, ...]) -> dict[str, str]:
    said: dict[str, Any] = {}
    for one in found:
        said.setdefault(one.where, text(request, one.key, **one.facts))
    return said


def _named(number: str) -> AccountChange:
    try:
        return desk.change_named(number)
    except RefusedError:
        raise Http404 from None
