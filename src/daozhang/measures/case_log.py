"""The times of a case, read from its log: knowable → detected → told → decided → resolved.

t_k is the moment from which a file that had arrived (or a due moment that had passed) showed the failure; what happened before
nobody could have known. Everything else is a step that stands in the log of the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from daozhang.cases import SYSTEM, Step
from daozhang.cases.life import CONTACTS
from daozhang.measures.times import Lasting


class Phase(StrEnum):
    """The four times that are measured."""

    DETECT = "detect"
    NOTIFY = "notify"
    DECIDE = "decide"
    RESOLVE = "resolve"


DECISIONS: Final = frozenset(
    {
        Step.INSTRUCTION_RECEIVED, Step.INSTRUCTION_DECIDED, Step.OPTION_CHOSEN, Step.REMEDY_STARTED,
        Step.WRITE_OFF_APPROVED,
    }
)  # fmt: skip
"""Steps that say what will be done."""
REOPENED: Final = frozenset({Step.RETURNED, Step.REGRESSED})
CLOSED_OTHERWISE: Final = frozenset({Step.EXPLAINED, Step.WRITE_OFF_APPROVED})
"""Closed without money: no time to a resolution is made of them."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One step of the log. ``by`` is ``system`` for steps of the product."""

    step: str
    at: datetime
    by: str
    to_state: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_human(self) -> bool:
        """Return whether a person took it."""
        return self.by != SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLog:
    """A case with its steps in order. ``knowable_at`` is None where no arrival is known; ``told_at`` when the first letter left."""

    number: str
    size: str
    acquirer: str
    merchant_no: str
    cause_code: str
    gap_minor: int
    currency: str
    opened_at: datetime
    knowable_at: datetime | None
    told_at: datetime | None
    steps: tuple[Logged, ...]

    def first(self, steps: frozenset[Step] | Step, *, after: datetime | None = None) -> datetime | None:
        """Return when one of ``steps`` was taken first (from ``after`` on), None when never."""
        wanted = {steps} if isinstance(steps, Step) else steps
        moments = (one.at for one in self.steps if one.step in wanted and (after is None or one.at >= after))
        return min(moments, default=None)

    @property
    def contacts(self) -> int:
        """Return how many times somebody spoke with the other side."""
        return sum(one.is_human and one.step in CONTACTS for one in self.steps)

    @property
    def is_touched(self) -> bool:
        """Return whether a person took any step. Looking at a case is no step."""
        return any(one.is_human for one in self.steps)

    @property
    def closings(self) -> tuple[datetime, ...]:
        """Return when it was closed, each time."""
        ends = frozenset({Step.MONEY_MATCHED}) | CLOSED_OTHERWISE
        return tuple(one.at for one in self.steps if one.step in ends)

    @property
    def reopenings(self) -> int:
        """Return how often it opened again."""
        return sum(one.step in REOPENED for one in self.steps)


def times_of(case: CaseLog, now: datetime) -> dict[Phase, Lasting]:
    """Return each time of the case that can be told; what still runs is censored at ``now``.

    Detection has none where the moment knowable is unknown or later than the opening; a case that was explained or written off
    has none for the resolution, and for what had not happened by then.
    """
    found: dict[Phase, Lasting] = {}
    if case.knowable_at is not None and case.knowable_at <= case.opened_at:
        found[Phase.DETECT] = Lasting((case.opened_at - case.knowable_at).total_seconds(), is_over=True)
    told = min((one for one in (case.told_at, case.first(CONTACTS)) if one is not None), default=None)
    money = case.first(Step.MONEY_MATCHED)
    otherwise = None if money is not None else case.first(CLOSED_OTHERWISE)
    ends: Sequence[tuple[Phase, datetime | None]] = (
        (Phase.NOTIFY, told), (Phase.DECIDE, case.first(DECISIONS)), (Phase.RESOLVE, money)
    )  # fmt: skip
    for phase, end in ends:
        if end is not None:
            found[phase] = Lasting(max((end - case.opened_at).total_seconds(), 0.0), is_over=True)
        elif otherwise is None and (phase is Phase.RESOLVE or money is None):
            found[phase] = Lasting((now - case.opened_at).total_seconds(), is_over=False)
    return found


def is_fixed_first_time(case: CaseLog, now: datetime, *, days: int = 30) -> bool | None:
    """Return whether the first closing held for ``days``; None while it is open or the days are not over."""
    ends = case.closings
    if not ends:
        return None
    again = case.first(REOPENED, after=ends[0])
    if again is not None and (again - ends[0]).days < days:
        return False
    return True if (now - ends[0]).days >= days else None
