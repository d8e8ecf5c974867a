"""The comparison: each tool in a process of its own on the same files, absent ones said as absent, and its picture."""

from __future__ import annotations

import json
import sys
from xml.etree import ElementTree as ET

import pytest
from bench_month import SIZE
from typer.testing import CliRunner

from daozhang.bench import months, peers_run
from daozhang.bench.peer_tools import PEERS
from daozhang.bench.peers_run import Cost
from daozhang.bench.picture import drawn
from daozhang.cli.main import app


def test_tools_are_measured_beside_each_other_and_judged(month: months.Month) -> None:
    costs = {
        cost.tool: cost
        for cost in peers_run.compare(
            month, runs=1, peers_python=sys.executable, only=("bare read", "bare join", "full", "leg", "sqlite3")
        )
    }

    assert all(cost.cpu_ms > 0 and cost.rss_mb > 0 and not cost.note for cost in costs.values()), costs
    assert (costs["full"].false, costs["full"].missed) == (0, 0)
    assert costs["bare join"].false is None
    # A join by key has no day: numbers that are used again hide rows that are alone and make differences that are none.
    assert (costs["sqlite3"].false or 0) > 10
    assert (costs["sqlite3"].missed or 0) > 0


def test_a_tool_that_is_not_installed_is_listed_as_such(month: months.Month, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "")

    (cost,) = peers_run.compare(month, runs=2, peers_python=sys.executable, only=("fastrecon",))

    assert (cost.note, cost.cpu_ms, cost.rows_per_cpu_s) == ("bench-not-installed", 0, None)


def test_the_picture_shows_each_tool_that_ran() -> None:
    costs = [
        Cost(tool="full", rows=100, cpu_ms=1000, rss_mb=50, false=0, missed=0),
        Cost(tool="a & b", rows=100, cpu_ms=4000, rss_mb=500, false=3, missed=4),
        Cost(tool="absent", rows=100, note="bench-not-installed"),
    ]
    root = ET.fromstring(drawn(costs, "A month", ("time", "memory", "wrong")))  # noqa: S314 - written by us
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]

    assert {"A month", "full", "a & b", "1.0 s", "4.0 s", "500 MB", "7", "0"} <= set(texts)
    assert "absent" not in texts


def test_the_command_says_what_was_found_of_the_month_that_stands_in_a_folder(month: months.Month) -> None:
    ran = CliRunner().invoke(
        app,
        ["bench", "--work", "month", "--size", str(SIZE), "--folder", str(month.folder), "--json"],
        catch_exceptions=False,
    )
    said = json.loads(ran.stdout)

    assert ran.exit_code == 0
    assert said["payments"] == SIZE
    assert (said["month"]["false"], said["month"]["missed"]) == (0, 0)
    assert {row["kind"] for row in said["month"]["kinds"]} >= {"missing", "double_later", "reissued_open"}


def test_every_peer_names_the_module_it_needs() -> None:
    assert set(PEERS) == {"fastrecon", "datacompy", "pandas merge", "Splink", "sqlite3"}
