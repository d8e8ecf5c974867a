"""``daozhang map`` as people and programs use it: what it prints, how it ends, what it keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mapping_files import fen_text
from typer.testing import CliRunner

from daozhang.cli.main import app

runner = CliRunner()
SAID = ["--answer", "unit=minor", "--answer", "sign=as_read", "--answer", "cleared_on=same", "--acquirer", "YUNFU"]


def run(workspace: Any, *words: str) -> Any:
    return runner.invoke(app, ["map", *words, "--workspace", str(workspace.root)])


def test_it_says_what_is_open_and_how_to_answer(sqlite_workspace: Any, tmp_path: Path) -> None:
    found = run(sqlite_workspace, str(fen_text(tmp_path).path))

    assert found.exit_code == 1, found.output
    for said in (
        "--answer unit=minor",
        "--answer sign=turned",
        "--answer cleared_on=given",
        "--answer acquirer=",
        "18 of 18 rows agree",
    ):
        assert said in found.output


def test_it_keeps_what_is_clear_lists_it_and_hands_it_on(sqlite_workspace: Any, tmp_path: Path) -> None:
    made = fen_text(tmp_path)
    looked = run(sqlite_workspace, str(made.path), *SAID)
    saved = run(sqlite_workspace, str(made.path), *SAID, "--save", "yunfu", "--title", "Yunfu")
    listed = json.loads(run(sqlite_workspace, "--list", "--json").output)["formats"]
    shared = tmp_path / "yunfu.toml"
    exported = run(sqlite_workspace, "--export", "yunfu", "-o", str(shared))
    retired = run(sqlite_workspace, "--retire", "yunfu")
    taken = run(sqlite_workspace, "--use", str(shared))

    assert [one.exit_code for one in (looked, saved, exported, retired, taken)] == [0, 0, 0, 0, 0], saved.output
    assert [(one["code"], one["version"], one["format"], one["title_en"]) for one in listed] == [
        ("yunfu", 1, "yunfu_v1", "Yunfu")
    ]
    assert json.loads(run(sqlite_workspace, "--list", "--json").output)["formats"][0]["state"] == "received"


def test_a_program_gets_points_columns_and_rows(sqlite_workspace: Any, tmp_path: Path) -> None:
    found = json.loads(run(sqlite_workspace, str(fen_text(tmp_path).path), *SAID, "--json").output)

    assert (found["table"], found["is_ready"]) == ("clearings", True)
    assert found["columns"]["gross_minor"] == "发生额"
    assert found["checks"] == [{"kind": "net", "holds": 18, "of": 18}]
    assert found["tried"]["tables"]["clearings"]["shown"][0]["values"]["gross_minor"] == 100


@pytest.mark.parametrize(
    "words", [(), ("no-such-file.csv",), ("--export", "nothing"), ("--retire", "nothing"), ("{file}", "--answer", "unit"),
              ("{file}", "--save", "own_x")]
)  # fmt: skip
def test_what_cannot_be_done_says_why(sqlite_workspace: Any, tmp_path: Path, words: tuple[str, ...]) -> None:
    file = str(fen_text(tmp_path).path)
    found = run(sqlite_workspace, *(file if word == "{file}" else word for word in words))

    assert found.exit_code == 2, found.output
