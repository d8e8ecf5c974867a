"""Uploads as jobs of the worker: queued with what is known of them, followed while they are read, cancelled without a trace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction

from daozhang.desk import clock, jobs, uploads
from daozhang.desk.import_undo import undo
from daozhang.desk.import_watch import Watch
from daozhang.desk.imports import import_upload
from daozhang.desk.models import Import, Job
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.flows.import_files import FileResult
from daozhang.formats.base import Given
from daozhang.intake import keyring
from daozhang.intake.arrivals import readable_name
from daozhang.intake.cards import CardGuard

KIND: Final = "import"
BATCH: Final = "batch"
"""The one thing said of an upload that nobody typed: a random number, which may look like a card's."""
SHOWN: Final = 200
"""Most files of one zip whose answer is shown while the rest is read."""
SAYS_EVERY_S: Final = 0.3


def enqueue(workspace: Workspace, upload_id: str, file_name: str, *, by: str, **known: str) -> Job:
    """Queue an upload and return its job; ``known`` is what the sender says of the file (``acquirer``, ``format`` …)."""
    guard = CardGuard(keyring.load(workspace.keys).key("token"))
    file_name = readable_name(file_name)
    shown = guard.cut(file_name)[:512]
    said = {name: value if name == BATCH else guard.cut(value.replace("\0", " ")) for name, value in known.items()}
    payload = {"upload": upload_id, "file_name": shown, **said}
    if shown != file_name:  # its format may still be told by the name as it was
        payload["sealed_name"] = uploads.seal_name(workspace, file_name)
    return jobs.enqueue(workspace, KIND, payload, by=by)


def do_import(workspace: Workspace, held: jobs.Claim) -> dict[str, Any]:
    """Read in one upload. Result: ``files``, as ``daozhang import --json``."""
    payload = held.payload
    sealed = str(payload.get("sealed_name", ""))
    name = uploads.open_name(workspace, sealed) if sealed else str(payload["file_name"])
    results = import_upload(
        workspace, name, uploads.pieces(workspace, str(payload["upload"])),
        format_code=str(payload.get("format", "")), given=given_of(payload), watch=JobWatch(workspace, held),
    )  # fmt: skip
    return {"files": [result.as_json() for result in results]}


def given_of(payload: Mapping[str, Any]) -> Given:
    """Return what the sender said of the file."""
    return Given(
        acquirer=str(payload.get("acquirer", "")),
        merchant_no=str(payload.get("merchant_no", "")),
        account_tail=str(payload.get("account_tail", "")),
        covers_on=date.fromisoformat(str(payload["covers_on"])) if payload.get("covers_on") else None,
    )


def cancel(workspace: Workspace, job_id: int, *, by: str) -> bool:
    """Stop an upload wherever it stands and take back what it has brought in so far; False when it was over already.

    After this the job can make nothing visible: it asks for its fence inside the transaction of each file.
    """
    with transaction.atomic():
        if not jobs.cancel(workspace, job_id):
            return False
        job = Job.objects.get(pk=job_id)
    uploads.remove(workspace, str(job.payload.get("upload", "")))
    for one in job.progress.get("import_ids", []):
        if Import.objects.filter(pk=one, state=Import.State.ACCEPTED).exists():
            undo(workspace, str(one), by=by)
    return True


class JobWatch(Watch):
    """Writes the progress of one held job, and stops the import when the job is cancelled or another worker has it."""

    def __init__(self, workspace: Workspace, held: jobs.Claim) -> None:
        self._held = held
        self._guard = CardGuard(keyring.load(workspace.keys).key("token"))
        self._progress: dict[str, Any] = {"files": [], "import_ids": []}
        self._said_at = 0.0

    def at(self, stage: str, **facts: object) -> None:
        """Note the stage; RefusedError when the job is no longer ours."""
        if "file" in facts:
            facts["file"] = self._guard.cut(str(facts["file"]))
        self._progress |= {"stage": stage, **facts}
        if clock.seconds() - self._said_at < SAYS_EVERY_S and stage != "reading":
            return  # many small files must not each cost three writes
        self._said_at = clock.seconds()
        if not jobs.beat(self._held, self._progress):
            raise RefusedError("import-stopped")

    def done(self, result: FileResult) -> None:
        """Note what became of one file, with its transaction."""
        if result.state == "accepted":
            self._progress["import_ids"].append(result.import_id)
        if len(self._progress["files"]) < SHOWN:
            self._progress["files"].append(result.as_json())
        if not jobs.beat(self._held, self._progress):
            raise RefusedError("import-stopped")

    def is_wanted(self) -> bool:
        """Return whether the job is still ours."""
        return jobs.is_held(self._held)

    def hold(self) -> None:
        """Lock the job's row, so that a cancel waits for the end of this transaction."""
        if not jobs.is_held(self._held, lock=True):
            raise RefusedError("import-stopped")
