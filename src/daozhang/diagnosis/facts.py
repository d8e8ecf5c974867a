"""The facts of a break read with their types; a fact that is absent or of another type is unknown (None)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from daozhang.breaks import Break
from daozhang.money import to_text


def number(found: Break, name: str) -> int | None:
    """Return a whole number, or None when unknown."""
    value = found.facts.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def amount(found: Break, name: str) -> int:
    """Return an amount in minor units; 0 when unknown, so use it only where unknown and nothing mean the same."""
    return number(found, name) or 0


def rate(found: Break, name: str) -> Decimal | None:
    """Return a rate in basis points (an int or a decimal text such as ``38.5``), or None when unknown."""
    value = found.facts.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def flag(found: Break, name: str) -> bool | None:
    """Return a yes or no, or None when unknown."""
    value = found.facts.get(name)
    return value if isinstance(value, bool) else None


def word(found: Break, name: str) -> str:
    """Return a text stripped, or the empty text when unknown."""
    value = found.facts.get(name)
    return value.strip() if isinstance(value, str) else ""


def day(found: Break, name: str) -> date | None:
    """Return a day (of a moment its day, of an ISO text the day it says), or None when unknown."""
    value = found.facts.get(name)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and value:
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None


def moment(found: Break, name: str) -> datetime | None:
    """Return a local moment, or None when unknown."""
    value = found.facts.get(name)
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and value:
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    return None


def waiting_for(found: Break) -> tuple[str, ...]:
    """Return the names of the sources that are absent, sorted."""
    value = found.facts.get("waiting_for")
    return tuple(sorted(str(item) for item in value)) if isinstance(value, list | tuple | set | frozenset) else ()


def parts(found: Break) -> tuple[tuple[str, int], ...]:
    """Return the named parts of a difference: (name, minor units), in their order."""
    value = found.facts.get("parts")
    if not isinstance(value, list | tuple):
        return ()
    rows = [item for item in value if isinstance(item, list | tuple) and len(item) == 2]
    return tuple((str(name), int(minor)) for name, minor in rows if isinstance(minor, int))


def money(found: Break, minor: int | None) -> str:
    """Return an amount of the break's currency for a sentence; ``?`` when unknown."""
    return "?" if minor is None else to_text(minor, found.currency)


def working_days_between(earlier: date, later: date) -> int:
    """Return the Mondays to Fridays after ``earlier`` up to ``later``; holidays are not taken off: never too few."""
    days = (later - earlier).days
    return sum(1 for step in range(1, days + 1) if (earlier + timedelta(days=step)).weekday() < 5)
