"""A mailbox read by IMAP over TLS: the attachments of messages from known senders, sized up before they are fetched."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial
from typing import Any, Final

from daozhang.desk.clock import ZONE
from daozhang.desk.ways_in.attachments import Attachment, attachments, decoded, structure
from daozhang.desk.ways_in.configured import ImapSource
from daozhang.desk.ways_in.found import Found, is_wanted, secret
from daozhang.desk.ways_in.outgoing import ANSWER_S, Address, checked
from daozhang.errors import OutsideError

PIECE: Final = 1024 * 1024
"""Bytes of an attachment that are asked for at once."""
ASKED: Final = "(UID INTERNALDATE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (FROM)])"
_DATE: Final = re.compile(rb'INTERNALDATE "([^"]+)"')


@contextmanager
def opened(source: ImapSource) -> Iterator[Mailbox]:
    """Give the mailbox; OutsideError when the server does not answer or does not let us in."""
    address = checked(source.host, source.port, may_be_private=source.private)
    context = ssl.create_default_context(cafile=source.ca_file or None)
    client: imaplib.IMAP4 | None = None
    try:
        client = _connected(source, address, context)
        try:
            client.login(source.user, secret(source.password))
        except imaplib.IMAP4.error as error:
            raise OutsideError("source-login-refused", host=source.host, user=source.user) from error
        _check(client.select(_quoted(source.mailbox), readonly=source.afterwards == "leave"), source)
        yield Mailbox(source, client)
    except (imaplib.IMAP4.error, OSError) as error:
        raise OutsideError("source-broke-off", host=source.host, fault=str(error)[:200]) from error
    finally:
        if client is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                client.logout()


def _connected(source: ImapSource, address: Address, context: ssl.SSLContext) -> imaplib.IMAP4:
    """Return a connection that TLS protects; a server that cannot offer it is left before anything is said."""
    client = _Pinned(source.host, address, context if source.security == "tls" else None)
    if source.security == "starttls":
        client.starttls(context)
    return client


class _Pinned(imaplib.IMAP4):
    """Speaks to the address that was checked; the certificate must be of the host that was named."""

    def __init__(self, host: str, address: Address, context: ssl.SSLContext | None) -> None:
        self._address, self._context = address, context
        super().__init__(host, timeout=ANSWER_S)

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002 - the library's signature
        connection = self._address.connect()
        return self._context.wrap_socket(connection, server_hostname=self.host) if self._context else connection


class Mailbox:
    """The attachments of one mailbox."""

    def __init__(self, source: ImapSource, client: imaplib.IMAP4) -> None:
        self._source, self._client = source, client
        said = client.response("UIDVALIDITY")[1]
        self._validity = said[0].decode() if said and said[0] else ""
        self._can = client.capability()[1][0].decode().upper().split()  # some say what they can only after the login

    def files(self, is_known: Callable[[Found], bool]) -> Iterator[Found]:
        """Yield attachments, message by message; after its last one, the message itself, which puts it away."""
        since = (datetime.now(ZONE) - timedelta(days=self._source.since_days)).strftime("%d-%b-%Y")
        left = set(self._search("UNSEEN")) if self._source.afterwards == "seen" else None
        for uid in self._search("UNDELETED", "SINCE", since):
            whole = self._whole(uid, None)
            if is_known(self._whole(uid, None, is_ours=False)):
                continue
            if not is_known(whole):
                yield from self._message(uid)
            elif self._source.afterwards != "leave" and (left is None or uid in left):
                yield whole  # it is in, but the look that brought it was interrupted before it was put away

    def _search(self, *words: str) -> list[str]:
        told = _check(self._client.uid("SEARCH", *words), self._source)
        return (told[0] or b"").decode().split() if told else []

    def _message(self, uid: str) -> Iterator[Found]:
        told = _check(self._client.uid("FETCH", uid, ASKED), self._source)
        said = _joined(told)
        found = _DATE.search(said)
        came_at = _moment(found[1].decode()) if found else None
        if self._is_from_a_sender(told):
            for one in attachments(structure(said)):
                if is_wanted(one.name, self._source.names):
                    yield Found(
                        key=(self._validity, uid, one.section, one.name), name=one.name, size=one.size, stated_at=came_at,
                        take=partial(self._take, uid, one), put_away=_nothing,
                    )  # fmt: skip
            yield self._whole(uid, came_at)
        else:
            yield self._whole(uid, came_at, is_ours=False)

    def _whole(self, uid: str, came_at: datetime | None, *, is_ours: bool = True) -> Found:
        return Found(
            key=(self._validity, uid, "message" if is_ours else "message of others"), name=f"{self._source.mailbox} {uid}", size=0, stated_at=came_at,
            take=lambda: iter(()), put_away=partial(self._put_away, uid) if is_ours else _nothing, counts=False,
        )  # fmt: skip

    def _is_from_a_sender(self, told: list[Any]) -> bool:
        raw = b"".join(one[1] for one in told if isinstance(one, tuple) and b"HEADER.FIELDS" in one[0].upper())
        header = message_from_bytes(raw, policy=policy.default).get("From", "")
        froms = [address.lower() for _, address in getaddresses([str(header)]) if address]
        wanted = [one.lower() for one in self._source.senders]
        return len(froms) == 1 and any(froms[0] == one or (one[0] == "@" and froms[0].endswith(one)) for one in wanted)

    def _take(self, uid: str, one: Attachment) -> Iterator[bytes]:
        return decoded(one.encoding, self._pieces(uid, one.section))

    def _pieces(self, uid: str, section: str) -> Iterator[bytes]:
        place = 0
        while True:
            told = _check(self._client.uid("FETCH", uid, f"(BODY.PEEK[{section}]<{place}.{PIECE}>)"), self._source)
            piece = b"".join(one[1] for one in told if isinstance(one, tuple))
            place += len(piece)
            yield piece
            if len(piece) < PIECE:
                return

    def _put_away(self, uid: str, _needs_a_person: bool) -> None:  # noqa: FBT001 - told by the runner
        if self._source.afterwards == "leave":
            return
        if self._source.afterwards == "seen":
            _check(self._client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"), self._source)
            return
        done = _quoted(self._source.done)
        if "MOVE" in self._can:
            _check(self._client.uid("MOVE", uid, done), self._source)
            return
        _check(self._client.uid("COPY", uid, done), self._source)
        _check(self._client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"), self._source)
        if "UIDPLUS" in self._can:  # without it everything that anyone marked would go
            _check(self._client.uid("EXPUNGE", uid), self._source)


def _check(answer: tuple[str, list[Any]], source: ImapSource) -> list[Any]:
    status, told = answer
    if status != "OK":
        raise OutsideError("source-broke-off", host=source.host, fault=str(told[:1])[:200])
    return told


def _joined(told: list[Any]) -> bytes:
    """Return an answer as one line; what came as a literal stands in quotes."""
    line = b""
    for one in told:
        if isinstance(one, tuple):
            head = re.sub(rb"\{\d+\}$", b"", one[0])
            line += head + b'"' + one[1].replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
        elif one:
            line += one
    return line


def _moment(text: str) -> datetime | None:
    with suppress(ValueError):
        return parsedate_to_datetime(text.strip().replace("-", " ", 2)).astimezone(ZONE).replace(tzinfo=None)
    return None


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _nothing(_needs_a_person: bool) -> None:  # noqa: FBT001 - told by the runner
    """Leave it; the message as a whole is put away after its last attachment."""
