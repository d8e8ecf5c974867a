"""Doing it twice changes nothing; being killed in the middle loses and doubles nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from daozhang.desk import imports, settle_day
from daozhang.desk.models import (
    Case,
    CaseEvent,
    Finding,
    FindingVerdict,
    Import,
    ImportPart,
    Incident,
    Notice,
    QuarantinedRow,
    Run,
)
from daozhang.desk.workspace import Workspace, open_workspace
from daozhang.world.write import write_world

KILLS = 20 if os.environ.get("DEEP") == "1" else 7
AS_OF = datetime.fromisoformat("2026-10-13T10:30:00")
TABLES = (Import, ImportPart, QuarantinedRow, Run, Incident, Finding, FindingVerdict, Case, CaseEvent, Notice)


def everything() -> dict[str, list[object]]:
    return {table.__name__: sorted(map(repr, table.objects.values_list())) for table in TABLES}


def what_was_found() -> tuple[object, ...]:
    """Return the desk without the ids that are drawn anew on every run."""
    return (
        sorted(Finding.objects.values_list("finding_id", "severity", "gap_minor", "cause_code", "is_open")),
        sorted(FindingVerdict.objects.values_list("finding_id", "as_of", "severity", "gap_minor")),
        sorted(Case.objects.values_list("number", "state", "gap_minor", "incident_id")),
        sorted(CaseEvent.objects.values_list("case_id", "no", "step", "to_state")),
        sorted(Notice.objects.values_list("key", "state")),
    )


def small_world(folder: Path) -> Path:
    write_world(folder, seed=7, scenarios=("S01", "S08", "S16", "S24", "S26", "N02", "N06"), merchants=4, days=18)
    return folder / "files"


def test_everything_twice_changes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    files = small_world(tmp_path / "world")
    imports.import_paths(workspace, [files])
    settle_day.run_day(workspace, AS_OF)
    before = everything()

    again = imports.import_paths(workspace, [files])
    settle_day.run_day(workspace, AS_OF)

    assert {result.state for result in again} == {"unchanged"}
    assert everything() == before
    assert len(before["Case"]) >= 3


def test_killed_while_running_again_and_again(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    files = small_world(tmp_path / "world")
    imports.import_paths(sqlite_workspace, [files])
    settle_day.run_day(sqlite_workspace, AS_OF)
    wanted = what_was_found()
    other = tmp_path / "killed"
    command = [sys.executable, "-m", "daozhang.cli"]
    subprocess.run([*command, "init", str(other)], check=True, capture_output=True)
    subprocess.run([*command, "import", str(files), "-w", str(other)], check=False, capture_output=True)
    run = [*command, "run", "--as-of", AS_OF.isoformat(), "-w", str(other)]
    chance = random.Random(20261125)  # noqa: S311 - moments to be killed at, not secrets
    start = time.monotonic()
    subprocess.run([*run[:3], "findings", "-w", str(other)], check=False, capture_output=True)
    longest = max(1.0, 1.5 * (time.monotonic() - start))

    for _ in range(KILLS):
        process = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.05, longest))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run(run, check=False, capture_output=True)

    open_workspace(other)
    assert what_was_found() == wanted
    subprocess.run([*command, "verify", "-w", str(other)], check=True, capture_output=True)
