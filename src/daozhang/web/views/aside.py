"""Lines that were set aside: see them by reason, put one or all of a kind right, take them in, export them for the sender."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from daozhang.desk import corrections, imports, jobs, set_aside
from daozhang.desk.corrections import Edit, Line
from daozhang.desk.models import Import, QuarantinedRow
from daozhang.errors import DaozhangError, InputError
from daozhang.records import TABLES, table_named
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

PAGE: Final = 50
AROUND: Final = 3
CELL: Final = "cell-"
LONGEST_WHY: Final = 500


@require_GET
def lines(request: HttpRequest, import_id: str) -> HttpResponse:
    """List what waits of one import, by reason, each with the line as it was received."""
    one = get_object_or_404(Import, pk=import_id)
    rows = _waiting(one)
    chosen = request.GET.get("reason", "")
    shown = rows.filter(reason=chosen) if chosen else rows
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    raw = set_aside.raw_lines(workspace(), page.object_list)
    counted = rows.values("reason").annotate(lines=Count("id")).order_by("-lines", "reason")
    reasons = [(group["reason"], _example(request, rows, group["reason"]), group["lines"]) for group in counted]
    facts = {
        "one": one, "page": page, "chosen": chosen, "reasons": reasons, "waiting": rows.count(),
        "corrected": QuarantinedRow.objects.filter(import_row=one, corrected_by__isnull=False).count(),
        "rows": [(row, why(request, row), raw.get(row.pk, "")) for row in page.object_list],
        "corrections": _corrections(one),
    }  # fmt: skip
    return render(request, "web/aside.html", facts)


@require_GET
def export(request: HttpRequest, import_id: str) -> HttpResponse:
    """Give what waits of one import as a CSV for its sender."""
    one = get_object_or_404(Import, pk=import_id)
    rows = list(_waiting(one).select_related("import_row"))
    heads = [text(request, f"quarantine-head-{name.replace('_', '-')}") for name in set_aside.COLUMNS]
    body = set_aside.as_csv(rows, heads, lambda row: why(request, row), set_aside.raw_lines(workspace(), rows))
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{one.id}-quarantine.csv"'
    return response


@require_GET
def line(request: HttpRequest, import_id: str, line_no: int) -> HttpResponse:
    """Show one line among its neighbours, with its cells to be corrected."""
    return _form(request, import_id, line_no, {})


@require_POST
def preview(request: HttpRequest, import_id: str, line_no: int) -> HttpResponse:
    """Show how the corrected lines would be read; nothing is kept yet."""
    try:
        edits = _edits(request, import_id, line_no)
        read = corrections.preview(workspace(), import_id, edits) if edits else []
    except DaozhangError as error:
        return _form(request, import_id, line_no, request.POST, words.refusal(language_of(request), error))
    if not read:
        return _form(request, import_id, line_no, request.POST, text(request, "aside-preview-nothing"))
    shown = [(one, _because(request, one), _values(one)) for one in read[:PAGE]]
    kept = [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"]
    facts = {
        "one": get_object_or_404(Import, pk=import_id), "line_no": line_no, "shown": shown, "kept": kept,
        "reads": sum(one.is_read for one in read), "still": sum(not one.is_read for one in read),
    }  # fmt: skip
    return render(request, "web/aside_preview.html", facts)


@require_POST
def apply(request: HttpRequest, import_id: str, line_no: int) -> HttpResponse:
    """Take the corrected lines in."""
    try:
        edits = _edits(request, import_id, line_no)
        said = request.POST.get("why", "").strip()[:LONGEST_WHY]
        made = corrections.correct(workspace(), import_id, edits, by=who(request), why=said)
    except DaozhangError as error:
        return _form(request, import_id, line_no, request.POST, words.refusal(language_of(request), error))
    jobs.enqueue(workspace(), "run", {}, by=who(request))
    messages.success(request, text(request, "aside-done", rows=made.rows_in))
    return redirect("aside", import_id)


def why(request: HttpRequest, row: QuarantinedRow) -> str:
    """Return the reason as a sentence; reasons name the column and the value of the row they are about."""
    return words.sentence(language_of(request), row.reason, {"column": row.column, "value": row.value, **row.facts})


def _form(
    request: HttpRequest, import_id: str, line_no: int, given: Mapping[str, Any], problem: str = ""
) -> HttpResponse:
    one = get_object_or_404(Import, pk=import_id)
    asides = list(_waiting(one).filter(line_no=line_no))
    if not asides:
        return redirect("aside", import_id)
    row = asides[0]
    cells = corrections.cells_of(workspace(), import_id, line_no)
    fields = [
        (f"{CELL}{place}", name, given.get(f"{CELL}{place}", value), name == row.column)
        for place, (name, value) in enumerate(cells)
    ]
    names = [table.name for table in TABLES]
    entered = str(given.get("table", "") or next((name for name in one.tables if name in names), names[0]))
    entry = [
        (column, given.get(f"value-{column.name}", "")) for column in table_named(entered if entered in names else names[0]).columns
    ]  # fmt: skip
    facts = {
        "one": one, "row": row, "reason": why(request, row), "fields": fields, "problem": problem, "given": given,
        "around": imports.original_lines(workspace(), import_id, line_no, around=AROUND), "tables": names, "entered": entered,
        "entry": entry, "same": _same(import_id, row, dict(cells)), "why": given.get("why", ""), "record": given.get("record", ""),
    }  # fmt: skip
    return render(request, "web/aside_line.html", facts, status=422 if problem else 200)


def _same(import_id: str, row: QuarantinedRow, cells: Mapping[str, str]) -> int:
    """Return how many waiting lines hold the same in the column this one was set aside for."""
    if not row.column or row.column not in cells:
        return 0
    try:
        value = cells[row.column]
        return len(corrections.edits_of_rule(workspace(), import_id, column=row.column, value=value, to=value))
    except InputError:
        return 0


def _edits(request: HttpRequest, import_id: str, line_no: int) -> list[Edit]:
    """Return what the form says: a rule for all equal cells, the whole line, an entered row, or the changed cells."""
    if table := request.POST.get("table"):
        posted = {name: request.POST.get(f"value-{name}", "") for name in _columns(table)}
        return [Edit(line_no=line_no, table=table, cells={name: value for name, value in posted.items() if value})]
    if record := request.POST.get("record", "").strip("\r\n"):
        return [Edit(line_no=line_no, record=record.replace("\r\n", "\n"))]
    cells = corrections.cells_of(workspace(), import_id, line_no)
    changed = {}
    for place, (name, value) in enumerate(cells):
        new = request.POST.get(f"{CELL}{place}", value)
        if new != value:
            changed[name] = new
    if request.POST.get("same") and len(changed) == 1:
        ((column, new),) = changed.items()
        return corrections.edits_of_rule(workspace(), import_id, column=column, value=dict(cells)[column], to=new)
    return [Edit(line_no=line_no, cells=changed)] if changed else []


def _columns(table: str) -> tuple[str, ...]:
    return next((one.column_names for one in TABLES if one.name == table), ())


def _because(request: HttpRequest, one: Line) -> str:
    if one.reject is None:
        return "" if one.is_read else text(request, "correct-state-no-row")
    facts = {"column": one.reject.column, "value": one.reject.value, **one.reject.facts}
    return words.sentence(language_of(request), one.reject.reason, facts)


def _values(one: Line) -> list[tuple[str, list[tuple[str, str]]]]:
    return [(table, [(name, words.plain(value)) for name, value in values.items()]) for table, values in one.rows]


def _example(request: HttpRequest, rows: Any, reason: str) -> str:  # noqa: ANN401 - Django's own type of a query
    row = rows.filter(reason=reason).first()
    return why(request, row) if row is not None else reason


def _waiting(one: Import) -> Any:  # noqa: ANN401 - Django's own type of a query
    return (
        QuarantinedRow.objects.filter(import_row=one, corrected_by__isnull=True)
        .order_by("line_no", "id")
        .select_related("import_row")
    )


def _corrections(one: Import) -> list[tuple[Import, str, str]]:
    """Return the corrections of a file that stand, each with who made it and why."""
    found = []
    for made in one.corrections.filter(state=Import.State.ACCEPTED).order_by("seq"):
        event = made.events.filter(step="corrected").first()
        found.append((made, event.by if event else "", event.note if event else ""))
    return found
