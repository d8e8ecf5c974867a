"""What should have come: on which days a source has a file, and by when the file of a day is here.

A plan is set by a person, learned from what came, or shipped with the format. Where nothing supports a plan nothing is
expected: a file that somebody brought in once says nothing about a next one. Moments are Asia/Shanghai wall-clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from daozhang.calendars import Calendar, YearNotPublished

REGULAR_FROM: Final = 4
"""Days a source must have spoken of before its rhythm means anything."""
TIMED_FROM: Final = 5
"""Files whose moment of arrival is known before the usual moment means anything."""
GRACE: Final = timedelta(hours=3)
"""How much later than usual a file may be; half of all files come later than the middle one."""
OLDEST: Final = 400
"""Days looked back from the moment that is judged."""

_DAY: Final = timedelta(days=1)


class FileSource(NamedTuple):
    """Who sends a file about what; empty where the files are about all of them, or do not say."""

    table: str
    acquirer: str = ""
    merchant_no: str = ""
    account_tail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """When the file of a day is expected: ``after`` days later (working days where ``counts_workdays``) at ``at``.

    ``every_day`` false means that only working days have a file. ``how`` is ``set``, ``learned`` or ``shipped``;
    ``from_on`` and ``to_on`` bound a plan that somebody set, both included. ``is_expected`` false means that somebody
    said that nothing is to be expected.
    """

    every_day: bool
    after: int = 1
    counts_workdays: bool = False
    at: time
    grace: timedelta = timedelta()
    how: str = "set"
    from_on: date | None = None
    to_on: date | None = None
    is_expected: bool = True

    def has_file(self, day: date, calendar: Calendar) -> bool:
        """Return whether this source has a file about ``day``; a day of an unpublished year has none to expect."""
        if (self.from_on and day < self.from_on) or (self.to_on and day > self.to_on):
            return False
        works = calendar.is_workday(day)
        if isinstance(works, YearNotPublished):
            return self.every_day and not self.counts_workdays
        return self.every_day or works

    def due_at(self, day: date, calendar: Calendar) -> datetime | None:
        """Return by when the file about ``day`` is here; None when that falls into a year nobody has published."""
        if not self.counts_workdays:
            return datetime.combine(day + self.after * _DAY, self.at) + self.grace
        on = calendar.workdays_after(day, self.after)
        return None if isinstance(on, YearNotPublished) else datetime.combine(on, self.at) + self.grace


def _known(*, every_day: bool, at: time, counts_workdays: bool = False) -> FilePlan:
    return FilePlan(every_day=every_day, at=at, counts_workdays=counts_workdays, grace=GRACE, how="shipped")


SHIPPED: Final[Mapping[str, FilePlan]] = {
    **dict.fromkeys(("wechat_trade_bill", "wechat_fund_bill", "wechat_withdrawals"), _known(every_day=True, at=time(10))),
    **dict.fromkeys(("alipay_trade_bill", "alipay_account_bill"), _known(every_day=True, at=time(10))),
    **dict.fromkeys(("unionpay_zm", "unionpay_zme", "unionpay_acomn"), _known(every_day=True, at=time(9))),
}  # fmt: skip
"""What the senders document: wallets make a day's bill from 09:00 of the next day, to be fetched after 10:00; UnionPay's
clearing files are there about 09:00. A hand-made import has no moment of arrival to learn from; then these hold."""
STATEMENT: Final = _known(every_day=False, at=time(9), counts_workdays=True)
"""Where no arrival tells better, a bank's statement of a working day is there on the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHistory:
    """What came from one source: day the files speak of → moment the first such file came (None: nobody said)."""

    source: FileSource
    days: Mapping[date, datetime | None] = field(default_factory=dict)
    format: str = ""


def plan_of(history: FileHistory, calendar: Calendar) -> FilePlan | None:
    """Return the plan that what came supports: the usual one where arrivals are known, else the shipped one.

    None when the source is not regular: too few days, or more than a third of them without a file.
    """
    rhythm = _rhythm(history.days, calendar)
    if rhythm is None:
        return None
    every_day = rhythm
    learned = _usual(history.days, calendar)
    if learned is not None:
        return replace(learned, every_day=every_day)
    shipped = SHIPPED.get(history.format)
    if shipped is None and history.source.table == "bank_entries":
        shipped = STATEMENT
    return None if shipped is None else replace(shipped, every_day=every_day)


