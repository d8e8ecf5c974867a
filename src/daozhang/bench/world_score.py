"""The score of simulated worlds: what the product says of their files, held against the truth that was written apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from daozhang.bench.world_baselines import Day, baselines, beside, days_of_alarms, days_of_failures
from daozhang.bench.world_cited import Cited, cited
from daozhang.bench.world_latency import MINUTE, Latency, latency
from daozhang.bench.world_match import Matched, Said, match, near, said_of
from daozhang.bench.world_measures import Share, by_scenario, causes, detection
from daozhang.bench.world_truth import Planted, Truth, read_truth
from daozhang.desk import imports, readings, settle_day, workspace
from daozhang.desk.workspace import Workspace

BUCKETS: Final = ("expected", "arrived", "not_due", "held", "deducted", "returned", "missing", "unexplained")
NAMED: Final = 200
"""So many misses, false alarms and wrong causes are named at most; all are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One world after the product judged it: what was matched, what else was said, and the figures that need its files."""

    as_of: datetime
    matched: Matched
    said: tuple[Said, ...]
    quiet_touched: tuple[Said, ...]
    """Invented alarms on a merchant-day or a thing that only looks wrong."""
    look_alike_days: frozenset[Day]
    all_days: frozenset[Day]
    wrong_days: frozenset[Day]
    asked: dict[str, frozenset[Day]]
    """Per baseline the merchant-days it asks about."""
    money_differs: int
    records: Cited
    soon: Latency | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All measures of one or more worlds. The first counts are those of the end of what the files know."""

    as_of: datetime
    failures: int
    found: int
    missed: int
    false_alarms: int
    wrong_gap: int
    wrong_cause: int
    merchant_days: int
    money_differs: int
    worlds: int = 1
    detection: dict[str, Any] = field(default_factory=dict)
    causes: dict[str, Any] = field(default_factory=dict)
    look_alikes: dict[str, Any] = field(default_factory=dict)
    scope: dict[str, Any] = field(default_factory=dict)
    explained: dict[str, Any] = field(default_factory=dict)
    records: dict[str, Any] = field(default_factory=dict)
    latency: dict[str, Any] | None = None
    scenarios: list[dict[str, Any]] = field(default_factory=list)
    baselines: list[dict[str, Any]] = field(default_factory=list)
    held_out: dict[str, Any] | None = None
    named: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_perfect(self) -> bool:
        """Return whether nothing was missed, invented or misjudged."""
        return not (self.missed or self.false_alarms or self.wrong_gap or self.wrong_cause)


def score_world(world: Path, place: Path, *, replay: bool = False, twin: Path | None = None) -> Judged:
    """Import a world into a new workspace at ``place``, judge it at the end of its knowledge, and return what came out.

    ``replay`` also judges it while the files come in, which takes as many runs as there are moments at which something is due.
    """
    truth = read_truth(world)
    as_of = max(truth.arrivals) + MINUTE
    made = workspace.create(place)
    imports.import_paths(made, [world / "files"])
    day, _ = settle_day.judge(made, as_of)
    said = tuple(said_of(one) for one in day.findings)
    money = [
        (one.acquirer, one.merchant_no, one.settled_on.isoformat(), {name: int(getattr(one, name)) for name in BUCKETS})
        for one in day.money
    ]
    alarms = [one for one in said if one.severity == "alarm"]
    due = [one for one in truth.planted if one.is_open(as_of)]
    matched = match(due, alarms)
    days = frozenset((acquirer, merchant, on) for acquirer, merchant, on, _ in money)
    calm_days = _calm_days(truth)
    with readings.facts(made) as con:
        asked = dict(baselines(con, as_of))
    return Judged(
        as_of=as_of, matched=matched, said=said, look_alike_days=calm_days, all_days=days,
        quiet_touched=tuple(one for one in matched.invented if _touches(one, truth, calm_days)),
        wrong_days=days_of_failures(due), asked={"product": days_of_alarms(alarms), **asked},
        money_differs=_differing(truth, money), records=cited(alarms, world, twin),
        soon=latency(truth.planted, truth.arrivals, _looking(made)) if replay else None,
    )  # fmt: skip


