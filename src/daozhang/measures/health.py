"""The health of a merchant: 100 points less what each driver takes, every driver by itself and shown.

No driver looks at another, so taking one away in the data changes only its points. The weights are planning values; the page
shows the facts beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantFacts:
    """What is known of one merchant in the period. Amounts are of one currency, in minor units."""

    acquirer: str
    merchant_no: str
    days: int
    failed_days: int
    due_minor: int
    open_minor: int
    payments: int
    disputes: int
    account_valid: bool | None
    """False: the account paid to is not an agreed one, or its agreement has ended; None: no account is agreed."""
    status: str = ""
    """``active``, ``suspended``, ``licence_expired``, ``closed``; empty: nobody said."""
    licence_to: date | None = None


@dataclass(frozen=True, slots=True)
class Driver:
    """What one thing takes from the hundred points, and the fact it follows from (``count`` of ``of``)."""

    name: str
    points: int
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Health:
    """The score of a merchant and its drivers, those that take most first; a driver that takes nothing is left out."""

    facts: MerchantFacts
    score: int
    drivers: tuple[Driver, ...]


MOST: Final = {"failures": 30, "open": 30, "disputes": 15, "account": 15, "status": 10}
"""The most that each driver can take; together 100."""
FULL_AT_PCT: Final = {"failures": 20, "open": 20, "disputes": 1}
"""Share at which a driver takes its most: one failed day in five, a fifth of the money open, one dispute in a hundred payments."""


def health(facts: MerchantFacts) -> Health:
    """Return the score of one merchant."""
    found = (
        _share("failures", facts.failed_days, facts.days), _share("open", facts.open_minor, facts.due_minor),
        _share("disputes", facts.disputes, facts.payments),
        Driver("account", {True: 0, None: MOST["account"] // 3, False: MOST["account"]}[facts.account_valid], 0, 0),
        Driver("status", 0 if facts.status in {"", "active"} else MOST["status"], 0, 0),
    )  # fmt: skip
    drivers = sorted((one for one in found if one.points), key=lambda one: (-one.points, one.name))
    return Health(facts, 100 - sum(one.points for one in found), tuple(drivers))


def ranked(many: Iterable[MerchantFacts]) -> list[Health]:
    """Return the health of merchants, the weakest first."""
    return sorted((health(one) for one in many), key=lambda one: (one.score, one.facts.acquirer, one.facts.merchant_no))


def _share(name: str, count: int, of: int) -> Driver:
    """Return a driver that grows with a share up to its most; rounded up, so that a single failure is seen."""
    if count <= 0 or of <= 0:
        return Driver(name, 0, max(count, 0), max(of, 0))
    points = -(-MOST[name] * count * 100 // (of * FULL_AT_PCT[name]))
    return Driver(name, min(points, MOST[name]), count, of)
