"""The same breaks, money and counts row by row on DuckDB, on a Spark cluster and on Sail, also when parts of them are killed.

Here a month of a hundred thousand payments; with DEEP=1 one of a million.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cluster_servers as servers
import pytest
from cluster_run import told

from daozhang.bench import months
from daozhang.bench.ledger import ledger_of

ROWS = 1_000_000 if os.environ.get("DEEP") == "1" else 100_000
RUN = Path(__file__).with_name("cluster_run.py")
LONGEST = 1800
"""Seconds a run may take on a machine that does much else."""


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> months.Month:
    return months.write(tmp_path_factory.mktemp("month"), ROWS)


@pytest.fixture(scope="session")
def embedded(month: months.Month) -> dict[str, Any]:
    """Return what the embedded engine says of the month, as JSON gives it back."""
    said: dict[str, Any] = json.loads(json.dumps(told(ledger_of(month).settle(months.AS_OF)), default=repr))
    assert len(said["breaks"]) > 500
    assert said["counts"]["buckets"] > 1000
    return said


@pytest.fixture
def spark(tmp_path: Path) -> Iterator[servers.Cluster]:
    cluster = servers.spark(tmp_path)
    yield cluster
    cluster.stop()


@pytest.fixture
def sail(tmp_path: Path) -> Iterator[servers.Cluster]:
    cluster = servers.sail(tmp_path)
    yield cluster
    cluster.stop()


class Driver:
    """A run in a process of its own, with its stages in ``folder``."""

    def __init__(self, engine: str, month: months.Month, cluster: servers.Cluster, folder: Path) -> None:
        self.stages = folder / "stages"
        self._out = folder / "said.json"
        self._log = folder / "driver.log"
        options = [f"{name}={value}" for name, value in servers.SMALL.items()] if engine == "spark" else []
        command = [sys.executable, RUN, month.folder, engine, cluster.url, self.stages, self._out, *options]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                list(map(str, command)), stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "JAVA_HOME": servers.java(folder), "SPARK_LOCAL_IP": "127.0.0.1"},
            )  # fmt: skip

    def done(self) -> dict[str, int]:
        """Return the stages that are whole, each with when it became so."""
        return {one.name: one.stat().st_mtime_ns for one in self.stages.glob("*/*.done")}

    def wait_for(self, stages: int) -> None:
        def enough() -> bool:
            assert self._process.poll() is None, self._log.read_text(errors="replace")[-3000:]
            return len(self.done()) >= stages

        try:
            servers.wait_until(enough, f"stage {stages}", seconds=LONGEST)
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=30)

    def said(self) -> dict[str, Any]:
        """Return what the run said when it has ended well."""
        try:
            status = self._process.wait(timeout=LONGEST)
        except BaseException:
            self.kill()
            raise
        assert status == 0, self._log.read_text(errors="replace")[-3000:]
        found: dict[str, Any] = json.loads(self._out.read_text(encoding="utf-8"))
        return found


def test_sail_with_two_workers_says_the_same(
    month: months.Month, embedded: dict[str, Any], sail: servers.Cluster, tmp_path: Path
) -> None:
    said = Driver("sail", month, sail, tmp_path).said()

    assert said == embedded
    assert "worker 2" in (tmp_path / "sail.log").read_text(errors="replace")


def test_spark_says_the_same_when_the_driver_and_then_a_worker_are_killed_in_the_middle(
    month: months.Month, embedded: dict[str, Any], spark: servers.Cluster, tmp_path: Path
) -> None:
    first = Driver("spark", month, spark, tmp_path)
    first.wait_for(8)
    first.kill()
    kept = first.done()

    second = Driver("spark", month, spark, tmp_path)
    second.wait_for(len(kept) + 3)
    spark.kill(1)
    before_the_end = len(second.done())
    said = second.said()

    assert said == embedded
    done = second.done()
    assert {name: done.get(name) for name in kept} == kept, "a stage that was there was worked out again"
    assert len(done) >= before_the_end + 8, "the worker was not killed in the middle"
    assert spark.processes[1].poll() is not None
    assert [one.poll() for one in spark.processes].count(None) == 2


@pytest.mark.deep
def test_spark_left_alone_says_the_same(
    month: months.Month, embedded: dict[str, Any], spark: servers.Cluster, tmp_path: Path
) -> None:
    driver = Driver("spark", month, spark, tmp_path)

    assert driver.said() == embedded
    assert not [one for one in driver.stages.glob("run_*") if len(list(driver.stages.glob("run_*"))) > 1]
