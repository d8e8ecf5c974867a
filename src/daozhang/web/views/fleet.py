"""Terminals: the board, one terminal with its rows, shared devices, versions, registrations, maintenance."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from daozhang.desk import clock, fleet_board, fleet_care, fleet_checks
from daozhang.desk import fleet as desk_fleet
from daozhang.desk.fleet_models import MaintenancePlan, TerminalRegistration
from daozhang.errors import DaozhangError, RefusedError
from daozhang.fleet.health import share
from daozhang.fleet.maintenance import RESULTS
from daozhang.reports.cells import inert
from daozhang.web import words
from daozhang.web.context import language_of, text, who, workspace

SHOWN: Final = 100
LEVELS: Final = ("act", "watch", "unknown", "good")


@require_GET
def fleet(request: HttpRequest) -> HttpResponse:
    """Show every terminal, those to act on first."""
    board = fleet_board.board(workspace())
    level, said = request.GET.get("level", ""), request.GET.get("said", "").strip()[:64]
    lines = [one for one in board.lines if (level not in LEVELS or one.level == level) and _matches(one, said)]
    number = request.GET.get("page", "1")
    page = Paginator(lines, SHOWN).get_page(number if number.isascii() and number.isdigit() and len(number) < 6 else 1)
    facts = {
        "page": page, "level": level, "said": said, "levels": [(one, board.levels[one]) for one in LEVELS],
        "uptime": _shown(board.uptime_bp), "answered": _shown(board.answered_bp), "span": board.span,
        "rows": [(one, _shown(one.figures.uptime_bp), _shown(one.figures.answered_bp)) for one in page],
    }  # fmt: skip
    return render(request, "web/fleet.html", facts)


@require_GET
def export(_request: HttpRequest) -> HttpResponse:
    """Return the board as CSV; what is not reported is an empty cell, and no cell is executed by a spreadsheet."""
    rows = [fleet_board.as_plain(one) for one in fleet_board.board(workspace()).lines]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0] if rows else ["terminal_no"])
    writer.writerows([inert(cell) if isinstance(cell, str) else cell for cell in row.values()] for row in rows)
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="terminals.csv"'
    return answer


@require_GET
def terminal(request: HttpRequest, terminal_no: str) -> HttpResponse:
    """Show one terminal with the rows behind each figure."""
    try:
        found = fleet_board.detail(workspace(), terminal_no)
    except RefusedError as error:
        raise Http404 from error
    registered = TerminalRegistration.objects.filter(terminal_no=terminal_no)
    facts = {
        "found": found, "one": found.line.figures, "line": found.line, "uptime": _shown(found.line.figures.uptime_bp),
        "answered": _shown(found.line.figures.answered_bp), "gaps": found.uptime.gaps[::-1][:SHOWN], "registered": registered,
        "checks": fleet_checks.recent(terminal_no), "dashed": _figures(found.line),
    }  # fmt: skip
    return render(request, "web/fleet_terminal.html", facts)


@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    """Show routers, carriers and other shared devices with what hangs on them."""
    found = fleet_board.tree(fleet_board.board(workspace()))
    return render(request, "web/fleet_devices.html", {"found": found[:SHOWN], "more": max(0, len(found) - SHOWN)})


@require_http_methods(["GET", "POST"])
def versions(request: HttpRequest) -> HttpResponse:
    """Show roll-outs; set a target, open the next ring."""
    if request.method == "POST":
        return _done(request, {"target": _set_target, "widen": _widen}, "fleet-versions")
    board = fleet_board.board(workspace())
    found = [(one, desk_fleet.rollout_of(one, board), one.rings[one.ring]) for one in desk_fleet.targets()]
    models = sorted({one.figures.model for one in board.lines if one.figures.model})
    return render(request, "web/fleet_versions.html", {"found": found, "models": models})


@require_http_methods(["GET", "POST"])
def registrations(request: HttpRequest) -> HttpResponse:
    """Show registrations in force and what the facts say against them; register, end."""
    if request.method == "POST":
        return _done(request, {"register": _register, "end": _end}, "fleet-registrations")
    against = [
        (f"fleet-against-{what}", one, said)
        for one, what, said in desk_fleet.contradictions(fleet_board.board(workspace()))
    ]
    every = TerminalRegistration.objects.filter(ended_at__isnull=True)
    return render(
        request, "web/fleet_registrations.html", {"found": every[:500], "count": every.count(), "against": against}
    )


@require_http_methods(["GET", "POST"])
def care(request: HttpRequest) -> HttpResponse:
    """Show plans and open work orders; make a plan, write orders, close one."""
    if request.method == "POST":
        return _done(request, {"plan": _plan, "write": _write, "done": _order_done}, "fleet-care")
    today = clock.now(workspace()).date()
    number = request.GET.get("page", "1")
    page = Paginator(fleet_care.waiting_orders(), SHOWN).get_page(
        number if number.isascii() and number.isdigit() and len(number) < 6 else 1
    )
    tallies = [(one, fleet_care.tally(one, today)) for one in MaintenancePlan.objects.all()]
    return render(
        request, "web/fleet_care.html", {"page": page, "tallies": tallies, "today": today, "results": RESULTS}
    )


def _figures(line: fleet_board.Line) -> list[tuple[str, object]]:
    one = line.figures
    return [
        ("fleet-figure-version", one.app_version), ("fleet-figure-firmware", one.firmware), ("fleet-figure-network", one.network),
        ("fleet-figure-signal", one.signal_dbm and f"{one.signal_dbm:.0f} dBm"), ("fleet-figure-rtt", one.rtt_ms and f"{one.rtt_ms:.0f} ms"),
        ("fleet-figure-clock", None if one.clock_skew_s is None else f"{one.clock_skew_s:+.0f} s"),
        ("fleet-figure-battery", None if one.battery_pct is None else f"{one.battery_pct:.0f} %"), ("fleet-figure-paper", one.paper),
        ("fleet-figure-reversals", one.pending_reversals), ("fleet-figure-uploads", one.pending_uploads),
        ("fleet-figure-router", one.router_no), ("fleet-figure-carrier", one.carrier), ("fleet-figure-serial", one.serial_no),
        ("fleet-figure-close", one.last_close_at and f"{one.last_close_at:%Y-%m-%d %H:%M}"),
    ]  # fmt: skip


def _matches(line: fleet_board.Line, said: str) -> bool:
    one = line.figures
    cells = (one.terminal_no, one.merchant_no, one.merchant_name, one.store_no, one.serial_no, one.model)
    return not said or any(said.lower() in (cell or "").lower() for cell in cells)


def _shown(basis_points: int | None) -> str:
    return "" if basis_points is None else f"{share(basis_points)} %"


def _cell(request: HttpRequest, name: str, most: int = 200) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:most]


def _whole(request: HttpRequest, name: str) -> int | None:
    said = _cell(request, name, 9)
    return int(said) if said.isascii() and said.isdigit() else None


def _set_target(request: HttpRequest) -> str:
    shares = [
        int(one) if one.strip().isascii() and one.strip().isdigit() else 0 for one in _cell(request, "rings").split(",")
    ]
    desk_fleet.set_target(
        workspace(), _cell(request, "model", 64), _cell(request, "version", 64), by=who(request),
        from_version=_cell(request, "from_version", 64), compatibility=_cell(request, "compatibility", 2000),
        rollback=_cell(request, "rollback", 2000), rings=shares,
    )  # fmt: skip
    return text(request, "fleet-target-set", model=_cell(request, "model", 64), version=_cell(request, "version", 64))


def _widen(request: HttpRequest) -> str:
    made = desk_fleet.widen(workspace(), _cell(request, "model", 64), fleet_board.board(workspace()), by=who(request))
    return text(request, "fleet-widened", model=made.model, share=made.rings[made.ring])


def _register(request: HttpRequest) -> str:
    names = ("acquirer", "merchant_no", "terminal_no", "serial_no", "account_tail", "location", "model")
    made = desk_fleet.register(workspace(), **{name: _cell(request, name) for name in names}, by=who(request))
    return text(
        request, "fleet-registered", terminal=made.terminal_no, serial=made.serial_no, merchant=made.merchant_no
    )


def _end(request: HttpRequest) -> str:
    acquirer, number = _cell(request, "acquirer", 64), _cell(request, "terminal_no", 32)
    desk_fleet.end_registration(workspace(), acquirer, number, reason=_cell(request, "reason"), by=who(request))
    return text(request, "fleet-ended", terminal=number)


def _plan(request: HttpRequest) -> str:
    made = fleet_care.make_plan(
        workspace(), _cell(request, "name", 120), checklist=_cell(request, "checklist", 8000).splitlines(), months=_whole(request, "months"),
        transactions=_whole(request, "transactions"), model=_cell(request, "model", 64), by=who(request),
    )  # fmt: skip
    fleet_care.write_orders(workspace(), fleet_board.board(workspace()), by=who(request))
    return text(request, "fleet-plan-saved", name=made.name)


def _write(request: HttpRequest) -> str:
    count = fleet_care.write_orders(workspace(), fleet_board.board(workspace()), by=who(request))
    return text(request, "fleet-orders-written", count=count)


def _order_done(request: HttpRequest) -> str:
    number = _cell(request, "number", 24)
    given: dict[str, Any] = {
        request.POST.get(f"point-{no}", ""): request.POST.get(f"result-{no}", "")
        for no in range(fleet_care.MOST_POINTS)
    }
    given.pop("", None)
    fleet_care.complete(
        workspace(),
        number,
        by=who(request),
        results=given,
        proof=_cell(request, "proof"),
        parts=_cell(request, "parts"),
    )
    return text(request, "fleet-order-done", number=number)


def _done(request: HttpRequest, acts: dict[str, Callable[[HttpRequest], str]], route: str) -> HttpResponse:
    """Do what the form asks and go back to the page; a refusal is said there in words."""
    act = acts.get(request.POST.get("act", ""))
    try:
        if act is not None:
            messages.success(request, act(request))
    except DaozhangError as error:
        messages.error(request, words.refusal(language_of(request), error))
    return redirect(route)
