"""Break types, the grain each sits on, and the value that says one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from daozhang.records import Evidence

__all__ = ["BREAK_GRAINS", "Break", "BreakType", "Evidence", "Grain", "Keys", "Severity"]


class Grain(StrEnum):
    """What a break sits on."""

    TRANSACTION = "transaction"
    TERMINAL = "terminal"
    BATCH = "batch"
    FILE = "file"
    MERCHANT_DAY = "merchant_day"
    PAYOUT = "payout"
    BANK_ENTRY = "bank_entry"
    MERCHANT = "merchant"
    ACQUIRER = "acquirer"
    REGION = "region"


class Severity(StrEnum):
    """``alarm`` claims that something is wrong; ``watch`` waits or cannot judge yet; ``info`` explains what is normal."""

    ALARM = "alarm"
    WATCH = "watch"
    INFO = "info"


class BreakType(StrEnum):
    """The closed list. Adding one means: here, its grain below, its texts, and its row in the tests."""

    MISSING_IN_CLEARING = "missing_in_clearing"
    MISSING_IN_JOURNAL = "missing_in_journal"
    AMOUNT_MISMATCH = "amount_mismatch"
    KIND_MISMATCH = "kind_mismatch"
    STATUS_MISMATCH = "status_mismatch"
    DUPLICATE = "duplicate"
    FEE_MISMATCH = "fee_mismatch"
    LATE_CLEARING = "late_clearing"
    OUTCOME_UNKNOWN = "outcome_unknown"
    KEYED_AMOUNT_SUSPECT = "keyed_amount_suspect"
    PREAUTH_OPEN = "preauth_open"
    BATCH_UNBALANCED = "batch_unbalanced"
    BATCH_OPEN = "batch_open"
    BATCH_REJECTED = "batch_rejected"
    FILE_MISSING = "file_missing"
    FILE_LATE = "file_late"
    FILE_TRUNCATED = "file_truncated"
    FILE_CONTRADICTS_ITSELF = "file_contradicts_itself"
    FILE_SUMS_DIFFER = "file_sums_differ"
    PAYOUT_MISSING = "payout_missing"
    PAYOUT_FAILED = "payout_failed"
    PAYOUT_RETURNED = "payout_returned"
    PAYOUT_HELD = "payout_held"
    PAYOUT_SHORT = "payout_short"
    PAYOUT_OVER = "payout_over"
    PAYOUT_DUPLICATE = "payout_duplicate"
    PAYOUT_SUM_DIFFERS = "payout_sum_differs"
    PAYOUT_UNKNOWN = "payout_unknown"
    DEDUCTION_NOT_AGREED = "deduction_not_agreed"
    CREDIT_MISSING = "credit_missing"
    CREDIT_SHORT = "credit_short"
    CREDIT_OVER = "credit_over"
    CREDIT_UNIDENTIFIED = "credit_unidentified"
    CREDIT_TO_OTHER_ACCOUNT = "credit_to_other_account"
    CREDIT_FROM_OTHER_PAYER = "credit_from_other_payer"
    TERMINAL_OFFLINE = "terminal_offline"
    CLOCK_SKEW = "clock_skew"
    REVERSAL_PENDING = "reversal_pending"
    UPLOADS_PENDING = "uploads_pending"
    PAYMENTS_REFUSED = "payments_refused"
    SYSTEMIC_DIFFERENCE = "systemic_difference"


def _grain_of(kind: BreakType) -> frozenset[Grain]:
    name = kind.value
    if name.startswith("batch_"):
        return frozenset({Grain.BATCH})
    if name.startswith("file_"):
        return frozenset({Grain.FILE})
    if name.startswith(("payout_", "deduction_")):
        return frozenset({Grain.MERCHANT_DAY, Grain.PAYOUT})
    if name.startswith("credit_"):
        return frozenset({Grain.BANK_ENTRY, Grain.PAYOUT, Grain.MERCHANT_DAY})
    if name in {"terminal_offline", "clock_skew", "reversal_pending", "uploads_pending"}:
        return frozenset({Grain.TERMINAL})
    of_many = {
        BreakType.SYSTEMIC_DIFFERENCE: {Grain.ACQUIRER, Grain.MERCHANT},
        BreakType.PAYMENTS_REFUSED: {Grain.ACQUIRER, Grain.TERMINAL},
    }
    return frozenset(of_many.get(kind, {Grain.TRANSACTION}))


BREAK_GRAINS: Final[Mapping[BreakType, frozenset[Grain]]] = {kind: _grain_of(kind) for kind in BreakType}
"""The grains a break type may sit on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What names the thing a break sits on; empty where it does not apply. Order is the order of ``findings``."""

    acquirer: str = ""
    merchant_no: str = ""
    terminal_no: str = ""
    batch_no: str = ""
    trace_no: str = ""
    rrn: str = ""
    order_no: str = ""
    network_no: str = ""
    payout_no: str = ""
    settled_on: date | None = None
    account_tail: str = ""
    file: str = ""

    def as_text(self) -> str:
        """Return the keys that are set as one stable line, used in ids."""
        return "|".join(f"{item.name}={getattr(self, item.name)}" for item in fields(self) if getattr(self, item.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One difference. ``gap_minor`` is signed towards the merchant: negative means out of pocket, 0 means no money moved.

    ``severity`` is what the evidence alone says before a cause is known: ``watch`` when it is early or a source is
    absent (``facts["waiting_for"]`` names it). ``facts`` are the numbers and words a text or a rule needs; their
    names are listed in ``docs/reference/breaks.md``.
    """

    type: BreakType
    grain: Grain
    keys: Keys
    gap_minor: int
    currency: str = "CNY"
    severity: Severity = Severity.ALARM
    due_at: datetime | None = None
    occurred_at: datetime | None = None
    instance: int = 0
    facts: Mapping[str, object] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()

    @property
    def finding_id(self) -> str:
        """Return the id that stays the same from run to run: what is different, and on which thing.

        ``instance`` tells two equal things apart (a second identical clearing line of one key).
        """
        seed = f"{self.type}|{self.grain}|{self.keys.as_text()}|{self.instance}"
        return "f_" + hashlib.sha256(seed.encode()).hexdigest()[:16]
