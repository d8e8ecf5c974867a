"""Operation by operator: what the journal proves, each figure opening into its rows."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from daozhang.desk import book
from daozhang.desk import learning_operators as desk
from daozhang.desk.learning_operators import Operator, Seen
from daozhang.errors import InputError
from daozhang.learning.intervals import FEWEST
from daozhang.learning.journal import Deviation, Slip
from daozhang.web import words
from daozhang.web.context import language_of, text, workspace

ROWS: Final = 50


@require_GET
def operators(request: HttpRequest) -> HttpResponse:
    """Show the operators of a span of days, or the slips of one of them."""
    try:
        first_on, last_on = desk.span(workspace(), request.GET.get("from", ""), request.GET.get("to", ""))
    except InputError as error:
        messages.error(request, words.refusal(language_of(request), error))
        return redirect("operators")
    found = desk.seen(workspace(), first_on, last_on)
    chosen, slip = _chosen(request, found), request.GET.get("slip", "")
    shown = found.of(chosen.key if chosen else None, slip)
    page = Paginator(shown, ROWS).get_page(request.GET.get("page"))
    facts = {
        "found": found, "first_on": first_on, "last_on": last_on, "lines": [_line(request, one) for one in found.operators],
        "chosen": chosen, "slip": slip if slip in set(Slip) else "", "page": page, "shown": [_row(found, one) for one in page.object_list],
        "kinds": [(one.value, count) for one, count in Counter(x.slip for x in found.of(chosen.key if chosen else None)).most_common()],
        "count": len(found.deviations), "fewest": FEWEST, "names": book.merchant_names(workspace()),
        "few": any(not one.share.is_enough for one in found.operators),
    }  # fmt: skip
    return render(request, "web/operators.html", facts)


def _chosen(request: HttpRequest, found: Seen) -> Operator | None:
    key = tuple(request.GET.get(name, "") for name in ("acquirer", "merchant", "operator"))
    return next((one for one in found.operators if one.key == key), None) if "operator" in request.GET else None


def _line(request: HttpRequest, one: Operator) -> dict[str, Any]:
    low, high = one.share.bounds
    rate = {"rate": f"{100 * one.share.rate:.2f}", "low": f"{100 * low:.2f}", "high": f"{100 * high:.2f}"}
    slips = [(slip_key(slip), count, slip.value) for slip, count in sorted(one.slips.items(), key=lambda it: -it[1])]
    said = text(request, "operators-rate", **rate) if one.share.is_enough else ""
    return {"one": one, "rate": said, "slips": slips}


def _row(found: Seen, one: Deviation) -> dict[str, Any]:
    beside = [(found.files.get(other.import_id, ""), other.line_no, other.import_id) for other in one.beside]
    file = found.files.get(one.row.import_id, "")
    return {"one": one, "key": slip_key(one.slip), "do": slip_key(one.slip) + "-do", "file": file, "beside": beside}


def slip_key(slip: Slip) -> str:
    """Return the text key of a slip."""
    return f"slip-{slip.value.replace('_', '-')}"
