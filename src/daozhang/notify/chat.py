"""Rooms and gateways: one letter to a DingTalk, WeCom, Feishu or other room, or to an SMS gateway, by apprise.

Apprise knows how each service is spoken to. Where it connects to is decided here: every connection made while a letter is
sent goes through ``connect``, which has checked the address; a redirect is not followed.
"""

from __future__ import annotations

import logging
import socket
import warnings
from contextvars import ContextVar
from typing import Any, Final

import apprise
from urllib3.util import connection as of_urllib3

from daozhang.errors import DaozhangError, OutsideError
from daozhang.notify.letter import NOT_ACCEPTED, SERVER_DOWN, Letter
from daozhang.notify.post import Connect

SERVICES: Final = frozenset({
    "dingtalk", "wecombot", "feishu", "lark", "serverchan", "pushplus", "wxpusher", "slack", "tgram", "mmost", "mmosts",
    "ntfy", "ntfys", "gotify", "gotifys", "twilio", "vonage", "clicksend", "sinch", "infobip", "messagebird", "d7sms",
    "bulksms", "json", "jsons", "form", "forms", "xml", "xmls",
})  # fmt: skip
"""Services that are spoken to by HTTP, so that every one of their connections can be checked."""

_CONNECT: ContextVar[Connect | None] = ContextVar("connect", default=None)
_unchecked = of_urllib3.create_connection


def service_of(url: str) -> str:
    """Return the service an address names: what stands before ``://``."""
    return url.partition("://")[0].strip().lower()


def is_usable(url: str) -> bool:
    """Return whether the address is one of ``SERVICES`` and complete."""
    return _room(url) is not None


def send(letter: Letter, url: str, connect: Connect) -> str:
    """Send ``letter`` to the room or gateway of ``url`` and return what is noted as receipt.

    OutsideError ``notify-not-accepted`` for an address that cannot be used; ``notify-server-down`` when the service did not
    take it: the letter waits, and everything after it for the same room.
    """
    room = _room(url)
    if room is None:
        raise OutsideError(NOT_ACCEPTED, detail=service_of(url))
    said: list[str] = []
    listener = _Listener(said)
    log = logging.getLogger("apprise")
    log.addHandler(listener)
    token = _CONNECT.set(connect)
    try:
        is_taken = room.notify(body=letter.body, title=letter.subject, notify_type=apprise.NotifyType.INFO)
    finally:
        _CONNECT.reset(token)
        log.removeHandler(listener)
    if not is_taken:
        raise OutsideError(SERVER_DOWN, detail="; ".join(said)[:200] or service_of(url))
    return f"{service_of(url)}: taken"


def _room(url: str) -> Any:  # noqa: ANN401 - the service's own class
    if service_of(url) not in SERVICES:
        return None
    asset = apprise.AppriseAsset(http_redirects=False, app_id="Daozhang")
    with warnings.catch_warnings():  # a library below apprise still imports what Python 3.13 dropped
        warnings.simplefilter("ignore", DeprecationWarning)
        return apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)


class _Listener(logging.Handler):
    """Keeps why a service did not take a letter; the address itself, which may hold a secret, is not among it."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage().replace("\n", " "))


def _checked(address: tuple[str, int], *args: Any, **more: Any) -> socket.socket:  # noqa: ANN401 - urllib3's signature
    connect = _CONNECT.get()
    if connect is None:
        return _unchecked(address, *args, **more)
    host, port = address
    try:
        return connect(host.strip("[]"), port)
    except DaozhangError as error:
        raise OSError(str(error)) from error


of_urllib3.create_connection = _checked
