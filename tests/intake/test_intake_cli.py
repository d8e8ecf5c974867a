"""The commands as people and programs use them: columns, words and exit status."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from intake_tables import as_csv, clearing
from typer.testing import CliRunner

from daozhang.cli.main import app

KEYS = [
    "file", "sha256", "import_id", "format", "state", "tables", "rows_in", "control", "accepted", "duplicate",
    "quarantined", "warnings",
]  # fmt: skip


def run(workspace: Any, *arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [arguments[0], "--workspace", str(workspace.root), *arguments[1:]])
    return done.exit_code, done.stdout, done.stderr


def test_import_answers_programs_and_says_by_its_status_whether_a_person_is_needed(
    sqlite_workspace: Any, tmp_path: Path
) -> None:
    fine, bad = tmp_path / "clearings.csv", tmp_path / "clearings_bad.csv"
    fine.write_text(as_csv([clearing(1)]))
    bad.write_text(as_csv([clearing(2), clearing(3, gross_minor="12.5O"), clearing(4, kind="gift")]))

    status, out, _ = run(sqlite_workspace, "import", str(fine), "--json")
    (file,) = json.loads(out)["files"]
    assert (status, list(file), file["state"], file["tables"]) == (0, KEYS, "accepted", {"clearings": 1})
    assert run(sqlite_workspace, "import", str(fine), "--json")[0] == 0

    status, out, _ = run(sqlite_workspace, "import", str(bad))
    assert status == 1
    assert 'clearings_bad.csv, line 3. Column gross_minor: "12.5O" is not a whole number' in out
    assert "This row was set aside; 1 other rows of the file were taken and 1 more were set aside." in out
    assert "daozhang quarantine im_" in out
    assert run(sqlite_workspace, "import", str(bad))[0] == 0

    status, out, _ = run(sqlite_workspace, "import", str(fine), str(bad), "--csv")
    assert [row["state"] for row in csv.DictReader(io.StringIO(out))] == ["unchanged", "unchanged"]


def test_quarantine_lists_where_what_and_why(sqlite_workspace: Any, tmp_path: Path) -> None:
    assert run(sqlite_workspace, "quarantine")[0] == 0
    path = tmp_path / "clearings_bad.csv"
    path.write_text(as_csv([clearing(4, kind="gift")]))
    _, out, _ = run(sqlite_workspace, "import", str(path), "--json")
    import_id = json.loads(out)["files"][0]["import_id"]

    status, out, _ = run(sqlite_workspace, "quarantine", import_id, "--json")
    (row,) = json.loads(out)["rows"]
    assert status == 1
    assert (row["file"], row["line_no"], row["column"], row["value"], row["reason_key"]) == (
        path.name,
        2,
        "kind",
        "gift",
        "reject-value",
    )
    assert row["reason"].startswith("Column kind:")
    assert "clearings_bad.csv" in run(sqlite_workspace, "quarantine")[1]
    assert run(sqlite_workspace, "quarantine", "im_none")[0] == 2


def test_undo_takes_back_once(sqlite_workspace: Any, tmp_path: Path) -> None:
    path = tmp_path / "clearings.csv"
    path.write_text(as_csv([clearing(1)]))
    _, out, _ = run(sqlite_workspace, "import", str(path), "--json")
    import_id = json.loads(out)["files"][0]["import_id"]

    assert run(sqlite_workspace, "undo", import_id)[:2] == (
        0,
        f"{import_id} (clearings.csv) was taken back: 1 rows are no longer counted. The file can be imported again.\n",
    )
    status, _, error = run(sqlite_workspace, "undo", import_id)
    assert status == 2
    assert "was taken back already" in error
    assert json.loads(run(sqlite_workspace, "imports", "--json")[1])["imports"][0]["state"] == "undone"
    assert run(sqlite_workspace, "undo", "im_none")[0] == 2


def test_what_cannot_be_done_is_said_on_standard_error(sqlite_workspace: Any, tmp_path: Path) -> None:
    status, out, error = run(sqlite_workspace, "import", str(tmp_path / "missing.csv"))
    assert (status, out) == (2, "")
    assert "There is nothing at" in error
    path = tmp_path / "letter.txt"
    path.write_text("hello")
    status, out, _ = run(sqlite_workspace, "import", str(path))
    assert status == 1
    assert "No format knows this file" in out
    assert run(sqlite_workspace, "import", str(path), "--day", "yesterday")[0] == 2


def test_every_text_of_intake_exists_in_both_languages() -> None:
    import re

    from daozhang import texts

    source = Path(texts.__file__).parent.parent
    files = [*(source / "intake").glob("*.py"), *(source / "desk").glob("import*.py"), source / "cli" / "imports.py"]
    used = {
        key
        for file in files
        for key in re.findall(
            r'"((?:reject|refused|error|warn|note|import|undo|quarantine|imports)-[a-z-]+)"', file.read_text()
        )
    }
    assert len(used) > 40
    assert [key for key in sorted(used) for language in texts.LANGUAGES if not texts.has(language, key)] == []
