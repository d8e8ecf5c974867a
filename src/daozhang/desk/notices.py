"""The outbox: notices written with the step that caused them go out once each, in order, whatever falls over.

A notice is claimed (``sending``, with the try counted) before it is handed to the server and marked ``sent`` after. When the
sender dies in between, the claim runs out and the notice is handed over again under the same Message-ID, so a mail server
or a reader sees that it is the same one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet

from daozhang.desk import clock
from daozhang.desk.clock import now as workspace_now
from daozhang.desk.models import Notice
from daozhang.desk.workspace import Workspace
from daozhang.errors import OutsideError
from daozhang.notify import CHANNELS, Letter, MailServer
from daozhang.notify.letter import NOT_ACCEPTED, SERVER_DOWN

LEASE: Final = timedelta(minutes=2)
"""How long a claimed notice is left to its sender; longer than the server's own time limits together."""

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
    """Send what waits, oldest first, at most ``limit``; stop at once when the server is down. Safe beside others."""
    server = mail_server(workspace)
    sent = failed = put_off = 0
    for _ in range(limit if server else 0):
        notice = _claim(at)
        if notice is None or server is None:
            break
        try:
            receipt = CHANNELS[notice.channel](_letter(notice), server)
        except OutsideError as error:
            outcome = _not_sent(notice, error, at or real_now())
            if outcome == SERVER_DOWN:
                detail = str(error.facts.get("detail", ""))
                return Sent(sent=sent, failed=failed, put_off=put_off, is_server_down=True, detail=detail)
            failed, put_off = failed + (outcome == "failed"), put_off + (outcome == "queued")
        else:
            sent += _mine(notice).update(
                state="sent", sent_at=workspace_now(workspace), receipt=receipt[:256], next_try_at=None
            )
    return Sent(sent=sent, failed=failed, put_off=put_off)


def waiting(workspace: Workspace) -> int:  # noqa: ARG001 - the desk is the open workspace's
    """Return how many notices wait to be sent or are being sent."""
    return Notice.objects.filter(channel__in=CHANNELS, state__in=("queued", "sending")).count()


def real_now() -> datetime:
    """Return the real time, Asia/Shanghai wall-clock: leases run on it even where a demo's clock stands still."""
    return clock.real_now()


def backoff(attempts: int) -> timedelta:
    """Return the wait before the next try: 1, 2, 4 … minutes, six hours at most."""
    return min(timedelta(minutes=2 ** max(attempts - 1, 0)), timedelta(hours=6))


def _claim(at: datetime | None) -> Notice | None:
    with transaction.atomic():
        at = at or real_now()  # once the database is ours: who waited long for it must not hold a claim that is over already
        due = Q(next_try_at__isnull=True) | Q(next_try_at__lte=at)
        ready = Notice.objects.filter(due, channel__in=CHANNELS, state__in=("queued", "sending")).order_by("id")
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
