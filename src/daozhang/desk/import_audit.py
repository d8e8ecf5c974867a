"""What people did to imports, each entry chained by hash to the one before; ``broken_at`` names the first that does not fit."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from daozhang.desk.models import Import, ImportEvent


def append(row: Import, step: str, *, at: datetime, by: str, note: str = "", facts: dict[str, Any]) -> ImportEvent:
    """Write one entry at the end of the chain. The caller holds the ``imports`` counter inside its transaction."""
    head = ImportEvent.objects.order_by("-id").values_list("hash", flat=True).first() or ""
    event = ImportEvent(import_row=row, at=at, by=by[:64], step=step, note=note, facts=facts, previous_hash=head)
    event.hash = hash_of(event)
    event.save(force_insert=True)
    return event


def hash_of(event: ImportEvent) -> str:
    """Return the SHA-256 over everything an entry says and over the hash before it."""
    said = [event.import_row_id, event.at.isoformat(), event.by, event.step, event.note, event.facts, event.previous_hash]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def broken_at() -> ImportEvent | None:
    """Return the first entry that was changed or stands out of order; None when the chain is whole."""
    head = ""
    for event in ImportEvent.objects.order_by("id").iterator():
        if event.previous_hash != head or hash_of(event) != event.hash:
            return event
        head = event.hash
    return None
