"""What was changed about people, contacts and webhooks: a chain of its own, each entry carrying the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from daozhang.desk import counters, sight
from daozhang.desk.audit import plain
from daozhang.desk.clock import now
from daozhang.desk.telling_models import HouseEvent
from daozhang.desk.workspace import Workspace

HOUSE = "house"
"""The counter that whoever writes an entry holds, so that the chain has one order."""


def append(workspace: Workspace, area: str, subject: str, step: str, *, by: str, **facts: Any) -> HouseEvent:  # noqa: ANN401 - any fact
    """Write one entry at the end of the chain, inside the transaction of the change itself."""
    counters.hold(HOUSE)
    with sight.house():
        head = HouseEvent.objects.order_by("-id").values_list("hash", flat=True).first() or ""
    event = HouseEvent(
        area=area,
        subject=subject[:128],
        at=now(workspace),
        by=by[:64],
        step=step,
        facts=plain(facts),
        previous_hash=head,
    )
    event.hash = hash_of(event)
    event.save(force_insert=True)
    return event


def hash_of(event: HouseEvent) -> str:
    """Return the SHA-256 over everything an entry says and over the hash before it."""
    said = [
        event.area, event.subject, event.at.isoformat(), event.by, event.step, event.facts, event.previous_hash,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def broken_at() -> HouseEvent | None:
    """Return the first entry that was changed or stands out of order; None when the chain is whole."""
    head = ""
    for event in HouseEvent.objects.order_by("id").iterator():
        if event.previous_hash != head or hash_of(event) != event.hash:
            return event
        head = event.hash
    return None
