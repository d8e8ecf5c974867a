"""The cash calendar: what comes and what has to be paid, day by day, and the list of what has to be paid."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from daozhang import money
from daozhang.desk import measures_cash
from daozhang.errors import DaozhangError
from daozhang.measures import obligations
from daozhang.measures.cash import CashCalendar, CashDay
from daozhang.reports.cells import inert
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

LARGEST_LIST: Final = 4_000_000
REASONS: Final = ("past_due", "held", "unclear", "no_day")


@dataclass(frozen=True, slots=True)
class Column:
    """One day of the picture: what comes above the line, what goes below it, both as heights of 100."""

    x: float
    width: float
    up: float
    down: float

    @property
    def top(self) -> float:
        """Return where the upper bar begins; the line is at 50."""
        return 50 - self.up


@dataclass(frozen=True, slots=True)
class Page:
    """One currency as it is shown."""

    calendar: CashCalendar
    days: tuple[CashDay, ...]
    columns: tuple[Column, ...]
    undated: tuple[tuple[str, int], ...]
    accounts: str


@require_GET
def cash(request: HttpRequest) -> HttpResponse:
    """Show the calendar of every currency."""
    days, opening = _days(request), request.GET.get("opening", "").strip()
    start = money.to_minor(opening) if opening else None
    if opening and start is None:
        messages.error(request, text(request, "error-cash-opening", value=opening[:40]))
    held: dict[str, list[str]] = {}
    for one in measures_cash.balances(workspace()):
        held.setdefault(one.currency, []).append(f"*{one.account_tail} ({one.at:%m-%d %H:%M})")
    pages = [
        _page(one, ", ".join(held.get(one.currency, [])))
        for one in measures_cash.calendars(workspace(), days=days, opening_minor=start)
    ]
    facts = {"pages": pages, "owed": measures_cash.owed(), "days": days, "opening": opening}
    return render(request, "web/cash.html", facts)


@require_POST
def owed(request: HttpRequest) -> HttpResponse:
    """Note one amount, read a list, or take one out."""
    try:
        if request.POST.get("act") == "forget":
            number = request.POST.get("number", "")
            measures_cash.forget(
                workspace(), int(number) if number.isascii() and number.isdigit() else 0, by=who(request)
            )
        elif isinstance(sent := request.FILES.get("list"), UploadedFile):
            body = sent.read(LARGEST_LIST).decode("utf-8-sig", errors="replace")
            count = measures_cash.read_in(workspace(), body, sent.name or "list.csv", by=who(request))
            messages.success(request, text(request, "cash-read", name=sent.name, count=count))
        else:
            cells = {name: request.POST.get(name, "").strip() for name in ("due_on", "title", "amount")}
            measures_cash.add(workspace(), obligations.line(cells, text(request, "cash-by-hand")), by=who(request))
            messages.success(request, text(request, "cash-page-saved"))
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
    return redirect("cash")


@require_GET
def as_csv(request: HttpRequest) -> HttpResponse:
    """Return the days as CSV; amounts are whole minor units."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["currency", "on", "in_minor", "out_minor", "balance_minor", "titles"])
    for one in measures_cash.calendars(workspace(), days=_days(request)):
        for day in one.days:
            titles = inert("; ".join(part.title for part in day.going))
            writer.writerow([one.currency, day.on.isoformat(), day.in_minor, day.out_minor, day.balance_minor, titles])
    return _file(out.getvalue().encode(), "text/csv; charset=utf-8", "cash.csv")


@require_GET
def as_feed(request: HttpRequest) -> HttpResponse:
    """Return the days as iCalendar."""
    body = measures_cash.feed(workspace(), language_of(request), days=_days(request))
    return _file(body, "text/calendar; charset=utf-8", "cash.ics")


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    usual = measures_cash.USUAL_DAYS
    return (
        min(max(int(asked), 1), measures_cash.MOST_DAYS)
        if asked.isascii() and asked.isdigit() and len(asked) < 5
        else usual
    )


def _page(one: CashCalendar, accounts: str) -> Page:
    undated = tuple(
        (f"cash-undated-{reason.replace('_', '-')}", one.undated_minor(reason))
        for reason in REASONS
        if one.undated_minor(reason)
    )
    busy = tuple(day for day in one.days if day.coming or day.going)
    return Page(one, busy, _columns(one), undated, accounts)


def _columns(one: CashCalendar) -> tuple[Column, ...]:
    """Return the picture: 100 wide, the line at half of its height of 100; nothing where nothing comes or goes."""
    most = max((max(abs(day.in_minor), day.out_minor) for day in one.days), default=0)
    if not most:
        return ()
    width = 100 / len(one.days)
    return tuple(
        Column(
            round(place * width + width * 0.15, 3), round(width * 0.7, 3), round(max(day.in_minor, 0) / most * 48, 3),
            round(day.out_minor / most * 48, 3),
        )
        for place, day in enumerate(one.days)
    )  # fmt: skip
