"""``daozhang run`` with the engine that the settings choose."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cluster_servers import free_port

from daozhang.world.write import write_world

AS_OF = "2026-10-13T10:30:00"


def daozhang(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    named = {f"DAOZHANG_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "daozhang.cli", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **named},
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("choice")
    write_world(folder / "world", seed=3, scenarios=("S01", "S11", "S26", "N02"), merchants=4, days=18)
    assert daozhang("init", str(folder / "w")).returncode == 0
    assert daozhang("import", str(folder / "world" / "files"), "-w", str(folder / "w"), "--json").returncode == 0
    return folder / "w"


def run(place: Path, **settings: str) -> dict[str, Any]:
    result = daozhang("run", "--as-of", AS_OF, "-w", str(place), "--json", **settings)
    assert result.returncode == 1, result.stderr
    found = daozhang("findings", "-w", str(place), "--json")
    money = daozhang("money", "-w", str(place), "--json")
    return {"findings": json.loads(found.stdout), "money": json.loads(money.stdout)}


def test_the_setting_chooses_the_engine_and_the_findings_are_the_same(place: Path, tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    shutil.copytree(place, beside)

    here, there = run(place), run(beside, engine="sail")

    assert here["findings"]
    assert there == here
    assert not (place / "lake" / ".checkpoints").exists()
    assert len(list((beside / "lake" / ".checkpoints").glob("run_*/s_*.done"))) > 5


def test_a_cluster_that_does_not_answer_changes_nothing(place: Path, tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    shutil.copytree(place, beside)
    address = f"sc://127.0.0.1:{free_port()}"

    result = daozhang("run", "--as-of", AS_OF, "-w", str(beside), engine="spark", engine_url=address)

    assert result.returncode == 2
    assert address in result.stderr
    assert "did not answer" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_address_is_said_before_anything_starts(place: Path) -> None:
    result = daozhang("run", "-w", str(place), engine="spark", engine_url="http://cluster")

    assert result.returncode == 2
    assert "engine_url" in result.stderr
