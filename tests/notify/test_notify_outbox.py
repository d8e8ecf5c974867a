"""Notices: written with their step, sent once each to verified addresses only, whatever falls over in between."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from daozhang.desk import notices
from daozhang.desk.cases import case_view
from daozhang.desk.models import Case, CaseEvent, Notice
from daozhang.desk.notices import real_now, send_waiting, waiting
from daozhang.desk.runs import record_run
from daozhang.desk.telling import Directory, addresses, contact_book
from desk_making import LINE, NOON, finding, put_rows


class Sink:
    """A real SMTP server on loopback that keeps what it is given; it can refuse, put off, or stall."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.got: list[Message] = []
        self.answers: dict[str, str] = {}
        self.stall = threading.Event()
        self.holding = threading.Event()
        self.controller: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd calls it so
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd calls it so
        import asyncio

        self.got.append(message_from_bytes(envelope.content, policy=default))
        while self.stall.is_set():
            self.holding.set()
            await asyncio.sleep(0.02)
        return "250 taken"

    def start(self) -> Sink:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()
            self.controller = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink(free_port())
    yield made
    made.stall.clear()
    made.stop()


def with_mail(workspace: Any, sink: Sink) -> Any:
    mail = {
        "smtp_host": "127.0.0.1",
        "smtp_port": sink.port,
        "smtp_security": "none",
        "mail_from": "到账 <dz@shop.example>",
    }
    return replace(workspace, settings=workspace.settings.model_copy(update=mail))


def put_contacts(workspace: Any, *rows: tuple[str, str, str, bool]) -> None:
    put_rows(workspace, f"im_contacts{len(rows)}", "contacts.csv", "contacts", [
        {"party": party, "name": party, "channel": channel, "address": address,
         "verified_on": date(2026, 9, 1) if verified else None}
        for party, channel, address, verified in rows
    ])  # fmt: skip


def opened(workspace: Any, *said: Any, run_id: str = "r1", at: Any = NOON) -> None:
    record_run(
        workspace,
        run_id=run_id,
        as_of=at,
        findings=list(said) or [finding(1)],
        inputs_hash=run_id,
        folder="f",
        counts={},
    )


FINANCE = ("FINANCE", "email", "finance@shop.example", True)
ACQUIRER = ("ACQ_CS", "email", "cs@acquirer.example", True)


def test_an_opened_case_reaches_the_acquirer_with_every_fact(workspace: Any, sink: Sink) -> None:
    workspace = with_mail(workspace, sink)
    put_contacts(workspace, FINANCE, ACQUIRER)
    opened(workspace)
    sink.start()
    assert send_waiting(workspace).sent == 2
    by_address = {message["To"]: message for message in sink.got}
    letter = by_address["cs@acquirer.example"]
    text = letter.get_content()
    for fact in ("DZ-2026-000001", "¥100.00", "898000000000001", "unionpay", "2026-10-09 12:00"):
        assert fact in text
    assert "DZ-2026-000001" in letter["Subject"]
    assert letter["From"] == "到账 <dz@shop.example>"
    for frightening in ("损失", "丢失", "lost"):
        assert frightening not in text
    row = Notice.objects.get(role="ACQ_CS")
    assert (row.state, row.attempts, row.receipt) == ("sent", 1, letter["Message-ID"])
    assert send_waiting(workspace).sent == 0
    assert len(sink.got) == 2
    assert waiting(workspace) == 0


def test_the_notices_are_part_of_the_step(workspace: Any) -> None:
    put_contacts(workspace, FINANCE, ACQUIRER)
    opened(workspace)
    keys = set(CaseEvent.objects.get().facts["notices"])
    assert keys == set(Notice.objects.values_list("key", flat=True))
    assert len(keys) == 3


def test_only_a_verified_address_is_written_to(workspace: Any, sink: Sink) -> None:
    workspace = with_mail(workspace, sink)
    put_contacts(
        workspace, ("ACQ_CS", "email", "ad@stranger.example", False), ("PAYEE_BANK", "phone", "010-12345678", True)
    )
    opened(workspace)
    sink.start()
    send_waiting(workspace)
    assert sink.got == []
    states = {one.role: (one.state, one.address) for one in Notice.objects.all()}
    assert states == {"ACQ_CS": ("unaddressed", ""), "PAYEE_BANK": ("by_hand", "010-12345678")}
    by_hand = {one.role for one in case_view(workspace, "DZ-2026-000001").tellings if one.needs_a_person}
    assert by_hand == {"ACQ_CS", "PAYEE_BANK"}


def test_an_acquirer_never_reads_of_another_ones_merchants() -> None:
    book = Directory(contact_book([
        {"party": "ACQ_CS", "channel": "email", "address": "any@x.example", "verified_on": date(2026, 9, 1)},
        {"party": "ACQ_CS@lianhe", "channel": "email", "address": "cs@lianhe.example", "verified_on": date(2026, 9, 1)},
        {"party": "ISV", "channel": "email", "address": "isv@x.example", "verified_on": date(2026, 9, 1)},
    ]), 2)  # fmt: skip

    def reached(role: str, acquirer: str, book: Directory = book) -> list[str]:
        return [one.address for one in addresses(book, role, acquirer)]

    assert reached("ACQ_CS", "lianhe") == ["cs@lianhe.example"]
    assert reached("ACQ_CS", "unionpay") == []
    assert reached("ISV", "unionpay") == ["isv@x.example"]
    assert reached("ACQ_CS", "unionpay", replace(book, acquirers=1)) == ["any@x.example"]