def _looking(made: Workspace) -> Callable[[datetime], list[Said]]:
    def look(moment: datetime) -> list[Said]:
        day, _ = settle_day.judge(made, moment)
        return [said_of(one) for one in day.findings if one.severity.value == "alarm"]

    return look


def _differing(truth: Truth, money: Iterable[tuple[str, str, str, dict[str, int]]]) -> int:
    """Return how many merchant-days have another figure than the truth, or are not in it."""
    known = {(row["acquirer"], row["merchant_no"], row["settled_on"]): row for row in truth.money}
    differs = 0
    for acquirer, merchant, on, figures in money:
        row = known.get((acquirer, merchant, on))
        differs += row is None or any(figures[name] != int(row[f"{name}_minor"]) for name in BUCKETS)
    return differs


def _calm_days(truth: Truth) -> frozenset[Day]:
    """Return the merchant-days that only look wrong: named as such, or the day of a payment that is."""
    return frozenset(
        (row["acquirer"], row["merchant_no"], row["settled_on"])
        for row in truth.calm
        if row["acquirer"] and row["merchant_no"] and row["settled_on"]
    )


def _touches(one: Said, truth: Truth, calm_days: frozenset[Day]) -> bool:
    keys = one.keys
    if (keys["acquirer"], keys["merchant_no"], keys["settled_on"]) in calm_days:
        return True
    for row in truth.calm:
        named = {name: row[name] for name in ("merchant_no", "trace_no", "order_no", "payout_no") if row[name]}
        if row["grain"] == one.grain and named and all(keys[name] == value for name, value in named.items()):
            return True
    return False


def total(judged: Sequence[Judged], held_out: Collection[str] = ()) -> Score:
    """Return the score of worlds taken together; what is held out (scenarios or acquirers) is told apart as well."""
    pairs = tuple(pair for one in judged for pair in one.matched.pairs)
    missed = tuple(failure for one in judged for failure in one.matched.missed)
    invented = tuple(said for one in judged for said in one.matched.invented)
    matched = Matched(pairs, missed, invented)
    folds = {said.finding_id for _, said in pairs if said.break_type == "systemic_difference"}
    wrong_gap = [
        (failure, said)
        for failure, said in pairs
        if failure.gap_minor != said.gap_minor and said.finding_id not in folds
    ]
    wrong_cause = [(failure, said) for failure, said in pairs if failure.cause_code != said.cause_code]
    touched = sum(len(one.quiet_touched) for one in judged)
    calm = sum(len(one.look_alike_days) for one in judged)
    found = detection(matched)
    return Score(
        as_of=max(one.as_of for one in judged), failures=found.failures, found=found.found, missed=len(missed),
        false_alarms=len(invented), wrong_gap=len(wrong_gap), wrong_cause=len(wrong_cause),
        merchant_days=sum(len(one.all_days) for one in judged), money_differs=sum(one.money_differs for one in judged),
        worlds=len(judged), detection=found.told(), causes=causes(pairs),
        look_alikes={
            "merchant_days": calm, "false_alarms": touched, "per_10k": round(10_000 * touched / calm, 2) if calm else None,
            "per_10k_interval": _per_10k(touched, calm),
        },
        scope=_scope(pairs), explained=_explained(judged), records=_records(judged), latency=_latency(judged),
        scenarios=by_scenario(matched), baselines=_baselines(judged),
        held_out=_apart(matched, held_out) if held_out else None,
        named={
            "missed": [_missed_name(one, failure) for one in judged for failure in one.matched.missed][:NAMED],
            "false_alarms": [one.name for one in invented][:NAMED],
            "wrong_cause": [f"{failure.name}: {failure.cause_code or '?'} said {said.cause_code or '?'}" for failure, said in wrong_cause][:NAMED],
            "wrong_gap": [f"{failure.name}: {failure.gap_minor} said {said.gap_minor}" for failure, said in wrong_gap][:NAMED],
        },
    )  # fmt: skip


def _per_10k(hits: int, of: int) -> tuple[float, float] | None:
    interval = Share(min(hits, of), of).interval
    return (round(10_000 * interval[0], 2), round(10_000 * interval[1], 2)) if interval else None


