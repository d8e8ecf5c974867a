"""What a settlement failure report states, and the hash that says two reports state the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Final

PARTS: Final = ("records", "description", "measures")
"""The three parts without which a report is not made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One difference: what, on which thing, how much (minor units, negative: out of pocket), due when, proved where."""

    break_type: str
    keys: Mapping[str, str]
    gap_minor: int
    currency: str
    due_at: datetime | None
    reason_key: str
    reason_facts: Mapping[str, Any]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One row of a file: amounts in minor units towards the merchant; card numbers only as their last four."""

    at: datetime | None
    amount_minor: int
    currency: str
    kind: str
    status: str
    merchant_no: str
    terminal_no: str
    batch_no: str
    trace_no: str
    rrn: str
    order_no: str
    card_tail: str
    file: str
    line_no: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLine:
    """One thing that was done: when, by whom, which step of the case, in whose words."""

    at: datetime
    by: str
    step: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """Everything the report states. ``stated_at`` is the moment of the newest of these facts, never the time of printing."""

    number: str
    case_number: str
    business: str
    acquirer: str
    merchant_no: str
    gap_minor: int
    currency: str
    state: str
    cause_code: str
    cause_category: str
    opened_at: datetime
    since_at: datetime | None
    """When the first of it was due; of differences that have no due time, when the first happened (``is_due`` false)."""
    deadline_at: datetime | None
    stated_at: datetime
    is_due: bool = True
    external_no: str = ""
    records_in_all: int = 0
    findings: tuple[FindingLine, ...] = ()
    records: tuple[RecordLine, ...] = ()
    measures: tuple[MeasureLine, ...] = ()
    bank_lines: tuple[str, ...] = field(default=())


def missing_parts(facts: ReportFacts) -> tuple[str, ...]:
    """Return the names of the mandatory parts (``PARTS``) that have nothing in them, in their order."""
    full = {"records": facts.records, "description": facts.findings, "measures": facts.measures}
    return tuple(part for part in PARTS if not full[part])


def facts_hash(facts: ReportFacts) -> str:
    """Return the SHA-256 of everything the report states, the same on every machine and in every language."""
    return hashlib.sha256(
        json.dumps(asdict(facts), ensure_ascii=False, sort_keys=True, default=_plain).encode()
    ).hexdigest()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