def is_regular(history: FileHistory, calendar: Calendar) -> bool:
    """Return whether the source speaks of nearly every day (or working day) between its first and its last."""
    return _rhythm(history.days, calendar) is not None


def gaps(history: FileHistory, plan: FilePlan | None, calendar: Calendar, as_of: datetime) -> Iterator[date]:
    """Yield the days between the first and the last known day that should have a file and have none.

    Without a plan the rhythm alone decides: it says which days have a file, not when.
    """
    if not history.days:
        return
    every_day = plan.every_day if plan else _rhythm(history.days, calendar)
    if every_day is None:
        return
    rhythm = plan or FilePlan(every_day=every_day, at=time())
    first = max(min(history.days), as_of.date() - OLDEST * _DAY)
    if plan is not None and plan.from_on:
        first = max(plan.from_on, as_of.date() - OLDEST * _DAY)
    last = max(history.days)
    for day in _span(first, last):
        if day not in history.days and rhythm.has_file(day, calendar):
            yield day


def overdue(
    history: FileHistory, plan: FilePlan, calendar: Calendar, as_of: datetime, *, ahead: int = 0
) -> list[tuple[date, datetime]]:
    """Return the days after the last known one whose file should be here by now, each with the moment it was due.

    With ``ahead`` also those that are due within so many days from now.
    """
    start = max(history.days) + _DAY if history.days else plan.from_on
    if start is None:
        return []
    found = []
    until = as_of + ahead * _DAY
    for day in _span(max(start, as_of.date() - OLDEST * _DAY), until.date()):
        due = plan.due_at(day, calendar) if plan.has_file(day, calendar) else None
        if due is not None and due < until:
            found.append((day, due))
    return found


def _rhythm(days: Collection[date], calendar: Calendar) -> bool | None:
    """Return whether files come every day (True) or on working days only (False); None when they are not regular.

    Days off count as days with a file only when most of them had one: a single file on a Saturday is an exception.
    """
    if len(days) < REGULAR_FROM:
        return None
    known = set(days)
    span = list(_span(min(known), max(known)))
    off = [day for day in span if not _works(day, calendar)]
    every_day = 2 * sum(day in known for day in off) > len(off) if off else False
    wanted = span if every_day else [day for day in span if day not in set(off)]
    absent = sum(day not in known for day in wanted)
    return None if absent * 3 > len(wanted) else every_day


def _usual(days: Mapping[date, datetime | None], calendar: Calendar) -> FilePlan | None:
    """Return the plan of the middle arrival, counted in whichever kind of days makes the arrivals most alike."""
    timed = [(day, came) for day, came in days.items() if came is not None]
    if len(timed) < TIMED_FROM:
        return None
    plain = Counter((came.date() - day).days for day, came in timed)
    working: Counter[int] = Counter()
    for day, came in timed:
        between = calendar.workdays_between(day, came.date())
        if isinstance(between, YearNotPublished):
            working.clear()
            break
        working[between] += 1
    (after, alike), counts_workdays = plain.most_common(1)[0], False
    if working and working.most_common(1)[0][1] > alike:
        (after, alike), counts_workdays = working.most_common(1)[0], True
    if 2 * len({came for _, came in timed}) <= len(timed):  # a file about a week comes a week after its first day
        after, counts_workdays = max(plain), False
    clocks = sorted(
        came.time()
        for day, came in timed
        if (calendar.workdays_between(day, came.date()) if counts_workdays else (came.date() - day).days) == after
    )
    return FilePlan(
        every_day=True, after=after, counts_workdays=counts_workdays, at=clocks[len(clocks) // 2], grace=GRACE, how="learned"
    )  # fmt: skip


def _works(day: date, calendar: Calendar) -> bool:
    answer = calendar.is_workday(day)
    return day.weekday() < 5 if isinstance(answer, YearNotPublished) else answer


def _span(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _DAY
