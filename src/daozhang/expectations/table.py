"""Due moments of many clearing days at once, as plain rows that an engine joins to its payments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, NamedTuple

from daozhang.calendars import Calendar
from daozhang.contracts import Cycle
from daozhang.expectations.due import NotPublished, Skipped, due_at, naive_due_on

DUE_COLUMNS: Final = {
    "calendar": "VARCHAR",
    "cycle": "VARCHAR",
    "due_time": "VARCHAR",
    "pays_on_makeup_days": "BOOLEAN",
    "cleared_on": "DATE",
    "due_at": "TIMESTAMP",
    "naive_due_on": "DATE",
    "is_published": "BOOLEAN",
    "missing_year": "INTEGER",
    "skipped_days": "INTEGER",
    "reason_key": "VARCHAR",
    "reason_name_zh": "VARCHAR",
    "reason_name_en": "VARCHAR",
}
"""Names and SQL types of a ``DueRow``, in its order."""

_WEIGHT: Final = {
    "calendar-holiday": 4,
    "calendar-day-off": 3,
    "calendar-makeup-not-paid": 2,
    "calendar-weekend": 1,
}
"""Which of several skipped days explains the delay best: a holiday says more than the weekend beside it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a due moment depends on beside the clearing day, as it stands in the contract."""

    calendar: str
    cycle: Cycle
    due_time: time
    pays_on_makeup_days: bool = True


class DueRow(NamedTuple):
    """One clearing day under one set of terms.

    ``due_at`` and the reason are None when ``is_published`` is false; then ``missing_year`` names the year. Without a
    skipped day ``reason_key`` is None. ``due_time`` is text ``HH:MM``.
    """

    calendar: str
    cycle: str
    due_time: str
    pays_on_makeup_days: bool
    cleared_on: date
    due_at: datetime | None
    naive_due_on: date
    is_published: bool
    missing_year: int | None
    skipped_days: int
    reason_key: str | None
    reason_name_zh: str | None
    reason_name_en: str | None


def due_table(days: Iterable[date], terms: Iterable[Terms], calendars: Mapping[str, Calendar]) -> list[DueRow]:
    """Return one row for each of ``days`` under each of ``terms``; a calendar that is not in the mapping has no table.

    A cycle that pays on the clearing day itself is due at its end: the day's money is complete only then.
    """
    wanted = sorted(set(days))
    return [row for one in dict.fromkeys(terms) for row in _rows(wanted, one, calendars)]


def _rows(days: Iterable[date], terms: Terms, calendars: Mapping[str, Calendar]) -> Iterator[DueRow]:
    calendar = calendars.get(terms.calendar) or Calendar(terms.calendar, {})
    for day in days:
        due = due_at(day, terms.cycle, calendar, terms.due_time, pays_on_makeup_days=terms.pays_on_makeup_days)
        is_published = not isinstance(due, NotPublished)
        reason = _best(due.skipped).reason if is_published and due.skipped else None
        yield DueRow(
            calendar=terms.calendar,
            cycle=str(terms.cycle),
            due_time=terms.due_time.strftime("%H:%M"),
            pays_on_makeup_days=terms.pays_on_makeup_days,
            cleared_on=day,
            due_at=None if isinstance(due, NotPublished) else due.at,
            naive_due_on=naive_due_on(day, terms.cycle),
            is_published=is_published,
            missing_year=due.year if isinstance(due, NotPublished) else None,
            skipped_days=len(due.skipped),
            reason_key=reason.key if reason else None,
            reason_name_zh=reason.facts.get("name_zh") if reason else None,
            reason_name_en=reason.facts.get("name_en") if reason else None,
        )


def _best(skipped: tuple[Skipped, ...]) -> Skipped:
    return max(skipped, key=lambda one: _WEIGHT.get(one.reason.key, 0))
