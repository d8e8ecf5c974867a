"""Who calls: a token in the ``Authorization`` header, what it may do, and how often. Cookies mean nothing here."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final, Literal

from django.apps import apps
from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import HttpBearer

from daozhang.api.problems import Problem
from daozhang.desk import roles, sight, tenants, tokens
from daozhang.desk.door_models import ApiToken
from daozhang.web.context import workspace

MINUTE_S: Final = 60


PERMISSIONS: Final[Mapping[str, str]] = {
    "import": "import", "read": "see", "undo": "import", "work": "work", "approve": "approve",
}  # fmt: skip
"""What a token may → the permission that its role must have, the same one the console asks its people for."""


class Token(HttpBearer):
    """Lets a token pass that may do what the operation is for; it is then ``request.auth``.

    ``tenants`` says what a tenant's program may do here: nothing (an operation that says nothing is the house's), ``"look"``
    at its part, or act on one row of a table, ``("Case", "case_id")``, which must be its own.
    """

    def __init__(self, may: str, *, asks: str = "", tenants: Literal["", "look"] | tuple[str, str] = "") -> None:
        super().__init__()
        self.may, self.asks, self.tenants = may, asks or PERMISSIONS[may], tenants

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        """Return the caller's token; a problem says why not."""
        found = tokens.find(workspace(), token)
        if found is None:
            raise _unknown()
        _count(found)
        if self.may not in found.may:
            raise Problem("api-may-not", name=found.name, may=self.may)
        role = tenants.role_of_token(found)
        if role and self.asks not in roles.ROLES[role]:
            raise Problem("api-role", name=found.name, may=self.asks, role=role)
        self._open_eyes(request, found)
        return found

    def _open_eyes(self, request: HttpRequest, token: ApiToken) -> None:
        """Let the caller see its part; what is the house's alone is refused, what is another's is not there."""
        eyes = tenants.sight_of_token(token)
        sight.take(eyes)
        if eyes.is_house or self.tenants == "look":
            return
        if not self.tenants:
            raise Problem("api-tenant-closed", name=token.name)
        table, part = self.tenants
        named = request.resolver_match.kwargs[part] if request.resolver_match else ""
        if not apps.get_model("desk", table)._default_manager.filter(pk=named).exists():  # noqa: SLF001 - with its glasses
            raise Problem("api-not-found")
        sight.take(sight.HOUSE)  # it is theirs: the house does what follows from it

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