def test_a_server_that_is_down_for_long_loses_nothing(workspace: Any, sink: Sink) -> None:
    workspace = with_mail(workspace, sink)
    put_contacts(workspace, FINANCE, ACQUIRER)
    opened(workspace, *[finding(no, incident=f"i_{no}", merchant=f"89800000000000{no}") for no in range(1, 6)])
    for _ in range(30):
        outcome = send_waiting(workspace)
        assert outcome.is_server_down
        assert outcome.sent == 0
    assert set(Notice.objects.filter(channel="email", address__contains="@").values_list("state", "attempts")) == {
        ("queued", 0)
    }
    sink.start()
    assert send_waiting(workspace).sent == 10
    subjects = [message["Subject"] for message in sink.got]
    written = [one.subject for one in Notice.objects.filter(state="sent").order_by("id")]
    assert [" ".join(one.split()) for one in subjects] == written
    assert len({message["Message-ID"] for message in sink.got}) == 10


def test_without_a_server_notices_wait(workspace: Any) -> None:
    put_contacts(workspace, FINANCE)
    opened(workspace)
    assert send_waiting(workspace).sent == 0
    assert waiting(workspace) == 1


def test_a_refused_address_is_for_a_person_and_holds_nobody_up(workspace: Any, sink: Sink) -> None:
    workspace = with_mail(workspace, sink)
    put_contacts(workspace, FINANCE, ACQUIRER)
    sink.answers = {"finance@shop.example": "550 no such mailbox"}
    opened(workspace)
    sink.start()
    outcome = send_waiting(workspace)
    assert (outcome.sent, outcome.failed) == (1, 1)
    row = Notice.objects.get(role="FINANCE")
    assert (row.state, "550" in row.receipt) == ("failed", True)


def test_a_letter_that_is_put_off_is_tried_again_later_and_not_for_ever(workspace: Any, sink: Sink) -> None:
    workspace = with_mail(workspace, sink)
    put_contacts(workspace, FINANCE)
    sink.answers = {"finance@shop.example": "451 greylisted"}
    opened(workspace)
    sink.start()
    at = real_now()
    assert send_waiting(workspace, at=at).put_off == 1
    assert send_waiting(workspace, at=at + timedelta(seconds=30)).put_off == 0
    for _ in range(notices.TRIES):
        at += timedelta(hours=7)
        send_waiting(workspace, at=at)
    row = Notice.objects.get(role="FINANCE")
    assert (row.state, row.attempts) == ("failed", notices.TRIES)


@pytest.mark.parametrize("address", ["no address", "a@b\r\nBcc: x@y", "", "<>@", "@"])
def test_an_address_that_is_none_is_never_sent_to(sqlite_workspace: Any, sink: Sink, address: str) -> None:
    workspace = with_mail(sqlite_workspace, sink)
    opened(workspace)
    sink.start()
    Notice.objects.filter(role="ACQ_CS").update(state="queued", address=address)
    outcome = send_waiting(workspace)
    assert (outcome.sent, outcome.failed, sink.got) == (0, 1, [])


def test_a_sender_killed_in_the_middle_sends_the_same_letter_again_and_no_other(workspace: Any, sink: Sink) -> None:
    workspace = with_mail(workspace, sink)
    put_contacts(workspace, FINANCE, ACQUIRER)
    opened(workspace)
    sink.stall.set()
    sink.start()
    code = (
        "import sys; from pathlib import Path; from daozhang.desk.workspace import open_workspace\n"
        "at = open_workspace(Path(sys.argv[1]))\n"
        "from daozhang.desk.notices import send_waiting\n"
        "send_waiting(at)\n"
    )
    mail = {"DAOZHANG_SMTP_HOST": "127.0.0.1", "DAOZHANG_SMTP_PORT": str(sink.port), "DAOZHANG_SMTP_SECURITY": "none"}
    sender = subprocess.Popen([sys.executable, "-c", code, str(workspace.root)], env=os.environ | mail)
    assert sink.holding.wait(20)
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()
    sink.stall.clear()
    assert Notice.objects.filter(state="sending", attempts=1).count() == 1
    at = real_now()
    first_pass = send_waiting(workspace, at=at)
    assert first_pass.sent == 1, "the claimed letter is left alone until its lease is over"
    assert send_waiting(workspace, at=at + notices.LEASE * 2).sent == 1
    assert not Notice.objects.exclude(state__in=("sent", "unaddressed")).exists()
    subjects = [str(message["Subject"]) for message in sink.got]
    assert len(sink.got) == 3
    assert len({message["Message-ID"].split("@")[0] for message in sink.got}) == 2, subjects


def test_two_senders_send_each_letter_once(workspace: Any, sink: Sink) -> None:
    workspace = with_mail(workspace, sink)
    put_contacts(workspace, FINANCE, ACQUIRER)
    opened(workspace, *[finding(no, incident=f"i_{no}") for no in range(1, 11)])
    sink.start()

    def send() -> None:
        from django.db import connections

        send_waiting(workspace)
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sink.got) == 20
    assert len({message["Message-ID"] for message in sink.got}) == 20


def test_our_own_people_hear_when_the_money_is_here(workspace: Any, sink: Sink) -> None:
    workspace = with_mail(workspace, sink)
    put_contacts(workspace, FINANCE, ACQUIRER)
    opened(workspace)
    record_run(
        workspace, run_id="r2", as_of=NOON + timedelta(days=2), findings=[], inputs_hash="2", folder="f", counts={},
        settled_evidence={"i_0001": [LINE]},
    )  # fmt: skip
    assert Case.objects.get().state == "settled"
    arrived = Notice.objects.filter(key__contains="/money_matched/")
    assert [one.address for one in arrived] == ["finance@shop.example"]
    assert "已到账" in arrived[0].subject
