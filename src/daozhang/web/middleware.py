"""Two small layers around every page: what a browser may load, and how a refusal of the product is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from daozhang.errors import DaozhangError, RefusedError
from daozhang.web.context import text

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Everything from this console and nothing else; no inline script or style anywhere."""

Handler = Callable[[HttpRequest], HttpResponse]


def content_security(get_response: Handler) -> Handler:
    """Return a layer that tells the browser to load nothing but the console's own files and to keep no page."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


class Refusals:
    """Shows an exception of the product as its own text, on a page in the reader's language."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return a page for a refusal (409) or anything else the product cannot do (422); a bug stays a bug."""
        if not isinstance(error, DaozhangError):
            return None
        status = 409 if isinstance(error, RefusedError) else 422
        facts = {"message": text(request, error.key, **error.facts)}
        return render(request, "web/refused.html", facts, status=status)
