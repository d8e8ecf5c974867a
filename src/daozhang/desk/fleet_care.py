"""Maintenance of terminals: plans, work orders that fall due by months or transactions, what was done by whom with which proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Max

from daozhang.desk import counters, fleet_lake, house_audit
from daozhang.desk.clock import now
from daozhang.desk.fleet import AREA
from daozhang.desk.fleet_board import Board
from daozhang.desk.fleet_models import MaintenancePlan, WorkOrder
from daozhang.desk.taking import clean
from daozhang.desk.workspace import Workspace
from daozhang.engine import inputs
from daozhang.errors import InputError, RefusedError
from daozhang.fleet.maintenance import RESULTS, due

AHEAD_DAYS: Final = 30
"""A work order is written so many days before it is due, so that a round can be planned."""
MOST_POINTS: Final = 40


@dataclass(frozen=True, slots=True)
class Tally:
    """What a plan has come to. ``orders`` = ``done`` + ``open``; ``overdue`` are among the open ones."""

    orders: int
    done: int
    open: int
    overdue: int


def make_plan(
    workspace: Workspace, name: str, *, checklist: Sequence[str], months: int | None = None, transactions: int | None = None,
    model: str = "", by: str,
) -> MaintenancePlan:  # fmt: skip
    """Make a plan; InputError when it has no name, no point, or no interval; RefusedError when the name is taken."""
    points = [clean(one)[:200] for one in checklist if clean(one)]
    if not clean(name) or not points or len(points) > MOST_POINTS or len(set(points)) < len(points):
        raise InputError("error-fleet-plan")
    if not (months or transactions) or not 0 <= (months or 0) <= 120 or not 0 <= (transactions or 0) <= 10**8:
        raise InputError("error-fleet-plan")
    with transaction.atomic():
        house_audit.append(
            workspace, AREA, clean(name)[:120], "plan_made", by=by, months=months, transactions=transactions
        )
        if MaintenancePlan.objects.filter(name=clean(name)[:120]).exists():
            raise RefusedError("error-fleet-plan-taken", name=clean(name)[:120])
        return MaintenancePlan.objects.create(
            name=clean(name)[:120], model=clean(model)[:64], months=months or None, transactions=transactions or None,
            checklist=points, made_by=by[:64], made_at=now(workspace),
        )  # fmt: skip


def write_orders(workspace: Workspace, board: Board, *, by: str) -> int:
    """Write the work orders that are due within ``AHEAD_DAYS`` and not written yet; return how many. Safe to do again."""
    today, made = now(workspace).date(), 0
    for plan in MaintenancePlan.objects.filter(stopped_at__isnull=True):
        wanted = [one for one in board.lines if not plan.model or one.figures.model == plan.model]
        last = dict(plan.orders.filter(done_on__isnull=False).values_list("terminal_no").annotate(last=Max("done_on")))
        since = {one.figures.terminal_no: last.get(one.figures.terminal_no, one.installed_on) for one in wanted}
        counts = _payments(workspace, board, since) if plan.transactions else {}
        with transaction.atomic():
            counters.hold("work-orders")
            waiting = set(plan.orders.filter(done_at__isnull=True).values_list("terminal_no", flat=True))
            new = []
            for line in wanted:
                one = line.figures
                when = due(
                    since[one.terminal_no], months=plan.months, transactions=plan.transactions,
                    made_since=counts.get(one.terminal_no, 0), today=today,
                )  # fmt: skip
                if when is None or one.terminal_no in waiting or (when.on - today).days > AHEAD_DAYS:
                    continue
                new.append(
                    WorkOrder(
                        plan=plan, acquirer=one.acquirer, merchant_no=one.merchant_no, terminal_no=one.terminal_no,
                        due_on=when.on, reason=when.reason, opened_at=now(workspace),
                    )
                )  # fmt: skip
            first = counters.take(f"work-order-{today.year}", len(new)) if new else 0
            for index, order in enumerate(new):
                order.number = f"WX-{today.year}-{first + index:06d}"
            WorkOrder.objects.bulk_create(new, batch_size=500)
            if new:
                house_audit.append(
                    workspace, AREA, plan.name, "orders_written", by=by, count=len(new), first=new[0].number
                )
        made += len(new)
    return made


def complete(
    workspace: Workspace, number: str, *, by: str, results: Mapping[str, str], proof: str, parts: str = "",
    done_on: date | None = None,
) -> WorkOrder:  # fmt: skip
    """Close a work order with a result for every point and a proof; RefusedError for what is missing, or when it is closed."""
    with transaction.atomic():
        house_audit.append(
            workspace, AREA, number[:24], "order_done", by=by, results=dict(results), proof=clean(proof)[:200]
        )
        order = WorkOrder.objects.select_for_update().select_related("plan").filter(number=number).first()
        if order is None or order.done_at is not None:
            raise RefusedError("error-fleet-order", number=number[:24])
        missing = [point for point in order.plan.checklist if results.get(point) not in RESULTS]
        if missing or not clean(proof):
            raise RefusedError(
                "error-fleet-order-missing", names=", ".join([*missing, *([] if clean(proof) else ["proof"])])
            )
        today = now(workspace).date()
        order.results = {point: results[point] for point in order.plan.checklist}
        order.proof, order.parts = clean(proof)[:200], clean(parts)[:200]
        order.done_at, order.done_by, order.done_on = now(workspace), by[:64], min(done_on or today, today)
        order.save()
    return order


def waiting_orders() -> list[WorkOrder]:
    """Return the open work orders, the most overdue first."""
    return list(WorkOrder.objects.filter(done_at__isnull=True).select_related("plan"))


def tally(plan: MaintenancePlan, today: date) -> Tally:
    """Return what the plan has come to at the end of ``today``."""
    every = plan.orders.all()
    still = every.filter(done_at__isnull=True)
    total, waiting = every.count(), still.count()
    return Tally(total, total - waiting, waiting, still.filter(due_on__lt=today).count())


def _payments(workspace: Workspace, board: Board, since: Mapping[str, date | None]) -> dict[str, int]:
    """Return how many payments each terminal made since its own day, over the whole journal."""
    with fleet_lake.opened(workspace, board.span) as con:
        con.execute("CREATE TABLE since (terminal_no VARCHAR, day DATE)")
        inputs.put(con, "since", [(one, day) for one, day in since.items() if day is not None])
        found = con.execute(
            "SELECT terminal_no, count(*) FROM transactions JOIN since USING (terminal_no) WHERE occurred_at::DATE > day GROUP BY ALL"
        )
        return dict(found.fetchall())


def others_ok(number: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return results for every point of a work order: those given, ``ok`` for the others; RefusedError for a point it has not."""
    order = WorkOrder.objects.select_related("plan").filter(number=number, done_at__isnull=True).first()
    if order is None:
        raise RefusedError("error-fleet-order", number=number[:24])
    unknown = [point for point in given if point not in order.plan.checklist]
    if unknown:
        raise RefusedError("error-fleet-order-missing", names=", ".join(unknown))
    return dict.fromkeys(order.plan.checklist, "ok") | dict(given)
