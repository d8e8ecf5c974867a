"""E-mail: one letter handed to the configured server by SMTP. The Message-ID is made from the notice's key alone."""

from __future__ import annotations

import hashlib
import smtplib
import socket
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, parseaddr
from typing import Final

from daozhang.errors import OutsideError
from daozhang.notify.letter import NOT_ACCEPTED, SERVER_DOWN, TRY_LATER, Letter, MailServer

PERMANENT: Final = range(500, 600)


def send(letter: Letter, server: MailServer) -> str:
    """Hand ``letter`` to the server and return what it answered.

    OutsideError ``notify-server-down`` (no connection, no login), ``notify-try-later`` (4xx) or ``notify-not-accepted``
    (5xx, or an address that is none).
    """
    message = message_of(letter, server)
    connection = _connect(server)
    try:
        return _hand_over(connection, message, letter)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()


def message_id(letter: Letter, server: MailServer) -> str:
    """Return the Message-ID: the same for every try of one notice."""
    domain = parseaddr(server.sender)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:32]}@{domain}>"


def message_of(letter: Letter, server: MailServer) -> EmailMessage:
    """Return the letter as a mail; OutsideError ``notify-not-accepted`` when its address is none."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = server.sender
        message["To"] = letter.address
        message["Subject"] = letter.subject
    except (
        ValueError,
        IndexError,
    ) as error:  # IndexError: the standard library's parser on some addresses that are none
        raise OutsideError(NOT_ACCEPTED, detail=str(error)) from error
    if "@" not in parseaddr(letter.address)[1]:
        raise OutsideError(NOT_ACCEPTED, detail=letter.address)
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = message_id(letter, server)
    message["Content-Language"] = "zh-CN" if letter.language == "zh" else "en"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body + "\n", cte="base64")
    return message


def _connect(server: MailServer) -> smtplib.SMTP:
    try:
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout_s, context=ssl.create_default_context()
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
    except (OSError, smtplib.SMTPException) as error:
        raise OutsideError(SERVER_DOWN, detail=_words(error)) from error
    try:
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password)
    except (OSError, smtplib.SMTPException) as error:
        connection.close()
        raise OutsideError(SERVER_DOWN, detail=_words(error)) from error
    return connection


def _hand_over(connection: smtplib.SMTP, message: EmailMessage, letter: Letter) -> str:
    recipient = parseaddr(letter.address)[1]
    try:
        connection.ehlo_or_helo_if_needed()
        connection.send_message(message, to_addrs=[recipient])
    except smtplib.SMTPRecipientsRefused as error:
        code, words = error.recipients[recipient]
        raise OutsideError(
            NOT_ACCEPTED if code in PERMANENT else TRY_LATER, detail=f"{code} {_decoded(words)}"
        ) from error
    except smtplib.SMTPResponseException as error:
        key = NOT_ACCEPTED if error.smtp_code in PERMANENT else TRY_LATER
        raise OutsideError(key, detail=f"{error.smtp_code} {_decoded(error.smtp_error)}") from error
    except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
        raise OutsideError(NOT_ACCEPTED, detail=_words(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise OutsideError(SERVER_DOWN, detail=_words(error)) from error
    return str(message["Message-ID"])


def _decoded(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words


def _words(error: Exception) -> str:
    return type(error).__name__ if isinstance(error, socket.timeout) else str(error) or type(error).__name__
