"""Contacts: only what is verified is used, the stand-in steps in, rooms get each notice once and in order after a day away."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

sys.path.insert(0, str(Path(__file__).parent.parent / "notify"))
from http_sink import HttpSink

from daozhang.desk import contacts, house_audit
from daozhang.desk.cases import comment
from daozhang.desk.channels import Channel
from daozhang.desk.clock import now
from daozhang.desk.models import Notice
from daozhang.desk.notices import real_now, send_waiting
from daozhang.desk.runs import record_run
from daozhang.desk.telling import addresses, directory
from daozhang.desk.telling_models import ContactTest
from daozhang.diagnosis.catalogue import causes
from daozhang.errors import OutsideError, RefusedError
from daozhang.notify import Letter, chat
from desk_making import NOON, finding


@pytest.fixture
def room() -> Iterator[HttpSink]:
    made = HttpSink()
    yield made
    made.stop()


def with_room(workspace: Any, room: HttpSink) -> Any:
    made = Channel(name="finance-room", url=SecretStr(room.url.replace("http", "json")), private=True)
    return replace(workspace, settings=workspace.settings.model_copy(update={"channels": (made,)}))


def opened(workspace: Any, count: int = 1) -> None:
    said = [finding(no, incident=f"i_{no}") for no in range(1, count + 1)]
    record_run(workspace, run_id="r1", as_of=NOON, findings=said, inputs_hash="1", folder="f", counts={})


def add(workspace: Any, role: str, address: str, channel: str = "email", **more: Any) -> Any:
    said = {"source": "contract page 3", "verified_on": now(workspace).date()} | more
    return contacts.add(workspace, role, channel, address, by="li", **said)


def reached(workspace: Any, role: str) -> list[str]:
    return [one.address for one in addresses(directory(workspace), role, "unionpay")]


def test_a_room_that_was_away_for_a_day_gets_everything_once_and_in_order(workspace: Any, room: HttpSink) -> None:
    workspace = with_room(workspace, room)
    add(workspace, "FINANCE", "finance-room", "chat")
    opened(workspace, 4)
    at = real_now()
    for hour in range(24):
        assert send_waiting(workspace, at=at + timedelta(hours=hour)).is_server_down
    room.start()
    assert send_waiting(workspace, at=at + timedelta(hours=24)).sent == 4
    assert send_waiting(workspace, at=at + timedelta(hours=25)).sent == 0
    titles = [json.loads(one.body)["title"] for one in room.got]
    assert titles == list(Notice.objects.filter(channel="chat").order_by("id").values_list("subject", flat=True))
    assert set(Notice.objects.filter(channel="chat").values_list("state", "receipt")) == {("sent", "json: taken")}


def test_a_room_that_is_away_holds_no_mail_and_an_inside_address_is_not_called(
    sqlite_workspace: Any, room: HttpSink
) -> None:
    room.start()
    letter = Letter(key="k", address="r", subject="s", body="b", language="zh")

    def refused(host: str, port: int) -> Any:
        raise OutsideError("source-address-inside", host=host, address=str(port))

    with pytest.raises(OutsideError, match="notify-server-down"):
        chat.send(letter, room.url.replace("http", "json"), refused)
    assert room.got == []
    for url in ("mailto://a:b@c.example", "syslog://", "file:///etc/passwd", "nonsense"):
        with pytest.raises(OutsideError, match="notify-not-accepted"):
            chat.send(letter, url, refused)


@pytest.mark.parametrize(
    "url",
    ["dingtalk://abcdefgh12345678", "wecombot://693a1236-7a0c-4bc4-97a0-0ec21234a5aa", "feishu://abcdefgh-1234-1234-1234-123456789012"],
)  # fmt: skip
def test_the_rooms_of_china_are_known_and_reached_only_through_the_guard(url: str) -> None:
    assert chat.is_usable(url)
    asked: list[str] = []

    def noted(host: str, port: int) -> Any:
        asked.append(f"{host}:{port}")
        raise OutsideError("source-no-answer", host=host, port=str(port))

    with pytest.raises(OutsideError):
        chat.send(Letter(key="k", address="r", subject="s", body="b", language="zh"), url, noted)
    assert asked
    assert set(asked) <= {"oapi.dingtalk.com:443", "qyapi.weixin.qq.com:443", "open.feishu.cn:443"}


def test_what_nobody_verified_is_kept_and_not_used(sqlite_workspace: Any) -> None:
    workspace = sqlite_workspace
    entry = contacts.add(workspace, "ACQ_CS", "email", "cs@acquirer.example", by="li")
    assert reached(workspace, "ACQ_CS") == []
    judged = contacts.judge(workspace, " CS@acquirer.example ")
    assert (judged.is_trusted, judged.key) == (False, "contact-judged-unverified")
    with pytest.raises(RefusedError, match="error-contact-source"):
        contacts.add(workspace, "ACQ_CS", "phone", "010-1", by="li", verified_on=now(workspace).date())
    contacts.verify(workspace, entry.pk, "contract page 3", by="li")
    assert reached(workspace, "ACQ_CS") == ["cs@acquirer.example"]
    assert contacts.judge(workspace, "cs@acquirer.example").is_trusted
    contacts.remove(workspace, entry.pk, by="li")
    assert reached(workspace, "ACQ_CS") == []
    assert house_audit.broken_at() is None


@pytest.mark.parametrize(
    "said", ["https://www.pos-banli.example/apply?x=1", "http://gzaiting.example", "400-000-1234", "13800138000"]
)
def test_a_link_or_number_out_of_an_advertisement_is_blocked(sqlite_workspace: Any, said: str) -> None:
    add(sqlite_workspace, "ACQ_CS", "https://www.acquirer.example/service", "portal")
    judged = contacts.judge(sqlite_workspace, said)
    assert not judged.is_trusted
    assert judged.key in {"contact-judged-link", "contact-judged-unknown"}
    assert contacts.judge(sqlite_workspace, "www.acquirer.example/service/").is_trusted
    assert contacts.judge(sqlite_workspace, "95516").is_trusted


def test_only_channels_that_exist_are_offered(sqlite_workspace: Any) -> None:
    add(sqlite_workspace, "ACQ_CS", "010-12345678", "phone", acquirer="unionpay")
    add(sqlite_workspace, "ACQ_CS", "https://cs.lianhe.example", "online_chat", acquirer="lianhe")
    contacts.add(sqlite_workspace, "ACQ_CS", "online_chat", "https://odd.example", by="li", acquirer="unionpay")
    assert contacts.channels_of(sqlite_workspace, "ACQ_CS", "unionpay") == [("phone", "010-12345678")]
    assert contacts.channels_of(sqlite_workspace, "ACQ_CS", "lianhe") == [("online_chat", "https://cs.lianhe.example")]


def test_every_cause_leads_to_an_entry(sqlite_workspace: Any) -> None:
    for role in contacts.roles_wanted():
        if role not in contacts.OFFICIAL:
            add(sqlite_workspace, role, f"{role.lower()}@x.example")
    lost = [
        (code, role)
        for code, cause in causes().items()
        for role in cause.contacts
        if not contacts.channels_of(sqlite_workspace, role, "unionpay")
    ]
    assert lost == []
    assert sum(bool(cause.contacts) for cause in causes().values()) >= 90


def test_who_does_not_answer_a_test_is_replaced_by_the_stand_in(workspace: Any) -> None:
    first = add(workspace, "FINANCE", "zhang@shop.example")
    add(workspace, "FINANCE", "li@shop.example", rank=1)
    assert reached(workspace, "FINANCE") == ["zhang@shop.example"]
    asked = contacts.test(workspace, first.pk, by="wang")
    letter = Notice.objects.get(key=f"test/{asked.code}")
    assert (letter.state, letter.address, asked.code in letter.body) == ("queued", "zhang@shop.example", True)
    assert reached(workspace, "FINANCE") == ["zhang@shop.example"], "there is time to answer"
    ContactTest.objects.update(answer_by=now(workspace) - timedelta(minutes=1))
    assert contacts.is_silent(first, now(workspace))
    assert reached(workspace, "FINANCE") == ["li@shop.example"]
    again = contacts.test(workspace, first.pk, by="wang")
    contacts.acknowledge(workspace, again.code.lower(), by="wang")
    assert reached(workspace, "FINANCE") == ["zhang@shop.example"]
    with pytest.raises(RefusedError, match="error-contact-code"):
        contacts.acknowledge(workspace, again.code, by="wang")


def test_who_is_on_duty_goes_first(sqlite_workspace: Any) -> None:
    add(sqlite_workspace, "FINANCE", "zhang@shop.example")
    second = add(sqlite_workspace, "FINANCE", "li@shop.example", rank=1)
    at = now(sqlite_workspace)
    contacts.set_duty(sqlite_workspace, second.pk, at - timedelta(hours=1), at + timedelta(hours=1), by="li")
    assert reached(sqlite_workspace, "FINANCE") == ["li@shop.example"]
    assert [one.address for one in contacts.usable(at + timedelta(hours=2))] == ["zhang@shop.example"]


@pytest.mark.parametrize(
    ("hours", "at", "until"),
    [
        ("22:00-07:30", datetime(2026, 10, 9, 23, 0), datetime(2026, 10, 10, 7, 30)),
        ("22:00-07:30", datetime(2026, 10, 9, 3, 0), datetime(2026, 10, 9, 7, 30)),
        ("22:00-07:30", datetime(2026, 10, 9, 12, 0), None),
        ("12:00-14:00", datetime(2026, 10, 9, 13, 0), datetime(2026, 10, 9, 14, 0)),
        ("12:00-14:00", datetime(2026, 10, 9, 14, 0), None),
    ],
)
def test_quiet_hours_end_when_they_say(hours: str, at: datetime, until: datetime | None) -> None:
    assert contacts.quiet_until(*hours.split("-"), at) == until


def test_in_quiet_hours_a_notice_waits_and_the_order_stays(sqlite_workspace: Any, room: HttpSink) -> None:
    workspace = with_room(sqlite_workspace, room)
    add(workspace, "FINANCE", "finance-room", "chat", quiet="11:00-13:00")
    opened(workspace)
    comment(workspace, "DZ-2026-000001", by="li", note="x")
    room.start()
    assert send_waiting(workspace, at=NOON).sent == 0
    assert send_waiting(workspace, at=NOON.replace(hour=13)).sent == 1
