"""The data quality report: every file with what was wrong in it, named, and whether the product's own books still agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import Count, F, Q

from daozhang.desk import audit, house_audit, import_audit, measures_book, readings
from daozhang.desk.measures_book import Span
from daozhang.desk.models import Import, QuarantinedRow
from daozhang.desk.workspace import Workspace
from daozhang.matching.money import BUCKETS


@dataclass(frozen=True, slots=True)
class Defect:
    """One kind of defect of one file: a reason of set-aside lines, a warning, or that nobody could read it."""

    import_id: str
    file: str
    state: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Check:
    """One identity of the product's own books: how much was looked at, and how much does not agree (0, or something is wrong)."""

    name: str
    looked_at: int
    wrong: int


def defects(span: Span) -> list[Defect]:
    """Return what was wrong in the files that were brought in during the period, the newest file first."""
    measures_book.of_the_house()
    files = Import.objects.filter(imported_at__date__gte=span.first_on, imported_at__date__lte=span.last_on)
    files = files.exclude(state=Import.State.UNDONE)
    found = []
    aside: dict[str, Counter[str]] = {}
    rows = QuarantinedRow.objects.filter(import_row__in=files, corrected_by=None)
    for import_id, reason, many in rows.values_list("import_row_id", "reason").annotate(many=Count("id")):
        aside.setdefault(import_id, Counter())[reason] += many
    for row in files.order_by("-seq").iterator():
        said = aside.get(row.id, Counter()) + Counter(str(one.get("key", "")) for one in row.warnings)
        if not said and row.state in {Import.State.UNCLAIMED, Import.State.REFUSED}:
            said[row.state] += 1
        found += [Defect(row.id, row.file_name, row.state, reason, many) for reason, many in sorted(said.items())]
    return found


def checks(workspace: Workspace) -> list[Check]:
    """Return the daily reconciliation of the product's own books: rows of files, fen of merchant-days, the three audit chains."""
    measures_book.of_the_house()
    accepted = Import.objects.filter(state=Import.State.ACCEPTED)
    lost = accepted.filter(~Q(rows_in=F("control") + F("accepted") + F("duplicate") + F("quarantined"))).count()
    found = [Check("rows", accepted.count(), lost)]
    run = readings.last_run(workspace)
    if run is not None and (workspace.root / run.folder / "money.parquet").exists():
        table = pq.read_table(workspace.root / run.folder / "money.parquet")
        left = table["expected_minor"]
        for bucket in BUCKETS:
            left = pc.subtract(left, table[f"{bucket}_minor"])
        found.append(Check("money", table.num_rows, int(pc.sum(pc.not_equal(left, 0)).as_py() or 0)))
    chains = (
        ("cases", audit.verify(workspace).problem), ("imports", import_audit.verify().problem),
        ("house", "broken" if house_audit.broken_at() else ""),
    )  # fmt: skip
    return found + [Check(name, 1, int(bool(problem))) for name, problem in chains]
