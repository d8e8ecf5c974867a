"""Figures for programs: every figure of a period, and the rows behind one. Nothing here changes anything."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from daozhang.api.auth import Token
from daozhang.desk import measures, measures_book, measures_cash, measures_gauges
from daozhang.web.context import workspace

router = Router()
Day = Annotated[str, Query(max_length=10, description="`2026-10-01`; empty: the last thirty days.")]
Limit = Annotated[int, Query(ge=1, le=10_000, description="Most rows of the answer.")]
Offset = Annotated[int, Query(ge=0, description="Rows to leave out at the beginning.")]


class FigureShape(Schema):
    """One figure. `value` is null where there is not enough to say anything."""

    key: str
    part: str = Field(description="A currency, an age, a size, a kind of break; empty for the whole.")
    group: str
    unit: str = Field(
        description="`pct`, `per_10k`, `minor`, `minor_hours`, `seconds` (the median), `count` or `score`."
    )
    value: float | None
    low: float | None = Field(description="Lower end of the 95 % interval.")
    high: float | None
    p90: float | None = Field(description="90th percentile of times, in seconds.")
    count: int
    of: int
    currency: str
    left_out: int


class FigureList(Schema):
    """The figures of a period."""

    first_on: date
    last_on: date
    figures: list[FigureShape]


class FigureRow(Schema):
    """One merchant-day, payout, case or finding behind a figure; what does not apply is null."""

    kind: str
    acquirer: str | None
    merchant_no: str | None
    settled_on: date | None
    payout_no: str | None
    case_id: str | None
    finding_id: str | None
    is_counted: bool
    amount_minor: int | None
    currency: str | None
    seconds: float | None
    at: datetime | None
    what: str | None


class FigureRows(Schema):
    """Rows behind one figure."""

    figure: str
    part: str
    total: int
    rows: list[FigureRow]


@router.get("/measures", auth=Token("read"), response=FigureList, summary="Figures of a period", url_name="measures")
def figures(request: HttpRequest, since: Day = "", until: Day = "") -> dict[str, Any]:  # noqa: ARG001
    """Return every figure of a period: coverage, money, failures, times, work."""
    span = measures_book.span_of(workspace(), since, until)
    found = [
        asdict(one) | {"group": one.group.value, "unit": one.unit.value} for one in measures.kept(workspace(), span)
    ]
    return {"first_on": span.first_on, "last_on": span.last_on, "figures": found}


@router.get(
    "/measures/{figure}/rows",
    auth=Token("read"),
    response=FigureRows,
    summary="Rows of a figure",
    url_name="measure-rows",
)
def rows(
    request: HttpRequest, figure: str, part: Annotated[str, Query(max_length=64)] = "", since: Day = "", until: Day = "",  # noqa: ARG001
    limit: Limit = 1000, offset: Offset = 0,
) -> dict[str, Any]:  # fmt: skip
    """Return what one figure is made of, those rows first that need looking at."""
    span = measures_book.span_of(workspace(), since, until)
    with measures.measured(workspace(), span) as made:
        found = measures.rows_of(made, figure.replace("-", "_"), part)
    return {"figure": figure, "part": part, "total": len(found), "rows": found[offset : offset + limit]}


@router.get("/metrics", auth=Token("read"), summary="Gauges for Prometheus", url_name="metrics", response={200: None})
def metrics(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return the state of the house in Prometheus' text form. No label names a merchant, an account or a person."""
    return HttpResponse(measures_gauges.text(workspace()), content_type=measures_gauges.CONTENT_TYPE)


class CashDayShape(Schema):
    """One day of the cash calendar."""

    on: date
    in_minor: int
    out_minor: int
    balance_minor: int | None = Field(description="Null while no balance is known.")
    is_short: bool


class CashShape(Schema):
    """The cash calendar of one currency. Held, late and unclear money has no day and is not counted on."""

    currency: str
    opening_minor: int | None
    days: list[CashDayShape]
    past_due_minor: int
    held_minor: int
    unclear_minor: int


class CashList(Schema):
    """One calendar a currency."""

    calendars: list[CashShape]


@router.get("/cash", auth=Token("read"), response=CashList, summary="Cash calendar", url_name="cash")
def cash(request: HttpRequest, days: Annotated[int, Query(ge=1, le=400)] = 30) -> dict[str, Any]:  # noqa: ARG001
    """Return what comes and what has to be paid, day by day from today on."""
    shown = [
        {
            "currency": one.currency, "opening_minor": one.opening_minor,
            "days": [{name: getattr(day, name) for name in CashDayShape.model_fields} for day in one.days],
            **{f"{reason}_minor": one.undated_minor(reason) for reason in ("past_due", "held", "unclear")},
        }
        for one in measures_cash.calendars(workspace(), days=days)
    ]  # fmt: skip
    return {"calendars": shown}
