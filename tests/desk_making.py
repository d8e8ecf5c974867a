"""Findings for tests of the desk, made with the product's own values."""

from __future__ import annotations

from datetime import date, datetime

from daozhang.breaks import Break, BreakType, Evidence, Grain, Keys, Severity
from daozhang.diagnosis.finding import CauseCategory, Finding

NOON = datetime(2026, 10, 9, 12, 0)
LINE = Evidence("icbc_20261012.csv", 7, "im_bank000001")


def finding(
    no: int = 1,
    *,
    incident: str = "i_0001",
    gap: int = -100_00,
    severity: Severity = Severity.ALARM,
    kind: BreakType = BreakType.PAYOUT_FAILED,
    category: CauseCategory = CauseCategory.THIRD_PARTY,
    cause: str = "D002",
    acquirer: str = "unionpay",
    merchant: str = "898000000000001",
    currency: str = "CNY",
    facts: dict[str, object] | None = None,
    evidence: tuple[Evidence, ...] | None = None,
) -> Finding:
    """Return one finding about payout number ``no``."""
    found = Break(
        type=kind,
        grain=Grain.PAYOUT,
        keys=Keys(acquirer=acquirer, merchant_no=merchant, payout_no=f"P{no:06d}", settled_on=date(2026, 10, 8)),
        gap_minor=gap,
        currency=currency,
        due_at=datetime(2026, 10, 9, 10, 0),
        facts=facts or {"reason_text": "账号户名不符", "returned_on": date(2026, 10, 9)},
        evidence=evidence if evidence is not None else (Evidence("payouts_2026-10-09.csv", no + 1, "im_0000000001"),),
    )
    return Finding(
        found=found,
        severity=severity,
        cause_category=category,
        cause_code=cause,
        confidence_pct=95,
        incident_id=incident,
        reason_key="",
        reason_facts={"days_late": no},
    )


def rows_of_desk() -> dict[str, list[dict[str, object]]]:
    """Return every row of every table that a run or a step may touch, for comparing before and after."""
    from daozhang.desk import models

    tables = (
        models.Run, models.Incident, models.Case, models.Finding, models.FindingVerdict, models.CaseEvent,
        models.Notice, models.WriteOff, models.Report, models.Counter,
    )  # fmt: skip
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}
