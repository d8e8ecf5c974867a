"""One row of the truth: a planted failure under the key columns of ``findings``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One planted failure under the key columns of ``findings``."""

    scenario: str
    grain: str
    acquirer: str = ""
    merchant_no: str = ""
    terminal_no: str = ""
    batch_no: str = ""
    trace_no: str = ""
    rrn: str = ""
    order_no: str = ""
    payout_no: str = ""
    settled_on: date | None = None
    account_tail: str = ""
    break_type: str
    gap_minor: int
    cause_code: str
    knowable_at: datetime
    resolved_at: datetime | None = None
    severity: str = "alarm"
