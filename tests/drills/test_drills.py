"""Drills: the score out of the log, again by the script that knows nothing of the product; nothing leaves, nothing counts as real."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from daozhang.desk import clock, drill_files, drills, webhooks, workspace
from daozhang.desk.imports import import_paths
from daozhang.desk.models import Case, CaseEvent, Finding, Import
from daozhang.desk.workspace import Workspace
from daozhang.drills.scoring import AT_RISK, BEGAN, DECIDED, DETECTED, NOTIFIED, RESOLVED, Logged, score
from daozhang.errors import RefusedError
from daozhang.web import context
from daozhang.world.write import write_world

SCRIPT = Path(__file__).parents[2] / "tools" / "drill_score.py"
START = datetime(2026, 6, 15, 10, 0)
PLAN = 'name = "Line down"\nsituation = "fixed_line_down"\n'
SEED = 3


def at(minutes: int, step: str, minor: int = 0) -> Logged:
    return Logged(START + timedelta(minutes=minutes), step, minor)


def recomputed(place: Workspace) -> dict[str, int | None]:
    """Return what the script makes of the drill's raw rows, in a process without the product."""
    command = [sys.executable, "-I", str(SCRIPT), str(place.root / "desk.sqlite3")]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def same(place: Workspace) -> dict[str, int | None]:
    """Return the report's score; it has to equal the recomputed one."""
    drill = drills.current()
    assert drill is not None
    report = drills.report(drill)
    again = recomputed(place)
    assert {name: report[name] for name in again} == again
    assert report["is_whole"]
    return again


def client_of(place: Workspace, name: str) -> Client:
    context.use(place)
    user = User.objects.create_user(name)
    client = Client(SERVER_NAME="localhost")
    client.cookies["daozhang_language"] = "en"
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    connections.close_all()


def test_times_count_from_the_beginning_and_money_by_how_long_it_was_missing() -> None:
    """¥100 for an hour, then ¥40 for half an hour: 100 + 20 yuan hours."""
    log = [at(0, BEGAN), at(0, AT_RISK, 100_00), at(5, DETECTED), at(9, DETECTED), at(12, NOTIFIED), at(30, DECIDED),
           at(60, RESOLVED), at(60, AT_RISK, 40_00), at(90, RESOLVED), at(90, AT_RISK, 0), at(200, "ended")]  # fmt: skip
    made = score(log)

    assert made is not None
    assert (made.time_to_detect_s, made.time_to_notify_s, made.time_to_decide_s, made.time_to_resolve_s) == (
        300,
        720,
        1800,
        5400,
    )
    assert made.at_risk_minor_h == 120_00
    assert score(reversed(log)) == made


def test_two_teams_differ_only_by_what_they_did() -> None:
    shared = [at(0, BEGAN), at(0, AT_RISK, 60_00)]
    quick, slow = (
        score([*shared, at(3, DETECTED), at(10, RESOLVED)]),
        score([*shared, at(6, DETECTED), at(20, RESOLVED)]),
    )

    assert quick is not None
    assert slow is not None
    assert (quick.time_to_detect_s, slow.time_to_detect_s) == (180, 360)
    assert (quick.at_risk_minor_h, slow.at_risk_minor_h) == (10_00, 20_00)
    assert score([*shared, at(3, DETECTED), at(10, RESOLVED)]) == quick


def test_nothing_is_scored_before_it_begins() -> None:
    assert score([at(1, DETECTED)]) is None


def test_what_is_not_done_has_no_time() -> None:
    made = score([at(0, BEGAN), at(0, AT_RISK, 60_00), at(60, "ended")])

    assert made is not None
    assert (made.time_to_detect_s, made.time_to_resolve_s, made.at_risk_minor_h) == (None, None, 60_00)


def test_a_plan_talked_through_is_stamped_and_scored(tmp_path: Path) -> None:
    live = workspace.create(tmp_path / "live")
    place = drills.begin(
        tmp_path / "drill", live.root, seed=1, team="A", by="ana", tabletop=PLAN, at_risk_minor=360_000
    )
    drill = drills.current()
    assert drill is not None
    with clock.told_by(lambda: drill.began_at + timedelta(minutes=2)):
        drills.stamp(drill, DETECTED, by="ana", note="three tills stand still")
    with clock.told_by(lambda: drill.began_at + timedelta(minutes=30)):
        drills.stamp(drill, RESOLVED, by="bo")
        drills.end(drill, by="ana")
    with pytest.raises(RefusedError, match="drill-no-such-stamp"):
        drills.stamp(drill, NOTIFIED, by="bo")

    assert same(place) == {
        "time_to_detect_s": 120, "time_to_notify_s": None, "time_to_decide_s": None, "time_to_resolve_s": 1800,
        "at_risk_minor_s": 360_000 * 1800,
    }  # fmt: skip


