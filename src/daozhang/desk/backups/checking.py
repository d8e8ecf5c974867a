"""What has to hold of a restored workspace before its backup counts: rows, money, audit, files and keys.

Run as a program on the restored folder (the desk of a process is one database, and the live one goes on meanwhile):
``python -m daozhang.desk.backups.checking FOLDER`` prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from daozhang.desk.workspace import Workspace, open_workspace, prepare_django


def check(workspace: Workspace) -> dict[str, Any]:
    """Return what was counted, and ``problems``: [key of a text, facts] of everything that does not hold."""
    from daozhang.desk.models import CaseEvent, Import, ImportPart  # noqa: PLC0415 - Django is ready only now

    problems = [*_rows(workspace), *_files(workspace), *_audit(workspace)]
    days, of_money = _money(workspace)
    problems += of_money
    return {
        "imports": Import.objects.count(),
        "rows": sum(ImportPart.objects.values_list("rows", flat=True)),
        "case_events": CaseEvent.objects.count(),
        "merchant_days": days,
        "problems": problems,
    }


def _rows(workspace: Workspace) -> Iterator[tuple[str, dict[str, Any]]]:
    """P1 again, from the parts as they lie: each part has its rows, each import's counts add up."""
    from django.db.models import Count, F  # noqa: PLC0415

    from daozhang.desk.models import Import, ImportPart  # noqa: PLC0415

    for part in ImportPart.objects.iterator():
        path = workspace.root / part.path
        found = pq.read_metadata(path).num_rows if path.exists() else -1
        if found != part.rows:
            yield "backup-problem-part", {"path": part.path, "said": part.rows, "found": found}
    odd = Import.objects.exclude(rows_in=F("control") + F("accepted") + F("duplicate") + F("quarantined"))
    for row in odd.values_list("id", flat=True):
        yield "backup-problem-rows", {"import_id": row}
    accepted = Import.objects.filter(state=Import.State.ACCEPTED)
    set_aside = accepted.annotate(lines=Count("quarantine")).exclude(quarantined=F("lines"))
    for row in set_aside.values_list("id", flat=True):
        yield "backup-problem-rows", {"import_id": row}


def _files(workspace: Workspace) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each original is there and opens with the keys; each report is there."""
    from daozhang.desk.models import Import, Report  # noqa: PLC0415
    from daozhang.errors import WorkspaceError  # noqa: PLC0415
    from daozhang.intake import keyring, vault  # noqa: PLC0415

    ring = keyring.load(workspace.keys)
    for name in Import.objects.exclude(original="").values_list("original", flat=True):
        try:
            next(vault.pieces(workspace.root / name, ring))
        except (WorkspaceError, OSError):
            yield "backup-problem-original", {"path": name}
    for name in Report.objects.values_list("path", flat=True):
        if not (workspace.root / name).is_file():
            yield "backup-problem-file", {"path": name}


def _audit(workspace: Workspace) -> Iterator[tuple[str, dict[str, Any]]]:
    """P9 again, on each of the chains: cases with imports, what moves money, what was changed about people and contacts."""
    from daozhang.desk import audit, house_audit, request_audit  # noqa: PLC0415

    cases = audit.verify(workspace)
    if not cases.is_whole:
        yield "backup-problem-audit", {"what": cases.case_number or cases.import_id, "why": cases.problem}
    money = request_audit.verify()
    if not money.is_whole:
        yield "backup-problem-audit", {"what": money.number, "why": money.problem}
    house = house_audit.broken_at()
    if house is not None:
        yield "backup-problem-audit", {"what": house.subject, "why": "audit-chain-broken"}


def _money(workspace: Workspace) -> tuple[int, list[tuple[str, dict[str, Any]]]]:
    """P2 again: of the newest run, every merchant-day is expected = the sum of its other buckets, to the minor unit."""
    from daozhang.desk import readings  # noqa: PLC0415
    from daozhang.matching.money import BUCKETS  # noqa: PLC0415

    run = readings.last_run(workspace)
    if run is None:
        return 0, []
    rows = pq.read_table(workspace.root / run.folder / "money.parquet").to_pylist()
    odd = [row for row in rows if row["expected_minor"] != sum(row[f"{name}_minor"] for name in BUCKETS)]
    return len(rows), [
        ("backup-problem-money", {"day": str(row["settled_on"]), "merchant_no": row["merchant_no"]}) for row in odd
    ]


def main() -> int:
    """Check the folder named on the command line."""
    prepare_django()
    sys.stdout.write(json.dumps(check(open_workspace(Path(sys.argv[1]))), ensure_ascii=False, default=str) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
