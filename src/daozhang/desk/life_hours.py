"""The working time of the parties as this workspace has it: hours and budgets of each, the ladder, the time between contacts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from daozhang.calendars import Calendar
from daozhang.cases.clocks import BUDGET_HOURS, HOURS, Clock, Hours, Milestone, add, between, moments, read_hours
from daozhang.cases.ladder import Level, ladder
from daozhang.cases.parties import Party
from daozhang.cases.severity import CADENCE_HOURS, Size
from daozhang.desk.calendars import calendar_of
from daozhang.desk.workspace import Workspace

FIRST_CONTACT_HOURS = 4
"""Working hours within which the other side hears of a new case."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Everything the clocks of one workspace are read with; made once per piece of work."""

    calendar: Calendar
    hours: dict[Party, Hours]
    levels: tuple[Level, ...]
    cadence: dict[Size, int]
    after_promise: int

    def add(self, moment: datetime, amount: timedelta, party: Party = Party.MERCHANT) -> datetime | None:
        """Return the moment when ``amount`` of the party's working time is over; None in a year that is not published."""
        return add(moment, amount, self.hours[party], self.calendar)

    def adder(self, party: Party = Party.MERCHANT) -> Callable[[datetime, timedelta], datetime | None]:
        """Return ``add`` for one party."""
        return lambda moment, amount: self.add(moment, amount, party)

    def between(self, start: datetime, end: datetime, party: Party) -> timedelta:
        """Return the party's working time between two moments."""
        return between(start, end, self.hours[party], self.calendar)

    def milestones(self, party: Party, since: datetime, used_s: int, budget_s: int) -> dict[Milestone, datetime]:
        """Return when the milestones of a running clock fall."""
        clock = Clock(self.hours[party], since, timedelta(seconds=used_s), timedelta(seconds=budget_s))
        return moments(clock, self.calendar)

    def contact_due(self, size: Size, last_at: datetime | None, opened_at: datetime) -> datetime | None:
        """Return by when somebody should speak with the other side: the first time soon, then in the rhythm of the size."""
        if last_at is None:
            return self.add(opened_at, timedelta(hours=min(FIRST_CONTACT_HOURS, self.cadence[size])))
        return self.add(last_at, timedelta(hours=self.cadence[size]))


def working_hours(workspace: Workspace) -> WorkingHours:
    """Return the hours, the ladder and the rhythm of this workspace."""
    settings = workspace.settings
    return WorkingHours(
        calendar=calendar_of(workspace),
        hours=dict(HOURS) | {Party(name): read_hours(text) for name, text in settings.party_hours.items()},
        levels=ladder(settings.ladder_hours),
        cadence=dict(CADENCE_HOURS) | {Size(name): int(text) for name, text in settings.contact_cadence.items()},
        after_promise=settings.escalate_after_hours,
    )


def budget_s(party: Party) -> int:
    """Return the working seconds a party's turn may take when it promised nothing."""
    return BUDGET_HOURS[party] * 3600
