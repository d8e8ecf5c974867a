"""The drill of this workspace: how long it runs, what was stamped, and afterwards the report. In a live workspace: how one is begun."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from daozhang.desk import drills as desk_drills
from daozhang.desk.drills_models import Drill
from daozhang.drills.scoring import STAMPS
from daozhang.errors import RefusedError
from daozhang.web import words
from daozhang.web.context import language_of, text, who


@require_http_methods(["GET", "POST"])
def drills(request: HttpRequest) -> HttpResponse:
    """Show the drill; stamp a step, or end it."""
    drill = desk_drills.current()
    if request.method == "POST" and drill is not None:
        try:
            _act(request, drill)
        except RefusedError as error:
            messages.error(request, words.refusal(language_of(request), error))
        return redirect("drills")
    report = desk_drills.report(drill) if drill else None
    times = [
        (text(request, f"drill-time-to-{name}"), report[f"time_to_{name}_s"]) for name in ("detect", "notify", "decide", "resolve")
    ] if report else []  # fmt: skip
    stamps = (
        [(one, text(request, f"drill-step-{one['step'].replace('_', '-')}")) for one in report["stamps"]]
        if report
        else []
    )
    buttons = [(step, text(request, f"drill-step-{step}")) for step in STAMPS]
    facts = {"drill": drill, "report": report, "times": times, "stamps": stamps, "buttons": buttons}
    return render(request, "web/drills.html", facts)


def _act(request: HttpRequest, drill: Drill) -> None:
    act = request.POST.get("act", "")
    if act == "end":
        desk_drills.end(drill, by=who(request))
    else:
        desk_drills.stamp(drill, act, by=who(request), note=request.POST.get("note", "").strip())
