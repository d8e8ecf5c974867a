"""What the worker can do, by the kind of the job. Each is safe to do again after an interruption."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from daozhang.desk import uploads
from daozhang.desk.imports import import_upload
from daozhang.desk.reports import make_report
from daozhang.desk.settle_day import run_day
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError
from daozhang.formats.base import Given

Work = Callable[[Workspace, Mapping[str, Any]], dict[str, Any]]


def run_import(workspace: Workspace, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Read in one upload: ``upload``, ``file_name`` and what is known of it. Result: ``files``, as ``daozhang import --json``."""
    given = Given(
        acquirer=str(payload.get("acquirer", "")),
        merchant_no=str(payload.get("merchant_no", "")),
        account_tail=str(payload.get("account_tail", "")),
    )
    data = uploads.read(workspace, str(payload["upload"]))
    results = import_upload(
        workspace, str(payload["file_name"]), data, format_code=str(payload.get("format", "")), given=given
    )
    return {"files": [result.as_json() for result in results]}


def run_settlement(workspace: Workspace, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Judge the day at ``as_of`` (now when not given). Result: what it changed."""
    as_of = payload.get("as_of")
    recorded = run_day(workspace, datetime.fromisoformat(as_of) if as_of else None).recorded
    names = ("run_id", "opened", "updated", "settled", "explained", "reopened", "unchanged")
    return {name: getattr(recorded, name) for name in names}


def run_report(workspace: Workspace, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Make the settlement failure report of a case. Result: its number, version and file."""
    made = make_report(workspace, str(payload["number"]), str(payload.get("language") or workspace.settings.language))
    return {"number": made.number, "version": made.version, "path": made.path, "sha256": made.sha256}


KINDS: Final[Mapping[str, Work]] = {"import": run_import, "run": run_settlement, "report": run_report}


def do(workspace: Workspace, kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Do one job and return its result; InputError when nobody knows the kind."""
    work = KINDS.get(kind)
    if work is None:
        raise InputError("job-error-unknown-kind", kind=kind)
    return work(workspace, payload)


def clean_up(workspace: Workspace, kind: str, payload: Mapping[str, Any]) -> None:
    """Remove what a job no longer needs, once its result is written."""
    if kind == "import":
        uploads.remove(workspace, str(payload.get("upload", "")))
