"""``daozhang world`` as a person or a program calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

DAOZHANG = Path(sys.executable).with_name("daozhang")


def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DAOZHANG, "world", *arguments], capture_output=True, text=True, check=False, encoding="utf-8"
    )


def test_it_writes_files_and_the_truth_apart_and_says_how_many(tmp_path: Path) -> None:
    out = tmp_path / "w"
    done = call("--out", out, "--seed", "3", "--scenarios", "S26,N02", "--merchants", "2", "--days", "4", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    files = [path for path in (out / "files").rglob("*") if path.is_file() and path.name != "arrivals.csv"]
    assert told["files"] == len(files) > 30
    assert told["payments"] > 300
    assert told["known_until"] == "2026-09-25T10:00:00"
    truth = (out / "truth" / "truth.csv").read_text(encoding="utf-8").splitlines()
    assert told["failures"] == len(truth) - 1 == 2
    assert {line.split(",")[0] for line in truth[1:]} == {"S26"}
    assert not [path for path in files if "truth" in path.name or b"S26" in path.read_bytes()]


def test_it_never_writes_into_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = call("--out", tmp_path)
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_wrong_words_are_answered_with_the_right_ones(tmp_path: Path) -> None:
    unknown = call("--out", tmp_path / "a", "--scenarios", "S26,S99")
    assert (unknown.returncode, "S99" in unknown.stderr, "S45" in unknown.stderr) == (2, True, True)
    day = call("--out", tmp_path / "b", "--from", "soon")
    assert (day.returncode, "2026-09-21" in day.stderr) == (2, True)
    size = call("--out", tmp_path / "c", "--days", "0")
    assert size.returncode == 2
    assert not any(tmp_path.iterdir())
