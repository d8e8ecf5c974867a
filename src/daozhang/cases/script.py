"""What to say on the telephone, with every fact filled in, and how complete the facts are.

The mandatory facts are those without which a service desk asks back: they depend on what the case is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ALWAYS: Final = ("business", "acquirer", "merchant_no", "amount", "number", "caller")
OF_A_TRANSACTION: Final = (
    "occurred_at", "kind", "status", "terminal_no", "trace_no", "batch_no", "rrn", "auth_code", "card_tail", "order_no",
)  # fmt: skip
BY_GRAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "transaction": OF_A_TRANSACTION,
    "payout": ("settled_on", "payout_no", "account_tail"),
    "bank_entry": ("settled_on", "account_tail"),
    "merchant_day": ("settled_on", "due_at"),
    "terminal": ("terminal_no",),
    "batch": ("terminal_no", "batch_no"),
    "file": ("file",),
}


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the mandatory facts are known, in per cent rounded down, and the names of those that are not."""

    percent: int
    missing: tuple[str, ...]


def mandatory(grain: str) -> tuple[str, ...]:
    """Return the names of the facts that must be at hand for a case about ``grain``."""
    return ALWAYS + BY_GRAIN.get(grain, ())


def completeness(facts: Mapping[str, str], grain: str) -> Completeness:
    """Return how complete ``facts`` are. 100 means that every mandatory fact is there, and nothing less does."""
    wanted = mandatory(grain)
    missing = tuple(name for name in wanted if not facts.get(name, "").strip())
    return Completeness((len(wanted) - len(missing)) * 100 // len(wanted), missing)
