"""When a terminal is due for maintenance: by months since the last time, by transactions since then, whichever comes first."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Final

RESULTS: Final = ("ok", "mended", "open")
BY_MONTHS, BY_TRANSACTIONS = "months", "transactions"


@dataclass(frozen=True, slots=True)
class Due:
    """The day something is due and why."""

    on: date
    reason: str


def months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due(
    last_on: date | None, *, months: int | None, transactions: int | None, made_since: int, today: date
) -> Due | None:
    """Return when a terminal is due; None when nothing says so yet.

    last_on     day of the last maintenance, else of the installation; None: neither is known, so it is due today
    made_since  payments since then, as far as the journal was read in; reaching ``transactions`` makes it due today
    """
    if last_on is None:
        return Due(today, BY_MONTHS if months else BY_TRANSACTIONS)
    by_count = Due(today, BY_TRANSACTIONS) if transactions is not None and made_since >= transactions else None
    by_time = Due(months_later(last_on, months), BY_MONTHS) if months is not None else None
    both = [one for one in (by_count, by_time) if one is not None]
    return min(both, key=lambda one: one.on, default=None)
