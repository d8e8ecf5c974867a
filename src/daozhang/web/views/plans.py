"""Emergency plans and continuity cards: written here, checked at once, approved by a second person, printed."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from daozhang.desk import plans as desk_plans
from daozhang.diagnosis.catalogue import role_key
from daozhang.drills.continuity import Means
from daozhang.drills.plans import Lack, read_plan
from daozhang.errors import DaozhangError, RefusedError
from daozhang.reports.plan_pages import shop_card
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

START: Final = """name = "{name}"
situation = "fixed_line_down"
trigger = ""
owner = ""
deputy = ""
contacts = ["ACQ_CS"]

[[decisions]]
question = ""
yes = ""
no = ""

[[recovery]]
step = ""
who = ""
within_min = 30
"""


@require_http_methods(["GET", "POST"])
def plans(request: HttpRequest) -> HttpResponse:
    """Show the plans with what each lacks, and keep or approve one."""
    body = ""
    if request.method == "POST":
        body = request.POST.get("body", "").replace("\r\n", "\n")
        try:
            return _changed(request, body)
        except DaozhangError as error:
            messages.error(request, words.refusal(language_of(request), error))
    rows = [
        (row, [_sentence(request, one) for one in desk_plans.lacks(workspace(), read_plan(row.body))])
        for row in desk_plans.newest()
    ]
    chosen = next((row.body for row, _ in rows if str(row.pk) == request.GET.get("edit", "")), "")
    facts = {"rows": rows, "body": body or chosen or START.format(name=text(request, "plans-start"))}
    return render(request, "web/plans.html", facts)


@require_GET
def plan_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a version as PDF with its cards."""
    try:
        made = desk_plans.pdf(workspace(), pk, language_of(request))
    except RefusedError as error:
        raise Http404(error.key) from error
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="plan-{pk}.pdf"'
    return answer


@require_http_methods(["GET", "POST"])
def continuity(request: HttpRequest) -> HttpResponse:
    """Show the continuity card of each shop, and note what a shop has."""
    if request.method == "POST":
        try:
            limit = request.POST.get("limit", "").strip()
            desk_plans.note_means(
                workspace(), request.POST.get("store_no", ""), request.POST.getlist("means"), by=who(request),
                name=request.POST.get("name", ""),
                offline_limit_minor=int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 12 else None,
            )  # fmt: skip
            messages.success(request, text(request, "continuity-saved"))
        except DaozhangError as error:
            messages.error(request, words.refusal(language_of(request), error))
        return redirect("continuity")
    cards = [shop_card(shop, language_of(request)) for shop in desk_plans.shops(workspace())]
    means = [(one.value, text(request, f"means-{one.value.replace('_', '-')}")) for one in Means]
    return render(request, "web/continuity.html", {"cards": cards, "means": means})


def _changed(request: HttpRequest, body: str) -> HttpResponse:
    """Approve what the form names, else keep its text; then back to the page."""
    number = request.POST.get("number", "") if request.POST.get("act") == "approve" else ""
    if number.isascii() and number.isdigit() and len(number) < 10:
        desk_plans.approve(workspace(), int(number), by=who(request))
        messages.success(request, text(request, "plans-was-approved"))
    else:
        desk_plans.save(workspace(), body, by=who(request))
        messages.success(request, text(request, "plans-saved"))
    return redirect("plans")


def _sentence(request: HttpRequest, lack: Lack) -> str:
    """Return what is lacking in words, a contact role by its name."""
    facts = dict(lack.facts)
    if "role" in facts:
        facts["role"] = text(request, role_key(facts["role"])) if desk_plans.is_role(facts["role"]) else facts["role"]
    return text(request, lack.key, **facts)
