"""What may happen to a payment or a payout of a generated month, and how often.

Every block of ``ROW_BLOCK`` payments holds each role exactly as often as it is listed, in an order of its own, so that
even a small month holds all of them. What is not listed is a plain approved sale, or a plain payout. About 4 payments
in 1 000 are to be said something about; as many again look as if they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ROW_BLOCK: Final = 4001
"""A prime, so that the permutation of a block reaches every place."""


@dataclass(frozen=True, slots=True)
class Role:
    """One role: how many of a block have it, whether its merchant's till notes orders (None: either way)."""

    name: str
    of_block: int
    with_orders: bool | None = None


ROW_ROLES: Final = (
    # Differences that must be said.
    Role("missing", 2),
    Role("missing_again", 1),  # its reference number was used the day before on the same terminal
    Role("extra", 1),
    Role("x100", 1, with_orders=False),
    Role("swapped", 1, with_orders=False),
    Role("double_line", 1),
    Role("double_later", 1),
    Role("double_upload", 1, with_orders=False),
    Role("fee", 1),
    Role("late", 1),
    Role("declined_cleared", 1),
    Role("timeout_cleared", 1),
    Role("timeout_half_reversed", 1),
    Role("void_failed", 1),
    Role("order_unpaid", 4, with_orders=True),
    Role("order_twice", 4, with_orders=True),
    Role("order_differs", 4, with_orders=True),
    # Look-alikes: nothing may be said of them.
    Role("declined", 80),
    Role("timeout", 36),
    Role("timeout_alone", 4),
    Role("void", 16),
    Role("void_cleared", 4),
    Role("reversed_cleared", 2),
    Role("refund", 60),
    Role("no_rrn_in_clearing", 4),
    Role("rrn_again", 12),
    Role("trace_again", 12),
    Role("edge_of_day", 4),
    Role("bill_split", 12, with_orders=True),
    Role("refunded_in_part", 12, with_orders=True),
    Role("order_in_cash", 12, with_orders=True),
)

PAYOUT_ROLES: Final = (
    Role("missing", 1), Role("short", 1), Role("over", 1), Role("failed", 1), Role("returned", 1),
    Role("credit_missing", 1), Role("credit_short", 1), Role("credit_over", 1), Role("credit_twice", 1),
    Role("paid_twice", 1), Role("held", 1), Role("deducted", 1), Role("other_account", 1), Role("reissued_open", 1),
    # Look-alikes.
    Role("reissued", 2), Role("reissued_unsaid", 1), Role("reissued_twice", 1), Role("hold_released", 1),
    Role("deduction_agreed", 1), Role("reference_cut", 10), Role("next_day", 10), Role("two_lines", 6),
)  # fmt: skip

SAFE_TIME: Final = frozenset(
    {role.name for role in ROW_ROLES} - {"edge_of_day", "declined", "no_rrn_in_clearing", "refund", "missing", "fee"}
)
"""Roles that happen well inside the day, so that nothing else happens to them at the cut-over."""
