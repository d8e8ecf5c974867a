"""Requests and account changes in the console, from the command line and through the API: the same desk, the same refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from typer.testing import CliRunner

from daozhang.cli.main import app
from daozhang.desk import account_changes, requests, tokens
from daozhang.desk.request_models import AccountChange, PayoutRequest
from daozhang.desk.workspace import Workspace
from daozhang.remedies.accounts import AccountForm, luhn
from daozhang.web import context

NOON = datetime(2026, 10, 9, 12, 0)
CARD = next(f"621700123456789012{digit}" for digit in range(10) if luhn(f"621700123456789012{digit}"))
PASSWORD = "a long enough one"
FORM = {"acquirer": "lianhe", "merchant_no": "M1", "number": CARD, "holder": "张 三", "kind": "personal", "legal_person": "张三",
        "licence_name": "街角小馆", "credit_code": "", "bank_name": "", "bank_code": "", "day_amount": "", "way": "form",
        "active_from": "", "case": "", "note": ""}  # fmt: skip


@pytest.fixture
def here(sqlite_workspace: Any) -> Iterator[Workspace]:
    from django.contrib.auth.models import User

    cache.clear()
    stopped = Workspace(sqlite_workspace.root, sqlite_workspace.settings.model_copy(update={"clock_at": NOON}))
    context.use(stopped)
    for name in ("li", "wang"):
        User.objects.create_superuser(name, password=PASSWORD)
    form = AccountForm(number="NL44MOCK0000910001", holder="街角小馆", kind="corporate")
    account_changes.add_account(stopped, "lianhe", "M1", form, from_on=date(2026, 1, 1))
    yield stopped
    connections.close_all()


def client(name: str, language: str = "zh") -> Client:
    person = Client(SERVER_NAME="localhost")
    assert person.login(username=name, password=PASSWORD)
    person.cookies["daozhang_language"] = language
    return person


def drafted(here: Workspace, by: str = "li") -> PayoutRequest:
    account = account_changes.account_in_use("lianhe", "M1", NOON.date())
    assert account is not None
    return requests.draft_payout(here, account, 100_00, by=by, way="form", owed_for="2026-10-08")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_request_from_its_draft_to_the_form_in_both_languages(here: Workspace, language: str) -> None:
    one = drafted(here)
    maker, checker = client("li", language), client("wang", language)
    page = f"/requests/{one.number}"
    assert 'value="approve"' not in maker.get(page).content.decode(), "whoever asked is not offered the yes"
    refused = maker.post(f"{page}/act", {"act": "approve"}, follow=True).content.decode()
    assert "li" in refused
    assert PayoutRequest.objects.get(pk=one.pk).state == "drafted"
    assert 'value="approve"' in checker.get(page).content.decode()
    checker.post(f"{page}/act", {"act": "approve"})
    assert PayoutRequest.objects.get(pk=one.pk).approved_by == "wang"
    form = checker.get(f"{page}/form").content.decode()
    assert "¥100.00" in form
    checker.post(f"{page}/act", {"act": "hand-over", "note": "8812"})
    assert PayoutRequest.objects.get(pk=one.pk).state == "sent"
    for address in ("/requests", page, "/accounts/changes", "/accounts/changes/new"):
        html = maker.get(address).content.decode()
        assert "⟦" not in html, re.findall("⟦[^⟧]*⟧", html)
        assert html.count("<h1") == 1


def test_the_form_names_the_wrong_sign_and_never_shows_the_number_again(here: Workspace) -> None:
    person = client("li", "en")
    answer = person.post("/accounts/changes/new", FORM)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Sign 2 of the holder differs by a blank" in html
    assert CARD not in html
    assert not AccountChange.objects.exists()
    done = person.post("/accounts/changes/new", FORM | {"holder": "张三"}, follow=True)
    html = done.content.decode()
    change = AccountChange.objects.get()
    assert change.number in html
    assert CARD not in html
    assert CARD[-4:] in html
    assert bytes(change.to.sealed) == b""
    person.post(f"/accounts/changes/{change.number}/act", {"act": "documents", "note": "档案 12"})
    person.post(f"/accounts/changes/{change.number}/act", {"act": "approve"})
    assert AccountChange.objects.get().state == "documented", "the same person cannot approve"
    client("wang").post(f"/accounts/changes/{change.number}/act", {"act": "approve"})
    assert AccountChange.objects.get().state == "cooling"


def test_the_command_line_asks_approves_and_checks(here: Workspace) -> None:
    run = CliRunner().invoke
    place = ["-w", str(here.root)]
    asked = run(app, ["requests", "pay", "lianhe", "M1", "100.00", "2026-10-08", "--by", "an", "--json", *place])
    assert asked.exit_code == 0, asked.output
    number = json.loads(asked.output)["number"]
    assert run(app, ["requests", "approve", number, "--by", "an", *place]).exit_code == 2
    assert run(app, ["requests", "approve", number, "--by", "bo", *place]).exit_code == 0
    listed = run(app, ["requests", "list", "--json", *place])
    assert json.loads(listed.output)["requests"][0]["approved_by"] == "bo"
    assert listed.exit_code == 1, "the form has to be handed in"
    assert run(app, ["requests", "verify", *place]).exit_code == 0
    wrong = run(app, ["change-account", "check", "--kind", "personal", "--holder", "张三"], input=CARD[:-2] + "00\n")
    assert wrong.exit_code in {0, 1}
    assert CARD[:-2] not in wrong.output


def test_a_program_asks_once_a_key_and_another_person_s_program_approves(here: Workspace) -> None:
    account_changes.account_in_use("lianhe", "M1", NOON.date())
    asking = tokens.make(here, "till", ["work", "read"], by="li")
    own = tokens.make(here, "till-yes", ["approve"], by="li")
    other = tokens.make(here, "desk-yes", ["approve"], by="wang")
    body = {"acquirer": "lianhe", "merchant_no": "M1", "amount_minor": 100_00, "owed_for": "2026-10-08"}
    caller = Client(SERVER_NAME="localhost")

    def post(path: str, token: str, said: Any, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        return caller.post(f"/api/v1{path}", json.dumps(said), content_type="application/json", headers=headers)

    first = post("/requests", asking, body, "k1")
    assert first.status_code == 200, first.content
    number = first.json()["number"]
    assert post("/requests", asking, body, "k1").json() == first.json()
    assert post("/requests", asking, body | {"amount_minor": 1}, "k1").status_code == 409
    assert post("/requests", asking, body, "k2").json()["key"] == "error-request-open"
    assert post(f"/requests/{number}/approve", asking, {}).status_code == 403
    assert post(f"/requests/{number}/approve", own, {}).json()["key"] == "error-request-same-person"
    assert post(f"/requests/{number}/approve", other, {}, "k3").json()["state"] == "approved"
    assert PayoutRequest.objects.count() == 1
