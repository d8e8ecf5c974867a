"""Today: what needs a person and in which order, where the money is, what cannot be judged yet, what came."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from daozhang.cases.life import OPEN_STATES
from daozhang.desk import clock, jobs, readings
from daozhang.desk.models import Case, Finding, Import, Notice, WriteOff
from daozhang.web import caselines, drawing
from daozhang.web.context import text, who, workspace

MOST_CASES = 8
MOST_WAITING = 8
MOST_IMPORTS = 8
RECENT = timedelta(days=31)
"""Days whose money Today adds up; all days are under Days."""


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Show the day at a glance; nothing here changes anything."""
    now = clock.now(workspace())
    run = readings.last_run(workspace())
    rows = readings.money(workspace(), run) if run else []
    recent = [row for row in rows if row.settled_on > now.date() - RECENT] or rows
    names = {(row.acquirer, row.merchant_no): row.merchant_name for row in rows}
    figures = drawing.totals(recent)
    open_cases = Case.objects.filter(state__in=OPEN_STATES)
    waiting = Finding.objects.filter(is_open=True, severity="watch").order_by("due_at", "finding_id")
    came = Import.objects.exclude(state=Import.State.UNDONE).order_by("-seq")
    facts = {
        "run": run,
        "cases": caselines.lines(list(caselines.ordered(open_cases)[:MOST_CASES]), now, names),
        "open_count": open_cases.count(),
        "late_count": open_cases.filter(deadline_at__lt=now).count(),
        "figures": [(one, drawing.bar(one)) for one in figures],
        "days": _span(recent),
        "names": names,
        "waiting": waiting[:MOST_WAITING],
        "waiting_count": waiting.count(),
        "files": came[:MOST_IMPORTS],
        "file_count": came.count(),
        "aside": Import.objects.filter(state=Import.State.ACCEPTED, quarantined__gt=0).order_by("-seq"),
        "puzzling": Import.objects.filter(state__in=[Import.State.UNCLAIMED, Import.State.REFUSED])
        .exclude(sha256__in=Import.objects.filter(state=Import.State.ACCEPTED).values("sha256"))
        .order_by("-seq"),
        "unaddressed": Notice.objects.filter(state="unaddressed").values("role").distinct().count(),
        "to_approve": WriteOff.objects.filter(approved_at=None, case__state__in=OPEN_STATES).exclude(
            asked_by=who(request)
        ),
    }
    return render(request, "web/today.html", facts)


@require_POST
def run_now(request: HttpRequest) -> HttpResponse:
    """Ask the worker to judge the day again. Safe to ask twice."""
    jobs.enqueue(workspace(), "run", {}, by=who(request))
    messages.success(request, text(request, "web-run-asked"))
    return redirect("today")


def _span(rows: list[readings.MoneyRow]) -> tuple[object, object] | None:
    days = [row.settled_on for row in rows]
    return (min(days), max(days)) if days else None
