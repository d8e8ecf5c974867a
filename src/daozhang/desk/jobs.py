"""Durable work: queued in the database, claimed with a lease that must be kept alive, finished only by its holder.

Each claim raises the job's ``fence``. Whoever lost the lease (it stalled, another took over) holds an older fence and can
write nothing any more. What a job does is safe to do again, so a job that was interrupted simply starts anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from daozhang.desk.audit import plain
from daozhang.desk.models import Job
from daozhang.desk.notices import real_now
from daozhang.desk.workspace import Workspace
from daozhang.errors import DaozhangError

LEASE: Final = timedelta(seconds=60)
TRIES: Final = 3
"""Claims of one job before it counts as failed: a job that kills its worker must not do so for ever."""

WAITS_FOR: Final[Mapping[str, tuple[str, ...]]] = {"run": ("import",)}
"""A job of this kind starts only when none of those kinds is queued or running: a run wants every file that is here."""

ONCE: Final = frozenset({"run", "fetch", "backup", "requests"})
"""Kinds of which an equal queued job is enough."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do one job and to write its result, as long as the fence is the newest."""

    job_id: int
    kind: str
    payload: dict[str, Any]
    fence: int
    lease: timedelta = LEASE


def enqueue(workspace: Workspace, kind: str, payload: Mapping[str, Any], *, by: str = "") -> Job:  # noqa: ARG001 - the desk is the open workspace's
    """Queue work and return its job; for kinds of ``ONCE`` the equal job that waits already."""
    with transaction.atomic():
        if kind in ONCE:
            same = Job.objects.filter(kind=kind, state="queued", attempts=0, payload=plain(dict(payload))).first()
            if same is not None:
                return same
        return Job.objects.create(kind=kind, payload=plain(dict(payload)), queued_by=by)


def claim(workspace: Workspace, *, at: datetime | None = None, lease: timedelta = LEASE) -> Claim | None:  # noqa: ARG001
    """Take the oldest job that is free, or whose holder let its lease run out; None when there is none."""
    with transaction.atomic():
        moment = at or real_now()  # once the database is ours: a wait for it must not eat the lease
        for job in _free(moment):
            if job.attempts >= TRIES:
                _close(job, "failed", {"error": {"key": "job-error-lease", "facts": {}}})
                continue
            if _must_wait(job):
                continue
            job.state, job.fence, job.attempts, job.lease_until = (
                "running",
                job.fence + 1,
                job.attempts + 1,
                moment + lease,
            )
            job.save(update_fields=["state", "fence", "attempts", "lease_until"])
            return Claim(job.pk, job.kind, job.payload, job.fence, lease)
    return None


def beat(held: Claim, progress: Mapping[str, Any] | None = None, *, at: datetime | None = None) -> bool:
    """Keep the lease alive and note progress; False when it was lost or the job cancelled: stop, nothing can be written."""
    values: dict[str, Any] = {"lease_until": (at or real_now()) + held.lease}
    if progress is not None:
        values["progress"] = plain(dict(progress))
    return bool(_held(held).update(**values))


def is_held(held: Claim, *, lock: bool = False) -> bool:
    """Return whether the job is still this claim's; with ``lock``, nobody can take it until the transaction ends."""
    found = _held(held)
    return (found.select_for_update() if lock else found).first() is not None


def finish(held: Claim, result: Mapping[str, Any]) -> bool:
    """Write the result and close the job; False when the lease was lost, and nothing is written."""
    values = {"state": "done", "result": plain(dict(result)), "lease_until": None, "finished_at": real_now()}
    return bool(_held(held).update(**values))


def fail(held: Claim, error: DaozhangError) -> bool:
    """Close the job with the reason for which it cannot be done; False when the lease was lost."""
    result = {"error": {"key": error.key, "facts": plain(dict(error.facts))}}
    return bool(_held(held).update(state="failed", result=result, lease_until=None, finished_at=real_now()))


def put_back(held: Claim, detail: str) -> bool:
    """Let the job be tried again a little later, or close it after the last try; False when the lease was lost."""
    job = _held(held).first()
    if job is None:
        return False
    if job.attempts >= TRIES:
        return fail(held, DaozhangError("job-error-unexpected", detail=detail))
    wait = timedelta(seconds=5 * 2**job.attempts)
    return bool(_held(held).update(state="queued", lease_until=real_now() + wait))


def cancel(workspace: Workspace, job_id: int) -> bool:  # noqa: ARG001
    """Cancel a job that waits or runs; whoever runs it can write nothing any more. False when it was over already."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id, state__in=("queued", "running")).first()
        if job is None:
            return False
        job.fence += 1
        _close(job, "cancelled", {})
    return True


def _free(moment: datetime) -> list[Job]:
    ripe = Q(state="queued") & (Q(lease_until__isnull=True) | Q(lease_until__lte=moment))
    left = Q(state="running", lease_until__lte=moment)
    return list(Job.objects.filter(ripe | left).order_by("id").select_for_update(skip_locked=True)[:50])


def _must_wait(job: Job) -> bool:
    others = WAITS_FOR.get(job.kind, ())
    return bool(others) and Job.objects.filter(kind__in=others, state__in=("queued", "running")).exists()


def _held(held: Claim) -> QuerySet[Job]:
    return Job.objects.filter(pk=held.job_id, fence=held.fence, state="running")


def _close(job: Job, state: str, result: dict[str, Any]) -> None:
    job.state, job.result, job.lease_until, job.finished_at = state, result, None, real_now()
    job.save(update_fields=["state", "result", "lease_until", "finished_at", "fence"])
