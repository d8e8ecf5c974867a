"""The audit chain of what moves money: every step of every request and account change, each with the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from daozhang.desk import counters, sight
from daozhang.desk.audit import plain
from daozhang.desk.models import Counter
from daozhang.desk.request_models import AccountChange, MoneyEvent, PayoutRequest

LOCK: Final = "requests"
"""The counter that whoever changes a request holds, so that the chain has one order."""
COUNT: Final = "requests-audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How many entries were looked at; of the first thing that does not fit its number and why (a text key)."""

    entries: int
    number: str = ""
    problem: str = ""

    @property
    def is_whole(self) -> bool:
        """Return whether everything fits."""
        return not self.problem


def append(
    subject: str, number: str, step: str, *, at: datetime, by: str, from_state: str, to_state: str, note: str = "",
    facts: dict[str, Any] | None = None,
) -> MoneyEvent:  # fmt: skip
    """Write one entry at the end of the chain. The caller holds ``LOCK`` inside its transaction."""
    with sight.house():
        head = MoneyEvent.objects.order_by("-id").values_list("hash", flat=True).first() or ""
    event = MoneyEvent(
        subject=subject, number=number, at=at, by=by[:64], step=step, from_state=from_state, to_state=to_state,
        note=note, facts=plain(facts or {}), previous_hash=head,
    )  # fmt: skip
    event.hash = hash_of(event)
    event.save(force_insert=True)
    counters.take(COUNT)
    return event


def hash_of(event: MoneyEvent) -> str:
    """Return the SHA-256 over everything an entry says and over the hash before it."""
    said = [
        event.subject, event.number, event.at.isoformat(), event.by, event.step, event.from_state, event.to_state,
        event.note, event.facts, event.previous_hash,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def verify() -> Checked:
    """Return whether every entry fits the one before it, none is missing, and each request stands where its last entry says."""
    head, count = "", 0
    stands: dict[tuple[str, str], str] = {}
    for count, event in enumerate(MoneyEvent.objects.order_by("id").iterator(), start=1):
        if event.previous_hash != head:
            return Checked(entries=count, number=event.number, problem="audit-chain-broken")
        if hash_of(event) != event.hash:
            return Checked(entries=count, number=event.number, problem="audit-row-changed")
        head = event.hash
        stands[event.subject, event.number] = event.to_state
    counted = Counter.objects.filter(name=COUNT).values_list("value", flat=True).first() or 0
    if counted != count:
        return Checked(entries=count, problem="audit-entry-missing")
    for subject, number, state in _standing():
        if stands.pop((subject, number), "") != state:
            return Checked(entries=count, number=number, problem="audit-row-changed")
    left = min(stands, default=("", ""))
    return Checked(entries=count, number=left[1], problem="audit-entry-missing" if stands else "")


def _standing() -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    rows += [("request", number, state) for number, state in PayoutRequest.objects.values_list("number", "state")]
    rows += [("change", number, state) for number, state in AccountChange.objects.values_list("number", "state")]
    return rows
