"""Failures of a period: findings that claimed something was wrong and were not explained as normal, each on its own day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from daozhang.desk.measures_book import Span
from daozhang.desk.models import Finding, FindingVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One finding. ``rows``: how many payments it stands for. ``on``: the day of the payment, of its money, or of its due moment."""

    finding_id: str
    break_type: str
    acquirer: str
    merchant_no: str
    on: date
    rows: int
    gap_minor: int
    currency: str
    case_id: str
    cause_code: str

    def cells(self) -> dict[str, Any]:
        """Return it as the cells of a row behind a figure."""
        return {
            "acquirer": self.acquirer, "merchant_no": self.merchant_no, "settled_on": self.on, "case_id": self.case_id,
            "finding_id": self.finding_id, "amount_minor": self.gap_minor, "currency": self.currency, "what": self.break_type,
        }  # fmt: skip


def failures(span: Span) -> list[Failure]:
    """Return the failures whose day lies in the span, the newest first."""
    rows = Finding.objects.filter(severity="alarm").select_related("incident__case")
    found = [_failure(row) for row in rows.iterator(chunk_size=2000)]
    return sorted((one for one in found if span.has(one.on)), key=lambda one: (-one.on.toordinal(), one.finding_id))


def false_alarms(span: Span) -> tuple[list[Failure], set[str]]:
    """Return the findings that were once said as alarms, and the ids of those that turned out to be normal."""
    once = FindingVerdict.objects.filter(severity="alarm", is_open=True).values("finding_id").distinct()
    rows = Finding.objects.filter(finding_id__in=once).select_related("incident__case")
    said, normal = [], set()
    for row in rows.iterator(chunk_size=2000):
        one = _failure(row)
        if span.has(one.on):
            said.append(one)
            if row.severity == "info":
                normal.add(one.finding_id)
    return sorted(said, key=lambda one: (one.finding_id not in normal, one.finding_id)), normal


def _failure(row: Finding) -> Failure:
    moment = row.occurred_at or row.due_at or row.first_said_at
    case = getattr(row.incident, "case", None) if row.incident_id else None
    stands_for = row.facts.get("rows") if row.break_type == "systemic_difference" else 1
    return Failure(
        finding_id=row.finding_id, break_type=row.break_type, acquirer=row.acquirer, merchant_no=row.merchant_no,
        on=row.settled_on or moment.date(), rows=stands_for if isinstance(stands_for, int) and stands_for > 0 else 1,
        gap_minor=row.gap_minor, currency=row.currency, case_id=case.number if case else "", cause_code=row.cause_code,
    )  # fmt: skip
