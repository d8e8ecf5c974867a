"""One file of the world and what its sender says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """One file and what its sender says of it. ``covers_on`` is the day it is complete for."""

    path: str
    arrived_at: datetime
    body: bytes
    acquirer: str = ""
    merchant_no: str = ""
    account_tail: str = ""
    covers_on: date | None = None
