"""One module per family of causes. ``RULES`` is asked in order; the first verdict holds. No evidence, no verdict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from daozhang.breaks import Break
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.rules import (
    bank_side,
    batches,
    clearing,
    duplicates,
    fees,
    files,
    holds,
    keyed_amounts,
    many,
    not_due,
    orders,
    outages,
    outcomes,
    payout_reasons,
    terminals,
)
from daozhang.diagnosis.verdict import Verdict

Rule = Callable[[Break, DayFacts], Verdict | None]

RULES: Final[tuple[Rule, ...]] = (
    files.diagnose,
    many.diagnose,
    orders.diagnose,
    payout_reasons.diagnose,
    not_due.diagnose,
    holds.diagnose,
    duplicates.diagnose,
    fees.diagnose,
    clearing.diagnose,
    outcomes.diagnose,
    keyed_amounts.diagnose,
    batches.diagnose,
    bank_side.diagnose,
    terminals.diagnose,
    outages.diagnose,
)
"""In the order in which they are asked."""
