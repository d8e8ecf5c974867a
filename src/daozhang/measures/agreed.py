"""Agreed times of providers: what should have happened by when, what did, and each breach as evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from daozhang.measures.rates import Rate

KINDS: Final = ("file", "payout", "credit", "reply")
"""A file, a payout order, a credit on the account, an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing a provider agreed to do: about ``subject``, by ``due_at``, done at ``happened_at`` (None: not yet).

    ``import_id`` and ``line_no`` name the row that shows when it happened; ``case_id`` the case that asked.
    """

    acquirer: str
    what: str
    subject: str
    due_at: datetime
    happened_at: datetime | None
    merchant_no: str = ""
    settled_on: date | None = None
    file: str = ""
    import_id: str = ""
    line_no: int = 0
    case_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """An event that came late, or has not come though it was due. ``late_s`` runs on while it has not come."""

    event: Event
    late_s: float
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one provider kept one kind of time: the events that are due, and the breaches, the longest first."""

    acquirer: str
    what: str
    kept: Rate
    breaches: tuple[Breach, ...]


def breach_of(event: Event, now: datetime) -> Breach | None:
    """Return the breach of an event, None when it was kept or is not due yet. On the very moment is kept."""
    if event.happened_at is not None:
        late = (event.happened_at - event.due_at).total_seconds()
        return Breach(event=event, late_s=late, is_over=True) if late > 0 else None
    late = (now - event.due_at).total_seconds()
    return Breach(event=event, late_s=late, is_over=False) if late > 0 else None


def scores(events: Iterable[Event], now: datetime) -> list[Score]:
    """Return one score per provider and kind of time; events that are not due yet say nothing."""
    groups: dict[tuple[str, str], list[Event]] = {}
    for one in events:
        if one.happened_at is not None or one.due_at < now:
            groups.setdefault((one.acquirer, one.what), []).append(one)
    found = []
    for (acquirer, what), many in sorted(groups.items(), key=lambda pair: (pair[0][0], KINDS.index(pair[0][1]))):
        breaches = [breach for one in many if (breach := breach_of(one, now))]
        breaches.sort(key=lambda one: (-one.late_s, one.event.due_at, one.event.subject))
        rate = Rate(len(many) - len(breaches), len(many))
        found.append(Score(acquirer=acquirer, what=what, kept=rate, breaches=tuple(breaches)))
    return found
