"""What happens because time passes: deadlines, a fresh judgement when money falls due, the audit anchor of the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import pyarrow.parquet as pq

from daozhang.desk import (
    answers,
    audit,
    backup_clock,
    inquiries,
    jobs,
    life_ticks,
    measures_digest,
    processes_terms,
    requests_sending,
)
from daozhang.desk.cases import pass_deadlines
from daozhang.desk.clock import now
from daozhang.desk.models import CaseEvent, Run
from daozhang.desk.ways_in import looking
from daozhang.desk.workspace import Workspace

JUDGE_EVERY: Final = timedelta(minutes=15)
"""The day is judged again after this time even when nothing falls due: files may have come by another door."""


def keep_clocks(workspace: Workspace) -> None:
    """Say which deadlines passed, queue a run and looks at sources when wanted, anchor the audit chain. Safe to do again."""
    moment = now(workspace)
    pass_deadlines(workspace, at=moment)
    life_ticks.tick(workspace, moment)
    inquiries.tick(workspace, moment)
    processes_terms.tick(workspace, moment)
    if wants_a_run(workspace, moment):
        jobs.enqueue(workspace, "run", {}, by="clock")
    if is_anchor_due(workspace, moment):
        audit.anchor(workspace, at=moment)
    looking.queue_due(workspace)
    if requests_sending.is_due(workspace, moment):
        jobs.enqueue(workspace, "requests", {}, by="clock")
    if backup_clock.is_due(workspace):
        jobs.enqueue(workspace, "backup", {}, by="clock")
    if measures_digest.is_due(workspace, moment):
        measures_digest.send(workspace, moment)
    answers.forget_old()


def wants_a_run(workspace: Workspace, moment: datetime) -> bool:
    """Return whether the newest run is stale: money fell due since, or it is too long ago. Never where a clock stands still."""
    newest = Run.objects.first()
    if newest is None or newest.as_of >= moment or workspace.settings.clock_at is not None:
        return False
    return moment - newest.as_of >= JUDGE_EVERY or _fell_due(workspace, newest, moment)


def is_anchor_due(workspace: Workspace, moment: datetime) -> bool:
    """Return whether there are steps and the last anchor is of an earlier day."""
    last = audit.last_anchor_at(workspace)
    return CaseEvent.objects.exists() and (last is None or last.date() < moment.date())


def _fell_due(workspace: Workspace, newest: Run, moment: datetime) -> bool:
    path = workspace.root / newest.folder / "money.parquet"
    if not path.exists():
        return False
    dues = pq.read_table(path, columns=["due_at"])["due_at"].to_pylist()
    return any(due is not None and newest.as_of < due <= moment for due in dues)
