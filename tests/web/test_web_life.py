"""The life of a case in the console and over HTTP: the pages are whole in both languages and every act goes through the desk."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from daozhang.breaks import BreakType
from daozhang.desk import tokens
from daozhang.desk.life_models import CaseClock, CasePart, CaseReply
from daozhang.desk.models import Case, Finding
from daozhang.desk.runs import record_run
from daozhang.desk.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parent.parent))
from desk_making import NOON, finding, put_one_day

NUMBER, OTHER = "DZ-2026-000001", "DZ-2026-000002"


@pytest.fixture
def desk(sqlite_workspace: Any) -> Workspace:
    """Return a workspace with two cases: three payouts of one merchant, and one of another."""
    from django.contrib.auth.models import User

    from daozhang.web import context

    cache.clear()
    here = Workspace(sqlite_workspace.root, sqlite_workspace.settings.model_copy(update={"clock_at": NOON}))
    context.use(here)
    put_one_day(here)
    said = [finding(no) for no in (1, 2, 3)] + [finding(4, incident="i_0002", merchant="898000000000002")]
    record_run(here, run_id="r1", as_of=NOON, findings=said, inputs_hash="1", folder="f", counts={})
    for name in ("li", "wang"):
        User.objects.create_user(name)
    return here


def person(name: str = "li", language: str = "zh") -> Client:
    from django.contrib.auth.models import User

    client = Client(SERVER_NAME="localhost")
    client.cookies["daozhang_language"] = language
    client.force_login(User.objects.get(username=name))
    return client


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", re.sub(r"<(\w+)[^>]*lang=\"zh-CN\".*?</\1>", " ", html))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_whole_and_speak_their_language(desk: Workspace, language: str) -> None:
    client = person(language=language)
    client.post(f"/cases/{NUMBER}/reply", {"text": "Please send a copy of the licence. Hm.", "party": "acquirer"})
    client.post("/agenda/answer/99", {"number": NUMBER})
    for address in ("/agenda", "/agenda?all=1", f"/cases/{NUMBER}", "/cases", "/cases?cause=D002", "/rooms"):
        html = client.get(address).content.decode()
        assert "⟦" not in html, (address, re.findall("⟦[^⟧]*⟧", html))
        assert html.count("<h1") == 1
        assert not re.search(r"<(script|style)>|\son\w+=|style=", html), address
        if language == "en":
            assert not re.search("[一-鿿]", re.sub("账号户名不符", "", plain(html))), (
                address,
                re.findall("[一-鿿]+", plain(html)),
            )


def test_people_work_on_a_case(desk: Workspace) -> None:
    client = person()
    client.post(
        f"/cases/{NUMBER}/party",
        {
            "party": "acquirer",
            "step": "party_asked",
            "note": "电话",
            "external_no": "KF-77",
            "promised_at": "2026-10-10T12:00",
        },
    )
    part = CasePart.objects.get(case_id=NUMBER, party="acquirer")
    assert (part.state, part.external_no, part.promised_at) == ("asked", "KF-77", datetime(2026, 10, 10, 12, 0))
    html = client.get(f"/cases/{NUMBER}").content.decode()
    assert "承诺 2026-10-10 12:00 前答复" in html
    client.post(f"/cases/{NUMBER}/reply", {"text": "请于3个工作日内修改结算账户户名。", "party": "acquirer"})
    step = CaseReply.objects.get().steps.get()
    assert "更正账户资料" in client.get(f"/cases/{NUMBER}").content.decode()
    client.post(f"/cases/{NUMBER}/reply/{step.pk}", {"decision": "confirm"})
    assert Case.objects.get(pk=NUMBER).state == "instructed"
    client.post(f"/cases/{NUMBER}/step", {"step": "remedy_started", "note": "开始"})
    refused = client.post(f"/cases/{NUMBER}/step", {"step": "remedy_done", "note": "好了"}, follow=True)
    assert "还没有凭据" in refused.content.decode()
    client.post(f"/cases/{NUMBER}/prove", {"remedy": "check-name", "note": "已核对", "proof": "开户许可证"})
    assert "开户许可证" in client.get(f"/cases/{NUMBER}").content.decode()
    client.post(f"/cases/{NUMBER}/option", {"option": "other-account"})
    assert "已选" in client.get(f"/cases/{NUMBER}").content.decode()


def test_help_is_sought_in_its_order_or_with_a_reason(desk: Workspace) -> None:
    client = person(language="en")
    refused = client.post(f"/cases/{NUMBER}/help", {"help": "expert", "note": "asked"}, follow=True)
    assert "say why they are skipped" in refused.content.decode()
    assert Case.objects.get(pk=NUMBER).events.filter(step="help_sought").count() == 0
    client.post(f"/cases/{NUMBER}/help", {"help": "expert", "note": "asked", "reason": "the shop has no device"})
    event = Case.objects.get(pk=NUMBER).events.get(step="help_sought")
    assert event.facts["skipped"] == ["contact", "device", "operation", "guidance"]


def test_together_and_apart(desk: Workspace) -> None:
    client = person()
    client.post(f"/cases/{OTHER}/link", {"act": "merge", "into": NUMBER, "note": "同一原因"})
    assert CaseClock.objects.get(case_id=OTHER).lead_id == NUMBER
    assert OTHER not in client.get("/cases").content.decode()
    assert OTHER in client.get(f"/cases/{NUMBER}").content.decode()
    refused = client.post(f"/cases/{NUMBER}/link", {"act": "merge", "into": OTHER, "note": "倒过来"}, follow=True)
    assert "不能并入" in refused.content.decode()
    client.post(f"/cases/{OTHER}/link", {"act": "unmerge", "note": "原因不同"})
    one = Finding.objects.filter(incident_id="i_0001").first()
    client.post(f"/cases/{NUMBER}/link", {"act": "part", "finding": [one.pk], "note": "这一笔另有原因"})
    made = Case.objects.get(pk="DZ-2026-000003")
    assert (made.gap_minor, Case.objects.get(pk=NUMBER).gap_minor) == (-100_00, -200_00)
    said = [finding(no) for no in (1, 2, 3)] + [finding(4, incident="i_0002", merchant="898000000000002")]
    record_run(desk, run_id="r2", as_of=NOON.replace(hour=13), findings=said, inputs_hash="2", folder="f", counts={})
    assert Case.objects.count() == 3  # the next run leaves apart what was parted
    assert Finding.objects.get(pk=one.pk).incident.case.number == made.number
    stays = set(Finding.objects.exclude(incident=made.incident).values_list("finding_id", flat=True))
    said = [one for one in said if one.found.finding_id in stays]
    record_run(desk, run_id="r3", as_of=NOON.replace(hour=14), findings=said, inputs_hash="3", folder="f", counts={})
    assert Case.objects.get(pk=made.number).state == "explained"
    assert Case.objects.get(pk=NUMBER).state == "open"


def test_many_at_once_only_as_shown(desk: Workspace) -> None:
    client = person()
    shown = client.post("/cases/many", {"step": "assigned", "cause": "D002", "assign_to": "wang"}).content.decode()
    assert "2 件" in shown
    assert Case.objects.filter(assignee="wang").count() == 0
    seal = re.search(r'name="seal" value="(\w+)"', shown)[1]
    person("wang").post(f"/cases/{OTHER}/party", {"party": "acquirer", "step": "party_asked", "note": "电话"})
    asked = {"step": "assigned", "cause": "D002", "assign_to": "wang", "seal": seal, "shown": "2"}
    changed = client.post("/cases/many", asked, follow=True)
    assert "范围已有变化" in changed.content.decode()
    assert Case.objects.filter(assignee="wang").count() == 0
    seal = re.search(r'name="seal" value="(\w+)"', client.post("/cases/many", asked | {"seal": ""}).content.decode())[1]
    client.post("/cases/many", asked | {"seal": seal})
    assert Case.objects.filter(assignee="wang").count() == 2
    refused = client.post("/cases/many", {"step": "write_off_approved"}, follow=True)
    assert "不能批量执行" in refused.content.decode()


def test_a_duplicate_says_which_leg_goes_back_and_by_when(desk: Workspace) -> None:
    from daozhang.breaks import Evidence

    rows = (
        Evidence("clearings_2026-10-08.csv", 2, "im_0000000002"),
        Evidence("clearings_2026-10-08.csv", 3, "im_0000000002"),
    )
    twice = finding(
        9, incident="i_0009", gap=33_30, kind=BreakType.DUPLICATE, cause="D075", evidence=rows, facts={"side": "order"}
    )
    record_run(desk, run_id="r9", as_of=NOON.replace(hour=15), findings=[twice], inputs_hash="9", folder="f", counts={})
    number = Case.objects.get(incident_id="i_0009").number
    html = person(language="en").get(f"/cases/{number}").content.decode()
    assert "Card ending in 4821" in html
    assert html.count("clearings_2026-10-08.csv:") >= 2
    assert "charged ¥33.30 once too often at 2026-10-08 09:02" in html  # the later of the two
    assert "by 2026-10-15" in html  # five working days after Friday the 9th; Saturday the 10th is one
    key = Finding.objects.get(incident_id="i_0009").pk
    person().post(f"/cases/{number}/customer", {"customer": key, "note": "电话告知"})
    assert "已答复顾客" in person().get(f"/cases/{number}").content.decode()


def test_programs_work_on_cases_with_a_token_that_may(desk: Workspace) -> None:
    secret = tokens.make(desk, "bot", ["read", "work"], by="li")
    reader = tokens.make(desk, "reader", ["read"], by="li")
    client = Client(SERVER_NAME="localhost", HTTP_AUTHORIZATION=f"Bearer {secret}")
    found = client.get("/api/v1/agenda").json()["agenda"]
    assert [(one["number"], one["whys"]) for one in found] == [(NUMBER, ["first"]), (OTHER, ["first"])]
    body = {"party": "acquirer", "step": "party_asked", "note": "mail", "external_no": "X-1234"}
    again = {"HTTP_IDEMPOTENCY_KEY": "k1", "content_type": "application/json"}
    first = client.post(f"/api/v1/cases/{NUMBER}/parties", body, **again)
    assert first.status_code == 200
    assert client.post(f"/api/v1/cases/{NUMBER}/parties", body, **again).json() == first.json()
    assert Case.objects.get(pk=NUMBER).events.filter(step="party_asked").count() == 1
    given = client.post(
        "/api/v1/replies", {"text": "Ref X-1234: please wait 2 business days"}, content_type="application/json"
    )
    assert given.json()["case_id"] == NUMBER
    assert client.get("/api/v1/cases/DZ-1999-000001").status_code == 404
    forbidden = Client(SERVER_NAME="localhost", HTTP_AUTHORIZATION=f"Bearer {reader}")
    assert (
        forbidden.post(f"/api/v1/cases/{NUMBER}/steps", {"step": "chased"}, content_type="application/json").status_code
        == 403
    )
    refused = client.post(f"/api/v1/cases/{NUMBER}/steps", {"step": "money_matched"}, content_type="application/json")
    assert refused.status_code == 409
