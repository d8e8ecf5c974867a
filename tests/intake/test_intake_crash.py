"""An importer killed at any moment leaves everything or nothing; two importers at once share the work."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from intake_tables import as_csv, clearing, facts

from daozhang.desk import imports
from daozhang.desk.models import Import, ImportPart, QuarantinedRow

FILES, ROWS = 6, 40


def inbox(folder: Path) -> Path:
    """Write files that overlap by ten rows and hold one bad row each."""
    folder.mkdir()
    for number in range(FILES):
        rows = [clearing(number * 30 + place) for place in range(ROWS)]
        rows.append(clearing(10_000 + number, kind="gift"))
        (folder / f"clearings_{number}.csv").write_text(as_csv(rows))
    return folder


def start(workspace: Any, folder: Path) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-c",
        "from daozhang.cli.main import run; run()",
        "import",
        str(folder),
        "-w",
        str(workspace.root),
        "--json",
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))


def check_whole(workspace: Any) -> None:
    """Check that the desk and the lake agree to the row and that nothing is left over."""
    for row in Import.objects.filter(state="accepted"):
        parts = ImportPart.objects.filter(import_row=row)
        assert sum(part.rows for part in parts if part.kind == "accepted") == row.accepted
        assert QuarantinedRow.objects.filter(import_row=row).count() == row.quarantined
        assert all((workspace.root / part.path).exists() for part in parts)
        assert (workspace.root / row.original).exists()
    rows = facts(workspace, columns="order_no, fp")
    assert len(rows) == len(set(rows)) == sum(row.accepted for row in Import.objects.filter(state="accepted"))


def check_complete(workspace: Any) -> None:
    check_whole(workspace)
    assert {row[0] for row in facts(workspace, columns="order_no")} == {
        f"SO{number}" for number in range((FILES - 1) * 30 + ROWS)
    }
    assert Import.objects.filter(state="accepted").count() == FILES
    assert QuarantinedRow.objects.count() == FILES
    folders = {path.name for path in workspace.lake.glob("im_*")}
    assert folders == {row.id for row in Import.objects.all()}
    assert {path.stem for path in workspace.originals.glob("*.dzo")} == folders
    assert not list((workspace.lake / ".staging").glob("*"))


def kill_at_random_moments(workspace: Any, folder: Path, times: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same moments in every run
    started = time.monotonic()
    first = start(workspace, folder)
    first.communicate()
    whole_s = time.monotonic() - started
    for row in Import.objects.filter(state="accepted"):
        imports.undo(workspace, row.id, by="test")
    for _ in range(times):
        process = start(workspace, folder)
        time.sleep(chance.uniform(0.3, 1.0) * whole_s)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        check_whole(workspace)
        if Import.objects.filter(state="accepted").count() == FILES:
            for row in Import.objects.filter(state="accepted"):
                imports.undo(workspace, row.id, by="test")


def test_killed_again_and_again_nothing_is_lost_or_doubled(sqlite_workspace: Any, tmp_path: Path) -> None:
    folder = inbox(tmp_path / "inbox")
    kill_at_random_moments(sqlite_workspace, folder, times=5, seed=5)

    imports.import_paths(sqlite_workspace, [folder])

    check_whole(sqlite_workspace)
    assert {row[0] for row in facts(sqlite_workspace, columns="order_no")} == {f"SO{number}" for number in range(190)}
    assert not list((sqlite_workspace.lake / ".staging").glob("*"))
    known = {row.id for row in Import.objects.all()}
    assert {path.name for path in sqlite_workspace.lake.glob("im_*")} <= known


@pytest.mark.deep
@pytest.mark.skipif(os.environ.get("DEEP") != "1", reason="a long run: DEEP=1")
@pytest.mark.parametrize("seed", range(3))
def test_killed_twenty_times_nothing_is_lost_or_doubled(workspace: Any, tmp_path: Path, seed: int) -> None:
    folder = inbox(tmp_path / "inbox")
    kill_at_random_moments(workspace, folder, times=20, seed=seed)

    imports.import_paths(workspace, [folder])

    check_whole(workspace)
    assert {row[0] for row in facts(workspace, columns="order_no")} == {f"SO{number}" for number in range(190)}


def test_two_importers_at_once_bring_each_row_in_once(workspace: Any, tmp_path: Path) -> None:
    folder = inbox(tmp_path / "inbox")

    running = [start(workspace, folder) for _ in range(2)]
    answers = []
    for process in running:
        out, error = process.communicate(timeout=60)
        assert process.returncode in {0, 1}, error
        answers.append(json.loads(out)["files"])

    states = [sorted(one["state"] for one in pair) for pair in zip(*answers, strict=True)]
    assert states == [["accepted", "unchanged"]] * FILES
    check_complete(workspace)


def test_a_crash_between_files_and_rows_leaves_nothing_visible(sqlite_workspace: Any, tmp_path: Path) -> None:
    from daozhang.desk.import_desk import ImportDesk

    folder = inbox(tmp_path / "inbox")

    class Crash(BaseException):
        pass

    def moved_then_gone(self: ImportDesk, *given: Any) -> None:
        original(self, *given)
        raise Crash

    original = ImportDesk._move_in
    ImportDesk._move_in = moved_then_gone  # type: ignore[method-assign]
    try:
        with pytest.raises(Crash):
            imports.import_paths(sqlite_workspace, [folder])
    finally:
        ImportDesk._move_in = original  # type: ignore[method-assign]

    assert len(list(sqlite_workspace.lake.glob("im_*"))) == 1
    assert facts(sqlite_workspace) == []
    imports.import_paths(sqlite_workspace, [folder])
    check_complete(sqlite_workspace)
