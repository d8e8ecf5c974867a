"""Notes when a person turns to a case and when to something else, so that minutes of work are measured and not estimated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from daozhang.desk import measures_opinion

QUIET: Final = frozenset({"import-progress", "healthz", "language", "login", "logout", "metrics"})
"""Routes that nobody turns to."""

Handler = Callable[[HttpRequest], HttpResponse]


def note_turning(get_response: Handler) -> Handler:
    """Return a layer that notes, for people alone, what they turned to. What they see on it is not noted."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        if match is None or match.namespaces or match.url_name in QUIET or response.status_code >= 400:
            return response
        if getattr(request, "htmx", False) or not request.user.is_authenticated:
            return response
        name, number = match.url_name or "", str(match.kwargs.get("number", ""))
        is_case = name == "case" or name.startswith("case-")
        measures_opinion.turned(request.user.get_username(), number if is_case else "")
        return response

    return answer
