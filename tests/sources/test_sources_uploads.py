"""Uploads: read back piece by piece, told where they stand, cancelled at every stage without leaving anything."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from daozhang.desk import import_jobs, imports, uploads
from daozhang.desk.import_watch import Watch
from daozhang.desk.models import Import, Job, QuarantinedRow
from daozhang.desk.worker import work_once
from daozhang.errors import InputError, RefusedError

HEAD = "acquirer,merchant_no,cleared_on,kind,gross_minor,fee_minor,net_minor\n"


def csv(rows: int, first: int = 1) -> bytes:
    return (
        HEAD + "".join(f"up,898000000000001,2026-10-08,sale,{n},0,{n}\n" for n in range(first, first + rows))
    ).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return packed.getvalue()


def queued(workspace: Any, data: bytes, name: str = "clearings.csv") -> Job:
    coming = uploads.start(workspace)
    coming.write(data)
    return import_jobs.enqueue(workspace, coming.close(), name, by="li")


def left_behind(workspace: Any) -> list[str]:
    """Return what a cancelled upload must not leave: files on their way, staged rows, parts nobody names."""
    known = set(Import.objects.values_list("id", flat=True))
    staged = [one for one in (workspace.lake / ".staging").glob("*/*") if one.name != ".lock"]
    unknown = [one for one in workspace.lake.glob("im_*") if one.name not in known]
    return [str(one) for one in (*uploads.folder(workspace).iterdir(), *staged, *unknown)]


def test_what_comes_in_pieces_is_what_comes_whole(sqlite_workspace: Any) -> None:
    body = csv(60_000)
    assert len(body) > 2 * uploads.PIECE
    coming = uploads.start(sqlite_workspace)
    for start in range(0, len(body), 70_001):
        coming.write(body[start : start + 70_001])
    name = coming.close()

    assert [len(one) for one in uploads.pieces(sqlite_workspace, name)][:2] == [uploads.PIECE, uploads.PIECE]
    (by_piece,) = imports.import_upload(sqlite_workspace, "clearings.csv", uploads.pieces(sqlite_workspace, name))
    (whole,) = imports.import_upload(sqlite_workspace, "again.csv", body)

    assert (by_piece.state, by_piece.accepted) == ("accepted", 60_000)
    assert (whole.state, whole.sha256, coming.sha256) == ("unchanged", by_piece.sha256, by_piece.sha256)


def test_an_upload_cut_off_on_the_disk_brings_nothing_in(sqlite_workspace: Any) -> None:
    job = queued(sqlite_workspace, csv(60_000))
    path = uploads.folder(sqlite_workspace) / job.payload["upload"]
    path.write_bytes(path.read_bytes()[: 2 * uploads.PIECE])

    assert work_once(sqlite_workspace)

    job.refresh_from_db()
    assert job.result["files"][0]["state"] == "refused"
    assert job.result["files"][0]["warnings"][0]["key"] == "error-upload-damaged"
    assert not Import.objects.exists()


def test_a_zip_gives_one_answer_for_each_file_and_the_same_file_says_so(sqlite_workspace: Any) -> None:
    packed = zipped({"a/one.csv": csv(3), "two.csv": csv(2, first=50), "note.txt": b"nothing of ours"})
    for _ in range(2):
        queued(sqlite_workspace, packed, "day.zip")
        assert work_once(sqlite_workspace)

    first, second = (job.result["files"] for job in Job.objects.order_by("pk"))
    assert [(one["file"], one["state"], one["accepted"]) for one in first] == [
        ("day.zip/a/one.csv", "accepted", 3), ("day.zip/note.txt", "unclaimed", 0), ("day.zip/two.csv", "accepted", 2),
    ]  # fmt: skip
    assert [one["state"] for one in second] == ["unchanged", "unclaimed", "unchanged"]


def test_a_job_says_where_it_stands(sqlite_workspace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_jobs, "SAYS_EVERY_S", 0)
    heard: list[tuple[str, Any]] = []
    real = import_jobs.jobs.beat

    def listen(held: Any, progress: Any = None, **more: Any) -> bool:
        if progress:
            heard.append((progress["stage"], progress.get("rows")))
        return real(held, progress, **more)

    monkeypatch.setattr(import_jobs.jobs, "beat", listen)
    queued(sqlite_workspace, csv(5))
    assert work_once(sqlite_workspace)

    assert heard == [("reading", None), ("comparing", 6), ("saving", 6), ("saving", 6)]
    assert len(Job.objects.get().progress["import_ids"]) == 1


def test_a_card_number_in_a_name_reaches_no_table(sqlite_workspace: Any) -> None:
    card = "4111111111111111"
    job = queued(sqlite_workspace, csv(3), f"clearings {card}.csv")
    assert uploads.open_name(sqlite_workspace, job.payload["sealed_name"]) == f"clearings {card}.csv"
    assert work_once(sqlite_workspace)

    job.refresh_from_db()
    assert job.result["files"][0]["accepted"] == 3
    stored = b"".join(one.read_bytes() for one in sqlite_workspace.root.rglob("*") if one.is_file())
    assert card.encode() not in stored
    with pytest.raises(InputError):
        uploads.open_name(sqlite_workspace, job.payload["sealed_name"][:-2] + "00")


def test_cancel_before_it_is_read(workspace: Any) -> None:
    job = queued(workspace, csv(3))

    assert import_jobs.cancel(workspace, job.pk, by="li")
    assert not import_jobs.cancel(workspace, job.pk, by="li")

    assert not work_once(workspace)
    assert left_behind(workspace) == []
    assert not Import.objects.exists()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to it"
        time.sleep(0.02)


def working(workspace: Any) -> threading.Thread:
    def work() -> None:
        from django.db import connections

        work_once(workspace)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def stage_of(job: Job) -> str:
    job.refresh_from_db()
    return str(job.progress.get("stage", ""))


def test_cancel_in_the_middle_of_a_file(workspace: Any) -> None:
    bad = HEAD + "up,898000000000001,2026-10-08,sale,1O,0,5\n" * 150_000  # every row is set aside: slow to read
    job = queued(workspace, bad.encode())
    worker = working(workspace)
    until(lambda: stage_of(job) == "reading")
    begun = time.monotonic()

    assert import_jobs.cancel(workspace, job.pk, by="li")
    worker.join()

    assert time.monotonic() - begun < 5, "the reader was stopped, not waited for"
    job.refresh_from_db()
    assert (job.state, job.result) == ("cancelled", {})
    assert left_behind(workspace) == []
    assert not Import.objects.exists()
    assert not QuarantinedRow.objects.exists()


def test_cancel_between_the_files_of_a_zip_takes_back_the_first_ones(workspace: Any) -> None:
    job = queued(workspace, zipped({f"{n:03}.csv": csv(2, first=10 * n) for n in range(1, 120)}), "many.zip")
    worker = working(workspace)
    until(lambda: stage_of(job) != "" and len(job.progress["files"]) >= 2)

    assert import_jobs.cancel(workspace, job.pk, by="li")
    worker.join()

    assert not Import.objects.filter(state="accepted").exists()
    assert Import.objects.filter(state="undone").count() < 119
    parts, _ = imports.visible(workspace)
    assert parts == []
    assert left_behind(workspace) == []


@pytest.mark.parametrize("stage", ["reading", "comparing", "saving", "hold"])
def test_stopped_at_any_stage_nothing_becomes_visible(sqlite_workspace: Any, stage: str) -> None:
    class Stop(Watch):
        def at(self, now: str, **facts: object) -> None:  # noqa: ARG002
            if now == stage:
                raise RefusedError("import-stopped")

        def hold(self) -> None:
            if stage == "hold":
                raise RefusedError("import-stopped")

    for body in (csv(4), b"what is this\n"):
        if body == csv(4) or stage in {"reading", "hold"}:
            with pytest.raises(RefusedError):
                imports.import_upload(sqlite_workspace, "clearings.csv", body, watch=Stop())

    assert not Import.objects.exists()
    assert left_behind(sqlite_workspace) == []
    assert not list(sqlite_workspace.originals.iterdir()) or _swept(sqlite_workspace)


def _swept(workspace: Any) -> bool:
    """Return whether the next importer removes what the broken one had put in its place."""
    imports.import_upload(workspace, "next.csv", csv(1, first=900))
    return {one.stem for one in workspace.originals.iterdir()} == set(Import.objects.values_list("id", flat=True))


def test_too_large_an_upload_is_refused_without_being_held(sqlite_workspace: Any) -> None:
    small = sqlite_workspace.settings.model_copy(update={"reader_memory_mb": 1})
    at = type(sqlite_workspace)(sqlite_workspace.root, small)

    (result,) = imports.import_upload(at, "big.csv", (b"x" * 700_000 for _ in range(10**9)))

    assert (result.state, result.warnings[0].key) == ("refused", "refused-too-large")
    with pytest.raises(InputError):
        list(uploads.pieces(at, "up_0"))
