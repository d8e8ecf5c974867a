"""The calendar of a workspace, on both databases, and the commands that show and change it."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daozhang.calendars import DayRule, Window, YearNotPublished, from_csv, shipped, shipped_windows
from daozhang.cli.main import app
from daozhang.desk.workspace import Workspace

RUNNER = CliRunner()
TABLE_2027 = "day,is_workday,name_zh,name_en\n2027-01-01,0,元旦,New Year's Day\n2027-10-01,0,国庆节,National Day\n"


def test_days_of_the_workspace_lie_over_the_shipped_table(workspace: Workspace) -> None:
    from daozhang.desk.calendars import calendar_of, calendars_of, set_days, unset_days

    day = date(2026, 11, 25)
    assert calendar_of(workspace).rules == shipped().rules
    assert set_days(workspace, "CN", {day: DayRule(day, is_workday=False, name_zh="盘点", source="店长")}) == 1
    assert calendar_of(workspace).is_workday(day) is False
    assert set_days(workspace, "CN", {day: DayRule(day, is_workday=True)}) == 1
    assert calendar_of(workspace).is_workday(day) is True
    assert calendar_of(workspace, "US").is_workday(day) == YearNotPublished(2026)
    set_days(workspace, "US", {day: DayRule(day, is_workday=False)})
    assert set(calendars_of(workspace)) == {"CN", "US"}
    assert unset_days(workspace, "CN", [day]) == 1
    assert calendar_of(workspace).rules == shipped().rules


def test_windows_of_the_workspace(workspace: Workspace) -> None:
    from daozhang.desk.calendars import set_windows, windows_of

    assert set(windows_of(workspace)) == set(shipped_windows())
    start = datetime.fromisoformat("2026-12-06T00:00")
    set_windows(workspace, [Window("BEPS", start, start + timedelta(hours=6), "公告")])
    set_windows(workspace, [Window("BEPS", start, start + timedelta(hours=5), "更正")])
    added = [one for one in windows_of(workspace) if one not in shipped_windows()]
    assert added == [Window("BEPS", start, start + timedelta(hours=5), "更正")]


def test_a_published_year_is_imported_and_due_moments_follow(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    file, root = tmp_path / "2027.csv", str(sqlite_workspace.root)
    file.write_text(TABLE_2027, encoding="gb18030")
    before = RUNNER.invoke(app, ["due", "2026-12-31T10:00", "--workspace", root, "--json"])
    assert before.exit_code == 1

    for _ in range(2):
        done = RUNNER.invoke(app, ["calendar", "import", str(file), "--workspace", root, "--json"])
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout) == {
            "calendar": "CN", "file": "2027.csv", "days": 2, "years": [2027], "incomplete_years": [],
            "published_until": "2027-12-31",
        }  # fmt: skip

    after = RUNNER.invoke(app, ["due", "2026-12-31T10:00", "--workspace", root, "--json"])
    assert after.exit_code == 0
    answer = json.loads(after.stdout)
    assert answer["due_at"] == "2027-01-04T14:00:00"
    assert [(one["day"], one["why"]) for one in answer["skipped"]] == [
        ("2027-01-01", "New Year's Day (public holiday)"), ("2027-01-02", "weekend"), ("2027-01-03", "weekend"),
    ]  # fmt: skip
    without = RUNNER.invoke(app, ["due", "2026-12-31T10:00", "--json"])
    assert without.exit_code == 1


def test_a_file_with_a_bad_line_changes_nothing(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    file, root = tmp_path / "bad.csv", str(sqlite_workspace.root)
    file.write_text(TABLE_2027 + "2027-13-01,0,,\n", encoding="utf-8")
    done = RUNNER.invoke(app, ["calendar", "import", str(file), "--workspace", root])
    assert done.exit_code == 2
    assert "line 4" in done.stderr
    assert "2027-13-01" in done.stderr
    assert RUNNER.invoke(app, ["calendar", "show", "2027", "--workspace", root]).exit_code == 1


def test_a_half_imported_year_says_so(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    file, root = tmp_path / "half.csv", str(sqlite_workspace.root)
    file.write_text("day,is_workday\n2027-01-01,0\n", encoding="utf-8")
    done = RUNNER.invoke(app, ["calendar", "import", str(file), "--workspace", root])
    assert done.exit_code == 0
    assert "2027 is not complete yet" in done.stdout
    shown = RUNNER.invoke(app, ["calendar", "show", "2027", "--workspace", root])
    assert shown.exit_code == 1
    assert "2027-01-01" in shown.stdout


def test_show_as_csv_is_what_import_reads() -> None:
    shown = RUNNER.invoke(app, ["calendar", "show", "2026", "--csv"])
    assert shown.exit_code == 0
    assert from_csv(shown.stdout).rules == {day: rule for day, rule in shipped().rules.items() if day.year == 2026}


def test_windows_are_imported_and_listed(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    file, root = tmp_path / "windows.csv", str(sqlite_workspace.root)
    file.write_text("rail,starts_at,ends_at\nHVPS,2026-12-06T00:00,2026-12-06T06:00\n", encoding="utf-8")
    assert RUNNER.invoke(app, ["calendar", "import-windows", str(file), "--workspace", root]).exit_code == 0
    listed = json.loads(RUNNER.invoke(app, ["calendar", "windows", "--workspace", root, "--json"]).stdout)["windows"]
    assert len(listed) == len(shipped_windows()) + 1
    assert listed[-1] == {
        "rail": "HVPS", "starts_at": "2026-12-06T00:00:00", "ends_at": "2026-12-06T06:00:00", "source": "",
    }  # fmt: skip


def test_due_as_csv_and_for_people() -> None:
    rows = list(csv.DictReader(io.StringIO(RUNNER.invoke(app, ["due", "2026-11-20T23:30", "--csv"]).stdout)))
    assert rows == [{
        "moment": "2026-11-20T23:30:00", "cycle": "T+1", "calendar": "CN", "cleared_on": "2026-11-21",
        "due_at": "2026-11-23T14:00:00", "naive_due_on": "2026-11-21", "state": "due", "year": "",
        "skipped": "2026-11-22 weekend",
    }]  # fmt: skip
    people = RUNNER.invoke(app, ["due", "2026-11-20T23:30"])
    assert "2026-11-21 (from the cut-over at 23:00 on" in people.stdout
    assert "Due by: 2026-11-23 14:00" in people.stdout


def test_due_for_an_unpublished_year_says_so_in_the_language_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    said = RUNNER.invoke(app, ["due", "--cycle", "T+1", "2027-03-01T10:00"])
    assert said.exit_code == 1
    assert "2027 is not published" in said.stdout
    monkeypatch.setenv("DAOZHANG_LANGUAGE_OF_TERMINAL", "zh")
    said = RUNNER.invoke(app, ["due", "--cycle", "T+1", "2027-03-01T10:00"])
    assert "尚无 2027 年的放假安排" in said.stdout
    machine = json.loads(RUNNER.invoke(app, ["due", "2027-03-01T10:00", "--json"]).stdout)
    assert (machine["due_at"], machine["state"], machine["year"]) == (None, "year_not_published", 2027)
    plain_days = RUNNER.invoke(app, ["due", "--cycle", "D+1", "2027-03-01T10:00", "--json"])
    assert plain_days.exit_code == 0
    assert json.loads(plain_days.stdout)["due_at"] == "2027-03-02T14:00:00"


def test_a_moment_with_an_offset_is_brought_to_china() -> None:
    answer = json.loads(RUNNER.invoke(app, ["due", "2026-11-23T15:00:00Z", "--json"]).stdout)
    assert (answer["moment"], answer["cleared_on"]) == ("2026-11-23T23:00:00", "2026-11-24")


@pytest.mark.parametrize(
    "arguments",
    [
        ["yesterday"],
        ["2026-11-23", "--cycle", "X"],
        ["2026-11-23", "--cutover", "25:00"],
        ["2026-11-23", "--due-time", "2pm"],
    ],
)
def test_an_argument_that_makes_no_sense(arguments: list[str]) -> None:
    done = RUNNER.invoke(app, ["due", *arguments])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.strip()
