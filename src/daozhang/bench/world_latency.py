"""How soon a failure is said after it could first be known: the files are played in order of arrival."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from daozhang.bench.world_match import Said, match
from daozhang.bench.world_measures import quantile_s
from daozhang.bench.world_truth import Planted

MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Latency:
    """Per planted failure the seconds from the first knowable moment to the alarm; those never said while they were open."""

    seconds: list[int] = field(default_factory=list)
    never: list[Planted] = field(default_factory=list)
    looks: int = 0

    def told(self) -> dict[str, Any]:
        """Return count, median and 90th percentile in seconds, and the names of what was never said."""
        return {
            "failures": len(self.seconds) + len(self.never), "said": len(self.seconds), "looks": self.looks,
            "median_s": quantile_s(self.seconds, 0.5), "p90_s": quantile_s(self.seconds, 0.9),
            "never": [one.name for one in self.never],
        }  # fmt: skip


def latency(
    planted: Iterable[Planted], arrivals: Sequence[datetime], look: Callable[[datetime], list[Said]]
) -> Latency:
    """Return when each failure was first said. ``look`` returns the alarms at a moment; it is asked only while something is due.

    The moments are each arrival, each knowable moment and one minute after both (a clock that only just passed the due
    time). A failure that stays unsaid is given up a day after it was knowable; one that is over before, when it is over.
    """
    waiting = sorted((one for one in planted if one.severity == "alarm"), key=lambda one: one.knowable_at)
    result = Latency()
    last = max(arrivals) + MINUTE
    points = {*arrivals, *(one.knowable_at for one in waiting)}
    for moment in sorted({at for point in points for at in (point, point + MINUTE) if at <= last}):
        due = [one for one in waiting if one.knowable_at <= moment]
        over = [one for one in due if not one.is_open(moment) or moment - one.knowable_at > timedelta(days=1)]
        result.never += over
        due = [one for one in due if one not in over]
        if due:
            result.looks += 1
            for failure, _ in match(due, look(moment)).pairs:
                result.seconds.append(int((moment - failure.knowable_at).total_seconds()))
                over.append(failure)
        gone = set(map(id, over))
        waiting = [one for one in waiting if id(one) not in gone]
        if not waiting:
            break
    result.never += waiting
    return result
