"""Webhooks: signed, at least once, thirty days of tries, and one dead endpoint delays no other."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from http_sink import HttpSink

from daozhang.desk import house_audit, webhook_sending, webhooks
from daozhang.desk.cases import comment, record_measure
from daozhang.desk.clock import ZONE
from daozhang.desk.models import CaseEvent
from daozhang.desk.notices import real_now
from daozhang.desk.runs import record_run
from daozhang.desk.telling_models import HouseEvent, Webhook, WebhookDelivery, WebhookKey
from daozhang.desk.webhook_sending import Postman, send_waiting
from daozhang.errors import RefusedError
from daozhang.notify.signing import is_genuine
from desk_making import NOON, finding

NUMBER = "DZ-2026-000001"


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    made = HttpSink()
    yield made
    made.stop()


def opened(workspace: Any, count: int = 1) -> None:
    said = [finding(no, incident=f"i_{no}", merchant=f"8980000000{no:05d}") for no in range(1, count + 1)]
    record_run(workspace, run_id="r1", as_of=NOON, findings=said, inputs_hash="1", folder="f", counts={})


def subscribed(workspace: Any, sink: HttpSink, name: str = "erp", **more: Any) -> str:
    return webhooks.add(workspace, name, sink.url, by="li", may_be_private=True, **more)


def seqs(sink: HttpSink) -> list[int]:
    return [json.loads(one.body)["seq"] for one in sink.got]


def test_each_step_is_told_once_in_order_and_signed(workspace: Any, sink: HttpSink) -> None:
    secret = subscribed(workspace, sink)
    sink.start()
    opened(workspace, 3)
    comment(workspace, NUMBER, by="li", note="secret thought of 李会计")
    assert send_waiting(workspace) == 4
    assert send_waiting(workspace) == 0
    assert seqs(sink) == list(CaseEvent.objects.order_by("id").values_list("id", flat=True))
    told = json.loads(sink.got[-1].body)
    assert (told["type"], told["data"]["case"], told["data"]["by"]) == ("case.commented", NUMBER, "person")
    assert b"thought" not in sink.got[-1].body
    for one in sink.got:
        headers = one.headers
        assert is_genuine(headers, one.body, secret, at=datetime.now(ZONE))
        assert not is_genuine(headers, one.body + b" ", secret, at=datetime.now(ZONE))
        assert not is_genuine(headers, one.body, secret, at=datetime.now(ZONE) + timedelta(minutes=6))
        assert not is_genuine(headers, one.body, webhooks.signing.new_secret(), at=datetime.now(ZONE))
        # the recipe of the guide, word for word by another hand
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + one.body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert f"v1,{right}" in headers["webhook-signature"].split()


def test_what_was_before_the_subscription_is_not_told(workspace: Any, sink: HttpSink) -> None:
    opened(workspace)
    subscribed(workspace, sink)
    sink.start()
    assert send_waiting(workspace) == 0


def test_two_keys_sign_while_a_receiver_changes_over(sqlite_workspace: Any, sink: HttpSink) -> None:
    workspace = sqlite_workspace
    old = subscribed(workspace, sink)
    sink.start()
    new = webhooks.rotate(workspace, "erp", by="li")
    with pytest.raises(RefusedError, match="two-keys"):
        webhooks.rotate(workspace, "erp", by="li")
    opened(workspace)
    send_waiting(workspace)
    now = datetime.now(ZONE)
    assert [is_genuine(sink.got[-1].headers, sink.got[-1].body, key, at=now) for key in (old, new)] == [True, True]
    webhooks.end_old_key(workspace, "erp", by="li")
    comment(workspace, NUMBER, by="li", note="x")
    send_waiting(workspace)
    assert [is_genuine(sink.got[-1].headers, sink.got[-1].body, key, at=now) for key in (old, new)] == [False, True]
    with pytest.raises(RefusedError, match="one-key"):
        webhooks.end_old_key(workspace, "erp", by="li")
    assert not WebhookKey.objects.filter(sealed__contains=new[6:20]).exists(), "kept sealed, not as it is"


def test_after_29_days_away_everything_arrives_once_and_in_order(workspace: Any, sink: HttpSink) -> None:
    subscribed(workspace, sink)
    opened(workspace, 5)
    at = real_now()
    end, tries = at + timedelta(days=29), 0
    while at < end:
        assert send_waiting(workspace, at=at) == 0
        tries += 1
        if at < end - timedelta(days=28, hours=20):
            comment(workspace, NUMBER, by="li", note=f"try {tries}")
        at = Webhook.objects.get().held_until
    assert tries < 150, "the wait grows"
    sink.start()
    send_waiting(workspace, at=at)
    assert seqs(sink) == list(CaseEvent.objects.order_by("id").values_list("id", flat=True))
    assert not WebhookDelivery.objects.exclude(state="delivered").exists()


def test_after_thirty_days_it_is_given_up_said_and_can_be_replayed(sqlite_workspace: Any, sink: HttpSink) -> None:
    workspace = sqlite_workspace
    subscribed(workspace, sink)
    opened(workspace, 2)
    at = real_now()
    send_waiting(workspace, at=at)
    sink.start()
    send_waiting(workspace, at=at + timedelta(days=31))
    assert [one.state for one in webhooks.log("erp")] == ["ended", "ended"]
    assert webhooks.replay(workspace, "erp", by="li") == 2
    assert send_waiting(workspace) == 2
    assert webhooks.replay(workspace, "erp", by="li", from_event=2) == 1
    send_waiting(workspace)
    assert seqs(sink) == [1, 2, 2]
    assert sink.got[1].body == sink.got[2].body
    assert house_audit.broken_at() is None
    HouseEvent.objects.filter(step="replayed").update(by="nobody")
    assert house_audit.broken_at() is not None


def test_one_dead_endpoint_delays_no_other(workspace: Any, sink: HttpSink) -> None:
    hanging = HttpSink()
    hanging.hang_s = 5.0
    hanging.start()
    subscribed(workspace, hanging, "aaa-hangs")
    subscribed(workspace, HttpSink(), "bbb-away")
    subscribed(workspace, sink, "zzz-well")
    sink.start()
    opened(workspace, 5)
    postman = Postman(workspace, lambda error: pytest.fail(str(error)))
    start = time.monotonic()
    while len(sink.got) < 5 and time.monotonic() - start < 4:
        postman.look()
        time.sleep(0.02)
    assert len(sink.got) == 5
    assert time.monotonic() - start < 4, "the one that hangs was still hanging"
    hanging.hang_s = 0.0
    for thread in postman._busy.values():
        thread.join(10)
    hanging.stop()


def test_a_message_that_is_refused_waits_alone(sqlite_workspace: Any, sink: HttpSink) -> None:
    workspace = sqlite_workspace
    subscribed(workspace, sink)
    sink.refuse = {"dz_evt_2"}
    sink.start()
    opened(workspace, 3)
    at = real_now()
    assert send_waiting(workspace, at=at) == 2
    stuck = WebhookDelivery.objects.get(state="queued")
    assert (stuck.event_id, stuck.status) == (2, 422)
    sink.refuse = set()
    assert send_waiting(workspace, at=at) == 0
    assert send_waiting(workspace, at=at + timedelta(seconds=6)) == 1


def test_a_redirect_is_not_followed(sqlite_workspace: Any, sink: HttpSink) -> None:
    other = HttpSink().start()
    sink.status, sink.location = 302, other.url
    sink.start()
    subscribed(sqlite_workspace, sink)
    opened(sqlite_workspace)
    assert send_waiting(sqlite_workspace) == 0
    assert (len(sink.got), other.got, WebhookDelivery.objects.get().status) == (1, [], 302)
    other.stop()


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/x", "https://[::1]/x", "https://[::ffff:10.0.0.1]/x", "https://169.254.169.254/latest",
     "https://2130706433/x", "https://0/x", "https://localhost/x", "https://[64:ff9b::a00:1]/x"],
)  # fmt: skip
def test_an_address_inside_is_never_called(sqlite_workspace: Any, url: str) -> None:
    webhooks.add(sqlite_workspace, "inside", url, by="li")
    opened(sqlite_workspace)
    assert send_waiting(sqlite_workspace) == 0
    row = WebhookDelivery.objects.get()
    assert (row.status, row.state) == (0, "queued")
    assert "source-address-inside" in row.detail or "source-no-such-host" in row.detail


@pytest.mark.parametrize("url", ["http://a.example/x", "ftp://a.example", "https://", "https://u:p@a.example/", "x",
                                 "https://a.example/\r\nX: y", "https://a.example:99999/", "https://a.example/账"])  # fmt: skip
def test_an_address_that_is_none_is_refused(sqlite_workspace: Any, url: str) -> None:
    with pytest.raises(RefusedError, match="error-webhook-url"):
        webhooks.add(sqlite_workspace, "odd", url, by="li")


def test_only_what_was_asked_for(sqlite_workspace: Any, sink: HttpSink) -> None:
    subscribed(sqlite_workspace, sink, "opened", steps=["opened"])
    subscribed(sqlite_workspace, sink, "other", acquirer="lianhe")
    sink.start()
    opened(sqlite_workspace)
    comment(sqlite_workspace, NUMBER, by="li", note="x")
    assert send_waiting(sqlite_workspace) == 1
    with pytest.raises(RefusedError, match="error-webhook-step"):
        subscribed(sqlite_workspace, sink, "odd", steps=["no_such"])


def test_a_stopped_subscription_catches_up(sqlite_workspace: Any, sink: HttpSink) -> None:
    subscribed(sqlite_workspace, sink)
    sink.start()
    webhooks.set_active(sqlite_workspace, "erp", is_active=False, by="li")
    opened(sqlite_workspace, 2)
    assert send_waiting(sqlite_workspace) == 0
    webhooks.set_active(sqlite_workspace, "erp", is_active=True, by="li")
    assert send_waiting(sqlite_workspace) == 2


def test_a_sender_that_died_leaves_its_message_to_the_next(sqlite_workspace: Any, sink: HttpSink) -> None:
    subscribed(sqlite_workspace, sink)
    opened(sqlite_workspace, 2)
    sink.start()
    webhook_sending.fan_out()
    at = real_now()
    assert webhook_sending._claim(Webhook.objects.get().pk, at) is not None
    assert send_waiting(sqlite_workspace, at=at) == 0, "the order stays while another is at it"
    assert send_waiting(sqlite_workspace, at=at + 2 * webhook_sending.LEASE) == 2
    assert seqs(sink) == [1, 2]


def test_a_measure_is_told_without_its_words(sqlite_workspace: Any, sink: HttpSink) -> None:
    subscribed(sqlite_workspace, sink)
    sink.start()
    opened(sqlite_workspace)
    record_measure(sqlite_workspace, NUMBER, by="李会计", note="called 13800138000")
    send_waiting(sqlite_workspace)
    assert b"138" not in sink.got[-1].body
    assert "李会计".encode() not in sink.got[-1].body
