"""What is here, for programs: findings as they stand and the money of each merchant-day. Nothing here changes anything."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from daozhang.api.auth import Token
from daozhang.api.shapes import FindingList, MoneyList
from daozhang.desk import listings, readings
from daozhang.web.context import workspace

router = Router()
Limit = Annotated[int, Query(ge=1, le=10_000, description="Most rows of the answer.")]
Offset = Annotated[int, Query(ge=0, description="Rows to leave out at the beginning.")]


@router.get("/findings", auth=Token("read"), response=FindingList, summary="Findings", url_name="findings")
def findings(request: HttpRequest, limit: Limit = 1000, offset: Offset = 0) -> dict[str, Any]:  # noqa: ARG001
    """Return the findings of the newest run, alarms first; none before the first run."""
    if readings.last_run(workspace()) is None:
        return {"findings": []}
    rows = readings.findings(workspace())[offset : offset + limit]
    return {"findings": [listings.of_finding(row) for row in rows]}


@router.get("/money", auth=Token("read"), response=MoneyList, summary="Money", url_name="money")
def money(request: HttpRequest, limit: Limit = 1000, offset: Offset = 0) -> dict[str, Any]:  # noqa: ARG001
    """Return where every minor unit of each merchant-day is, by the newest run; none before the first run."""
    if readings.last_run(workspace()) is None:
        return {"money": []}
    return {"money": [listings.of_money(row) for row in readings.money(workspace())[offset : offset + limit]]}
