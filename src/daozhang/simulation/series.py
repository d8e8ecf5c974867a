"""Many seeds one after the other within a budget of processor time; each seed that fails is kept, to be played for ever after."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from daozhang.simulation.play import Outcome, play


@dataclass(slots=True)
class Series:
    """What many seeds gave. ``cpu_s`` is processor time of this process, ``days`` simulated days."""

    outcomes: list[Outcome] = field(default_factory=list)
    cpu_s: float = 0.0

    @property
    def days(self) -> int:
        """Return how many days were simulated."""
        return sum(one.days for one in self.outcomes)

    @property
    def days_per_cpu_minute(self) -> int:
        """Return how many days one minute of processor time simulates."""
        return int(self.days * 60 / self.cpu_s) if self.cpu_s else 0

    @property
    def failed(self) -> list[Outcome]:
        """Return the seeds for which an invariant broke."""
        return [one for one in self.outcomes if one.problem]


def play_series(first: int, *, cpu_s: float, seeds: int = 0, told: Callable[[Outcome], None] | None = None) -> Series:
    """Play seeds from ``first`` on until ``cpu_s`` seconds of processor time are used, or ``seeds`` of them are played."""
    series, began = Series(), time.process_time()
    seed = first
    while (seeds and seed < first + seeds) or (not seeds and (seed == first or time.process_time() - began < cpu_s)):
        outcome = play(seed)
        series.outcomes.append(outcome)
        if told is not None:
            told(outcome)
        seed += 1
    series.cpu_s = time.process_time() - began
    return series


def keep(outcome: Outcome, folder: Path) -> Path:
    """Write a failing seed to ``folder`` and return its file; the tests play every file there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"seed_{outcome.seed}.json"
    said = {**asdict(outcome), "on": str(outcome.on)}
    wanted = {name: said[name] for name in ("seed", "on", "problem")}
    path.write_text(json.dumps(wanted, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def kept(folder: Path) -> Iterator[int]:
    """Give the seeds that were kept in ``folder``."""
    for path in sorted(folder.glob("seed_*.json")):
        yield int(json.loads(path.read_text(encoding="utf-8"))["seed"])
