"""When files are expected, where a person said so; elsewhere it follows from what came (``expectations.files``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from daozhang.desk import clock, imports
from daozhang.desk.calendars import calendar_of
from daozhang.desk.models import ExpectedFile
from daozhang.desk.workspace import Workspace
from daozhang.engine import inputs
from daozhang.engine.file_leg import senders_of
from daozhang.engine.lake import connect, create_views
from daozhang.errors import InputError
from daozhang.expectations.files import FilePlan, FileSource, overdue, plan_of
from daozhang.flows.settlement_day import Terms
from daozhang.records import FACT_TABLES

TABLES = tuple(table.name for table in FACT_TABLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One source as a person sees it: its plan, what came last, and the next file with the moment it is due."""

    source: FileSource
    plan: FilePlan | None
    days: int
    last_on: date | None
    next_on: date | None
    next_due_at: datetime | None


def plans(_workspace: Workspace) -> dict[FileSource, FilePlan]:
    """Return the plans that people set."""
    return {_source(row): _plan(row) for row in ExpectedFile.objects.all()}


def expect(workspace: Workspace, source: FileSource, plan: FilePlan, *, by: str) -> None:
    """Set the plan of one source; an earlier one of the same source is replaced. InputError when it cannot be used."""
    if source.table not in TABLES:
        raise InputError("error-expect-table", table=source.table, tables=", ".join(TABLES))
    if plan.to_on and plan.from_on and plan.to_on < plan.from_on:
        raise InputError("error-expect-days", from_on=str(plan.from_on), to_on=str(plan.to_on))
    now = clock.now(workspace)
    ExpectedFile.objects.update_or_create(
        table=source.table, acquirer=source.acquirer, merchant_no=source.merchant_no, account_tail=source.account_tail,
        defaults={
            "is_expected": plan.is_expected, "every_day": plan.every_day, "after": plan.after,
            "counts_workdays": plan.counts_workdays, "at": f"{plan.at:%H:%M}", "from_on": plan.from_on or now.date(),
            "to_on": plan.to_on, "set_by": by[:64], "set_at": now,
        },
    )  # fmt: skip


def forget(_workspace: Workspace, source: FileSource) -> bool:
    """Take a plan back, so that what came decides again; return whether there was one."""
    return ExpectedFile.objects.filter(**source._asdict()).delete()[0] > 0


def overview(workspace: Workspace) -> list[Expected]:
    """Return every source that sent something or has a plan, with what is expected of it now."""
    now, said = clock.now(workspace), plans(workspace)
    parts, files = imports.visible(workspace, as_of=now)
    settings = workspace.settings
    con = connect(memory=settings.engine_memory, threads=settings.engine_threads, spill=None)
    try:
        create_views(con, workspace.root, parts)
        terms = Terms(cycle=settings.cycle, cutover=settings.cutover, due_time=settings.due_time)
        inputs.prepare(con, files, now, terms)
        senders = senders_of(con, files, now, said)
    finally:
        con.close()
    calendar, found = calendar_of(workspace), []
    for sender in sorted(senders, key=lambda one: one.history.source):
        plan = sender.plan or plan_of(sender.history, calendar)
        last_on = max(sender.history.days, default=None)
        waiting = overdue(sender.history, plan, calendar, now, ahead=14) if plan and plan.is_expected else []
        next_on, next_due_at = waiting[0] if waiting else (None, None)
        found.append(
            Expected(
                source=sender.history.source, plan=plan, days=len(sender.history.days), last_on=last_on, next_on=next_on,
                next_due_at=next_due_at,
            )
        )  # fmt: skip
    return found


def inputs_seed(workspace: Workspace) -> str:
    """Return a text that changes with every plan, for the hash of a run's inputs."""
    return repr(sorted(map(repr, plans(workspace).items())))


def _source(row: ExpectedFile) -> FileSource:
    return FileSource(row.table, row.acquirer, row.merchant_no, row.account_tail)


def _plan(row: ExpectedFile) -> FilePlan:
    return FilePlan(
        every_day=row.every_day, after=row.after, counts_workdays=row.counts_workdays, at=time.fromisoformat(row.at), how="set",
        from_on=row.from_on, to_on=row.to_on, is_expected=row.is_expected,
    )  # fmt: skip
