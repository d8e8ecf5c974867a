"""The logs of cases as values: their steps, when a letter about them first left, and from when a file had shown the failure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Max, Min, QuerySet

from daozhang.desk.life_models import CaseClock
from daozhang.desk.measures_book import Span
from daozhang.desk.measures_models import Touch
from daozhang.desk.models import Case, CaseEvent, FindingVerdict, Import, Notice
from daozhang.desk.workspace import Workspace
from daozhang.measures.case_log import CaseLog, Logged
from daozhang.measures.work import Turned, seconds_per_case

AT_ONCE: Final = 500
ABSENCES: Final = frozenset(
    {
        "payout_missing", "credit_missing", "missing_in_clearing", "late_clearing", "file_missing", "file_late", "preauth_open",
        "batch_open", "outcome_unknown",
    }
)  # fmt: skip
"""Kinds of failure that only the passing of a due moment shows."""


def logs(workspace: Workspace, span: Span) -> list[CaseLog]:
    """Return the cases that opened in the span, each with its steps in order."""
    rows = opened_in(span).select_related("incident").order_by("number")
    found: list[CaseLog] = []
    batch: list[Case] = []
    for case in rows.iterator(chunk_size=AT_ONCE):
        batch.append(case)
        if len(batch) == AT_ONCE:
            found += _logs_of(workspace, batch)
            batch = []
    return found + (_logs_of(workspace, batch) if batch else [])


def opened_in(span: Span) -> QuerySet[Case]:
    """Return the cases that opened in the span."""
    return Case.objects.filter(opened_at__date__gte=span.first_on, opened_at__date__lte=span.last_on)


def _logs_of(workspace: Workspace, cases: Sequence[Case]) -> list[CaseLog]:
    numbers = [case.number for case in cases]
    steps: dict[str, list[Logged]] = {}
    events = CaseEvent.objects.filter(case_id__in=numbers).order_by("case_id", "no")
    for number, at, by, step, to_state, facts in events.values_list("case_id", "at", "by", "step", "to_state", "facts"):
        steps.setdefault(number, []).append(Logged(step, at, by, to_state, facts))
    sizes = dict(CaseClock.objects.filter(case_id__in=numbers).values_list("case_id", "size"))
    letters = Notice.objects.filter(case_id__in=numbers, sent_at__isnull=False).exclude(role="FINANCE")
    told = dict(letters.values_list("case_id").annotate(first=Min("sent_at")))
    known = _knowable(workspace, [case.incident_id for case in cases])
    return [
        CaseLog(
            number=case.number, size=sizes.get(case.number, "sev4"), acquirer=case.acquirer, merchant_no=case.merchant_no,
            cause_code=case.incident.cause_code, gap_minor=case.gap_minor, currency=case.currency, opened_at=case.opened_at,
            knowable_at=known.get(case.incident_id), told_at=told.get(case.number), steps=tuple(steps.get(case.number, ())),
        )
        for case in cases
    ]  # fmt: skip


def _knowable(workspace: Workspace, incidents: Sequence[str]) -> dict[str, datetime]:
    """Return, by incident, the first moment at which one of its findings could have been known; absent where nobody can say."""
    rows = list(
        FindingVerdict.objects.filter(finding__incident_id__in=incidents, severity="alarm", is_open=True).values_list(
            "finding__incident_id", "finding__break_type", "due_at", "evidence"
        )
    )
    wanted = {str(line.get("import_id")) for _, _, _, evidence in rows for line in evidence if line.get("import_id")}
    arrived = _arrivals(workspace, sorted(wanted))
    found: dict[str, datetime] = {}
    for incident_id, break_type, due_at, evidence in rows:
        moments: list[datetime | None] = [
            arrived.get(str(line["import_id"])) for line in evidence if line.get("import_id")
        ]
        if break_type in ABSENCES:
            moments.append(due_at)
        said = [one for one in moments if one is not None]
        if said and len(said) == len(moments):
            found[incident_id] = min(max(said), found.get(incident_id, max(said)))
    return found


def _arrivals(workspace: Workspace, imports: Sequence[str]) -> dict[str, datetime | None]:
    """Return when each file came: as stated, else (under a real clock) when it was brought in."""
    is_real = workspace.settings.clock_at is None
    found: dict[str, datetime | None] = {}
    for start in range(0, len(imports), AT_ONCE):
        rows = Import.objects.filter(id__in=imports[start : start + AT_ONCE])
        for import_id, stated, brought in rows.values_list("id", "arrived_at", "imported_at"):
            found[import_id] = stated or (brought.replace(microsecond=0) if is_real else None)
    return found


def seconds_of_work(numbers: Iterable[str]) -> dict[str, float]:
    """Return the seconds of human work of each of the cases that anybody turned to."""
    wanted = set(numbers)
    days = Touch.objects.filter(case_id__in=list(wanted)[:5000]).aggregate(first=Min("at"), last=Max("at"))
    if days["first"] is None:
        return {}
    spent = seconds_per_case(_turns(Touch.objects.filter(at__gte=days["first"])))
    return {number: seconds for number, seconds in spent.items() if number in wanted}


def _turns(rows: Any) -> Iterator[Turned]:  # noqa: ANN401 - a query
    for by, at, case in rows.order_by("at").values_list("by", "at", "case_id").iterator():
        yield Turned(by, at, case or "")
