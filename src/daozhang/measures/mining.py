"""The paths that cases really take: variants, waits between steps, steps done twice, and where the time goes."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

FEWEST: Final = 3
"""Cases that must show the same before anything is proposed."""
OFTEN_PCT: Final = 20
"""Share of the cases in which a step must come twice, or be taken back, before it is proposed to look at it."""
QUIET: Final = frozenset({"gap_changed", "cause_changed", "commented", "told", "reminded"})
"""Steps that say something and move nothing; paths are compared without them."""


@dataclass(frozen=True, slots=True)
class Walked:
    """One step of one case."""

    step: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Trace:
    """The way of one case so far."""

    number: str
    steps: tuple[Walked, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """One path and the cases that took it; ``median_s`` is the time from the first to the last step."""

    path: tuple[str, ...]
    cases: tuple[str, ...]
    median_s: float


@dataclass(frozen=True, slots=True)
class Edge:
    """One step after another: how often, the median wait, and all waits added up, in seconds of the calendar."""

    before: str
    after: str
    count: int
    median_s: float
    total_s: float
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something to look at. ``kind``: ``wait`` (bottleneck), ``repeat`` (a step done twice), ``handover`` (changes of hands)."""

    kind: str
    step: str
    after: str
    count: int
    of: int
    seconds: float
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mined:
    """What the logs show. ``bottleneck`` is the edge that eats most time; None with too few cases."""

    cases: int
    variants: tuple[Variant, ...]
    edges: tuple[Edge, ...]
    bottleneck: Edge | None
    proposals: tuple[Proposal, ...]


def mine(traces: Iterable[Trace]) -> Mined:
    """Return variants (the most frequent first), edges (the most time first), the bottleneck and what is proposed."""
    walked = [Trace(one.number, tuple(step for step in one.steps if step.step not in QUIET)) for one in traces]
    walked = [one for one in walked if one.steps]
    edges = _edges(walked)
    bottleneck = next((edge for edge in edges if len(set(edge.cases)) >= FEWEST), None)
    return Mined(len(walked), _variants(walked), edges, bottleneck, _proposals(walked, bottleneck))


def _variants(traces: Sequence[Trace]) -> tuple[Variant, ...]:
    paths: dict[tuple[str, ...], list[Trace]] = {}
    for one in traces:
        paths.setdefault(tuple(step.step for step in one.steps), []).append(one)
    found = [
        Variant(
            path,
            tuple(sorted(one.number for one in many)),
            statistics.median((one.steps[-1].at - one.steps[0].at).total_seconds() for one in many),
        )
        for path, many in paths.items()
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.cases), one.path)))


def _edges(traces: Sequence[Trace]) -> tuple[Edge, ...]:
    waits: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for one in traces:
        for first, second in zip(one.steps, one.steps[1:], strict=False):
            wait = (second.at - first.at).total_seconds()
            waits.setdefault((first.step, second.step), []).append((wait, one.number))
    found = [
        Edge(
            before, after, len(many), statistics.median(wait for wait, _ in many), sum(wait for wait, _ in many),
            tuple(sorted({number for _, number in many})),
        )
        for (before, after), many in waits.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.total_s, one.before, one.after)))


def _proposals(traces: Sequence[Trace], bottleneck: Edge | None) -> tuple[Proposal, ...]:
    found = []
    if bottleneck is not None:
        found.append(
            Proposal(
                "wait", bottleneck.before, bottleneck.after, bottleneck.count, len(traces), bottleneck.total_s,
                bottleneck.cases,
            )
        )  # fmt: skip
    repeated: dict[str, list[str]] = {}
    for one in traces:
        for step, times in Counter(walk.step for walk in one.steps).items():
            if times > 1:
                repeated.setdefault(step, []).append(one.number)
    for step, numbers in sorted(repeated.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        if _is_often(len(numbers), len(traces)):
            found.append(Proposal("repeat", step, "", len(numbers), len(traces), 0.0, tuple(sorted(numbers))))
    passed = [one.number for one in traces if _hands(one) > 2]
    if _is_often(len(passed), len(traces)):
        found.append(Proposal("handover", "", "", len(passed), len(traces), 0.0, tuple(sorted(passed))))
    return tuple(found)


def _is_often(count: int, of: int) -> bool:
    return count >= FEWEST and count * 100 >= OFTEN_PCT * of


def _hands(trace: Trace) -> int:
    """Return through how many different people's hands a case went."""
    return len({step.by for step in trace.steps if step.by != "system"})
