"""The demo, through the real product: every planted failure is an alarm with its grain, gap and cause, and nothing else is."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from conftest import Written
from daozhang.desk.demo import CLOCK_AT, USER, Demo, make_demo
from daozhang.desk.workspace import open_workspace
from daozhang.errors import RefusedError

Row = dict[str, str]
BUCKETS = ("arrived", "not_due", "held", "deducted", "returned", "missing", "unexplained")


@dataclass(frozen=True)
class Made:
    """The demo and how to ask it through the command line."""

    demo: Demo
    root: Path
    told: list[str]

    def ask(self, *arguments: str) -> list[Row]:
        return list(csv.DictReader(io.StringIO(self.run(*arguments, "--csv"))))

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [Path(sys.executable).with_name("daozhang"), *arguments, "--workspace", str(self.root)],
            capture_output=True, text=True, check=False, encoding="utf-8",
        )  # fmt: skip
        assert done.returncode in {0, 1}, done.stderr
        assert done.stderr == ""
        return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    from django.db import connections

    root = tmp_path_factory.mktemp("demo") / "workspace"
    told: list[str] = []
    demo = make_demo(root, say=lambda key, _facts: told.append(key))
    yield Made(demo, root, told)
    connections.close_all()


@pytest.fixture(scope="module")
def findings(made: Made) -> list[Row]:
    return made.ask("findings")


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def key_of(row: Row) -> tuple[str, ...]:
    """What a finding is about: its kind and the keys of its grain. A missing statement is one of an account and a day."""
    named = {
        "payout": ("payout_no",),
        "transaction": ("terminal_no", "trace_no"),
        "batch": ("terminal_no", "batch_no"),
        "merchant_day": ("merchant_no", "settled_on"),
        "file": ("account_tail", "settled_on"),
    }[row["grain"]]
    return (row["break_type"], row["grain"], *(row[name] for name in named))


def open_truth(written: Written, at: datetime) -> list[Row]:
    moment = at.isoformat()
    return [
        row
        for row in rows_of(written.truth / "truth.csv")
        if row["severity"] == "alarm"
        and row["knowable_at"] <= moment
        and not (row["resolved_at"] and row["resolved_at"] <= moment)
    ]


def test_the_demo_took_every_file_whole(made: Made) -> None:
    assert made.demo.left == 0
    assert made.demo.rows > 40_000
    assert made.told == ["demo-writing", "demo-importing", "demo-running"]


def test_every_planted_failure_is_an_alarm_with_its_gap_and_cause(written: Written, findings: list[Row]) -> None:
    alarms = {key_of(row): row for row in findings if row["severity"] == "alarm"}
    wanted = open_truth(written, CLOCK_AT)
    assert len({row["scenario"] for row in wanted}) >= 15
    wrong = []
    for row in wanted:
        found = alarms.get(key_of(row))
        facts = None if found is None else (int(found["gap_minor"]), found["cause_code"])
        if facts != (int(row["gap_minor"]), row["cause_code"]):
            wrong.append((row["scenario"], key_of(row), row["gap_minor"], row["cause_code"], facts))
    assert wrong == []


def test_nothing_else_alarms(written: Written, findings: list[Row]) -> None:
    wanted = {key_of(row) for row in open_truth(written, CLOCK_AT)}
    assert [key_of(row) for row in findings if row["severity"] == "alarm" and key_of(row) not in wanted] == []


def test_no_look_alike_alarms(written: Written, findings: list[Row]) -> None:
    alarms = [row for row in findings if row["severity"] == "alarm"]
    touched = [
        calm for calm in rows_of(written.truth / "must_not_alarm.csv") if any(_is_about(row, calm) for row in alarms)
    ]
    assert touched == []


_SIDES: dict[str, Callable[[Row], bool]] = {
    "transaction": lambda row: row["grain"] == "transaction",
    "merchant_day": lambda row: row["grain"] in {"merchant_day", "payout"},
    "payout": lambda row: row["grain"] in {"merchant_day", "payout", "bank_entry"},
    "bank_entry": lambda row: row["grain"] == "bank_entry",
}


def _is_about(alarm: Row, calm: Row) -> bool:
    names = ("acquirer", "merchant_no", "trace_no", "payout_no", "settled_on", "account_tail")
    if calm["grain"] == "bank_entry":
        amounts = {alarm["gap_minor"], str(-int(alarm["gap_minor"]))}
        return (
            alarm["grain"] == "bank_entry"
            and alarm["account_tail"] == calm["account_tail"]
            and calm["amount_minor"] in amounts
        )
    return _SIDES[calm["grain"]](alarm) and all(alarm[name] == calm[name] for name in names if calm[name])


def test_a_cause_is_one_incident_and_one_case(findings: list[Row]) -> None:
    """211 overcharged payments are two incidents: a raised rate at one shop, an ignored cap at another."""
    incidents: dict[str, set[str]] = defaultdict(set)
    for row in findings:
        if row["break_type"] == "fee_mismatch":
            incidents[row["cause_code"]].add(row["incident_id"])
    assert {cause: len(found) for cause, found in incidents.items()} == {"D043": 1, "D044": 1}
    alarms = [row for row in findings if row["severity"] == "alarm"]
    assert all(row["case_id"] for row in alarms)
    assert len({row["case_id"] for row in alarms}) < 40


def test_a_missing_statement_means_cannot_judge_and_not_money_missing(findings: list[Row]) -> None:
    waiting = [
        row
        for row in findings
        if row["settled_on"] == "2026-10-08" and row["merchant_no"] in {"898440358120002", "898440358120003"}
    ]
    about_money = [row for row in waiting if row["break_type"].startswith(("payout", "credit"))]
    assert {row["severity"] for row in about_money} == {"watch"}


def test_every_fen_is_where_the_truth_says(made: Made, written: Written) -> None:
    told = {(row["acquirer"], row["merchant_no"], row["settled_on"]): row for row in made.ask("money")}
    unseen = {("unionpay", no, "2026-10-08") for no in ("898440358120002", "898440358120003")}
    for row in rows_of(written.truth / "money.csv"):
        key = (row["acquirer"], row["merchant_no"], row["settled_on"])
        mine, true = ([int(one[f"{name}_minor"]) for name in ("expected", *BUCKETS)] for one in (told[key], row))
        if key in unseen:  # the statement that would show it never came: the money is there, nobody can know
            assert (mine[0], mine[1], mine[-1]) == (true[0], 0, true[1]), key
        else:
            assert mine == true, key


def test_a_return_was_said_when_it_came_and_is_over_once_paid_again(
    made: Made, written: Written, findings: list[Row]
) -> None:
    first = next(
        row
        for row in rows_of(written.truth / "truth.csv")
        if row["break_type"] == "payout_returned" and row["resolved_at"]
    )
    then = made.ask("findings", "--as-of", "2026-10-01T09:30")
    assert key_of(first) in {key_of(row) for row in then if row["severity"] == "alarm"}
    assert first["payout_no"] not in {row["payout_no"] for row in findings if row["severity"] == "alarm"}


def test_the_case_of_the_return_closed_itself_on_the_bank_line(made: Made) -> None:
    settled = [row for row in made.ask("cases") if row["state"] == "settled"]
    assert [(row["merchant_no"], row["cause_code"]) for row in settled] == [("820440300010001", "D017")]
    told = made.run("case", settled[0]["case_id"], "--json")
    assert "abc_7702_20261008.csv" in told


def test_running_again_changes_nothing(made: Made) -> None:
    before = made.run("findings", "--json"), made.run("cases", "--json")
    made.run("run")
    assert (made.run("findings", "--json"), made.run("cases", "--json")) == before


def test_the_login_is_stored_only_as_a_hash(made: Made) -> None:
    from django.contrib.auth import get_user_model

    open_workspace(made.root)
    user = get_user_model().objects.get(username=USER)
    assert user.check_password(made.demo.password)
    assert made.demo.password not in user.password
    secret = made.demo.password.encode()
    assert not [path for path in made.root.rglob("*") if path.is_file() and secret in path.read_bytes()]


def test_only_a_demo_is_ever_replaced(made: Made, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="error-demo-there"):
        make_demo(made.root)
    (tmp_path / "books.txt").write_text("the books of a real shop", encoding="utf-8")
    with pytest.raises(RefusedError, match="error-demo-not-demo"):
        make_demo(tmp_path, fresh=True)
    assert (tmp_path / "books.txt").exists()


def test_the_demo_clock_is_the_workspace_clock(made: Made, findings: list[Row]) -> None:
    assert made.demo.workspace.settings.clock_at == CLOCK_AT
    told = json.loads(made.run("run", "--json"))
    assert str(told["as_of"]).startswith(CLOCK_AT.isoformat())
    assert {row["as_of"] for row in findings} == {CLOCK_AT.isoformat()}
