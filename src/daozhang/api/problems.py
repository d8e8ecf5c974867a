"""How the API says that something cannot be done: problem JSON (RFC 9457) with the key of the text and its facts."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from daozhang.desk.audit import plain
from daozhang.errors import DaozhangError, RefusedError
from daozhang.texts import LANGUAGES, say
from daozhang.web.context import workspace

STATUS: Final[Mapping[str, int]] = {
    "api-no-token": 401, "api-may-not": 403, "api-role": 403, "api-tenant-closed": 403, "api-not-found": 404, "error-no-such-import": 404,
    "error-no-case": 404, "error-no-request": 404, "error-no-change": 404, "error-measures-figure": 404,
    "explain-no-row": 404, "explain-no-rows": 404, "api-length-needed": 411,
    "api-too-large": 413, "api-too-many": 429, "api-disk-full": 507, "error-key-other-body": 409,
}  # fmt: skip
"""Keys with a status of their own; any other refusal is 409, anything else that cannot be used 422."""


class Problem(DaozhangError):  # noqa: N818 - it is what the API calls a problem
    """A refusal of the API itself; ``headers`` go with it."""

    def __init__(self, key: str, *, headers: Mapping[str, str] | None = None, **facts: object) -> None:
        super().__init__(key, **facts)
        self.headers = dict(headers or {})


def register(api: NinjaAPI) -> None:
    """Make every exception that leaves an operation a problem."""
    api.add_exception_handler(DaozhangError, _of_product)
    api.add_exception_handler(ValidationError, _of_values)
    api.add_exception_handler(HttpError, _of_http)
    api.add_exception_handler(Http404, lambda request, _error: answer(request, "api-not-found", 404))
    api.add_exception_handler(UnreadablePostError, lambda request, _error: answer(request, "api-cut", 400))
    api.add_exception_handler(Exception, _of_bug)


def language_of(request: HttpRequest) -> str:
    """Return the language the caller asks for with ``Accept-Language``, else the workspace's."""
    for part in request.headers.get("Accept-Language", "").lower().split(","):
        wanted = part.partition(";")[0].strip().partition("-")[0]
        if wanted in LANGUAGES:
            return wanted
    return workspace().settings.language


def answer(
    request: HttpRequest, key: str, status: int, *, headers: Mapping[str, str] | None = None, **facts: object
) -> HttpResponse:
    """Return a problem: its key and facts for programs, its sentence for people."""
    body: dict[str, Any] = {
        "type": f"urn:daozhang:{key}", "title": say(language_of(request), key, **facts), "status": status, "key": key,
        "facts": plain(facts),
    }  # fmt: skip
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, content_type="application/problem+json", status=status, headers=dict(headers or {}))


def _of_product(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401 - ninja hands over an exception or its class
    status = STATUS.get(error.key, 409 if isinstance(error, RefusedError) else 422)
    return answer(request, error.key, status, headers=getattr(error, "headers", None), **error.facts)


def _of_values(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401
    wrong = ", ".join(sorted({str(one["loc"][-1]) for one in error.errors}))
    return answer(request, "api-wrong-value", 422, names=wrong)


def _of_http(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401
    key = {400: "api-cut", 401: "api-no-token"}.get(error.status_code, "api-not-found")
    return answer(request, key, error.status_code)


def _of_bug(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401
    """Say that something of ours went wrong, and nothing of what; the trace goes to the log alone."""
    logging.getLogger("django.request").error("%s %s", request.method, request.path, exc_info=error)
    return answer(request, "api-fault", 500)