def test_a_stamp_that_was_changed_is_seen(tmp_path: Path) -> None:
    live = workspace.create(tmp_path / "live")
    drills.begin(tmp_path / "drill", live.root, seed=1, team="A", by="ana", tabletop=PLAN)
    drill = drills.current()
    assert drill is not None
    drill.events.filter(step=BEGAN).update(at=drill.began_at + timedelta(minutes=5))

    assert drills.report(drill)["is_whole"] is False


def test_a_drill_has_no_way_out_whatever_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = workspace.create(tmp_path / "live")
    monkeypatch.setenv("DAOZHANG_SMTP_HOST", "mail.example")
    monkeypatch.setenv("DAOZHANG_DATABASE_URL", "postgres://nobody@127.0.0.1:1/live")
    monkeypatch.delenv("DAOZHANG_DATABASE_URL")
    place = drills.begin(tmp_path / "drill", live.root, seed=1, team="A", by="ana", tabletop=PLAN)
    (place.root / "daozhang.toml").write_text(
        (place.root / "daozhang.toml").read_text(encoding="utf-8")
        + '[[sources]]\nname = "in"\nkind = "folder"\npath = "/in"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("DAOZHANG_DATABASE_URL", "postgres://nobody@127.0.0.1:1/live")
    settings = workspace.open_workspace(place.root).settings

    assert (settings.smtp_host, settings.sources, settings.banks, settings.channels, settings.backup) == (
        "",
        (),
        (),
        (),
        None,
    )
    assert settings.database_url is None
    with pytest.raises(RefusedError, match="drill-no-way-out"):
        webhooks.add(place, "a", "https://example.org/", by="ana")


@pytest.mark.parametrize("folder", ["live/drill", "live"])
def test_a_drill_never_lies_in_the_live_workspace(tmp_path: Path, folder: str) -> None:
    live = workspace.create(tmp_path / "live")

    with pytest.raises(RefusedError, match="drill-inside-live"):
        drills.begin(tmp_path / folder, live.root, seed=1, team="A", by="ana", tabletop=PLAN)


def test_a_hidden_fault_is_worked_in_the_console_and_none_of_it_is_real(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case that the fault opened is reported by a person in the console; the live workspace refuses every file (C12)."""
    monkeypatch.setattr(drills, "MERCHANTS", 4)
    live = workspace.create(tmp_path / "live")
    place = drills.begin(tmp_path / "drill", live.root, seed=SEED, team="A", by="ana")
    client = client_of(place, "ana")
    case = Case.objects.get()
    before = client.get("/drills").content.decode()
    client.post(
        f"/cases/{case.number}/step", {"step": "report_sent", "note": "called the acquirer", "external_no": "T1"}
    )
    client.post("/drills", {"act": DECIDED, "note": "ask for the payout again"})
    client.post("/drills", {"act": "end"})
    made = same(place)
    after = client.get("/drills").content.decode()
    drill = drills.current()

    assert case.gap_minor < 0
    assert CaseEvent.objects.filter(by="ana", step="report_sent").count() == 1
    assert None not in (made["time_to_detect_s"], made["time_to_notify_s"], made["time_to_decide_s"])
    assert made["time_to_resolve_s"] is None
    assert drill is not None
    assert drills.hidden_of(SEED) == drill.scenario
    assert drill.scenario not in before
    assert drill.scenario in after
    _live_refuses(live, tmp_path / "again", drill.began_at)


def _live_refuses(live: Workspace, folder: Path, began_at: datetime) -> None:
    """Write the drill's files once more, under other names, and bring them to the live workspace."""
    first_on = began_at.date() - timedelta(days=drills.DAYS)
    write_world(
        folder, seed=SEED, scenarios=(drills.hidden_of(SEED),), merchants=4, days=drills.DAYS, first_on=first_on
    )
    renamed = []
    for number, path in enumerate(sorted((folder / "files").rglob("*.*"))[:40]):
        if path.name != "arrivals.csv" and path.is_file():
            renamed.append(path.rename(folder / f"real-{number}{path.suffix}"))
    place = workspace.open_workspace(live.root)
    results: list[Any] = import_paths(place, renamed)

    assert len(results) > 10
    assert {one.state for one in results} == {"refused"}
    assert {one.warnings[0].key for one in results} == {"drill-file-refused"}
    assert Import.objects.filter(state="accepted").count() == 0
    assert (Finding.objects.count(), Case.objects.count(), drills.current()) == (0, 0, None)


def test_what_is_no_drills_is_let_in(sqlite_workspace: Workspace) -> None:
    drill_files.note(sqlite_workspace, "A", ["ab" * 32], by="ana")

    drill_files.refuse("cd" * 32, "real.csv")
    with pytest.raises(Exception, match="drill-file-refused"):
        drill_files.refuse("ab" * 32, "drill.csv")
