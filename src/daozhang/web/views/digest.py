"""The reports of the house: providers, health, effects, paths, data quality; and the weekly letter as it would be sent now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from daozhang.desk import measures_book, measures_digest, measures_house, measures_providers, measures_sections
from daozhang.errors import DaozhangError
from daozhang.measures.agreed import KINDS
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _report(request: HttpRequest, name: str, extra: Mapping[str, object] | None = None) -> HttpResponse:
    span = measures_book.span_of(workspace(), request.GET.get("since", ""), request.GET.get("until", ""))
    sections = measures_sections.REPORTS[name](workspace(), span, language_of(request))
    facts = {"title": f"ops-title-{name}", "span": span, "sections": sections, **(extra or {})}
    return render(request, "web/operations.html", facts)


@require_http_methods(["GET", "POST"])
def providers(request: HttpRequest) -> HttpResponse:
    """Show how agreed times were kept, and note what was agreed."""
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in ("acquirer", "what", "table", "at", "document")}
        try:
            measures_providers.agree(
                workspace(), given["acquirer"], given["what"], by=who(request), table=given["table"], at=given["at"],
                document=given["document"], workdays_after=_whole(request, "workdays_after"), within_hours=_whole(request, "within_hours"),
            )  # fmt: skip
            messages.success(request, text(request, "ops-saved"))
        except DaozhangError as error:
            messages.error(request, words.refusal(language_of(request), error))
        return redirect("ops-providers")
    facts = {
        "form": "agree",
        "kinds": KINDS,
        "tables": tuple(measures_providers.TABLES),
        "agreements": measures_providers.agreements(),
    }
    return _report(request, "providers", facts)


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Show the health of merchants with its drivers."""
    return _report(request, "health")


@require_http_methods(["GET", "POST"])
def effects(request: HttpRequest) -> HttpResponse:
    """Show measures before and after, and note one."""
    if request.method == "POST":
        try:
            began_on = date.fromisoformat(request.POST.get("began_on", ""))
        except ValueError:
            began_on = date.max
        try:
            measures_house.note_measure(
                workspace(), request.POST.get("title", ""), began_on, by=who(request), acquirer=request.POST.get("acquirer", ""),
                merchants=request.POST.get("merchants", "").split(","),
            )  # fmt: skip
            messages.success(request, text(request, "ops-saved"))
        except DaozhangError as error:
            messages.error(request, words.refusal(language_of(request), error))
        return redirect("ops-effects")
    return _report(request, "effects", {"form": "measure"})


@require_GET
def paths(request: HttpRequest) -> HttpResponse:
    """Show the paths of cases and the bottleneck."""
    return _report(request, "paths")


@require_GET
def quality(request: HttpRequest) -> HttpResponse:
    """Show what was wrong in files, and whether the own books agree."""
    return _report(request, "quality")


@require_GET
def pack(request: HttpRequest) -> HttpResponse:
    """Return the pack for providers as a workbook."""
    span = measures_book.span_of(workspace(), request.GET.get("since", ""), request.GET.get("until", ""))
    body = measures_sections.pack(workspace(), span, language_of(request))
    return HttpResponse(
        body, content_type=XLSX, headers={"Content-Disposition": 'attachment; filename="providers.xlsx"'}
    )


@require_GET
def digest(request: HttpRequest) -> HttpResponse:
    """Show the letter of each reader as it would be sent now."""
    letters = [measures_digest.digest(workspace(), role, language_of(request)) for role in measures_digest.ROLES]
    return render(request, "web/digest.html", {"letters": letters})


def _whole(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 0
