"""Minutes of human work per case: from the moment a person turns to a case to the moment the person turns to something else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

IDLE: Final = timedelta(minutes=15)
"""A longer silence is no work: of it nothing counts but ``LAST``."""
LAST: Final = timedelta(minutes=1)
"""What is counted of the last look before a silence, whose end nobody noted."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A person turned to a case, or (empty ``case``) to another page, or took a step."""

    by: str
    at: datetime
    case: str = ""


def seconds_per_case(turns: Iterable[Turned]) -> dict[str, float]:
    """Return the seconds of human work of each case.

    Two people who work on one case at the same time count twice: it is their time that is measured.
    """
    people: dict[str, list[Turned]] = {}
    for one in turns:
        people.setdefault(one.by, []).append(one)
    found: dict[str, float] = {}
    for moments in people.values():
        moments.sort(key=lambda one: one.at)
        for place, one in enumerate(moments):
            if not one.case:
                continue
            following = moments[place + 1].at - one.at if place + 1 < len(moments) else None
            spent = LAST if following is None or following > IDLE else following
            found[one.case] = found.get(one.case, 0.0) + spent.total_seconds()
    return found
