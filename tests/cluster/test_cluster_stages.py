"""Stages: whole or not there, found again by the same run alone, and taken away when nobody can be at work on them."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

import pytest

from daozhang.engine.cluster.cluster import run_name
from daozhang.engine.cluster.places import Place
from daozhang.engine.cluster.stages import Stages
from daozhang.engine.lake import Part


def rows(folder: Path) -> Path:
    path = folder / "rows.parquet"
    path.write_bytes(b"PAR1")
    return path


def test_a_stage_is_there_when_it_is_whole(tmp_path: Path) -> None:
    stages = Stages(Place(str(tmp_path / "s")), "run_a")
    stages.place.make("run_a/u_1")

    assert not stages.is_done("u_1")
    stages.bring("u_1", rows(tmp_path))
    assert stages.is_done("u_1")
    assert Stages(Place(str(tmp_path / "s")), "run_a").is_done("u_1")
    assert not Stages(Place(str(tmp_path / "s")), "run_b").is_done("u_1")


def test_the_salt_is_that_of_the_run_and_for_its_owner_alone(tmp_path: Path) -> None:
    first, again = (Stages(Place(str(tmp_path)), "run_a") for _ in range(2))
    other = Stages(Place(str(tmp_path)), "run_b")

    assert first.salt == again.salt
    assert first.salt != other.salt
    assert (tmp_path / "run_a" / "salt").stat().st_mode & 0o777 == 0o600


def test_what_begins_again_leaves_nothing_of_before(tmp_path: Path) -> None:
    stages = Stages(Place(str(tmp_path / "s")), "run_a")
    half = tmp_path / "s" / "run_a" / "s_1" / "half.parquet"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half")

    stages.begin("s_1")

    assert not half.exists()


def test_only_runs_that_are_not_at_work_are_removed(tmp_path: Path) -> None:
    mine, old, young = (Stages(Place(str(tmp_path)), f"run_{name}") for name in ("mine", "old", "young"))
    long_ago = time.time() - 7_200
    os.utime(tmp_path / "run_old" / "salt", (long_ago, long_ago))
    (tmp_path / "somebody's").mkdir()

    mine.keep_only_this_run()

    assert sorted(one.name for one in tmp_path.iterdir()) == ["run_mine", "run_young", "somebody's"]
    assert (old.salt, young.salt) != (mine.salt, mine.salt)


@pytest.mark.parametrize("change", ["moment", "bytes", "part"])
def test_whatever_a_run_depends_on_gives_it_another_name(tmp_path: Path, change: str) -> None:
    part = Part("transactions", rows(tmp_path).name)
    at = datetime(2026, 11, 25, 9)
    before = run_name(tmp_path, [part], at)

    if change == "moment":
        at = datetime(2026, 11, 25, 10)
    elif change == "bytes":
        (tmp_path / "rows.parquet").write_bytes(b"PAR1PAR1")
    else:
        part = Part("clearings", "rows.parquet")

    assert run_name(tmp_path, [part], at) != before
