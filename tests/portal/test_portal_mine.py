"""The owner's answer: a holiday needs no call, a returned payout is sent with one press, what arrived is said to have arrived."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from daozhang.desk.workspace import Workspace
from daozhang.services.portal import Call, Place, Sums, call_of, place_of

sys.path.insert(0, str(Path(__file__).parent.parent / "web"))
from web_story import ACQUIRER, FILES, MERCHANT, NAME

NIGHT_BEFORE = datetime(2026, 10, 1, 9, 0)
HOLIDAY = {
    "merchants.csv": FILES["merchants.csv"],
    "contracts.csv": FILES["contracts.csv"],
    "clearings_2026-09-30.csv": FILES["clearings_2026-09.csv"].splitlines()[0] + "\n"
    + f"{ACQUIRER},{MERCHANT},T0000001,000009,000901,093011000001,2026-09-30T11:05:30,2026-09-30,sale,233239,1399,231840,card,4417,debit\n",
}  # fmt: skip
BOOK = {
    "contacts.csv": "party,name,channel,address,verified_on,source\nACQ_CS,联合收单客服,email,cs@acquirer.example,2026-09-01,合同\n"
}
AFTER_DUE = datetime(2026, 9, 23, 15, 30)


def _told(root: Path, files: dict[str, str], clock: datetime) -> Workspace:
    from django.contrib.auth.models import User

    from daozhang.desk import workspace as workspaces
    from daozhang.desk.imports import import_bytes
    from daozhang.desk.settle_day import run_day
    from daozhang.web import context

    cache.clear()
    opened = workspaces.create(root)
    made = Workspace(opened.root, opened.settings.model_copy(update={"clock_at": clock}))
    context.use(made)
    for name, body in files.items():
        import_bytes(made, name, body.encode())
    run_day(made, clock)
    User.objects.create_user("li", password="a long enough one")
    return made


@pytest.fixture(scope="module")
def holiday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("holiday") / "workspace"
    _told(root, HOLIDAY, NIGHT_BEFORE)
    return root


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("returned") / "workspace"
    _told(root, FILES | BOOK, AFTER_DUE)
    return root


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Any]:
    from django.db import connections

    def open_copy(root: Path, clock: datetime) -> Workspace:
        from daozhang.desk import workspace as workspaces
        from daozhang.web import context

        cache.clear()
        connections.close_all()
        shutil.copytree(root, tmp_path / "workspace")
        found = workspaces.open_workspace(tmp_path / "workspace")
        made = Workspace(found.root, found.settings.model_copy(update={"clock_at": clock}))
        context.use(made)
        return made

    yield open_copy
    connections.close_all()


def _client(language: str) -> Client:
    from django.contrib.auth.models import User

    client = Client(SERVER_NAME="localhost")
    client.cookies["daozhang_language"] = language
    client.force_login(User.objects.get(username="li"))
    return client


def test_a_holiday_needs_no_call_and_says_when_the_money_comes(holiday: Path, opened: Any) -> None:
    from daozhang.desk import portal
    from daozhang.desk.models import Case, Finding

    here = opened(holiday, NIGHT_BEFORE)
    found = portal.mine(here)
    (one,) = found.answers
    assert (found.day, one.place, one.amount_minor, one.call) == (
        date(2026, 9, 30),
        Place.ON_ITS_WAY,
        231_840,
        Call.NONE,
    )
    assert one.row.due_at == datetime(2026, 10, 8, 14, 0)
    assert (one.why_key, one.why_facts["name_zh"]) == ("portal-why-holiday", "国庆节")
    assert not Case.objects.exists()
    for language, said in (
        ("zh", ("¥2,318.40 将在 2026-10-08 14:00前到账，一切正常", "国庆节放假", "不用打电话。应到时间：2026-10-08 14:00")),
        ("en", ("¥2,318.40 arrives by 2026-10-08 14:00: all is normal", "Normal: National Day", "No call needed. Due 2026-10-08 14:00")),
    ):  # fmt: skip
        page = _client(language).get("/mine").content.decode()
        assert [sentence for sentence in said if sentence not in page] == []
        calm = Finding.objects.filter(cause_category="not_a_failure").first()
        if calm is not None:
            assert said[2] in _client(language).get(f"/findings/{calm.finding_id}").content.decode()
    day_before = Workspace(here.root, here.settings.model_copy(update={"clock_at": datetime(2026, 10, 7, 10, 0)}))
    from daozhang.web import context

    context.use(day_before)
    assert "应到时间：明天 14:00" in _client("zh").get("/mine?day=2026-09-30").content.decode()


def test_what_came_back_is_sent_with_one_press_and_once(returned: Path, opened: Any) -> None:
    from daozhang.desk import portal
    from daozhang.desk.models import Case, Notice

    here = opened(returned, AFTER_DUE)
    (one,) = portal.mine(here).answers
    assert (one.row.merchant_name, one.place, one.call, one.is_normal) == (NAME, Place.MISSING, Call.ACQUIRER, False)
    assert one.whom is not None
    assert one.whom.address == "cs@acquirer.example"
    client = _client("zh")
    page = client.get("/mine").content.decode()
    assert "账号户名不符" in page
    assert "发给收单机构客服" in page
    before = Notice.objects.count()
    client.post(f"/mine/{one.number}/send", {"day": "2026-09-22"})
    letter = Notice.objects.get(key__startswith=f"{one.number}/asked/")
    assert (letter.address, letter.state, Notice.objects.count()) == ("cs@acquirer.example", "queued", before + 1)
    assert "386.17" in letter.body
    assert Case.objects.get(number=one.number).state == "reported"
    assert "等对方答复" in client.get("/mine").content.decode()
    client.post(f"/mine/{one.number}/send", {"day": "2026-09-22"})
    assert Notice.objects.filter(key__startswith=f"{one.number}/asked/").count() == 1


def test_what_arrived_is_said_to_have_arrived_and_other_days_are_a_press_away(returned: Path, opened: Any) -> None:
    from daozhang.desk import portal

    here = opened(returned, AFTER_DUE)
    assert portal.mine(here).before == ((date(2026, 9, 21), Place.ARRIVED),)
    page = _client("en").get("/mine?day=2026-09-21").content.decode()
    assert "¥182.89 has arrived" in page
    assert "Nothing to do." in page
    unknown = portal.mine(here, date(2026, 9, 25))
    assert (unknown.day, unknown.is_asked_day) == (date(2026, 9, 22), False)


@pytest.mark.parametrize(
    ("sums", "place"),
    [
        ({"not_due": 100}, Place.ON_ITS_WAY), ({"not_due": 50, "missing": 50}, Place.MISSING), ({"arrived": 100}, Place.ARRIVED),
        ({"arrived": 90, "deducted": 10}, Place.DEDUCTED), ({"held": 100}, Place.HELD), ({"returned": 1, "missing": 99}, Place.RETURNED),
        ({}, Place.NOTHING), ({"not_due": 231_840, "missing": -1}, Place.ON_ITS_WAY),
        ({"arrived": 99_900, "missing": 100}, Place.MISSING),
        ({"unexplained": -5, "arrived": 105}, Place.UNEXPLAINED),
    ],
)  # fmt: skip
def test_what_needs_a_person_goes_before_what_is_normal(sums: dict[str, int], place: Place) -> None:
    names = ("arrived", "not_due", "held", "deducted", "returned", "missing", "unexplained")
    made = {name: sums.get(name, 0) for name in names}
    assert place_of(Sums(expected=sum(made.values()), **made)) is place


@pytest.mark.parametrize(
    ("category", "pct", "due", "call"),
    [
        ("not_a_failure", 100, datetime(2026, 10, 8, 14), Call.NONE), ("expected_delay", 95, datetime(2026, 10, 8, 14), Call.NONE),
        ("not_a_failure", 60, datetime(2026, 10, 8, 14), Call.ACQUIRER), ("not_a_failure", 100, datetime(2026, 10, 1, 8), Call.ACQUIRER),
        ("third_party", 100, datetime(2026, 10, 8, 14), Call.ACQUIRER),
    ],
)  # fmt: skip
def test_only_what_is_proven_to_be_no_failure_needs_no_call(category: str, pct: int, due: datetime, call: Call) -> None:
    assert call_of(category, pct, is_open=True, due_at=due, now=NIGHT_BEFORE) is call
    assert call_of(category, pct, is_open=False, due_at=due, now=NIGHT_BEFORE) is Call.WAIT
