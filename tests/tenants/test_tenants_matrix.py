"""The matrix: every route of the console and every operation of the API × roles × tenants, and no byte of anybody else's."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from tenant_story import FIRST, SECOND, THIRD, Ids, Merchant

from daozhang.api.auth import PERMISSIONS, Token
from daozhang.api.urls import api
from daozhang.desk import roles, tenants, tokens
from daozhang.desk.workspace import Workspace
from daozhang.web import doors

PATTERNS: Final = {
    str(one.name): one for one in get_resolver("daozhang.web.urls").url_patterns if isinstance(one, URLPattern)
}
ASKED: Final = sorted(set(PATTERNS) - doors.OPEN)
SEEING: Final = tuple(roles.ROLES) if os.environ.get("DEEP") else ("owner", "administrator")
"""Roles for which every page is really made; that of the others is asked at the door, each time."""
OPERATIONS: Final = [
    (method, f"/api/v1{path}", operation)
    for prefix, router in api._routers
    for path, view in router.path_operations.items()
    for operation in view.operations
    for method in operation.methods
    for _ in (prefix,)
]


def client_of(name: str) -> Client:
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(User.objects.get(username=name))
    return client


def arguments(pattern: URLPattern, one: Merchant, own: Ids) -> dict[str, Any]:
    """Return the parts of an address that lead to this merchant's things."""
    name = str(pattern.name)
    given: dict[str, Any] = {
        "number": {"request": own.request, "change": own.change}.get(name.partition("-")[0], own.case), "finding_id": own.finding,
        "import_id": own.shared_import, "line_no": own.shared_line, "acquirer": one.acquirer, "merchant_no": one.number,
        "settled_on": "2026-09-22", "language": "en", "kind": "accepted" if name == "import-rows" else "whole", "step_id": 1,
        "reply_id": 1, "pk": 1, "job_id": 1, "name": "bank", "code": "none",
    }  # fmt: skip
    return {
        part: given.get(part, 1 if type(how).__name__.startswith("Int") else "none")
        for part, how in pattern.pattern.converters.items()
    }


def read(answer: HttpResponse) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return body.decode("utf-8", "replace") + str(dict(answer.headers))


def leaks(said: str, address: str, others: tuple[Merchant, ...]) -> list[str]:
    """Return what of the others stands in an answer, but for what the caller put into the address."""
    return [
        one for other in others for one in other.canaries if one in said.replace(address, "") and one not in address
    ]


def expected(role: str, route: str, method: str, *, is_own: bool) -> set[int]:
    permission = doors.DOORS.get(route, doors.CLOSED)[method != "get"]
    if permission not in roles.ROLES[role]:
        return {403}
    if method == "get" and route in doors.TENANT_LOOKS:
        if not doors_named(route):
            return {200}
        return ({200, 302} if route in doors.TENANT_LOOKS_AT else {200}) if is_own else {404}
    if route not in doors.TENANT_ACTS:
        return {403}
    return ({405} if method == "get" else {302}) if is_own else {404}


def doors_named(route: str) -> bool:
    return bool(PATTERNS[route].pattern.converters)


OWN_FILES_ONLY: Final = frozenset({"import-detail", "import-rows"})
"""Pages about a whole file: the file of the story is shared, so only who sees all of it sees them."""
NOT_IN_THE_STORY: Final = frozenset({"request", "request-form", "request-act", "change", "change-act", "finding-rows"})


def test_every_route_and_every_role_at_its_own_and_at_anothers(together: Workspace, ids: dict[str, Ids]) -> None:
    wrong, cells = [], 0
    for role in roles.ROLES:
        client = client_of(f"corner-{role}")
        for route in ASKED:
            for method in ("get", "post"):
                asked = expected(role, route, method, is_own=True)
                if role not in SEEING and asked != {403}:
                    continue
                for one, is_own in ((FIRST, True), (SECOND, False), (THIRD, False)):
                    if one is THIRD and (role != "owner" or not doors_named(route)):
                        continue
                    address = reverse(route, kwargs=arguments(PATTERNS[route], one, ids[one.number]))
                    answer = getattr(client, method)(address)
                    right = expected(role, route, method, is_own=is_own)
                    if asked != {403} and (route in NOT_IN_THE_STORY or route in OWN_FILES_ONLY):
                        right = {404}
                    cells += 1
                    found = leaks(read(answer), address, (SECOND, THIRD))
                    if answer.status_code not in right or found:
                        wrong.append((role, route, method, one.mark, answer.status_code, sorted(right), found))
    assert wrong == []
    assert cells > 8 * len(ASKED)


