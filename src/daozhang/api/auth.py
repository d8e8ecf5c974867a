"""Who calls: a token in the ``Authorization`` header, what it may do, and how often. Cookies mean nothing here."""

from __future__ import annotations

import time
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import HttpBearer

from daozhang.api.problems import Problem
from daozhang.desk import tokens
from daozhang.desk.door_models import ApiToken
from daozhang.web.context import workspace

MINUTE_S: Final = 60


class Token(HttpBearer):
    """Lets a token pass that may do what the operation is for; it is then ``request.auth``."""

    def __init__(self, may: str) -> None:
        super().__init__()
        self.may = may

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:  # noqa: ARG002 - ninja's signature
        """Return the caller's token; a problem says why not."""
        found = tokens.find(workspace(), token)
        if found is None:
            raise _unknown()
        _count(found)
        if self.may not in found.may:
            raise Problem("api-may-not", name=found.name, may=self.may)
        return found

    def __call__(self, request: HttpRequest) -> ApiToken:
        """Return the caller's token; a request without one is told what is missing."""
        found = super().__call__(request)
        if found is None:
            raise _unknown()
        assert isinstance(found, ApiToken)
        return found


def caller(request: HttpRequest) -> ApiToken:
    """Return the token of an operation that has let it pass."""
    found = getattr(request, "auth", None)
    assert isinstance(found, ApiToken)
    return found


def who(token: ApiToken) -> str:
    """Return the name under which a token's work is written down."""
    return f"api:{token.name}"[:64]


def _unknown() -> Problem:
    return Problem("api-no-token", headers={"WWW-Authenticate": 'Bearer realm="daozhang"'})


def _count(token: ApiToken) -> None:
    """Count a request of this minute; more than the setting allows is a problem that says when to come back."""
    now = time.time()
    key, most = f"api-{token.pk}-{int(now // MINUTE_S)}", workspace().settings.api_requests_per_minute
    cache.add(key, 0, 2 * MINUTE_S)
    if cache.incr(key) > most:
        wait = MINUTE_S - int(now % MINUTE_S)
        raise Problem("api-too-many", headers={"Retry-After": str(wait)}, limit=most, seconds=wait)
