"""``daozhang score`` as a person or a program calls it, on a world of one shop and four days."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DAOZHANG = Path(sys.executable).with_name("daozhang")


def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DAOZHANG, *arguments], capture_output=True, text=True, check=False, encoding="utf-8")


def test_a_folder_that_is_no_world_is_said_to_be_none(tmp_path: Path) -> None:
    done = call("score", "--world", tmp_path)
    assert done.returncode == 2
    assert "daozhang world" in done.stderr


@pytest.mark.deep
def test_a_world_its_twin_and_the_replay_are_scored_in_one_go(tmp_path: Path) -> None:
    common = ("--seed", "3", "--merchants", "1", "--days", "4", "--scenarios", "S32")
    assert call("world", "--out", tmp_path / "w", *common).returncode == 0
    assert call("world", "--out", tmp_path / "twin", *common, "--without", "S32").returncode == 0
    picture = tmp_path / "score.svg"
    done = call(
        "score", "--world", tmp_path / "w", "--twin", tmp_path / "twin", "--replay", "--held-out", "S32", "--svg", picture,
        "--json",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["failures"] == told["found"] >= 1
    assert (told["missed"], told["false_alarms"], told["wrong_gap"], told["wrong_cause"]) == (0, 0, 0, 0)
    assert told["held_out"]["detection"]["failures"] == told["failures"]
    assert told["records"]["not_there"] == 0
    assert told["latency"]["said"] == told["latency"]["failures"]
    assert {row["name"] for row in told["baselines"]} == {
        "product", "no_credit_next_day", "daily_totals", "weekends_only",
    }  # fmt: skip
    assert picture.read_text(encoding="utf-8").startswith("<svg")
