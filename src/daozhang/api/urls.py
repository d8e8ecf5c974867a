"""Addresses of the API, below ``/api/v1/``. The console's login is none of its business: every operation asks for a token."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from daozhang.api import files, life, measures, problems, reading, requests
from daozhang.api.document import DocumentedApi
from daozhang.api.rendering import IsoRenderer

ABOUT: Final = """Files in, what became of them, findings and money. Every request carries `Authorization: Bearer TOKEN`;
tokens are made with `daozhang token new`. Amounts are whole minor units; moments are local time (Asia/Shanghai).
What cannot be done is answered with `application/problem+json`."""

api = DocumentedApi(
    title="Daozhang 到账", version="1", description=ABOUT, docs_url=None, urls_namespace="api", renderer=IsoRenderer()
)
api.add_router("", files.router, tags=["files"])
api.add_router("", reading.router, tags=["readings"])
api.add_router("", life.router, tags=["cases"])
api.add_router("", requests.router, tags=["requests"])
api.add_router("", measures.router, tags=["measures"])
problems.register(api)


@login_not_required
@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Say to a program that there is no such address, in its own form."""
    return problems.answer(request, "api-not-found", 404)


urlpatterns, _, app_name = api.urls
for _pattern in urlpatterns:
    _view: Any = _pattern.callback
    _view.login_required = False  # Django's layer would send a program to the login page
urlpatterns = [*urlpatterns, re_path("", nowhere, name="nowhere")]
