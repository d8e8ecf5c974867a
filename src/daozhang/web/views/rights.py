"""The merchant's rights on one page that can be printed as a card."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from daozhang.desk import rights as desk
from daozhang.web.context import workspace


@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """Show the contract in force, its fees, what is kept how long, and whom to turn to."""
    found = desk.rights(workspace())
    fees = [row | {"rate": _percent(row["rate_bp"])} for row in found.contracts]
    return render(request, "web/rights.html", {"found": found, "rows": fees})


def _percent(rate_bp: str | None) -> str:
    """Return basis points as a percentage: ``60`` is ``0.60 %``."""
    return (
        f"{Decimal(rate_bp) / 100:.2f} %"
        if rate_bp is not None and Decimal(rate_bp) % 1 == 0
        else (f"{(Decimal(rate_bp) / 100).normalize():f} %" if rate_bp else "")
    )
