"""Requests that move money: the list, one request with what happened to it, and what people do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from daozhang.desk import request_forms
from daozhang.desk import requests as desk
from daozhang.desk.account_changes import account_in_use
from daozhang.desk.clock import now
from daozhang.desk.request_models import PayoutRequest
from daozhang.errors import DaozhangError, RefusedError
from daozhang.money import to_minor
from daozhang.remedies.account_change import field_to_fix
from daozhang.remedies.recharge import CONSENT_WAYS, Consent, Outcome
from daozhang.remedies.reissue import Queried
from daozhang.remedies.retry import is_same_person
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

PAGE: Final = 50
WAITS_FOR_A_PERSON: Final = ("drafted", "person")


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """Show the requests: those that wait for somebody first, then the newest."""
    found = PayoutRequest.objects.select_related("account")
    waiting = [one for one in found.filter(state__in=(*WAITS_FOR_A_PERSON, "approved")) if needs_somebody(one)]
    page = Paginator(found.exclude(pk__in=[one.pk for one in waiting]), PAGE).get_page(request.GET.get("page"))
    facts = {
        "waiting": waiting, "page": page, "given": request.GET, "consent_ways": CONSENT_WAYS, "outcomes": list(Outcome),
        "query_results": list(Queried),
    }  # fmt: skip
    return render(request, "web/requests.html", facts)


def needs_somebody(one: PayoutRequest) -> bool:
    """Return whether a request goes no further without a person."""
    return one.state in WAITS_FOR_A_PERSON or (one.state, one.way) == ("approved", desk.FORM)


@require_GET
def request_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show one request."""
    one = _named(number)
    facts = {
        "one": one,
        "events": desk.history("request", one.number),
        "chain": PayoutRequest.objects.filter(chain=one.chain).exclude(pk=one.pk).order_by("number"),
        "is_mine": is_same_person(one.made_by, who(request)),
        "needs_somebody": needs_somebody(one),
        "is_form": one.way == desk.FORM,
        "has_form": one.way == desk.FORM and one.state in request_forms.READY,
        "can_ask_again": one.state in {"failed", "returned"} and one.kind != "test_credit",
        "query_results": [each for each in Queried if each is not Queried.NOT_ASKED],
        "field": field_to_fix(_cause(one)),
        "banks": [bank.name for bank in workspace().settings.banks],
    }
    return render(request, "web/request.html", facts)


@require_GET
def form(request: HttpRequest, number: str) -> HttpResponse:
    """Give the form of an approved request as text, to be printed and handed in."""
    one = _named(number)
    try:
        body = request_forms.form(workspace(), one.number, language_of(request))
    except RefusedError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect("request", number)
    return HttpResponse(body, content_type="text/plain; charset=utf-8")


@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Do something with a request; what is missing is said above the page and nothing changes."""
    one = _named(number)
    by, note = who(request), request.POST.get("note", "")
    acts: Mapping[str, Callable[[], PayoutRequest]] = {
        "approve": lambda: desk.approve(workspace(), number, by=by, note=note),
        "decline": lambda: desk.decline(workspace(), number, by=by, note=note),
        "withdraw": lambda: desk.withdraw(workspace(), number, by=by, note=note),
        "hand-over": lambda: desk.hand_over(workspace(), number, by=by, note=note),
        "taken": lambda: desk.say(workspace(), number, was_taken=True, by=by, note=note),
        "refused": lambda: desk.say(workspace(), number, was_taken=False, by=by, note=note),
        "query": lambda: desk.record_query(workspace(), number, _queried(request), by=by, note=note),
        "again": lambda: _again(request, one, by, note),
    }
    wanted = acts.get(request.POST.get("act", ""))
    if wanted is None:
        raise Http404
    return _done(request, wanted, otherwise=number)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for one of an acquirer's payouts again, or that a customer's card is charged again."""
    given = {
        name: request.POST.get(name, "").strip() for name in ("acquirer", "merchant_no", "payout_no", "case", "note")
    }
    by = who(request)
    if request.POST.get("act") == "recharge":
        return _done(request, lambda: _recharge(request, given, by))
    account = account_in_use(given["acquirer"], given["merchant_no"], now(workspace()).date())
    return _done(request, lambda: desk.draft_reissue_of(workspace(), **given, by=by, account=account))


def _again(request: HttpRequest, one: PayoutRequest, by: str, note: str) -> PayoutRequest:
    account = account_in_use(one.acquirer, one.merchant_no, now(workspace()).date())
    return desk.draft_reissue(
        workspace(), one.number, by=by, note=note, way=request.POST.get("way", ""),
        is_prepared=request.POST.get("prepared") == "1", account=account or one.account,
    )  # fmt: skip


def _recharge(request: HttpRequest, given: Mapping[str, str], by: str) -> PayoutRequest:
    how = request.POST.get("consent", "")
    queries = request.POST.get("queries", "")
    outcome = request.POST.get("outcome", "")
    return desk.draft_recharge(
        workspace(), given["acquirer"], given["merchant_no"], given["payout_no"],
        to_minor(request.POST.get("amount", "")) or 0, by=by, queried=_queried(request),
        outcome=Outcome(outcome) if outcome in set(Outcome) else Outcome.UNKNOWN,
        queries=int(queries) if queries.isascii() and queries.isdigit() else 0, case=given["case"], note=given["note"],
        consent=Consent(at=now(workspace()), how=how, heard_by=by) if how else None,
    )  # fmt: skip


def _queried(request: HttpRequest) -> Queried:
    asked = request.POST.get("queried", "")
    return Queried(asked) if asked in set(Queried) else Queried.NOT_ASKED


def _cause(one: PayoutRequest) -> str:
    from daozhang.diagnosis.reasons import read_reason  # noqa: PLC0415 - the dictionary is read when it is asked for

    if not (one.reason_code or one.reason_text):
        return ""
    provider = one.acquirer if one.way == desk.FORM else "iso20022"
    return read_reason(one.reason_text, provider=provider, code=one.reason_code).cause_code


def _named(number: str) -> PayoutRequest:
    try:
        return desk.request_named(number)
    except RefusedError:
        raise Http404 from None


def _done(request: HttpRequest, do: Callable[[], PayoutRequest], *, otherwise: str = "") -> HttpResponse:
    try:
        done = do()
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect("request", otherwise) if otherwise else redirect("requests")
    messages.success(request, text(request, "web-case-noted"))
    return redirect("request", done.number)
