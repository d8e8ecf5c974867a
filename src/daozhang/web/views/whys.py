"""Why two rows are one payment or not: a small page with the levels as a table, or the nearest rows of one that is alone."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from daozhang.desk import folded_rows, whys, whys_said
from daozhang.desk.models import Finding
from daozhang.errors import DaozhangError, InputError
from daozhang.web.context import language_of, workspace

LONGEST: Final = 200
LONGEST_NUMBER: Final = 12
PAGE: Final = 100


@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """Show the answer about the rows ``a`` and ``b``; about ``a`` alone where ``b`` is empty."""
    first, second = (request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in ("a", "b"))
    shown: dict[str, Any] = {"a": first, "b": second}
    if first:
        try:
            shown |= _shown(whys.explain(workspace(), first, second), language_of(request))
        except DaozhangError as error:
            shown["refused"] = (error.key, error.facts)
    return render(request, "web/why.html", shown)


def _shown(answer: whys.Answer, language: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"answer": answer}
    if answer.why:
        currency = answer.left.currency
        shown |= {
            "reason": whys_said.reason(language, answer.why, currency), "steps": whys_said.steps(language, answer.why, currency),
            "others": [whys_said.other(language, one, answer) for one in answer.why.others],
        }  # fmt: skip
    shown["candidates"] = [(row, whys_said.reason(language, found, row.currency)) for row, found in answer.candidates]
    return shown


@require_GET
def rows_of(request: HttpRequest, finding_id: str) -> HttpResponse:
    """Show the rows for which one finding stands, a page at a time, the largest gap first."""
    finding = get_object_or_404(Finding, pk=finding_id)
    begin = request.GET.get("from", "")
    offset = int(begin) if begin.isascii() and begin.isdigit() and len(begin) <= LONGEST_NUMBER else 0
    try:
        total, rows = folded_rows.rows_of(workspace(), finding_id, limit=PAGE, offset=offset)
    except InputError as error:
        raise Http404 from error
    shown = {
        "finding": finding, "rows": rows, "total": total, "before": max(0, offset - PAGE) if offset else None,
        "after": offset + PAGE if offset + PAGE < total else 0,
    }  # fmt: skip
    return render(request, "web/finding_rows.html", shown)
