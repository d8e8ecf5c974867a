"""What the doors print for programs, the same by every door: the columns of a list and the object of one row."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from daozhang.desk.models import Import, Job, QuarantinedRow
from daozhang.desk.readings import MoneyRow

IMPORT: Final = (
    "seq", "import_id", "file", "sha256", "state", "format", "rows_in", "control", "accepted", "duplicate",
    "quarantined", "acquirer", "merchant_no", "account_tail", "covers_on", "arrived_at", "imported_at", "undone_at",
)  # fmt: skip
FINDING: Final = (
    "as_of", "finding_id", "grain", "acquirer", "merchant_no", "terminal_no", "batch_no", "trace_no", "rrn", "order_no",
    "network_no", "payout_no", "settled_on", "account_tail", "file", "break_type", "gap_minor", "due_at", "severity",
    "incident_id", "case_id", "population", "cause_category", "cause_code", "confidence", "evidence",
)  # fmt: skip
MONEY: Final = tuple(one.name for one in fields(MoneyRow) if one.name != "merchant_name")


def of_import(row: Import) -> dict[str, Any]:
    """Return the object of one import, as ``daozhang imports --json`` prints it."""
    renamed = {"import_id": row.id, "file": row.file_name}
    return {name: renamed[name] if name in renamed else getattr(row, name) for name in IMPORT}


def of_quarantined(row: QuarantinedRow) -> dict[str, Any]:
    """Return the object of one row that was set aside; the doors add ``reason`` as a sentence."""
    return {
        "import_id": row.import_row_id, "file": row.import_row.file_name, "line_no": row.line_no, "column": row.column,
        "value": row.value, "reason_key": row.reason, "facts": row.facts,
    }  # fmt: skip


def of_finding(row: dict[str, Any]) -> dict[str, Any]:
    """Return the object of one finding, as ``daozhang findings --json`` prints it."""
    return {name: row[name] for name in FINDING}


def of_money(row: MoneyRow) -> dict[str, Any]:
    """Return the object of one merchant-day, as ``daozhang money --json`` prints it."""
    return {name: getattr(row, name) for name in MONEY}


def of_delivery(job: Job) -> dict[str, Any]:
    """Return the object of one upload: where it stands, and what became of its files as far as that is known."""
    progress = {} if job.state == "cancelled" else job.progress
    return {
        "id": job.pk, "state": job.state, "file_name": str(job.payload.get("file_name", "")),
        "stage": str(progress.get("stage", "")) if job.state == "running" else "", "rows": progress.get("rows"),
        "files": job.result.get("files") or progress.get("files") or [], "error": job.result.get("error"),
    }  # fmt: skip
