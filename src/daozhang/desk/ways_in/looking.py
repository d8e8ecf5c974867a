"""When sources are looked at and what is known of each: for the worker's clock, the command line and the console alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from daozhang.desk import jobs
from daozhang.desk.door_models import SourceItem, SourceRun
from daozhang.desk.models import Job
from daozhang.desk.notices import real_now
from daozhang.desk.ways_in.configured import FolderSource, ImapSource, SftpSource, Source
from daozhang.desk.ways_in.fetching import REMEMBERED_ONLY, fetch, source_named
from daozhang.desk.workspace import Workspace

KIND: Final = "fetch"
COUNTS: Final = ("seen", "taken", "unchanged", "refused", "waiting")
RUNS_KEPT: Final = 500
"""Looks of one source that are remembered."""
FILES_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """One source, its last look, and the files that came of it last."""

    name: str
    kind: str
    place: str
    every_min: int
    next_at: datetime | None
    last: SourceRun | None
    runs: list[SourceRun]
    files: list[SourceItem]

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``daozhang sources --json`` prints for this source."""
        return {
            "name": self.name, "kind": self.kind, "place": self.place, "every_min": self.every_min,
            "next_at": self.next_at, "last": run_as_json(self.last) if self.last else None,
            "files": [
                {"name": one.name, "state": one.state, "arrived_at": one.arrived_at, "taken_at": one.taken_at,
                 "import_ids": one.import_ids}
                for one in self.files
            ],
        }  # fmt: skip


def look(workspace: Workspace, name: str, *, by: str) -> dict[str, Any]:
    """Look at one source now and queue a run when it brought something; return what the look brought."""
    run = fetch(workspace, source_named(workspace, name))
    if run.taken:
        jobs.enqueue(workspace, "run", {}, by=by)
    _forget_old(name)
    return run_as_json(run)


def run_as_json(run: SourceRun) -> dict[str, Any]:
    """Return one look as the doors print it: when, how many of what, and what went wrong."""
    counts = {name: getattr(run, name) for name in COUNTS}
    return {
        "source": run.source, "started_at": run.started_at, "finished_at": run.finished_at, **counts,
        "error": run.error or None,
    }  # fmt: skip


def queue_due(workspace: Workspace) -> int:
    """Queue a look at every source whose time has come and return how many; one that is waited for is not queued again."""
    due = [one for one in workspace.settings.sources if one.every_min and (_next_at(one) or real_now()) <= real_now()]
    waiting = {
        str(job.payload.get("source"))
        for job in (Job.objects.filter(kind=KIND, state__in=("queued", "running")) if due else [])
    }
    for one in due:
        if one.name not in waiting:
            jobs.enqueue(workspace, KIND, {"source": one.name}, by="clock")
    return len({one.name for one in due} - waiting)


def sources(workspace: Workspace) -> list[SourceView]:
    """Return every source of the settings with what is known of it."""
    return [_view(one) for one in workspace.settings.sources]


def _view(source: Source) -> SourceView:
    runs = list(SourceRun.objects.filter(source=source.name)[:10])
    items = SourceItem.objects.filter(source=source.name).exclude(state=REMEMBERED_ONLY)[:FILES_SHOWN]
    return SourceView(
        name=source.name, kind=source.kind, place=_place(source), every_min=source.every_min, next_at=_next_at(source),
        last=runs[0] if runs else None, runs=runs, files=list(items),
    )  # fmt: skip


def _place(source: Source) -> str:
    if isinstance(source, FolderSource):
        return source.path
    if isinstance(source, ImapSource):
        return f"{source.user} · {source.host} · {source.mailbox}"
    if isinstance(source, SftpSource):
        return f"sftp://{source.user}@{source.host}:{source.port}/{source.path}"
    return source.url


def _next_at(source: Source) -> datetime | None:
    last = SourceRun.objects.filter(source=source.name).values_list("started_at", flat=True).first()
    if not source.every_min or last is None:
        return None
    return last + timedelta(minutes=source.every_min)


def _forget_old(name: str) -> None:
    kept = SourceRun.objects.filter(source=name).values_list("pk", flat=True)[RUNS_KEPT : RUNS_KEPT + 1]
    for oldest in kept:
        SourceRun.objects.filter(source=name, pk__lte=oldest).delete()
