"""The arithmetic of the score: shares with their intervals, calibration, and the table per scenario. Pure values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any, Final

from daozhang.bench.world_match import Matched, Said
from daozhang.bench.world_truth import Planted
from daozhang.shares import wilson

BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its numerator, denominator and the 95 % interval after Wilson; 0 of 0 has none."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """Return hits divided by all, None of nothing."""
        return round(self.hits / self.of, 6) if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the lower and upper bound of the 95 % interval, None of nothing."""
        ends = wilson(self.hits, self.of)
        return (round(ends[0], 6), round(ends[1], 6)) if ends else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """How much of what was planted was said, and how much of what was said was planted; by count and by money (fen)."""

    failures: int
    found: int
    alarms: int
    false_alarms: int
    failures_minor: int
    found_minor: int
    alarms_minor: int
    false_minor: int

    @property
    def recall(self) -> float | None:
        """Return found by planted."""
        return Share(self.found, self.failures).value

    @property
    def precision(self) -> float | None:
        """Return right alarms by alarms."""
        return Share(self.alarms - self.false_alarms, self.alarms).value

    @property
    def f1(self) -> float | None:
        """Return the harmonic mean of precision and recall."""
        whole = self.failures + self.alarms
        return round((self.found + self.alarms - self.false_alarms) / whole, 6) if whole else None

    def told(self) -> dict[str, Any]:
        """Return the counts with the shares made of them."""
        return {
            **asdict(self), "recall": self.recall, "recall_interval": Share(self.found, self.failures).interval,
            "precision": self.precision,
            "precision_interval": Share(self.alarms - self.false_alarms, self.alarms).interval, "f1": self.f1,
            "recall_money": Share(self.found_minor, self.failures_minor).value,
            "precision_money": Share(self.alarms_minor - self.false_minor, self.alarms_minor).value,
        }  # fmt: skip


def detection(matched: Matched) -> Detection:
    """Return how a matching did. An alarm that stands for many rows counts once; its money is the planted rows' money."""
    found_minor = sum(abs(failure.gap_minor) for failure, _ in matched.pairs)
    false_minor = sum(abs(one.gap_minor) for one in matched.invented)
    right = len({said.finding_id for _, said in matched.pairs})
    return Detection(
        failures=len(matched.pairs) + len(matched.missed), found=len(matched.pairs), alarms=right + len(matched.invented),
        false_alarms=len(matched.invented),
        failures_minor=found_minor + sum(abs(failure.gap_minor) for failure in matched.missed),
        found_minor=found_minor, alarms_minor=found_minor + false_minor, false_minor=false_minor,
    )  # fmt: skip


def causes(pairs: Sequence[tuple[Planted, Said]]) -> dict[str, Any]:
    """Return how causes did on what was found and has a cause that could be known; where none can be, asking is right."""
    known = [(failure, said) for failure, said in pairs if failure.cause_code]
    blank = [(failure, said) for failure, said in pairs if not failure.cause_code]
    top1 = sum(failure.cause_code == said.cause_code for failure, said in known)
    top3 = sum(failure.cause_code in _three(said) for failure, said in known)
    return {
        "judged": len(known), "top1": top1, "top1_share": Share(top1, len(known)).value,
        "top1_interval": Share(top1, len(known)).interval, "top3": top3, "top3_share": Share(top3, len(known)).value,
        "abstained": sum(not said.cause_code for _, said in known),
        "abstained_share": Share(sum(not said.cause_code for _, said in known), len(known)).value,
        "rightly_abstained": sum(not said.cause_code for _, said in blank), "nothing_to_know": len(blank),
        **calibration(pairs),
    }  # fmt: skip


def _three(said: Said) -> set[str]:
    return {code for code, _ in said.candidates[:3]} | {said.cause_code}


def calibration(pairs: Iterable[tuple[Planted, Said]]) -> dict[str, Any]:
    """Return the expected calibration error over ten bins of the confidence, and the bins; answers without a cause have none."""
    shelves: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for failure, said in pairs:
        if said.cause_code:
            at = min(BINS - 1, said.confidence_pct * BINS // 100)
            shelves[at].append((said.confidence_pct, failure.cause_code == said.cause_code))
    total = sum(map(len, shelves.values()))
    bins, error = [], 0.0
    for at in sorted(shelves):
        rows = shelves[at]
        sure = sum(pct for pct, _ in rows) / (100 * len(rows))
        right = sum(hit for _, hit in rows) / len(rows)
        error += len(rows) / total * abs(sure - right)
        bins.append({"from_pct": at * 10, "answers": len(rows), "said": round(sure, 4), "right": round(right, 4)})
    return {"ece": round(error, 4) if total else None, "bins": bins}


def quantile_s(seconds: Sequence[int], share: float) -> int | None:
    """Return the smallest value that at least this share of the values do not exceed; None of nothing."""
    return sorted(seconds)[max(0, ceil(share * len(seconds)) - 1)] if seconds else None


def by_scenario(matched: Matched) -> list[dict[str, Any]]:
    """Return one row per scenario, in their order: planted, found, and how many have another gap or cause."""
    rows: dict[str, dict[str, Any]] = {}

    def row(failure: Planted) -> dict[str, Any]:
        return rows.setdefault(
            failure.scenario,
            {"scenario": failure.scenario, "failures": 0, "found": 0, "wrong_gap": 0, "wrong_cause": 0, "gap_minor": 0},
        )

    folds = {said.finding_id for _, said in matched.pairs if said.break_type == "systemic_difference"}
    for failure, said in matched.pairs:
        one = row(failure)
        one["failures"] += 1
        one["found"] += 1
        one["wrong_gap"] += said.finding_id not in folds and failure.gap_minor != said.gap_minor
        one["wrong_cause"] += failure.cause_code != said.cause_code
        one["gap_minor"] += abs(failure.gap_minor)
    for failure in matched.missed:
        one = row(failure)
        one["failures"] += 1
        one["gap_minor"] += abs(failure.gap_minor)
    return [rows[name] for name in sorted(rows)]
