"""The pages of terminals show the fleet, and their forms do what they say."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from daozhang.desk.fleet_models import MaintenancePlan, TerminalRegistration, VersionTarget, WorkOrder
from daozhang.desk.workspace import Workspace
from daozhang.web import context


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_the_fleet_and_its_forms(fleet: Workspace, language: str) -> None:
    cache.clear()
    context.use(fleet)
    client = Client(SERVER_NAME="localhost")
    client.cookies["daozhang_language"] = language
    client.force_login(User.objects.create_user("wang", password="a long enough one"))
    target = {"act": "target", "model": "SP-630", "version": "4.0", "rings": "5,100", "rollback": "USB"}
    device = {
        "acquirer": "LIANHE",
        "merchant_no": "M2",
        "terminal_no": "T3",
        "serial_no": "SN3",
        "account_tail": "6217",
        "location": "A",
    }
    plan = {"act": "plan", "name": "P", "months": "6", "checklist": "reader\nbattery"}
    for route, form in (
        ("fleet-versions", target),
        ("fleet-registrations", {"act": "register", **device}),
        ("fleet-care", plan),
    ):
        assert client.post(reverse(route), form).status_code == 302
    assert (VersionTarget.objects.count(), TerminalRegistration.objects.count(), MaintenancePlan.objects.count()) == (
        1,
        1,
        1,
    )
    assert WorkOrder.objects.count() == 4
    for route in ("fleet", "fleet-devices", "fleet-versions", "fleet-registrations", "fleet-care", "fleet-export"):
        shown = client.get(reverse(route))
        assert shown.status_code == 200, route
        assert "T3" in shown.content.decode() or route == "fleet-versions", route
        assert "⟦" not in shown.content.decode(), route
    one = client.get(reverse("fleet-terminal", args=["T3"])).content.decode()
    assert "94" in one
    assert "⟦" not in one
