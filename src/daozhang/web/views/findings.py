"""Findings: everything that differs, by how sure we are that something is wrong; one finding with its proof."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from daozhang.desk import book, cause_answers, clock, verdicts
from daozhang.desk.models import Case, Finding
from daozhang.diagnosis.questions import CANNOT_SAY, Question
from daozhang.errors import RefusedError
from daozhang.services.portal import Call, call_of
from daozhang.texts import has
from daozhang.web import words
from daozhang.web.context import text, who, workspace

SEVERITIES: Final = ("alarm", "watch", "info")
PAGE: Final = 50
_CANNOT_SAY: Final = "question-cannot-say"
KEYS: Final = (
    "acquirer", "merchant_no", "terminal_no", "batch_no", "trace_no", "rrn", "order_no", "network_no", "payout_no",
    "settled_on", "account_tail", "file", "occurred_at", "population",
)  # fmt: skip


@require_GET
def findings(request: HttpRequest) -> HttpResponse:
    """Show findings of one severity, or those that have cleared; the largest gap first."""
    chosen = request.GET.get("severity", "alarm")
    chosen = chosen if chosen in {*SEVERITIES, "cleared"} else "alarm"
    now = Finding.objects.filter(is_open=True)
    counted = {row["severity"]: row["n"] for row in now.values("severity").annotate(n=Count("finding_id"))}
    cleared = Finding.objects.filter(is_open=False)
    shown = cleared.order_by("-cleared_at", "finding_id") if chosen == "cleared" else now.filter(severity=chosen)
    ordered = shown if chosen == "cleared" else shown.order_by("gap_minor", "due_at", "finding_id")
    facts = {
        "severities": [(name, counted.get(name, 0)) for name in SEVERITIES],
        "cleared": cleared.count(),
        "chosen": chosen,
        "names": book.merchant_names(workspace()),
        "page": Paginator(ordered, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "web/findings.html", facts)


@require_GET
def finding(request: HttpRequest, finding_id: str) -> HttpResponse:
    """Show one finding: what, why, the lines that prove it, and how the verdict came about."""
    one = get_object_or_404(Finding.objects.select_related("incident"), pk=finding_id)
    fix_key = f"cause-{one.cause_code.lower()}-fix" if one.cause_code else ""
    facts = {
        "finding": one,
        "keys": [
            (name, words.plain(getattr(one, name)))
            for name in KEYS
            if getattr(one, name) and not _is_own_name(one, name)
        ],
        "fix_key": fix_key if has("zh", fix_key) else "",
        "case_number": Case.objects.filter(incident_id=one.incident_id).values_list("number", flat=True).first(),
        "candidates": one.facts.get(verdicts.CAUSES, []) if one.is_open else [],
        "answered": [(asked.key(), _answer_key(asked, value)) for asked, value in cause_answers.answered(one)],
        "asked": [_asked(question) for question in cause_answers.open_questions(one)],
        "verdicts": one.verdicts.order_by("-as_of"),
        "day_link": _day_link(one),
        "call_key": call_key(one.cause_category, one.confidence_pct, one.due_at, is_open=one.is_open),
    }
    return render(request, "web/finding.html", facts)


def call_key(category: str, confidence_pct: int, due_at: datetime | None, *, is_open: bool) -> str:
    """Return the text key that says that no call is needed; empty where the service desk is asked first or nothing is open."""
    call = call_of(category, confidence_pct, is_open=is_open, due_at=due_at, now=clock.now(workspace()))
    return f"portal-call-{call}" if call is Call.NONE else ""


@require_POST
def answer(request: HttpRequest, finding_id: str) -> HttpResponse:
    """Keep what a person answers about the cause; the next run reads it."""
    try:
        cause_answers.answer(
            workspace(), finding_id, request.POST.get("question", ""), request.POST.get("value", ""), by=who(request)
        )
    except RefusedError as error:
        messages.error(request, text(request, error.key, **error.facts))
    else:
        messages.success(request, text(request, "finding-answer-kept"))
    return redirect("finding", finding_id=finding_id)


def _asked(question: Question) -> tuple[str, str, list[tuple[str, str]]]:
    """Return name, text key, and the answers to choose from with their text keys; the last is "I cannot say"."""
    values = [
        (str(value).lower() if isinstance(value, bool) else str(value), question.key(value))
        for value in question.values
    ]
    return question.name, question.key(), [*values, (CANNOT_SAY, _CANNOT_SAY)]


def _answer_key(question: Question, value: object) -> str:
    return _CANNOT_SAY if value == CANNOT_SAY else question.key(value)


def _is_own_name(one: Finding, name: str) -> bool:
    """Return whether a key only tells a finding about many rows from others of its kind; nobody calls it so."""
    return name == "file" and one.break_type == "systemic_difference"


def _day_link(one: Finding) -> str:
    if not (one.acquirer and one.merchant_no and one.settled_on):
        return ""
    return reverse("day", args=[one.acquirer, one.merchant_no, one.settled_on])
