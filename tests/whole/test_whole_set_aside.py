"""Through the real commands: a broken clearing line makes its payment a watch that names the file; put right, all is quiet."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "web"))

from web_story import FILES, SALE_RRN, write_files

AS_OF = "2026-09-24T12:00:00"
GOOD = ",8850,53,8797,"
NEXT_DAY = "lianhe,898310012340001,T0000001,000003,000110,092310000001,2026-09-23T09:00:00,2026-09-23,sale,100,1,99,card,1111,debit\n"
TAKEN = "lianhe,898310012340001,T0000001,000003,000110,092310000001,2026-09-23T09:00:00,sale,100,approved,00,card,1111,debit\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a workspace with the true story, one of its clearing lines unreadable and no payouts yet."""
    clearings = FILES["clearings_2026-09.csv"].replace(GOOD, ",88.5O,53,8797,") + NEXT_DAY
    files = FILES | {
        "clearings_2026-09.csv": clearings,
        "transactions_2026-09.csv": FILES["transactions_2026-09.csv"] + TAKEN,
    }
    files.pop("payouts_2026-09.csv")
    write_files(tmp_path / "files", files)
    daozhang("init", str(tmp_path / "w"))
    return tmp_path


def daozhang(*words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "daozhang.cli", *words], capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "DAOZHANG_LANGUAGE_OF_TERMINAL": language},
    )  # fmt: skip
    assert done.returncode in {0, 1}, done.stderr
    return done


def found(place: Path) -> list[dict[str, Any]]:
    daozhang("run", "--as-of", AS_OF, "-w", str(place / "w"))
    said = json.loads(daozhang("findings", "-w", str(place / "w"), "--json").stdout)
    rows = said["findings"] if isinstance(said, dict) else said
    return [row for row in rows if row["break_type"] == "missing_in_clearing"]


def test_a_set_aside_line_is_watched_until_it_is_put_right(place: Path) -> None:
    read = json.loads(daozhang("import", str(place / "files"), "-w", str(place / "w"), "--json").stdout)["files"]
    (cut,) = [one for one in read if one["quarantined"]]

    (row,) = found(place)
    assert (row["rrn"], row["severity"]) == (SALE_RRN, "watch")
    assert "clearings_2026-09.csv" in row["evidence"]

    line = json.loads(daozhang("quarantine", cut["import_id"], "-w", str(place / "w"), "--json").stdout)
    (waiting,) = line["rows"] if isinstance(line, dict) else line
    daozhang(
        "correct", cut["import_id"], str(waiting["line_no"]), "gross_minor=8850", "--why", "the slip says 88.50", "-w",
        str(place / "w"),
    )  # fmt: skip
    assert found(place) == []


def test_an_undone_file_leaves_nothing_set_aside(place: Path) -> None:
    read = json.loads(daozhang("import", str(place / "files"), "-w", str(place / "w"), "--json").stdout)["files"]
    (cut,) = [one for one in read if one["quarantined"]]
    (place / "files" / "clearings_2026-09.csv").unlink()
    without = "".join(one for one in FILES["clearings_2026-09.csv"].splitlines(keepends=True) if GOOD not in one)
    (place / "again.csv").write_text(without + NEXT_DAY, encoding="utf-8")
    daozhang("undo", cut["import_id"], "-w", str(place / "w"))
    daozhang("import", str(place / "again.csv"), "-w", str(place / "w"))
    (row,) = found(place)
    assert (row["rrn"], row["severity"]) == (SALE_RRN, "alarm")


def test_verify_names_the_import_whose_entry_was_changed(place: Path) -> None:
    where = str(place / "w")
    read = json.loads(daozhang("import", str(place / "files"), "-w", where, "--json").stdout)["files"]
    (cut,) = [one for one in read if one["quarantined"]]
    daozhang("undo", cut["import_id"], "-w", where)
    assert json.loads(daozhang("verify", "-w", where, "--json").stdout)["imports_checked"] == 1
    with sqlite3.connect(place / "w" / "desk.sqlite3") as desk:
        desk.execute("UPDATE desk_importevent SET by = 'somebody'")
    for language, words in (("en", "its content was changed"), ("zh", "内容被改动过")):
        told = daozhang("verify", "-w", where, language=language)
        assert told.returncode == 1
        assert cut["import_id"] in told.stdout
        assert words in told.stdout
