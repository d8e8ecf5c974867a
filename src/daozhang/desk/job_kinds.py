"""What the worker can do, by the kind of the job. Each is safe to do again after an interruption."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from daozhang.desk import requests_sending, uploads
from daozhang.desk.import_jobs import do_import
from daozhang.desk.jobs import Claim
from daozhang.desk.reports import make_report
from daozhang.desk.settle_day import run_day
from daozhang.desk.ways_in import looking
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError

Work = Callable[[Workspace, Claim], dict[str, Any]]


def run_settlement(workspace: Workspace, held: Claim) -> dict[str, Any]:
    """Judge the day at ``as_of`` (now when not given). Result: what it changed."""
    as_of = held.payload.get("as_of")
    recorded = run_day(workspace, datetime.fromisoformat(as_of) if as_of else None).recorded
    names = ("run_id", "opened", "updated", "settled", "explained", "reopened", "unchanged")
    return {name: getattr(recorded, name) for name in names}


def run_report(workspace: Workspace, held: Claim) -> dict[str, Any]:
    """Make the settlement failure report of a case. Result: its number, version and file."""
    payload = held.payload
    made = make_report(workspace, str(payload["number"]), str(payload.get("language") or workspace.settings.language))
    return {"number": made.number, "version": made.version, "path": made.path, "sha256": made.sha256}


def run_fetch(workspace: Workspace, held: Claim) -> dict[str, Any]:
    """Look at one source (``source``) and judge the day again when it brought something. Result: what the look brought."""
    return looking.look(workspace, str(held.payload["source"]), by="clock")


def run_requests(workspace: Workspace, held: Claim) -> dict[str, Any]:  # noqa: ARG001 - what is due is asked of the desk
    """Send, ask about and confirm what moves money, and follow account changes. Result: how many of what."""
    return dict(requests_sending.work(workspace))


def run_backup(workspace: Workspace, _held: Claim) -> dict[str, Any]:
    """Take a backup to the place of the settings and prove it. Result: its number and whether it counts."""
    from daozhang.desk.backups import keeping  # noqa: PLC0415 - a heavy room that only backups need

    row, _ = keeping.back_up(workspace, keeping.place_of(workspace))
    return {"backup_id": row.id, "state": row.state}


KINDS: Final[Mapping[str, Work]] = {
    "import": do_import,
    "run": run_settlement,
    "report": run_report,
    "fetch": run_fetch,
    "backup": run_backup,
    "requests": run_requests,
}


def do(workspace: Workspace, held: Claim) -> dict[str, Any]:
    """Do one job and return its result; InputError when nobody knows the kind."""
    work = KINDS.get(held.kind)
    if work is None:
        raise InputError("job-error-unknown-kind", kind=held.kind)
    return work(workspace, held)


def clean_up(workspace: Workspace, kind: str, payload: Mapping[str, Any]) -> None:
    """Remove what a job no longer needs, once its result is written."""
    if kind == "import":
        uploads.remove(workspace, str(payload.get("upload", "")))
