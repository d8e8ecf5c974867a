"""The whole product in the simulated town: every invariant holds, the same seed is the same story, what failed once is played again.

By default a few seeds, the same on every machine; ``SIM_CPU_S`` buys so many processor seconds of them, ``DEEP=1`` an hour.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import connections

from daozhang.engine.settle import DuckLedger
from daozhang.flows.settlement_day import Settled
from daozhang.simulation.plain_ledger import PlainLedger
from daozhang.simulation.play import play
from daozhang.simulation.series import keep, kept, play_series

REGRESSIONS = Path(__file__).parent / "regressions"
DEEP_S = 3600.0
SEEDS = 3


# A process that dies closes nothing; here its open files are left to the garbage collector, which says so.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    connections.close_all()


def bought_s() -> float:
    return float(os.environ.get("SIM_CPU_S", DEEP_S if os.environ.get("DEEP") else 0.0))


def test_everything_holds_for_new_seeds(tmp_path: Path) -> None:
    series = play_series(1_000, cpu_s=bought_s(), seeds=0 if bought_s() else SEEDS)
    for outcome in series.failed:
        keep(outcome, tmp_path)
    assert [(one.seed, str(one.on), one.problem) for one in series.failed] == []
    assert sum(one.deaths for one in series.outcomes) > 0
    assert sum(one.faults for one in series.outcomes) > 0


@pytest.mark.parametrize("seed", list(kept(REGRESSIONS)))
def test_what_failed_once_holds_now(seed: int) -> None:
    assert play(seed).problem == ""


def test_the_same_seed_is_the_same_story_in_another_process() -> None:
    """Another process orders its sets in another way; nothing that anybody sees may depend on it."""
    said = "from daozhang.simulation.play import play; one = play(4); print(one.digest, one.problem)"
    code = f"from daozhang.desk.workspace import prepare_django; prepare_django(); {said}"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    here = play(4)
    assert here.digest
    assert done.stdout.split() == [here.digest]


class BothLedgers(PlainLedger):
    """Asks the engine beside the plain ledger and notes where they differ."""

    differences: ClassVar[list[str]] = []
    moments: ClassVar[list[datetime]] = []

    def settle(self, as_of: datetime) -> Settled:
        plain = PlainLedger.settle(self, as_of)
        if as_of.day % 4 == 0:
            self.moments.append(as_of)
            names = ("root", "parts", "files", "calendars", "defaults", "expected")
            given: dict[str, Any] = {name: getattr(self, name) for name in names}
            engine = DuckLedger(**given, memory="512MB", threads=1).settle(as_of)
            for what in (breaks_of, money_of, proven_by):
                if what(plain) != what(engine):
                    self.differences.append(f"{as_of} {what.__name__}")
        return plain


def breaks_of(said: Settled) -> list[tuple[object, ...]]:
    return sorted((one.finding_id, one.type.value, one.gap_minor, one.severity.value) for one in said.breaks)


def money_of(said: Settled) -> list[str]:
    return sorted(repr(one) for one in said.money)


def proven_by(said: Settled) -> dict[str, object]:
    return {number: said.settled_payouts[number] for number in said.settled_payouts}


def test_the_plain_ledger_says_what_the_engine_says() -> None:
    """The simulation judges without an engine; in the middle of its faults both say the same."""
    BothLedgers.differences.clear()
    BothLedgers.moments.clear()
    assert play(4, ledger=BothLedgers).problem == ""
    assert BothLedgers.moments
    assert BothLedgers.differences == []
