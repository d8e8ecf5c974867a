"""Keeping what a run found: findings, verdicts, incidents and cases, in one transaction.

The same findings again change no row. A run at an earlier moment than the newest one is not kept at all: the desk stands at
the newest moment, and its past is what was said then (replay plays moments in their order).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from daozhang.breaks import Evidence
from daozhang.cases import Step
from daozhang.desk import counters, run_cases, verdicts
from daozhang.desk.audit import plain
from daozhang.desk.models import Run
from daozhang.desk.parted import kept_apart
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecorded:
    """What recording a run changed.

    ``opened``, ``settled``, ``explained``, ``reopened`` and ``final`` count cases; ``updated`` counts findings whose verdict
    is new or another one, or which are not said any more; ``unchanged`` counts findings said as before. ``run_id`` is the
    kept run, an earlier one when nothing is new; empty when this run is older than the newest and nothing was kept.
    """

    run_id: str = ""
    opened: int = 0
    updated: int = 0
    settled: int = 0
    unchanged: int = 0
    explained: int = 0
    reopened: int = 0
    final: int = 0


def record_run(
    workspace: Workspace,
    *,
    run_id: str,
    as_of: datetime,
    findings: Sequence[Finding],
    inputs_hash: str,
    folder: str,
    counts: Mapping[str, Any],
    settled_evidence: Mapping[str, Sequence[Evidence]] | None = None,
) -> RunRecorded:
    """Keep the findings of a run and bring the cases in line with them. Safe to run again.

    ``settled_evidence`` names, per incident that money closed, the lines of the bank statement it closed on. An incident
    whose findings are no longer said and that has no such line closes as ``explained``.
    """
    with transaction.atomic():
        counters.hold(counters.CASES)
        newest = Run.objects.first()
        if newest is not None and as_of < newest.as_of:
            return RunRecorded(unchanged=len(findings))
        same = Run.objects.filter(as_of=as_of, inputs_hash=inputs_hash).first()
        run = same or Run.objects.create(
            id=run_id, as_of=as_of, inputs_hash=inputs_hash, folder=folder, counts=plain(dict(counts))
        )
        stored = verdicts.store(run, kept_apart(findings))
        made = run_cases.follow(workspace, as_of, stored, settled_evidence or {})
    return RunRecorded(
        run_id=run.id,
        opened=made.counts.get(Step.OPENED, 0),
        updated=len(stored.new) + len(stored.changed) + len(stored.cleared),
        settled=made.counts.get(Step.MONEY_MATCHED, 0),
        unchanged=stored.unchanged,
        explained=made.counts.get(Step.EXPLAINED, 0),
        reopened=made.counts.get(Step.REGRESSED, 0) + made.counts.get(Step.RETURNED, 0),
        final=made.counts.get(Step.WINDOW_OVER, 0),
    )
