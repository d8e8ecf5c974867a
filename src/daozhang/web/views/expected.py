"""Files that are expected: each source with its rhythm and its next file, and the plan a person may set for it."""

from __future__ import annotations

from datetime import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from daozhang.desk import clock, expected_files, jobs
from daozhang.errors import DaozhangError, InputError
from daozhang.expectations.files import FilePlan, FileSource
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace


@require_http_methods(["GET", "POST"])
def expected(request: HttpRequest) -> HttpResponse:
    """List the sources; set or drop the plan of one."""
    if request.method == "POST":
        try:
            key = _forget(request) if "forget" in request.POST else _save(request)
        except DaozhangError as error:
            messages.error(request, words.refusal(language_of(request), error))
            return redirect("expected")
        jobs.enqueue(workspace(), "run", {}, by=who(request))
        messages.success(request, text(request, key))
        return redirect("expected")
    now = clock.now(workspace())
    sources = [
        (one, one.next_due_at is not None and one.next_due_at < now, f"expect-how-{_how(one.plan)}")
        for one in expected_files.overview(workspace())
    ]
    return render(request, "web/expected.html", {"sources": sources, "tables": expected_files.TABLES})


def _how(plan: FilePlan | None) -> str:
    if plan is None:
        return "unknown"
    return plan.how if plan.is_expected else "none"


def _source(request: HttpRequest) -> FileSource:
    said = {name: request.POST.get(name, "").replace("\x00", "").strip()[:32] for name in FileSource._fields}
    return FileSource(**said)


def _save(request: HttpRequest) -> str:
    workdays, nothing = bool(request.POST.get("workdays")), bool(request.POST.get("nothing"))
    after = request.POST.get("after", "1")
    plan = FilePlan(
        every_day=not workdays, after=min(30, int(after)) if after.isascii() and after.isdigit() else 1, counts_workdays=workdays,
        at=_clock(request.POST.get("at", "") or "09:00"), from_on=clock.now(workspace()).date(), is_expected=not nothing,
    )  # fmt: skip
    expected_files.expect(workspace(), _source(request), plan, by=who(request))
    return "expected-saved"


def _forget(request: HttpRequest) -> str:
    expected_files.forget(workspace(), _source(request))
    return "expected-forgotten"


def _clock(said: str) -> time:
    try:
        return time.fromisoformat(said)
    except ValueError:
        raise InputError("error-expect-clock", value=said[:20]) from None
