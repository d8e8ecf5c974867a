"""The pages for what does not exist, is not allowed, or went wrong on our side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Show that there is no such page (404)."""
    return render(request, "web/error.html", {"code": "404"}, status=404)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Show that a request was not one the console understands (400), too many files in one form for example."""
    return render(request, "web/error.html", {"code": "400"}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Show that a form was too old or came from elsewhere (403)."""
    return render(request, "web/error.html", {"code": "403"}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Show that something of ours went wrong (500); nothing of the request is shown."""
    return render(request, "web/error.html", {"code": "500"}, status=500)
