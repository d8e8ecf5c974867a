"""Merchant-days: what each should bring and where it is; one day with its picture and the rows behind every number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from daozhang.desk import readings
from daozhang.desk.models import Finding
from daozhang.web import drawing
from daozhang.web.context import workspace

MOST: Final = 200
MOST_ROWS: Final = 200

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "clearings": (
        "occurred_at",
        "kind",
        "gross_minor",
        "fee_minor",
        "net_minor",
        "channel",
        "card_tail",
        "terminal_no",
        "rrn",
    ),
    "payouts": (
        "payout_no",
        "state",
        "planned_minor",
        "held_minor",
        "deducted_minor",
        "paid_minor",
        "finished_at",
        "reason_text",
    ),
    "payout_answers": ("answered_at", "payout_no", "state", "amount_minor", "reason_code", "reason_text"),
    "bank_entries": ("booked_at", "amount_minor", "counterparty_name", "text", "bank_reference", "account_tail"),
    "bank_notices": (
        "booked_at",
        "kind",
        "amount_minor",
        "counterparty_name",
        "text",
        "bank_reference",
        "account_tail",
    ),
    "transactions": (
        "occurred_at",
        "kind",
        "amount_minor",
        "status",
        "channel",
        "card_tail",
        "terminal_no",
        "trace_no",
        "rrn",
    ),
}
"""What is shown of each table, in the order in which money flows back from the bank to the till."""

ONLY_IF_THERE: Final = frozenset({"payout_answers", "bank_notices"})
"""Tables many banks and acquirers never send: nothing is said of them where nothing came."""

FAMILIES: Final = {"kind": "web-kind", "state": "web-leg-state", "status": "web-leg-state", "channel": "web-channel"}

ANCHORS: Final = {
    "arrived": "bank-entries",
    "not_due": "clearings",
    "held": "payouts",
    "deducted": "payouts",
    "returned": "payouts",
    "missing": "findings",
    "unexplained": "findings",
}
"""Which rows stand behind a bucket."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row and how to write it."""

    name: str
    value: object

    @property
    def is_money(self) -> bool:
        """Return whether it is an amount in minor units."""
        return self.name.endswith("_minor")

    @property
    def is_moment(self) -> bool:
        """Return whether it is a moment."""
        return self.name.endswith("_at")

    @property
    def family(self) -> str:
        """Return the closed list it belongs to, or nothing."""
        return FAMILIES.get(self.name, "")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table, with the file and line it was read from."""

    cells: tuple[Cell, ...]
    currency: str
    file: str
    line_no: int
    import_id: str


@require_GET
def days(request: HttpRequest) -> HttpResponse:
    """Show merchant-days, the newest first, filtered as asked."""
    run = readings.last_run(workspace())
    rows = readings.money(workspace(), run) if run else []
    chosen = {name: request.GET.get(name, "") for name in ("acquirer", "merchant", "show", "since")}
    wanted = [row for row in rows if _is_wanted(row, chosen)]
    wanted.sort(key=lambda row: (row.settled_on, row.acquirer, row.merchant_no), reverse=True)
    start = _whole(request.GET.get("from", ""))
    shown = wanted[start : start + MOST]
    query = request.GET.copy()
    query["from"] = str(start + MOST)
    facts = {
        "rows": [(row, [(name, drawing.amount_of(row, name)) for name in drawing.BUCKETS]) for row in shown],
        "count": len(wanted),
        "buckets": drawing.BUCKETS,
        "acquirers": sorted({row.acquirer for row in rows}),
        "merchants": sorted({(row.merchant_no, row.merchant_name) for row in rows}),
        "chosen": chosen,
        "more": query.urlencode() if len(wanted) > start + MOST else "",
    }
    return render(request, "web/days.html", facts)


@require_GET
def day(request: HttpRequest, acquirer: str, merchant_no: str, settled_on: date) -> HttpResponse:
    """Show where the money of one merchant-day is, and every row behind it."""
    detail = readings.day_detail(workspace(), acquirer, merchant_no, settled_on)
    if detail.money is None:
        raise Http404
    flow = drawing.flow(detail.money)
    found = Finding.objects.filter(acquirer=acquirer, merchant_no=merchant_no, settled_on=settled_on, is_open=True)
    rank = {"alarm": 0, "watch": 1, "info": 2}
    findings = sorted(found.select_related("incident__case"), key=lambda one: (rank[one.severity], one.gap_minor))
    facts = {
        "row": detail.money,
        "flow": flow,
        "slices": [(one, ANCHORS[one.name]) for one in flow.slices],
        "findings": findings,
        "names": {(acquirer, merchant_no): detail.money.merchant_name},
        "tables": [
            (
                name,
                lines(name, getattr(detail, name), detail.money.currency),
                _headers(name),
                len(getattr(detail, name)),
            )
            for name in COLUMNS
            if getattr(detail, name) or name not in ONLY_IF_THERE
        ],
    }
    return render(request, "web/day.html", facts)


def lines(table: str, rows: Sequence[Mapping[str, Any]], currency: str) -> list[Line]:
    """Return the rows of a table as they are shown."""
    return [
        Line(
            cells=tuple(Cell(name, row.get(name)) for name in COLUMNS[table]),
            currency=str(row.get("currency") or currency),
            file=str(row.get("file") or ""),
            line_no=int(row.get("line_no") or 0),
            import_id=str(row.get("import_id") or ""),
        )
        for row in rows[:MOST_ROWS]
    ]


def _headers(table: str) -> tuple[Cell, ...]:
    return tuple(Cell(name, None) for name in COLUMNS[table])


def _is_wanted(row: readings.MoneyRow, chosen: Mapping[str, str]) -> bool:
    if chosen["acquirer"] and row.acquirer != chosen["acquirer"]:
        return False
    if chosen["merchant"] and row.merchant_no != chosen["merchant"]:
        return False
    if chosen["since"] and row.settled_on.isoformat() < chosen["since"]:
        return False
    if chosen["show"] in drawing.BUCKETS:
        return drawing.amount_of(row, chosen["show"]) != 0
    return chosen["show"] != "open" or row.arrived_minor != row.expected_minor


def _whole(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0
