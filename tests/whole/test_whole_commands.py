"""The commands that other programs rely on: columns, JSON keys and exit statuses as interchange promises them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from daozhang.world.write import write_world

AS_OF = "2026-10-13T10:30:00"
FINDINGS = [
    "as_of", "finding_id", "grain", "acquirer", "merchant_no", "terminal_no", "batch_no", "trace_no", "rrn",
    "order_no", "network_no", "payout_no", "settled_on", "account_tail", "file", "break_type", "gap_minor", "due_at",
    "severity", "incident_id", "case_id", "population", "cause_category", "cause_code", "confidence", "evidence",
]  # fmt: skip
MONEY = ("expected", "arrived", "not_due", "held", "deducted", "returned", "missing", "unexplained")


def daozhang(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "daozhang.cli", *words], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    write_world(folder / "world", seed=3, scenarios=("S01", "S11", "S26", "N02"), merchants=4, days=18)
    assert daozhang("init", str(folder / "w")).returncode == 0
    result = daozhang("import", str(folder / "world" / "files"), "-w", str(folder / "w"), "--json")
    assert result.returncode == 0, result.stderr
    files = json.loads(result.stdout)["files"]
    for one in files:
        assert one["rows_in"] == one["control"] + one["accepted"] + one["duplicate"] + one["quarantined"]
        assert {"file", "sha256", "import_id", "format", "state", "tables", "warnings"} <= set(one)
    run = daozhang("run", "--as-of", AS_OF, "-w", str(folder / "w"), "--json")
    assert run.returncode == 1, run.stderr  # alarms need a person
    return folder / "w"


def test_findings_have_the_promised_columns(place: Path) -> None:
    result = daozhang("findings", "-w", str(place), "--csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert result.returncode == 1
    assert list(rows[0]) == FINDINGS
    alarms = [row for row in rows if row["severity"] == "alarm"]
    assert {row["cause_code"] for row in alarms} >= {"D001", "D035"}
    for row in alarms:
        assert row["evidence"], row
        assert row["case_id"].startswith("DZ-2026-"), row
        assert 0 <= int(row["confidence"].replace(".", "")) <= 100


def test_money_satisfies_its_equation_on_every_row(place: Path) -> None:
    result = daozhang("money", "-w", str(place), "--csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) > 20
    for row in rows:
        amounts = {name: int(row[f"{name}_minor"]) for name in MONEY}
        assert amounts["expected"] == sum(amounts.values()) - amounts["expected"], row


def test_a_moment_in_the_past_is_judged_from_what_was_known_then(place: Path) -> None:
    result = daozhang("findings", "--as-of", "2026-10-05T12:00:00", "-w", str(place), "--csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert not [row for row in rows if row["severity"] == "alarm"]
    assert result.returncode == 0
    assert all(row["as_of"] == "2026-10-05T12:00:00" for row in rows)


def test_history_says_when_each_verdict_was_first_said(place: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(daozhang("findings", "--history", "-w", str(place), "--csv").stdout)))
    assert {row["as_of"] for row in rows} == {AS_OF}


def test_where_shows_every_leg_with_file_and_line(place: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(daozhang("findings", "-w", str(place), "--csv").stdout)))
    rrn = next(row["rrn"] for row in rows if row["break_type"] == "missing_in_clearing" and row["severity"] == "alarm")
    way = json.loads(daozhang("where", rrn, "-w", str(place), "--json").stdout)["ways"][0]
    kinds = [leg["kind"] for leg in way["legs"]]
    assert kinds[:2] == ["order", "transaction"]
    assert way["legs"][1]["file"]
    assert way["legs"][1]["line_no"] > 1


def test_what_cannot_be_done_ends_with_two_and_says_why(tmp_path: Path) -> None:
    result = daozhang("run", "-w", str(tmp_path / "nothing"))
    assert result.returncode == 2
    assert "is not a workspace" in result.stderr
    assert "Traceback" not in result.stderr
    assert daozhang("run", "--as-of", "yesterday", "-w", str(tmp_path)).returncode == 2


def test_due_for_an_unpublished_year_says_so() -> None:
    result = daozhang("due", "--cycle", "T+1", "2027-03-01T12:00:00")
    assert result.returncode == 1
    assert "2027" in result.stdout + result.stderr
