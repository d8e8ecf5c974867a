"""Cases: the list, one case with everything about it, and what people do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from daozhang.cases.life import CLOSED, OPEN_STATES
from daozhang.desk import book, bulk, clock, reports
from daozhang.desk import cases as desk_cases
from daozhang.desk.case_view import CaseView
from daozhang.desk.evidence_rows import RecordRow
from daozhang.desk.models import Case
from daozhang.errors import RefusedError
from daozhang.texts import LANGUAGES
from daozhang.web import case_life, caselines, words
from daozhang.web.context import LANGUAGE_TAGS, language_of, text, who, workspace

PAGE: Final = 50
WITH_A_DOOR: Final = frozenset(
    {"write_off_asked", "write_off_approved", "write_off_declined", "measure_taken", "commented"}
)
"""Steps that have a place of their own on the page."""

MOST_RECORDS: Final = 30
OF_MONEY: Final = {"order_no": "payout_no", "card_tail": "account_tail"}
"""On a payout or a bank line the order is the payout order, and the tail is the account's."""

NUMBERS: Final = ("terminal_no", "trace_no", "rrn", "order_no", "card_tail")


class _Record:
    """One row behind a case, with the numbers by which people find it."""

    def __init__(self, row: RecordRow) -> None:
        self.at, self.amount_minor, self.currency = row.at, row.amount_minor, row.currency
        self.kind, self.status = row.kind, row.status
        self.file, self.line_no, self.import_id = row.file, row.line_no, row.import_id
        names = OF_MONEY if row.table in {"payouts", "bank_entries"} else {}
        self.numbers = [(names.get(name, name), getattr(row, name)) for name in NUMBERS if getattr(row, name)]


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Show the cases that need work, or those that are closed."""
    shown = "closed" if request.GET.get("show") == "closed" else "open"
    states = OPEN_STATES if shown == "open" else CLOSED
    chosen = {name: request.GET.get(name, "") for name in bulk.FILTERS}
    is_filtered = shown == "open" and any(chosen.values())
    numbers = bulk.filtered(chosen) if is_filtered else Case.objects.filter(state__in=states)
    numbers = numbers.filter(Q(clock__isnull=True) | Q(clock__lead__isnull=True))
    page = Paginator(caselines.ordered(numbers), PAGE).get_page(request.GET.get("page"))
    facts = {
        "shown": shown,
        "page": page,
        "lines": caselines.lines(list(page.object_list), clock.now(workspace()), book.merchant_names(workspace())),
        "open_count": Case.objects.filter(state__in=OPEN_STATES).count(),
        "filter": chosen,
        "is_filtered": is_filtered,
        "bulk_steps": [one.value for one in bulk.STEPS],
        "closed_count": Case.objects.filter(state__in=CLOSED).count(),
    }
    return render(request, "web/cases.html", facts)


@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case."""
    view = _view(number)
    steps = [step for step in view.next_steps if step.step not in WITH_A_DOOR]
    possible = {step.step for step in view.next_steps}
    facts = {
        "case": view,
        "means_key": f"{view.state_key}-means",
        "merchant": caselines.merchant(book.merchant_names(workspace()), view.acquirer, view.merchant_no),
        "steps": steps,
        "possible": possible,
        "may_approve": "write_off_approved" in possible and view.write_off_asked_by != who(request),
        "records": [_Record(row) for row in view.records[:MOST_RECORDS]],
        "language_tag": LANGUAGE_TAGS[language_of(request)],
    } | case_life.life_facts(request, view)
    return render(request, "web/case.html", facts)


@require_POST
def step(request: HttpRequest, number: str) -> HttpResponse:
    """Take a step on a case; what is missing is said above the page and nothing changes."""
    given = {name: request.POST.get(name, "").strip() for name in ("external_no", "assignee")}
    return do_and_return(
        request,
        number,
        lambda: desk_cases.advance(
            workspace(),
            number,
            request.POST.get("step", ""),
            by=who(request),
            note=request.POST.get("note", ""),
            facts=given,
        ),
    )


@require_POST
def measure(request: HttpRequest, number: str) -> HttpResponse:
    """Note a measure, or a comment for colleagues, or that somebody was told by hand."""
    note = request.POST.get("note", "")
    notice = request.POST.get("notice", "")
    if notice.isascii() and notice.isdigit():
        return do_and_return(
            request, number, lambda: desk_cases.mark_told(workspace(), number, int(notice), by=who(request), note=note)
        )
    if request.POST.get("kind") == "comment":
        return do_and_return(
            request, number, lambda: desk_cases.comment(workspace(), number, by=who(request), note=note)
        )
    return do_and_return(
        request, number, lambda: desk_cases.record_measure(workspace(), number, by=who(request), note=note)
    )


@require_POST
def write_off(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a write-off, or decide on one that somebody else asked for."""
    note = request.POST.get("note", "")
    act = request.POST.get("act", "ask")
    if act == "approve":
        return do_and_return(
            request, number, lambda: desk_cases.approve_write_off(workspace(), number, by=who(request), note=note)
        )
    if act == "decline":
        return do_and_return(
            request, number, lambda: desk_cases.decline_write_off(workspace(), number, by=who(request), note=note)
        )
    return do_and_return(
        request, number, lambda: desk_cases.ask_write_off(workspace(), number, by=who(request), reason=note)
    )


@require_GET
def report(request: HttpRequest, number: str, language: str) -> HttpResponse | FileResponse:
    """Give the settlement failure report as PDF; a part that is missing is named instead."""
    if language not in LANGUAGES:
        raise Http404
    try:
        made = reports.make_report(workspace(), number, language)
    except RefusedError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect("case", number)
    file = reports.report_path(workspace(), made).open("rb")
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{made.number}-{made.version}-{language}.pdf",
        content_type="application/pdf",
    )


def _view(number: str) -> CaseView:
    if not Case.objects.filter(number=number).exists():
        raise Http404
    return desk_cases.case_view(workspace(), number)


def do_and_return(request: HttpRequest, number: str, act: Callable[[], object]) -> HttpResponse:
    """Do something with a case and go back to it; a refusal is said there in words."""
    if not Case.objects.filter(number=number).exists():
        raise Http404
    try:
        act()
    except RefusedError as error:
        messages.error(request, words.refusal(language_of(request), error))
    else:
        messages.success(request, text(request, "web-case-noted"))
    return redirect("case", number)
