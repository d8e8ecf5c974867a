"""The commands about cases, through the real command line."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from daozhang.cli.main import app
from daozhang.desk.models import CaseEvent
from daozhang.desk.runs import record_run
from desk_making import NOON, finding, put_one_day

NUMBER = "DZ-2026-000001"


def daozhang(workspace: Any, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [words[0], "--workspace", str(workspace.root), *words[1:]])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def desk(sqlite_workspace: Any) -> Any:
    put_one_day(sqlite_workspace)
    record_run(
        sqlite_workspace, run_id="r1", as_of=NOON, findings=[finding(1)], inputs_hash="1", folder="f", counts={},
    )  # fmt: skip
    return sqlite_workspace


def test_no_case_is_well(sqlite_workspace: Any) -> None:
    assert daozhang(sqlite_workspace, "cases")[:2] == (0, "No case needs you.\n")


def test_open_cases_need_a_person(desk: Any) -> None:
    code, out, _ = daozhang(desk, "cases")
    assert (code, NUMBER in out, "-¥100.00" in out, "1 open, 1 in all" in out) == (1, True, True, True)
    code, out, _ = daozhang(desk, "cases", "--json")
    one = json.loads(out)["cases"][0]
    assert (code, one["case_id"], one["gap_minor"], one["state"], one["cause_code"]) == (
        1,
        NUMBER,
        -10000,
        "open",
        "D002",
    )
    code, out, _ = daozhang(desk, "cases", "--csv")
    assert next(iter(csv.DictReader(StringIO(out))))["case_id"] == NUMBER


def test_one_case_says_what_to_do(desk: Any) -> None:
    code, out, _ = daozhang(desk, "case", NUMBER)
    assert code == 1
    assert "payouts_2026-10-09.csv:2" in out
    assert "report-sent" in out
    assert "⟦" not in out
    code, out, _ = daozhang(desk, "case", NUMBER, "--json")
    view = json.loads(out)
    assert (view["case_id"], view["findings"][0]["gap_minor"], len(view["records"])) == (NUMBER, -10000, 4)


def test_steps_are_taken_or_refused(desk: Any) -> None:
    code, out, _ = daozhang(desk, "step", NUMBER, "report-sent", "--by", "li", "--note", "phone")
    assert (code, "it is now Reported" in out) == (0, True)
    code, _, err = daozhang(desk, "step", NUMBER, "money-matched", "--by", "li", "--note", "the bank called")
    assert (code, "by the product alone" in err) == (2, True)
    code, _, err = daozhang(desk, "step", NUMBER, "remedy-done", "--by", "li", "--note", "x")
    assert (code, "Possible: report_sent" in err) == (2, True)
    assert daozhang(desk, "step", "DZ-2026-000099", "chased", "--by", "li")[0] == 2


def test_a_write_off_needs_another_person(desk: Any) -> None:
    assert daozhang(desk, "write-off", NUMBER, "--by", "li", "--reason", "small")[0] == 0
    assert daozhang(desk, "write-off", NUMBER, "--by", "li", "--approve")[0] == 2
    assert daozhang(desk, "write-off", NUMBER, "--by", "wang", "--approve")[0] == 0
    assert daozhang(desk, "cases")[0] == 0


def test_the_report_is_refused_and_then_made(desk: Any, tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    code, _, err = daozhang(desk, "report", NUMBER, "-o", str(out))
    assert (code, "measures taken" in err, out.exists()) == (2, True, False)
    daozhang(desk, "step", NUMBER, "measure-taken", "--by", "li", "--note", "checked the permit")
    code, said, _ = daozhang(desk, "report", NUMBER, "-o", str(out), "--language", "en", "--json")
    assert (code, out.read_bytes()[:5], json.loads(said)["version"]) == (0, b"%PDF-", 1)
    assert daozhang(desk, "report", NUMBER, "-o", str(tmp_path / "no" / "x.pdf"))[0] == 2
    assert daozhang(desk, "report", NUMBER, "-o", str(out), "--language", "fr")[0] == 2


def test_verify_names_the_row_that_was_changed(desk: Any) -> None:
    assert daozhang(desk, "verify")[:2] == (
        0,
        "The audit chain is whole: 1 steps of cases and 0 entries about imports fit.\n",
    )
    CaseEvent.objects.update(note="nothing happened")
    code, out, _ = daozhang(desk, "verify", "--json")
    found = json.loads(out)
    assert (code, found["case"], found["step_no"], found["problem"]) == (1, NUMBER, 1, "audit-row-changed")
