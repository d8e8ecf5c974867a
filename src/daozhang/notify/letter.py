"""What a channel is given: one letter to one address, and the server to hand it to."""

from __future__ import annotations

from dataclasses import dataclass, field

SERVER_DOWN = "notify-server-down"
"""Key of the error that says nothing about the letter: try all letters again later."""
TRY_LATER = "notify-try-later"
"""Key of the error that asks for this letter again later."""
NOT_ACCEPTED = "notify-not-accepted"
"""Key of the error that this letter will never be taken at this address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message. ``key`` is the same for every try, so a repeat can be known as one by its Message-ID."""

    key: str
    address: str
    subject: str
    body: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in. ``security`` is ``none``, ``starttls`` or ``tls``."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_s: float = 20.0
