"""Code books read once from their CSV files: payout reason strings by provider, and response codes of terminals."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

RETRIES: Final = (
    "FIX_DATA_THEN_REISSUE", "CONTACT", "SWITCH_CHANNEL_OR_CARD", "WAIT", "QUERY_FIRST", "SIGN_IN_AGAIN", "NO_ACTION",
)  # fmt: skip
"""What may be tried after a reason; ``WAIT`` and ``QUERY_FIRST`` refuse a new payout for now."""

OUTCOMES: Final = ("approved", "declined", "unknown")
"""What a response code says of a payment. Declined never reaches clearing; unknown must be queried, never charged again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownReason:
    """One reason as a provider writes it. ``finality`` is ``final`` or ``unknown``; ``interface`` is empty for any."""

    provider: str
    interface: str
    code: str
    text: str
    state: str
    cause: str
    retry: str
    finality: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response code (field 39) of a card terminal: what became of the payment, and the cause when it has one."""

    code: str
    outcome: str
    cause: str
    retry: str
    meaning_zh: str
    meaning_en: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (resources.files("daozhang.codes") / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


@cache
def reasons() -> tuple[KnownReason, ...]:
    """Return every known reason in the order of the file; rows of a payments scheme have a code and no text."""
    return tuple(KnownReason(**row) for row in _rows("reasons.csv"))


@cache
def responses() -> Mapping[str, Response]:
    """Return the response codes by code (two characters, letters in capitals)."""
    return {row["code"]: Response(**row) for row in _rows("responses.csv")}


def response_of(code: str) -> Response | None:
    """Return what a terminal's response code means, or None when the book does not have it."""
    return responses().get(code.strip().upper())
