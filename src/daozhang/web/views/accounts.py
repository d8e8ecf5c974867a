"""Who may enter: the first account, logging in and out, colleagues who join by a link that works once."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from daozhang.desk import roles
from daozhang.errors import RefusedError
from daozhang.web import tokens, tries, words
from daozhang.web.context import language_of, text, who, workspace
from daozhang.web.forms import AccountForm, ColleagueForm, PasswordForm

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Let a person in who knows their password; after too many tries of one name or address, wait."""
    after = _safe(request, request.POST.get("next") or request.GET.get("next") or "/")
    if request.user.is_authenticated:
        return redirect(after)
    facts: dict[str, object] = {"next": after, "nobody_yet": not User.objects.exists()}
    if request.method == "POST":
        name = request.POST.get("username", "").strip()
        wait_s = tries.wait_s(name, request.META.get("REMOTE_ADDR", ""))
        if wait_s:
            facts["problem"] = text(request, "web-login-wait", minutes=str(-(-wait_s // 60)))
            return render(request, "web/login.html", facts, status=429)
        user = authenticate(request, username=name, password=request.POST.get("password", ""))
        if user is not None:
            tries.forget(name, request.META.get("REMOTE_ADDR", ""))
            login(request, user)
            return redirect(after)
        tries.count(name, request.META.get("REMOTE_ADDR", ""))
        facts |= {"problem": text(request, "web-login-wrong"), "username": name}
    return render(request, "web/login.html", facts)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("login")


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def first_account(request: HttpRequest, token: str) -> HttpResponse:
    """Make the first account; only while there is none and only with the address that ``daozhang up`` printed."""
    if not tokens.first_run_is_open(token):
        return render(request, "web/link_closed.html", status=404)
    form = AccountForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        user = tokens.make_first_user(form.cleaned_data["username"], form.cleaned_data["password"])
        if user is None:
            return render(request, "web/link_closed.html", status=404)
        login(request, user, backend=BACKEND)
        return redirect("today")
    return render(request, "web/first.html", {"form": form})


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Show who works here, and make a link by which a colleague joins."""
    form = ColleagueForm(request.POST or None, request=request)
    link = ""
    if request.method == "POST" and form.is_valid():
        invited = tokens.invite(form.cleaned_data["username"])
        roles.set_role(workspace(), invited, form.cleaned_data["role"], by=who(request))
        link = request.build_absolute_uri(f"/join/{tokens.join_token(invited)}")
        form = ColleagueForm(request=request)
    people = User.objects.select_related("person").order_by("username")
    facts = {"form": form, "link": link, "people": people, "roles": list(roles.ROLES), "permissions": _table()}
    return render(request, "web/people.html", facts)


@require_POST
def set_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account another role; the last administrator stays one."""
    user = get_object_or_404(User, pk=pk)
    try:
        roles.set_role(workspace(), user, request.POST.get("role", ""), by=who(request))
    except RefusedError as error:
        messages.error(request, words.refusal(language_of(request), error))
    else:
        messages.success(request, text(request, "role-set", name=user.get_username()))
    return redirect("people")


def _table() -> list[tuple[str, list[bool]]]:
    """Return each permission with whether each role has it, in the order of ``ROLES``."""
    return [(name, [name in may for may in roles.ROLES.values()]) for name in roles.PERMISSIONS]


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited colleague choose a password; the link works once."""
    user = tokens.invited_user(token)
    if user is None:
        return render(request, "web/link_closed.html", status=404)
    form = PasswordForm(request.POST or None, request=request, user=user)
    if request.method == "POST" and form.is_valid():
        user.set_password(form.cleaned_data["password"])
        user.is_active = True
        user.save(update_fields=["password", "is_active"])
        login(request, user, backend=BACKEND)
        messages.success(request, text(request, "web-join-done"))
        return redirect("today")
    return render(request, "web/join.html", {"form": form, "username": user.get_username()})


def _safe(request: HttpRequest, address: str) -> str:
    """Return the address when it leads into this console, else the start page."""
    allowed = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if allowed else "/"