def test_who_sees_both_sees_the_shared_file_and_never_the_third(together: Workspace, ids: dict[str, Ids]) -> None:
    client = client_of("helper-owner")
    for route in sorted(doors.TENANT_LOOKS - NOT_IN_THE_STORY):
        for one, right in ((FIRST, {200, 302}), (SECOND, {200, 302}), (THIRD, {404})):
            if not doors_named(route) and one is not FIRST:
                continue
            address = reverse(route, kwargs=arguments(PATTERNS[route], one, ids[one.number]))
            answer = client.get(address)
            assert answer.status_code in right, (route, one.mark)
            assert leaks(read(answer), address, (THIRD,)) == [], route
    assert SECOND.number in read(client.get("/days"))


def test_the_search_finds_only_ones_own(together: Workspace) -> None:
    client = client_of("corner-owner")
    for word in SECOND.canaries + THIRD.canaries:
        answer = client.get("/where", {"q": word})
        assert answer.status_code == 200
        assert leaks(read(answer).replace(word, ""), word, (SECOND, THIRD)) == []
    assert f"P{FIRST.mark}260922" in read(client.get("/where", {"q": f"P{FIRST.mark}260922"}))


def test_an_acquirer_sees_all_of_its_own_and_an_ended_tenant_nothing(together: Workspace) -> None:
    client = client_of("far-owner")
    assert THIRD.number in read(client.get("/days"))
    assert leaks(read(client.get("/days")), "", (FIRST, SECOND)) == []
    tenants.end(together, "far", by="li")
    assert leaks(read(client.get("/days")), "", (FIRST, SECOND, THIRD)) == []
    assert client.get("/cases").status_code == 200


def test_the_house_sees_everything(together: Workspace) -> None:
    said = read(client_of("li").get("/days"))
    assert all(one.number in said for one in (FIRST, SECOND, THIRD))


# -- the API


@pytest.fixture
def token_of(together: Workspace) -> Iterator[Any]:
    def made(name: str, role: str, code: str) -> dict[str, str]:
        secret = tokens.make(together, name, tokens.MAY, by="li")
        tenants.hold(together, tokens.named(name), role, code, by="li")
        return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}

    cache.clear()
    return made


def of_merchant(path: str, one: Merchant, own: Ids) -> str:
    named = {
        "case_id": own.case, "finding_id": own.finding, "import_id": own.shared_import, "number": own.request, "delivery_id": "1",
    }  # fmt: skip
    for part, value in named.items():
        path = path.replace("{" + part + "}", value)
    return re.sub(r"\{\w+\}", "none", path)


BODY: Final = json.dumps({"step": "commented", "note": "x", "party": "acquirer", "remedy": "x", "queried": "not_found"})


def test_every_operation_and_every_role_at_its_own_and_at_anothers(
    together: Workspace, ids: dict[str, Ids], token_of: Any
) -> None:
    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    wrong, cells = [], 0
    for role in roles.ROLES:
        holder = token_of(f"t-{role}", role, "corner")
        cache.clear()
        for method, path, operation in OPERATIONS:
            door = operation.auth_callbacks[0]
            assert isinstance(door, Token), f"{path}: every operation asks for a token"
            for one in (FIRST, SECOND):
                address = of_merchant(path, one, ids[one.number])
                answer = client.generic(method, address, BODY, content_type="application/json", **holder)
                found = leaks(read(answer), address, (SECOND, THIRD))
                cells += 1
                if door.asks not in roles.ROLES[role] or not door.tenants:
                    right = answer.status_code == 403
                elif door.tenants == "look" and "{" not in path:
                    right = answer.status_code in {200, 422}
                elif one is SECOND or "import_id" in path or "{number}" in path or path.endswith("/rows"):
                    right = answer.status_code == 404
                else:
                    right = answer.status_code not in {403, 404, 500}
                if not right or found:
                    wrong.append((role, method, path, one.mark, answer.status_code, found))
    assert wrong == []
    assert cells == 2 * len(OPERATIONS) * len(roles.ROLES)


def test_a_token_of_a_role_may_what_both_may(together: Workspace, token_of: Any) -> None:
    client = Client(SERVER_NAME="localhost")
    cashier, auditor = token_of("till", "cashier", ""), token_of("books", "auditor", "")
    assert client.get("/api/v1/findings", **cashier).status_code == 200
    refused = client.post("/api/v1/cases/DZ-2026-000001/steps", BODY, content_type="application/json", **auditor)
    assert (refused.status_code, refused.json()["key"]) == (403, "api-role")
    assert set(PERMISSIONS.values()) <= set(roles.PERMISSIONS)
