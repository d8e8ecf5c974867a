"""The owner's page: where is yesterday's money, why, what to do; one press sends it to whoever has to act."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from daozhang.desk import clock, portal, scripts
from daozhang.desk.cases import case_view
from daozhang.errors import DaozhangError
from daozhang.money import to_text
from daozhang.services.portal import Place
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

LOOKS = {Place.RETURNED: "alarm", Place.MISSING: "alarm", Place.HELD: "watch", Place.UNEXPLAINED: "watch", Place.ON_ITS_WAY: "info",
         Place.DEDUCTED: "info", Place.ARRIVED: "good", Place.NOTHING: "info"}  # fmt: skip
MOST = 60


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show where the money of a day is; yesterday's unless another day is asked for."""
    found = portal.mine(workspace(), words.as_date(request.GET.get("day", "")))
    today = clock.now(workspace()).date()
    lines = [_line(request, one, today) for one in found.answers[:MOST]]
    facts = {
        "found": found, "lines": lines, "day_word": _day_word(request, found.day, today),
        "head": _head(request, found, lines, today),
        "before": [(day, place.value, LOOKS[place]) for day, place in found.before],
        "more": len(found.answers) - len(lines),
    }  # fmt: skip
    return render(request, "web/mine.html", facts)


@require_POST
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Send one case to whoever has to act; it is said what was sent, or how to say it by telephone."""
    try:
        whom = portal.send(workspace(), number, by=who(request), language=workspace().settings.language)
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
    else:
        messages.success(request, text(request, "portal-sent", role=text(request, whom.role_key)))
    day = request.POST.get("day", "")
    return redirect(f"/mine?day={day}" if words.as_date(day) else "mine")


def _line(request: HttpRequest, one: portal.DayAnswer, today: date) -> dict[str, object]:
    language = language_of(request)
    spoken = ""
    if one.number and not one.asked_at:
        spoken = scripts.script_of(workspace(), case_view(workspace(), one.number), language, who(request)).text
    return {
        "answer": one, "look": LOOKS[one.place], "where": _where(request, one, today), "script": spoken,
        "why": words.sentence(language, one.why_key, one.why_facts, one.row.currency), "call": f"portal-call-{one.call}",
        "due": due_word(request, one.row.due_at, today),
        "may_send": bool(one.number and not one.asked_at and one.whom and one.whom.address),
    }  # fmt: skip


def _where(request: HttpRequest, one: portal.DayAnswer, today: date) -> str:
    amount = to_text(one.amount_minor, one.row.currency)
    return text(
        request,
        f"portal-where-{one.place.replace('_', '-')}",
        amount=amount,
        due=due_word(request, one.row.due_at, today),
    )


def _head(request: HttpRequest, found: portal.Mine, lines: list[dict[str, object]], today: date) -> str:
    """Return the answer in one sentence: that of the one shop, or how many of how many need something."""
    if len(lines) == 1:
        return _where(request, found.answers[0], today)
    if not lines:
        return text(request, "portal-head-none")
    pressing = sum(not one.is_normal for one in found.answers)
    key = "portal-head-many" if pressing else "portal-head-normal"
    return (
        text(request, key, shops=len(found.answers), count=pressing)
        if pressing
        else text(request, key, shops=len(found.answers))
    )


def due_word(request: HttpRequest, at: datetime | None, today: date) -> str:
    """Return a due moment as people say it: today, tomorrow, or the day, with the time."""
    if at is None:
        return text(request, "portal-due-unknown")
    known = {today: "portal-due-today", today + timedelta(days=1): "portal-due-tomorrow"}
    key = known.get(at.date())
    return text(request, key, time=f"{at:%H:%M}") if key else f"{at:%Y-%m-%d %H:%M}"


def _day_word(request: HttpRequest, day: date | None, today: date) -> str:
    return text(request, "portal-yesterday") if day == today - timedelta(days=1) else ""
