"""The cash calendar: what is expected on which day, against what has to be paid, and the days on which it does not reach.

Only money with a due moment counts on its day. What is held, and what is past due, has no day: it stands apart and is never
counted on as coming. A forecast of sales that have not been made yet is not made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Money of one merchant-day that is to arrive: on ``on``, or (None) on no known day, for the ``reason`` given.

    ``reason``: ``due``, ``held``, ``past_due``, ``unclear`` (cannot be judged yet), ``no_day``.
    """

    acquirer: str
    merchant_no: str
    settled_on: date
    amount_minor: int
    currency: str
    on: date | None
    reason: str = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """Money that has to be paid on a day; ``amount_minor`` is positive."""

    on: date
    title: str
    amount_minor: int
    currency: str
    number: int = 0
    file: str = ""
    line_no: int = 0


@dataclass(slots=True, kw_only=True)
class CashDay:
    """One day: what comes, what goes, what is there at its end. ``balance_minor`` is None while no opening balance is known."""

    on: date
    coming: list[Coming] = field(default_factory=list)
    going: list[Going] = field(default_factory=list)
    balance_minor: int | None = None

    @property
    def in_minor(self) -> int:
        """Return what is expected on the day."""
        return sum(one.amount_minor for one in self.coming)

    @property
    def out_minor(self) -> int:
        """Return what has to be paid on the day."""
        return sum(one.amount_minor for one in self.going)

    @property
    def is_short(self) -> bool:
        """Return whether the money does not reach at the end of the day."""
        return self.balance_minor is not None and self.balance_minor < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CashCalendar:
    """The days of one currency, and what has no day. ``opening_minor`` is the balance before the first day, None when unknown."""

    currency: str
    opening_minor: int | None
    days: tuple[CashDay, ...]
    undated: tuple[Coming, ...]

    @property
    def short_on(self) -> tuple[date, ...]:
        """Return the days on which the money does not reach."""
        return tuple(day.on for day in self.days if day.is_short)

    @property
    def lowest_minor(self) -> int | None:
        """Return the lowest balance at the end of a day."""
        return min((day.balance_minor for day in self.days if day.balance_minor is not None), default=None)

    def undated_minor(self, reason: str) -> int:
        """Return what has no day for one reason."""
        return sum(one.amount_minor for one in self.undated if one.reason == reason)


def calendar(
    currency: str,
    opening_minor: int | None,
    coming: Iterable[Coming],
    going: Iterable[Going],
    *,
    first: date,
    days: int,
) -> CashCalendar:
    """Return ``days`` days from ``first`` on; what is of another currency is left out, what goes earlier is not this calendar's."""
    table = {first + timedelta(days=step): CashDay(on=first + timedelta(days=step)) for step in range(days)}
    undated = []
    for one in coming:
        if one.currency == currency and one.amount_minor:
            if one.on is None:
                undated.append(one)
            elif one.on in table:
                table[one.on].coming.append(one)
    for out in going:
        if out.currency == currency and out.on in table:
            table[out.on].going.append(out)
    balance = opening_minor
    for day in table.values():
        day.coming.sort(key=lambda one: (one.acquirer, one.merchant_no, one.settled_on))
        if balance is not None:
            balance += day.in_minor - day.out_minor
            day.balance_minor = balance
    undated.sort(key=lambda one: (one.reason, one.settled_on, one.acquirer, one.merchant_no))
    return CashCalendar(
        currency=currency, opening_minor=opening_minor, days=tuple(table.values()), undated=tuple(undated)
    )