def _missed_name(judged: Judged, failure: Planted) -> str:
    instead = [f"{one.severity} {one.break_type} {one.cause_code or '?'}" for one in near(failure, judged.said)]
    return failure.name + (": said " + ", ".join(sorted(set(instead))[:3]) if instead else "")


def _scope(pairs: Iterable[tuple[Planted, Said]]) -> dict[str, Any]:
    """Return how often an incident about many names the population that the truth names."""
    named = [(failure, said) for failure, said in pairs if failure.population]
    right = sum(failure.population == said.population for failure, said in named)
    wrong = sorted(
        {
            f"{failure.population} said {said.population or '?'}"
            for failure, said in named
            if failure.population != said.population
        }
    )
    return {"named": len(named), "right": right, "share": Share(right, len(named)).value, "wrong": wrong[:20]}


def _explained(judged: Iterable[Judged]) -> dict[str, Any]:
    """Return what is left of the money, in fen, on merchant-days with failures: planted gaps less the gaps that were said.

    A compound is a merchant-day on which more than one kind of failure was planted.
    """
    left: dict[bool, int] = {False: 0, True: 0}
    days: dict[bool, int] = {False: 0, True: 0}
    for one in judged:
        kinds: dict[Day, set[str]] = {}
        sums: dict[Day, int] = {}
        for failure in (*(failure for failure, _ in one.matched.pairs), *one.matched.missed):
            day = (failure.keys["acquirer"], failure.keys["merchant_no"], failure.keys["settled_on"])
            kinds.setdefault(day, set()).add(failure.break_type)
            sums[day] = sums.get(day, 0) + failure.gap_minor
        for said in one.said:
            day = (said.keys["acquirer"], said.keys["merchant_no"], said.keys["settled_on"])
            if said.severity == "alarm" and day in sums:
                sums[day] -= said.gap_minor
        for day, minor in sums.items():
            if all(day):
                days[len(kinds[day]) > 1] += 1
                left[len(kinds[day]) > 1] += abs(minor)
    return {
        "merchant_days": sum(days.values()), "remainder_minor": sum(left.values()), "compounds": days[True],
        "compound_remainder_minor": left[True],
    }  # fmt: skip


def _records(judged: Iterable[Judged]) -> dict[str, Any]:
    rows = [asdict(one.records) for one in judged]
    return {
        name: None if any(row[name] is None for row in rows) else sum(row[name] for row in rows)
        for name in ("records", "not_there", "findings", "without", "in_twin")
    }


def _latency(judged: Iterable[Judged]) -> dict[str, Any] | None:
    soon = [one.soon for one in judged if one.soon is not None]
    if not soon:
        return None
    merged = Latency(
        [second for one in soon for second in one.seconds], [never for one in soon for never in one.never],
        sum(one.looks for one in soon),
    )  # fmt: skip
    return merged.told()


def _baselines(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Return the product and the baselines on merchant-days; worlds are kept apart by their number."""

    def all_of(pick: Callable[[Judged], Iterable[Day]]) -> frozenset[Day]:
        return frozenset((f"{at}/{day[0]}", day[1], day[2]) for at, one in enumerate(judged) for day in pick(one))

    every, wrong = all_of(lambda one: one.all_days), all_of(lambda one: one.wrong_days)
    return [
        beside(name, all_of(lambda one, name=name: one.asked[name]), wrong, every)  # type: ignore[misc]
        for name in judged[0].asked
    ]


def _apart(matched: Matched, held_out: Collection[str]) -> dict[str, Any]:
    """Return detection and causes of the held-out kinds and providers alone; a false alarm belongs to its provider."""

    def is_out(failure: Planted) -> bool:
        return failure.scenario in held_out or failure.keys["acquirer"] in held_out

    apart = Matched(
        tuple(pair for pair in matched.pairs if is_out(pair[0])),
        tuple(failure for failure in matched.missed if is_out(failure)),
        tuple(said for said in matched.invented if said.keys["acquirer"] in held_out),
    )
    return {"names": sorted(held_out), "detection": detection(apart).told(), "causes": causes(apart.pairs)}


def elapsed(seconds: int | None) -> str:
    """Return a latency as people read it: ``0``, ``45 min``, ``2 h``; ``-`` when there is none."""
    if seconds is None:
        return "-"
    minutes = timedelta(seconds=seconds) // timedelta(minutes=1)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
