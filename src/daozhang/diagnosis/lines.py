"""The one line that names a break to a person: its text key and the facts that fill it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from daozhang.breaks import Break
from daozhang.diagnosis.facts import day, money, number

_AMOUNTS: Final = ("amount_minor", "planned_minor", "held_minor", "paid_minor", "expected_minor", "gross_minor")
"""Where the amount is taken from when the break itself moves no money."""


def short_line(found: Break) -> tuple[str, Mapping[str, str]]:
    """Return the key ``break-<type>-short`` and its facts: amount without a sign, day in ISO form, merchant number."""
    amounts = (number(found, name) for name in _AMOUNTS)
    amount = found.gap_minor or next((value for value in amounts if value), 0)
    on = found.keys.settled_on or day(found, "day") or day(found, "since")
    on = on or (found.occurred_at.date() if found.occurred_at else None)
    return f"break-{found.type.value.replace('_', '-')}-short", {
        "amount": money(found, abs(amount)),
        "day": on.isoformat() if on else "?",
        "merchant": found.keys.merchant_no or found.keys.acquirer or found.keys.account_tail or "?",
    }
