"""A payout order of an acquirer and its history: each state is said in the payout file of the day on which it became known."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from daozhang.world.cast import Shop


@dataclass(frozen=True, slots=True)
class State:
    """One state of a payout and when it became known."""

    at: datetime
    state: str
    reason_code: str = ""
    reason_text: str = ""


@dataclass(slots=True)
class Payout:
    """One payout order. ``parts`` says which clearing days' money it carries; they add up to ``planned_minor``.

    ``credited_at`` is when the payee's bank has the money; None: it never gets it, or gives it back.
    """

    shop: Shop
    number: str
    settled_on: date
    cycle: str
    parts: tuple[tuple[date, int], ...]
    account_tail: str
    created_at: datetime
    replaces: str = ""
    held_minor: int = 0
    deducted_minor: int = 0
    holder: str = ""
    states: list[State] = field(default_factory=list)
    credited_at: datetime | None = None
    scenario: str = ""

    @property
    def planned_minor(self) -> int:
        """Return what the order pays before holds and deductions."""
        return sum(amount for _, amount in self.parts)

    @property
    def paid_minor(self) -> int:
        """Return what is left to pay."""
        return self.planned_minor - self.held_minor - self.deducted_minor

    @property
    def is_lost(self) -> bool:
        """Return whether its money surely is not on the merchant's account: refused, or claimed and with a stranger."""
        return self.states[-1].state == "failed" or self.scenario == "S42"

    def state_at(self, moment: datetime) -> str:
        """Return the last state that was known at ``moment``, ``pending`` before the first."""
        known = [one.state for one in self.states if one.at <= moment]
        return known[-1] if known else "pending"
