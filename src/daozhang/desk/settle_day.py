"""Running the settlement day for a workspace: gather what is visible, judge it, keep what was found. Safe to run again."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from daozhang import __version__
from daozhang.breaks import Evidence
from daozhang.desk import aside_reading, cause_answers, clock, expected_files, imports, models, runs, sight, tenants
from daozhang.desk.calendars import calendars_of
from daozhang.desk.engine_choice import cluster_of
from daozhang.desk.workspace import Workspace
from daozhang.engine.lake import Part, SourceFile
from daozhang.engine.money_answer import MoneyDays
from daozhang.engine.settle import DuckLedger
from daozhang.engine.systemic import Stop
from daozhang.flows.settlement_day import SettlementDay, Terms, settlement_day
from daozhang.matching.money import DayMoney


@dataclass(frozen=True, slots=True, kw_only=True)
class DayResult:
    """What one run gave and what it changed on the desk."""

    day: SettlementDay
    recorded: runs.RunRecorded


def judge(workspace: Workspace, as_of: datetime, *, keep: Path | None = None) -> tuple[SettlementDay, str]:
    """Judge one moment without keeping anything on the desk; return the answer and the hash of what it was made from."""
    sight.require_house()
    parts, files = imports.visible(workspace, as_of=as_of)
    settings = workspace.settings
    ledger = DuckLedger(
        root=workspace.root, parts=parts, files=aside_reading.with_lines(workspace, files), calendars=calendars_of(workspace), keep=keep,
        defaults=Terms(cycle=settings.cycle, cutover=settings.cutover, due_time=settings.due_time),
        memory=settings.engine_memory, threads=settings.engine_threads, spill=_spill(workspace),
        expected=expected_files.plans(workspace), cluster=cluster_of(workspace), closed=workspace.root / "closed",
        stop=Stop(rows=settings.systemic_rows, share_pct=settings.systemic_share_pct, most_rows=settings.systemic_most_rows),
    )  # fmt: skip
    answers = cause_answers.answers(as_of)
    return settlement_day(ledger, as_of, answers), _inputs_hash(workspace, parts, files, repr(sorted(answers.items())))


def run_day(workspace: Workspace, as_of: datetime | None = None) -> DayResult:
    """Judge the moment (now when none is given) and bring findings, incidents and cases in line with it."""
    moment = as_of or clock.now(workspace)
    sight.require_house()
    tenants.look_at_imports(workspace)
    run_id = f"r_{moment:%Y%m%dT%H%M%S}_{secrets.token_hex(3)}"
    folder = workspace.runs / run_id
    day, inputs_hash = judge(workspace, moment, keep=folder)
    write_money(day.money, folder / "money.parquet")
    recorded = runs.record_run(
        workspace, run_id=run_id, as_of=moment, findings=day.findings, inputs_hash=inputs_hash,
        folder=folder.relative_to(workspace.root).as_posix(), counts=dict(day.counts),
        settled_evidence=_settled_evidence(day),
    )  # fmt: skip
    if recorded.run_id != run_id:  # the same facts at the same moment were judged before
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    return DayResult(day=day, recorded=recorded)


def _settled_evidence(day: SettlementDay) -> Mapping[str, Sequence[Evidence]]:
    """Return, for each incident that is open on the desk and that money has closed, the bank lines it closed on."""
    still = {one.found.finding_id for one in day.findings}
    result: dict[str, list[Evidence]] = {}
    for row in models.Finding.objects.filter(is_open=True).exclude(finding_id__in=still).iterator():
        lines = day.settled_payouts.get(row.payout_no) if row.payout_no else None
        lines = lines or day.settled_payouts.get(f"day:{row.acquirer}:{row.merchant_no}:{row.settled_on}")
        if lines and row.incident_id:
            result.setdefault(row.incident_id, []).extend(
                line for line in lines if line not in result.get(row.incident_id, [])
            )
    return result


def write_money(money: Sequence[DayMoney], path: Path) -> None:
    """Write the money of every merchant-day beside its run; equal days of equal runs give equal bytes."""
    days = money if isinstance(money, MoneyDays) else MoneyDays(money, None)
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(days.table(), path, compression="zstd")


def _spill(workspace: Workspace) -> Path:
    folder = workspace.lake / ".spill"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _inputs_hash(workspace: Workspace, parts: Sequence[Part], files: Sequence[SourceFile], answers: str) -> str:
    """Return a hash of everything the answer depends on beside the moment."""
    days = models.CalendarDay.objects.order_by("calendar", "day").values_list("calendar", "day", "is_workday")
    settings = workspace.settings
    seed = [__version__, settings.cycle, settings.cutover, settings.due_time, repr(sorted(map(repr, files)))]
    seed.append(f"{settings.systemic_rows}|{settings.systemic_share_pct}|{settings.systemic_most_rows}")
    seed += [
        repr(sorted((part.table, part.path, part.unless) for part in parts)),
        repr(list(days)),
        expected_files.inputs_seed(workspace),
        answers,
    ]
    return hashlib.sha256("\n".join(seed).encode()).hexdigest()
