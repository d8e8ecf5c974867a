"""The gauges for Prometheus: the state of the house in a few cheap questions. No label names a merchant, an account or a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import pyarrow.parquet as pq
from django.db.models import Count, Max, Sum
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from daozhang import __version__
from daozhang.cases.life import OPEN_STATES
from daozhang.desk import clock, measures_book
from daozhang.desk.backup_models import Backup
from daozhang.desk.models import Case, Finding, Import, Job, Notice, QuarantinedRow, Run
from daozhang.desk.workspace import Workspace

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
MONEY: Final = ("not_due_minor", "held_minor", "missing_minor", "returned_minor", "unexplained_minor")


def text(workspace: Workspace) -> bytes:
    """Return the gauges in Prometheus' text form; refused to anybody but the house."""
    measures_book.of_the_house()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_House(workspace))
    return generate_latest(registry)


class _House(Collector):
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def describe(self) -> list[Metric]:
        """Return nothing: the registry asks once, for one answer."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give every gauge."""
        build = GaugeMetricFamily("daozhang_build_info", "The version that answers; always 1.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build
        yield from _counts(self._workspace)
        yield from _money(self._workspace)


def _counts(workspace: Workspace) -> Iterator[Metric]:
    cases = Case.objects.filter(state__in=OPEN_STATES)
    by_size = cases.values_list("clock__size").annotate(many=Count("number"))
    yield _gauge(
        "daozhang_cases_open",
        "Cases that need work, by size.",
        "size",
        [(size or "sev4", many) for size, many in by_size],
    )
    late = cases.filter(deadline_at__lte=clock.now(workspace)).count()
    yield _gauge("daozhang_cases_overdue", "Open cases past their deadline.", "", [("", late)])
    said = Finding.objects.filter(is_open=True).values_list("severity").annotate(many=Count("finding_id"))
    yield _gauge("daozhang_findings_open", "Open findings by severity.", "severity", said)
    letters = Notice.objects.exclude(state="sent").values_list("state").annotate(many=Count("id"))
    yield _gauge("daozhang_notices_waiting", "Notices that have not gone out, by state.", "state", letters)
    waiting = (
        Job.objects.filter(state__in=("queued", "running", "failed")).values_list("state").annotate(many=Count("id"))
    )
    yield _gauge("daozhang_jobs", "Jobs by state.", "state", waiting)
    files = Import.objects.values_list("state").annotate(many=Count("id"))
    yield _gauge("daozhang_imports", "Files by state.", "state", files)
    rows = Import.objects.filter(state="accepted").aggregate(rows=Sum("accepted"))["rows"] or 0
    yield _gauge("daozhang_rows", "Rows that are visible in the lake.", "", [("", rows)])
    aside = QuarantinedRow.objects.filter(corrected_by=None, import_row__state="accepted").count()
    yield _gauge("daozhang_rows_set_aside", "Lines set aside that nobody has put right.", "", [("", aside)])
    saved = Backup.objects.filter(state="verified").aggregate(last=Max("made_at"))["last"]
    yield from _moment("daozhang_backup_timestamp_seconds", "When the last backup that counts was taken.", saved)


def _money(workspace: Workspace) -> Iterator[Metric]:
    run = Run.objects.first()
    if run is None:
        return
    yield from _moment("daozhang_run_timestamp_seconds", "The moment that the newest run judged.", run.as_of)
    path = workspace.root / run.folder / "money.parquet"
    if not path.exists():
        return
    sums = (
        pq.read_table(path, columns=["currency", *MONEY])
        .group_by("currency")
        .aggregate([(name, "sum") for name in MONEY])
    )
    for name in MONEY:
        family = GaugeMetricFamily(
            f"daozhang_money_{name}", "Money of all merchant-days in this bucket, in minor units.", labels=["currency"]
        )
        for row in sums.to_pylist():
            family.add_metric([row["currency"]], row[f"{name}_sum"])
        yield family


def _gauge(name: str, about: str, label: str, found: Iterable[tuple[str, int]]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=[label] if label else [])
    sums: dict[str, int] = {}
    for value, many in found:
        sums[str(value)] = sums.get(str(value), 0) + many
    for value, many in sorted(sums.items()):
        family.add_metric([value] if label else [], many)
    return family


def _moment(name: str, about: str, at: datetime | None) -> Iterator[Metric]:
    """Give a moment as Unix seconds; nothing where there is none, since 0 would be a date."""
    if at is not None:
        yield _gauge(name, about, "", [("", int(at.replace(tzinfo=clock.ZONE).timestamp()))])
