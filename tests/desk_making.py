"""Findings for tests of the desk, made with the product's own values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

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


def put_rows(workspace: Any, import_id: str, file_name: str, table: str, rows: list[dict[str, object]]) -> None:
    """Put rows into the lake as an accepted import: line numbers from 2, like a CSV with its header on line 1."""
    from daozhang.desk.models import Import, ImportPart
    from daozhang.engine.lake import LAKE_TYPES, connect
    from daozhang.records import table_named

    columns = table_named(table).columns
    folder = workspace.lake / import_id
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{table}.parquet"
    typed = {column.name: column.type.sql for column in columns} | LAKE_TYPES
    connection = connect(memory="512MB", threads=1, spill=None)
    connection.execute(f"CREATE TABLE made ({', '.join(f'{name} {kind}' for name, kind in typed.items())})")
    for line_no, row in enumerate(rows, start=2):
        values = {"currency": "CNY"} | row | {"import_id": import_id, "line_no": line_no, "fp": str(line_no).encode()}
        known = {name: value for name, value in values.items() if name in typed}
        connection.execute(
            f"INSERT INTO made ({', '.join(known)}) VALUES ({', '.join('?' * len(known))})", list(known.values())
        )
    connection.execute(f"COPY made TO '{path}' (FORMAT parquet)")
    connection.close()
    count = len(rows)
    seq = Import.objects.count() + 1
    made, _ = Import.objects.get_or_create(
        id=import_id,
        defaults={
            "seq": seq, "file_name": file_name, "sha256": f"{import_id:0>64}", "size_bytes": 1, "format": "interchange_csv",
            "state": "accepted", "rows_in": count, "accepted": count, "imported_at": NOON,
        },
    )  # fmt: skip
    days = [value for row in rows for name, value in row.items() if name in {"cleared_on", "settled_on"}]
    ImportPart.objects.create(
        import_row=made, table=table, kind="accepted", path=str(path.relative_to(workspace.root)), rows=count,
        day_from=min(days, default=None), day_to=max(days, default=None),
    )  # fmt: skip


def put_one_day(workspace: Any, sales: int = 3) -> None:
    """Put the payout of ``finding(1)`` and the clearing lines of its day into the lake."""
    payout = {
        "acquirer": "unionpay", "merchant_no": "898000000000001", "payout_no": "P000001", "settled_on": date(2026, 10, 8),
        "planned_minor": 100_00, "paid_minor": 0, "state": "failed", "reason_text": "账号户名不符", "account_tail": "6217",
        "created_at": datetime(2026, 10, 9, 3, 33),
    }  # fmt: skip
    put_rows(workspace, "im_0000000001", "payouts_2026-10-09.csv", "payouts", [payout])
    lines = [
        {
            "acquirer": "unionpay", "merchant_no": "898000000000001", "terminal_no": "33010012", "trace_no": f"{no:06d}",
            "rrn": f"{no:012d}", "occurred_at": datetime(2026, 10, 8, 9, no % 60), "cleared_on": date(2026, 10, 8), "kind": "sale",
            "gross_minor": 33_50, "fee_minor": 20, "net_minor": 33_30, "card_tail": "4821", "order_no": f"HZ{no:08d}",
        }
        for no in range(1, sales + 1)
    ]  # fmt: skip
    put_rows(workspace, "im_0000000002", "clearings_2026-10-08.csv", "clearings", lines)
