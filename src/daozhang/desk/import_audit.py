"""What people did to imports, each entry chained by hash to the one before; ``verify`` names the first that does not fit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daozhang.desk import sight
from daozhang.desk.models import Import, ImportEvent


def append(row: Import, step: str, *, at: datetime, by: str, note: str = "", facts: dict[str, Any]) -> ImportEvent:
    """Write one entry at the end of the chain. The caller holds the ``imports`` counter inside its transaction."""
    with sight.house():
        head = ImportEvent.objects.order_by("-id").values_list("hash", flat=True).first() or ""
    event = ImportEvent(import_row=row, at=at, by=by[:64], step=step, note=note, facts=facts, previous_hash=head)
    event.hash = hash_of(event)
    event.save(force_insert=True)
    return event


def hash_of(event: ImportEvent) -> str:
    """Return the SHA-256 over everything an entry says and over the hash before it."""
    said = [
        event.import_row_id,
        event.at.isoformat(),
        event.by,
        event.step,
        event.note,
        event.facts,
        event.previous_hash,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def broken_at() -> ImportEvent | None:
    """Return the first entry that was changed or stands out of order; None when the chain is whole."""
    return verify().event


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How many entries were looked at; of the first thing that does not fit its import, entry and why (a text key)."""

    entries: int
    import_id: str = ""
    problem: str = ""
    event: ImportEvent | None = None


def verify() -> Checked:
    """Return whether every entry fits the one before it and everything that was done to an import has its entry."""
    head, number = "", 0
    told: set[tuple[str, str]] = set()
    for number, event in enumerate(ImportEvent.objects.order_by("id").iterator(), start=1):
        problem = "audit-chain-broken" if event.previous_hash != head else ""
        if not problem and hash_of(event) != event.hash:
            problem = "audit-row-changed"
        if problem:
            return Checked(entries=number, import_id=event.import_row_id, problem=problem, event=event)
        head = event.hash
        told.add((event.import_row_id, event.step))
    untold = next((one for one in _done() if one not in told), None)
    return Checked(
        entries=number, import_id=untold[0] if untold else "", problem="audit-entry-missing" if untold else ""
    )


def _done() -> Iterator[tuple[str, str]]:
    """Give (import, step) of everything the imports themselves say was done to them."""
    for row in Import.objects.order_by("seq").values("id", "state", "corrects_id"):
        if row["corrects_id"]:
            yield row["id"], "corrected"
        if row["state"] == Import.State.UNDONE:
            yield row["id"], "undone"
