"""Small pages: help, the language switch, the sign of life for a supervisor."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from daozhang.texts import LANGUAGES
from daozhang.web.context import LANGUAGE_COOKIE
from daozhang.web.rooms import GROUPS

FIVE_WORDS = ("due", "settled", "break", "case", "quarantine")


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Show the five words to learn and the way of one payment."""
    return render(request, "web/help.html", {"words": FIVE_WORDS})


@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    """Show everything the product has beyond the daily path, grouped by what people come for."""
    groups = [{"name": name, "key": f"web-rooms-{name}", "rooms": rooms} for name, rooms in GROUPS.items() if rooms]
    return render(request, "web/rooms.html", {"groups": groups})


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language a reader chose and go back to where they were."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = redirect(back)
    chosen = request.POST.get("language", "")
    if chosen in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=365 * 86400, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


@login_not_required
@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the console reaches its database; says nothing about what is in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
