"""What is here, for programs: findings as they stand and the money of each merchant-day. Nothing here changes anything."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from daozhang.api import problems
from daozhang.api.auth import Token
from daozhang.api.shapes import FindingList, FoldedRows, MoneyList, WhyAnswer
from daozhang.desk import folded_rows, listings, readings, whys, whys_said
from daozhang.web.context import workspace

router = Router()
Limit = Annotated[int, Query(ge=1, le=10_000, description="Most rows of the answer.")]
NamedRow = Annotated[
    str, Query(description="`file:line`, `import_id:line`, or a number that only one row carries.", max_length=200)
]
OtherRow = Annotated[
    str, Query(description="The row to compare with; empty: its partner, or the nearest rows.", max_length=200)
]
Offset = Annotated[int, Query(ge=0, description="Rows to leave out at the beginning.")]


@router.get(
    "/findings", auth=Token("read", tenants="look"), response=FindingList, summary="Findings", url_name="findings"
)
def findings(request: HttpRequest, limit: Limit = 1000, offset: Offset = 0) -> dict[str, Any]:  # noqa: ARG001
    """Return the findings of the newest run, alarms first; none before the first run."""
    if readings.last_run(workspace()) is None:
        return {"findings": []}
    rows = readings.findings(workspace())[offset : offset + limit]
    return {"findings": [listings.of_finding(row) for row in rows]}


@router.get(
    "/findings/{finding_id}/rows",
    auth=Token("read", tenants="look"),
    response=FoldedRows,
    summary="Rows of a finding",
    url_name="finding-rows",
)
def finding_rows(request: HttpRequest, finding_id: str, limit: Limit = 1000, offset: Offset = 0) -> dict[str, Any]:  # noqa: ARG001
    """Return the rows for which one finding stands (`systemic_difference`), the largest gap first."""
    total, rows = folded_rows.rows_of(workspace(), finding_id, limit=limit, offset=offset)
    return {"finding_id": finding_id, "total": total, "rows": rows}


@router.get("/why", auth=Token("read", tenants="look"), response=WhyAnswer, summary="Why", url_name="why")
def why(request: HttpRequest, a: NamedRow, b: OtherRow = "") -> dict[str, Any]:
    """Return why two rows are one payment or not, level by level, as the newest run matched; of one row, its partner or the nearest."""
    return whys_said.as_json(whys.explain(workspace(), a, b), problems.language_of(request))


@router.get("/money", auth=Token("read", tenants="look"), response=MoneyList, summary="Money", url_name="money")
def money(request: HttpRequest, limit: Limit = 1000, offset: Offset = 0) -> dict[str, Any]:  # noqa: ARG001
    """Return where every minor unit of each merchant-day is, by the newest run; none before the first run."""
    if readings.last_run(workspace()) is None:
        return {"money": []}
    return {"money": [listings.of_money(row) for row in readings.money(workspace())[offset : offset + limit]]}
