"""The files to deploy with: their settings are settings, their programs and options exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyspark
import pytest
from typer.main import get_command

from daozhang.cli.main import app
from daozhang.desk.configuration import load

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted(DEPLOY.glob("*/*.service"))
SETTINGS = sorted(DEPLOY.glob("*/*.toml"))


@pytest.mark.parametrize("path", SETTINGS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_settings_are_settings(path: Path, tmp_path: Path) -> None:
    shutil.copy(path, tmp_path / "daozhang.toml")

    found = load(tmp_path, {})

    assert found.engine == (
        "embedded" if path.parent.name == "one-machine" else "sail" if "sail" in path.name else "spark"
    )


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_start_what_there_is(path: Path) -> None:
    words = re.findall(r"^ExecStart=(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)[0].split()
    program = Path(words[0]).name

    if program == "daozhang":
        command = get_command(app).commands[words[1]]  # type: ignore[attr-defined]
        options = {name for one in command.params for name in one.opts}
        assert {word for word in words[2:] if word.startswith("--")} <= options
    elif program == "spark-class":
        home = Path(pyspark.__file__).parent
        assert (home / "bin" / program).exists()
        assert words[1] in {"org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"}
    else:
        assert program == "sail"
        told = subprocess.run(
            [str(Path(sys.executable).parent / "sail"), *words[1:3], "--help"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert {word for word in words[3:] if word.startswith("--")} <= set(re.findall(r"--[a-z-]+", told.stdout))


def test_the_address_of_the_worker_is_that_of_the_settings() -> None:
    worker = (DEPLOY / "cluster" / "spark-worker.service").read_text(encoding="utf-8")

    assert load_url(DEPLOY / "cluster" / "daozhang.toml") in worker


def load_url(path: Path) -> str:
    found = re.findall(r'^engine_url = "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    return str(found[0])
