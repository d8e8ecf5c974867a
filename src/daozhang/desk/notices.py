"""The outbox: notices written with the step that caused them go out once each, in order, whatever falls over.

A notice is claimed (``sending``, with the try counted) before it is handed to the server and marked ``sent`` after. When the
sender dies in between, the claim runs out and the notice is handed over again under the same Message-ID, so a mail server
or a reader sees that it is the same one.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from daozhang.desk import clock
from daozhang.desk.clock import now as workspace_now
from daozhang.desk.models import Notice
from daozhang.desk.ways_in import outgoing
from daozhang.desk.workspace import Workspace
from daozhang.errors import OutsideError
from daozhang.notify import CHANNELS, Letter, MailServer, chat
from daozhang.notify.letter import NOT_ACCEPTED, SERVER_DOWN

LEASE: Final = timedelta(minutes=2)
"""How long a claimed notice is left to its sender; longer than the server's own time limits together."""

SENT: Final = frozenset({"email", "chat"})
"""Channels that the product itself writes to; the others are for a person."""

OPEN: Final = ("queued", "sending")

TRIES: Final = 8
"""Hand-overs of one letter that the server itself puts off, before a person is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What one pass over the outbox did. ``is_server_down``: stop, and come back later."""

    sent: int = 0
    failed: int = 0
    put_off: int = 0
    is_server_down: bool = False
    detail: str = ""


def mail_server(workspace: Workspace) -> MailServer | None:
    """Return the configured mail server; None when notices are to wait."""
    settings = workspace.settings
    if not settings.smtp_host:
        return None
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
    return MailServer(
        host=settings.smtp_host, port=settings.smtp_port, security=settings.smtp_security, sender=settings.mail_from,
        user=settings.smtp_user, password=password,
    )  # fmt: skip


def send_waiting(workspace: Workspace, *, limit: int = 50, at: datetime | None = None) -> Sent:
    """Send what waits, oldest first, at most ``limit``; what goes to a server or room that is down waits. Safe beside others."""
    server = mail_server(workspace)
    sent = failed = put_off = 0
    down: list[Q] = [] if server else [Q(channel="email")]
    detail, is_down = "", False
    for _ in range(limit):
        notice = _claim(at, down)
        if notice is None:
            break
        try:
            receipt = _carry(workspace, notice, server)
        except OutsideError as error:
            outcome = _not_sent(notice, error, at or real_now())
            if outcome == SERVER_DOWN:
                detail, is_down = str(error.facts.get("detail", "")), True
                down.append(_lane(notice))
                continue
            failed, put_off = failed + (outcome == "failed"), put_off + (outcome == "queued")
        else:
            sent += _mine(notice).update(
                state="sent", sent_at=workspace_now(workspace), receipt=receipt[:256], next_try_at=None
            )
    return Sent(sent=sent, failed=failed, put_off=put_off, is_server_down=is_down and not sent, detail=detail)


def waiting(workspace: Workspace) -> int:  # noqa: ARG001 - the desk is the open workspace's
    """Return how many notices wait to be sent or are being sent."""
    return Notice.objects.filter(channel__in=SENT, state__in=OPEN).count()


def real_now() -> datetime:
    """Return the real time, Asia/Shanghai wall-clock: leases run on it even where a demo's clock stands still."""
    return clock.real_now()


def backoff(attempts: int) -> timedelta:
    """Return the wait before the next try: 1, 2, 4 … minutes, six hours at most."""
    return min(timedelta(minutes=2 ** max(attempts - 1, 0)), timedelta(hours=6))


def _carry(workspace: Workspace, notice: Notice, server: MailServer | None) -> str:
    """Hand a notice to its channel and return the receipt."""
    if notice.channel != "chat":
        assert server is not None, "mail is claimed only where there is a server"
        return CHANNELS[notice.channel](_letter(notice), server)
    room = next((one for one in workspace.settings.channels if one.name == notice.address), None)
    if room is None:
        raise OutsideError(NOT_ACCEPTED, detail=notice.address)

    def connect(host: str, port: int) -> socket.socket:
        return outgoing.checked(host, port, may_be_private=room.private).connect()

    return chat.send(_letter(notice), room.url.get_secret_value(), connect)


def _lane(notice: Notice) -> Q:
    """Return what else is held up while a server is down: all mail, or what goes to the same room."""
    return Q(channel=notice.channel) if notice.channel == "email" else Q(channel=notice.channel, address=notice.address)


def _claim(at: datetime | None, down: Sequence[Q] = ()) -> Notice | None:
    """Take the oldest notice that is due, unless an older one to the same address is not through yet: the order stays."""
    with transaction.atomic():
        at = (
            at or real_now()
        )  # once the database is ours: who waited long for it must not hold a claim that is over already
        due = Q(next_try_at__isnull=True) | Q(next_try_at__lte=at)
        older = Notice.objects.filter(
            channel=OuterRef("channel"), address=OuterRef("address"), state__in=OPEN, id__lt=OuterRef("id"), next_try_at__gt=at
        )  # fmt: skip
        ready = Notice.objects.filter(due, ~Exists(older), channel__in=SENT, state__in=OPEN).order_by("id")
        for lane in down:
            ready = ready.exclude(lane)
        notice = ready.select_for_update(skip_locked=True).first()
        if notice is None:
            return None
        notice.state, notice.attempts, notice.next_try_at = "sending", notice.attempts + 1, at + LEASE
        notice.save(update_fields=["state", "attempts", "next_try_at"])
    return notice


def _mine(notice: Notice) -> QuerySet[Notice]:
    """Return the notice only as long as the claim is still this one's."""
    return Notice.objects.filter(pk=notice.pk, state="sending", attempts=notice.attempts)


def _not_sent(notice: Notice, error: OutsideError, at: datetime) -> str:
    detail = str(error.facts.get("detail", ""))[:256]
    if error.key == SERVER_DOWN:  # says nothing about this letter: the try is not counted
        _mine(notice).update(state="queued", attempts=F("attempts") - 1, next_try_at=None, receipt=detail)
        return SERVER_DOWN
    if error.key == NOT_ACCEPTED or notice.attempts >= TRIES:
        _mine(notice).update(state="failed", next_try_at=None, receipt=detail)
        return "failed"
    _mine(notice).update(state="queued", next_try_at=at + backoff(notice.attempts), receipt=detail)
    return "queued"


def _letter(notice: Notice) -> Letter:
    return Letter(
        key=notice.key, address=notice.address, subject=notice.subject, body=notice.body, language=notice.language
    )
