"""Uptime from signs of life: of the reports that were due, how many came.

A day is cut into slots of equal length from midnight. A terminal's hours are the slots between the earliest and the latest in
which it reported on at least half of the days on which it reported at all: one odd report at night does not stretch them. In
its hours every slot of every covered day is due, from the day it was first heard. A day on which no terminal of the whole fleet was heard is
not covered: the list of that day is missing, which says nothing of a terminal. ``desk.fleet_board`` counts the same set-wise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Uptime:
    """Reports due and heard, and the spans between in which none came (local time; the end is the first moment after)."""

    due: int
    heard: int
    gaps: tuple[tuple[datetime, datetime], ...]

    @property
    def share_bp(self) -> int | None:
        """Return the uptime in basis points, rounded down so that 100 % means all; None when nothing was due."""
        return self.heard * 10_000 // self.due if self.due else None


def slot_of(at: datetime, every_minutes: int) -> int:
    """Return the number of the slot of its day in which a moment lies."""
    return (60 * at.hour + at.minute) // every_minutes


def uptime(beats: Sequence[datetime], covered: Collection[date], *, until: datetime, every_minutes: int) -> Uptime:
    """Return what ``beats`` of one terminal make of the covered days; slots that are not over at ``until`` are not due.

    ``every_minutes`` must divide a day.
    """
    assert DAY_MINUTES % every_minutes == 0
    heard = {(at.date(), slot_of(at, every_minutes)) for at in beats}
    hours = _hours(heard)
    if hours is None:
        return Uptime(0, 0, ())
    first_on = min(day for day, _ in heard)
    due = [
        (day, slot)
        for day in sorted(covered)
        if day >= first_on
        for slot in range(hours[0], hours[1] + 1)
        if _ends(day, slot, every_minutes) <= until
    ]
    return Uptime(len(due), sum(one in heard for one in due), tuple(_gaps(due, heard, every_minutes)))


def _hours(heard: Collection[tuple[date, int]]) -> tuple[int, int] | None:
    days = {day for day, _ in heard}
    usual = [slot for slot, count in Counter(slot for _, slot in heard).items() if 2 * count >= len(days)]
    return (min(usual), max(usual)) if usual else None


def _ends(day: date, slot: int, every_minutes: int) -> datetime:
    return datetime.combine(day, datetime.min.time()) + timedelta(minutes=(slot + 1) * every_minutes)


def _gaps(
    due: Sequence[tuple[date, int]], heard: Collection[tuple[date, int]], every_minutes: int
) -> Iterator[tuple[datetime, datetime]]:
    """Yield silent spans; a night between two silent evenings does not join them."""
    length = timedelta(minutes=every_minutes)
    begun: datetime | None = None
    last: datetime | None = None
    for one in due:
        ends = _ends(*one, every_minutes)
        if begun is not None and last is not None and (one in heard or ends - length != last):
            yield begun, last
            begun = None
        if one not in heard:
            begun, last = begun or ends - length, ends
    if begun is not None and last is not None:
        yield begun, last
