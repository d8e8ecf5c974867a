"""Where is my money: one search box, the way of a payment leg by leg."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from daozhang.desk import readings
from daozhang.web.context import workspace

MOST = 20
LONGEST = 200
BANK = frozenset({"bank_entry", "bank_notice"})
"""Legs that are the bank's own word about the account."""


@require_GET
def where(request: HttpRequest) -> HttpResponse:
    """Search by amount, card tail, time, reference or order number, in any mixture."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    found = readings.find(workspace(), asked, limit=MOST) if asked else []
    ways = [(way, [(leg, _mark(leg)) for leg in way.legs], _end(way)) for way in found]
    return render(request, "web/where.html", {"q": asked, "ways": ways})


def _mark(leg: readings.Leg) -> str:
    """Return how a leg looks: ``good`` for the bank's own line, ``alarm`` for money that went back, else nothing."""
    if not leg.file:
        return "next"
    if leg.kind in BANK:
        return "good"
    return "alarm" if leg.state in {"failed", "returned", "unknown"} else ""


def _end(way: readings.Way) -> tuple[str, str]:
    """Return how far the money has come, as a text key and a look: the last leg that has a line to show for it."""
    shown = [leg for leg in way.legs if leg.file]
    last = shown[-1]
    if last.kind in {"payout", "answer"} and last.state in {"failed", "returned", "held"}:
        return f"web-way-payout-{last.state}", "alarm"
    if last.kind == "transaction" and last.state in {"declined", "unknown", "reversed", "voided"}:
        return f"web-way-transaction-{last.state}", "watch" if last.state == "unknown" else "info"
    return f"web-way-{last.kind.replace('_', '-')}", "good" if last.kind in BANK else "info"
