"""Today's agenda: why a case needs a person today, and in which order to take them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Why(StrEnum):
    """Why a case is on the agenda, the most pressing first; the first that holds says what to do."""

    PROMISE = "promise"  # a party's time to answer is over: call it
    REPLY = "reply"  # an answer came: read and decide its steps
    INSTRUCTION = "instruction"  # what was confirmed is due
    FIRST = "first"  # nobody was told yet
    CONTACT = "contact"  # the time between two contacts is over
    PROOF = "proof"  # the next step of the remedy is ours
    DEADLINE = "deadline"  # the case's own deadline is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One case of the agenda. ``by`` is the earliest moment at which something of it is due; ``gap_minor`` is signed."""

    number: str
    whys: tuple[Why, ...]
    by: datetime | None
    size: str
    gap_minor: int


_FAR: Final = datetime.max


def in_order(items: Iterable[Item]) -> list[Item]:
    """Return the items as they should be taken: what is due first, then the larger case, then the larger gap."""
    return sorted(items, key=lambda one: (one.by or _FAR, one.size, one.gap_minor, one.number))


def whys_of(found: Iterable[Why]) -> tuple[Why, ...]:
    """Return the reasons each once, the most pressing first."""
    there = set(found)
    return tuple(why for why in Why if why in there)
