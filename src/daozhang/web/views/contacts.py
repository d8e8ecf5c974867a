"""The contact book and the webhooks: who is told, who stands in, what is not trusted, which systems hear of every step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from daozhang.cases import Step
from daozhang.desk import book, clock, webhook_sending
from daozhang.desk import contacts as desk_contacts
from daozhang.desk import webhooks as desk_webhooks
from daozhang.diagnosis.catalogue import role_key
from daozhang.errors import DaozhangError, RefusedError
from daozhang.texts import has
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

LOG_SHOWN: Final = 30


@require_http_methods(["GET", "POST"])
def contacts(request: HttpRequest) -> HttpResponse:
    """Show the book and change it; say of a number or link whether it may be used."""
    if request.method == "POST":
        acts: dict[str, Callable[[HttpRequest], str]] = {
            "add": _add, "verify": _verify, "test": _test, "acknowledge": _acknowledge, "remove": _remove,
        }  # fmt: skip
        return _done(request, acts.get(request.POST.get("act", ""), _unknown), "contacts")
    at, said = clock.now(workspace()), request.GET.get("said", "")[:256]
    entries = [(one, desk_contacts.is_silent(one, at), one.tests.first()) for one in desk_contacts.every()]
    asked = {one.pk for one in desk_contacts.usable(at)}
    judged = desk_contacts.judge(workspace(), said) if said else None
    roles = [(role, _role(request, role)) for role in desk_contacts.roles_wanted()]
    facts = {
        "entries": entries, "asked": asked, "imported": book.contacts(workspace()), "said": said, "judged": judged,
        "roles": roles, "channels": desk_contacts.CHANNELS, "rooms": [one.name for one in workspace().settings.channels],
        "official": sorted(desk_contacts.OFFICIAL.items()),
    }  # fmt: skip
    return render(request, "web/contacts.html", facts)


@require_http_methods(["GET", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """Show the subscriptions with their newest deliveries and change them; a secret is shown once, on the answer itself."""
    secret, problem = "", ""
    if request.method == "POST":
        try:
            secret = _change_hook(request)
        except DaozhangError as error:
            problem = words.refusal(language_of(request), error)
        if not secret and not problem:
            messages.success(request, text(request, "contacts-done"))
            return redirect("webhooks")
    hooks = [
        (one, one.deliveries.filter(state__in=webhook_sending.WAITING).count(), desk_webhooks.log(one.name, limit=LOG_SHOWN),
         one.keys.filter(ended_at=None).count())
        for one in desk_webhooks.every(workspace())
    ]  # fmt: skip
    facts = {"hooks": hooks, "secret": secret, "problem": problem, "steps": [step.value for step in Step]}
    return render(request, "web/webhooks.html", facts, status=409 if problem else 200)


def _change_hook(request: HttpRequest) -> str:
    """Do what the form asks and return a new secret, empty where none was made."""
    act, name, by, here = request.POST.get("act", ""), request.POST.get("name", "").strip(), who(request), workspace()
    if act == "add":
        return desk_webhooks.add(
            here, name, request.POST.get("url", "").strip(), by=by, acquirer=request.POST.get("acquirer", "").strip()[:64],
            may_be_private="private" in request.POST,
        )  # fmt: skip
    if act == "rotate":
        return desk_webhooks.rotate(here, name, by=by)
    if act == "end":
        desk_webhooks.end_old_key(here, name, by=by)
    elif act == "replay":
        start = request.POST.get("from", "1")
        desk_webhooks.replay(here, name, by=by, from_event=int(start) if start.isascii() and start.isdigit() else 1)
    elif act in {"stop", "start"}:
        desk_webhooks.set_active(here, name, is_active=act == "start", by=by)
    return ""


def _add(request: HttpRequest) -> str:
    given = {
        name: request.POST.get(name, "").replace("\x00", "").strip() for name in ("acquirer", "name", "source", "quiet")
    }
    rank = request.POST.get("rank", "0")
    desk_contacts.add(
        workspace(), request.POST.get("role", ""), request.POST.get("channel", ""), request.POST.get("address", "").replace("\x00", ""),
        by=who(request), acquirer=given["acquirer"][:64], name=given["name"][:120], source=given["source"], quiet=given["quiet"],
        verified_on=_day(request.POST.get("verified_on", "")), rank=int(rank) if rank in {"0", "1", "2", "3"} else 0,
    )  # fmt: skip
    return "contacts-done"


def _verify(request: HttpRequest) -> str:
    desk_contacts.verify(workspace(), _number(request), request.POST.get("source", ""), by=who(request))
    return "contacts-done"


def _test(request: HttpRequest) -> str:
    desk_contacts.test(workspace(), _number(request), by=who(request))
    return "contacts-test-written"


def _acknowledge(request: HttpRequest) -> str:
    desk_contacts.acknowledge(workspace(), request.POST.get("code", "")[:16], by=who(request))
    return "contacts-done"


def _remove(request: HttpRequest) -> str:
    desk_contacts.remove(workspace(), _number(request), by=who(request))
    return "contacts-done"


def _unknown(_request: HttpRequest) -> str:
    raise RefusedError("error-no-contact", number="-")


def _number(request: HttpRequest) -> int:
    said = request.POST.get("number", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        return None


def _role(request: HttpRequest, role: str) -> str:
    key = role_key(role)
    return text(request, key) if has(language_of(request), key) else role


def _done(request: HttpRequest, act: Callable[[HttpRequest], str], route: str) -> HttpResponse:
    """Do it and go back to the page; a refusal is said there in words."""
    try:
        messages.success(request, text(request, act(request)))
    except RefusedError as error:
        messages.error(request, words.refusal(language_of(request), error))
    return redirect(route)
