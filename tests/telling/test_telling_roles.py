"""Roles: every route against every role, generated from the table of doors; nobody without a role; the last administrator stays."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from daozhang.desk import house_audit, roles
from daozhang.desk.telling_models import HouseEvent, Person
from daozhang.errors import RefusedError
from daozhang.web import context, doors

PATTERNS = [one for one in get_resolver("daozhang.web.urls").url_patterns if isinstance(one, URLPattern)]
ROUTES = sorted(str(one.name) for one in PATTERNS)


def address(name: str) -> str:
    """Return an address of a route with arguments that lead to nothing."""
    pattern = next(one.pattern for one in PATTERNS if one.name == name)
    given = {
        "int": 999999,
        "str": "zh" if name == "case-report" else "none",
        "slug": "none",
        "path": "none",
        "day": "2026-09-22",
    }
    kinds = re.findall(r"<(\w+):\w+>", str(pattern))
    return reverse(name, args=[given[kind] for kind in kinds])


@pytest.fixture
def house(sqlite_workspace: Any) -> dict[str, Client]:
    """Return a client per role, one without any, and a stranger."""
    cache.clear()
    context.use(sqlite_workspace)
    clients = {"stranger": Client(SERVER_NAME="localhost", raise_request_exception=False)}
    for role in (*roles.ROLES, "none"):
        user = User.objects.create_user(f"a-{role}", password=None)
        Person.objects.filter(user=user).delete() if role == "none" else Person.objects.filter(user=user).update(
            role=role
        )
        clients[role] = Client(SERVER_NAME="localhost", raise_request_exception=False)
        clients[role].force_login(user)
    return clients


def test_every_route_has_its_door() -> None:
    assert set(ROUTES) - set(doors.DOORS) - doors.OPEN == set(), "give the new route its line in web/doors.py"
    assert set(doors.DOORS) & doors.OPEN == set()
    known = {one for door in doors.DOORS.values() for one in door} | {"manage"}
    assert known <= set(roles.PERMISSIONS)
    assert all(may <= set(roles.PERMISSIONS) for may in roles.ROLES.values())


def test_every_role_at_every_route(house: dict[str, Client]) -> None:
    wrong, cells = [], 0
    for name in ROUTES:
        if name in doors.OPEN:
            continue
        for method, index in (("get", 0), ("post", 1)):
            permission = doors.DOORS.get(name, doors.CLOSED)[index]
            for role, client in house.items():
                answer = getattr(client, method)(address(name))
                cells += 1
                if role == "stranger":
                    right = answer.status_code == 302 and answer.headers["Location"].startswith("/login")
                elif permission in roles.ROLES.get(role, frozenset()):
                    right = answer.status_code != 403
                else:
                    right = answer.status_code == 403
                if not right:
                    wrong.append((method, name, role, answer.status_code))
    assert wrong == []
    assert cells == 2 * 10 * len([one for one in ROUTES if one not in doors.OPEN])


def test_an_approval_asks_for_more_than_asking(house: dict[str, Client]) -> None:
    place = reverse("case-write-off", args=["DZ-1"])
    assert house["clerk"].post(place, {"act": "approve"}).status_code == 403
    assert house["clerk"].post(place, {"act": "decline"}).status_code == 403
    assert house["clerk"].post(place, {"act": "ask"}).status_code == 404
    assert house["approver"].post(place, {"act": "approve"}).status_code == 404
    assert house["approver"].post(place, {"act": "ask"}).status_code == 403


def test_a_closed_door_says_who_can_open_it(house: dict[str, Client]) -> None:
    client = house["cashier"]
    client.cookies["daozhang_language"] = "zh"
    page = client.get("/people").content.decode()
    assert "收银员" in page
    assert "管理员" in page


def test_a_colleague_gets_the_chosen_role(house: dict[str, Client], sqlite_workspace: Any) -> None:
    made = house[roles.ADMINISTRATOR].post("/people", {"username": "zhao", "role": "auditor"})
    assert made.status_code == 200
    zhao = User.objects.get(username="zhao")
    assert Person.objects.get(user=zhao).role == "auditor"
    assert roles.role_of(zhao) == "", "not before joining"
    assert house[roles.ADMINISTRATOR].post("/people", {"username": "qian", "role": "king"}).status_code == 200
    assert not User.objects.filter(username="qian").exists()
    place = reverse("person-role", args=[zhao.pk])
    assert house["owner"].post(place, {"role": "administrator"}).status_code == 403
    assert house[roles.ADMINISTRATOR].post(place, {"role": "clerk"}).status_code == 302
    assert Person.objects.get(user=zhao).role == "clerk"
    assert list(HouseEvent.objects.filter(subject="zhao").values_list("facts__role", flat=True)) == ["auditor", "clerk"]
    assert house_audit.broken_at() is None


def test_the_last_administrator_stays_one(workspace: Any) -> None:
    only = User.objects.create_user("li", password=None)
    with pytest.raises(RefusedError, match="error-role-last"):
        roles.set_role(workspace, only, "clerk", by="li")
    other = User.objects.create_user("wang", password=None)
    roles.set_role(workspace, only, "clerk", by="wang")
    assert (roles.role_of(only), roles.role_of(other)) == ("clerk", roles.ADMINISTRATOR)


def test_without_a_row_nothing_is_allowed(sqlite_workspace: Any) -> None:
    user = User.objects.create_user("li", password=None)
    Person.objects.all().delete()
    user = User.objects.get(pk=user.pk)
    assert [one for one in roles.PERMISSIONS if roles.may(user, one)] == []
    assert not roles.may_named("li", "approve")
    assert roles.may_named("nobody-here", "approve"), "the operator of the machine"
