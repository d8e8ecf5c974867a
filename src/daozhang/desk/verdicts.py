"""Findings, incidents and verdicts of a run, written set-wise: only what changed is written.

A finding that is not said any more is cleared: its row stays as it was last said with ``is_open`` false, and a verdict with
``is_open`` false, severity ``info`` and gap 0 says since when nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final, TypeVar

from django.db.models import Model

from daozhang.breaks import Keys, Severity
from daozhang.desk.audit import plain
from daozhang.desk.models import Finding as FindingRow
from daozhang.desk.models import FindingVerdict, Incident, Run
from daozhang.diagnosis.finding import Finding

M = TypeVar("M", bound=Model)

CHUNK: Final = 900
"""Rows asked for by id at once; SQLite's oldest limit of bound values is 999."""

KEYS: Final = tuple(one.name for one in fields(Keys))
SAID: Final = (
    "break_type", "grain", *KEYS, "gap_minor", "currency", "occurred_at", "due_at", "severity", "cause_category",
    "cause_code", "confidence_pct", "population", "reason_key", "reason_facts", "facts", "evidence", "incident_id",
    "is_open", "cleared_at",
)  # fmt: skip
CAUSES: Final = "causes_ranked"
"""Among the facts of a finding: causes with their per cent, best first, as lists of two."""
VERDICT: Final = (
    "is_open", "severity", "gap_minor", "due_at", "cause_category", "cause_code", "evidence", "incident_id",
)  # fmt: skip
"""What makes a verdict another one. Days that only pass (``reason_facts``) do not."""


@dataclass(slots=True)
class Stored:
    """What storing a run's findings changed: ids by kind, and where findings went whose incident is another now."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    unchanged: int = 0
    moved: dict[str, dict[str, int]] = field(default_factory=dict)
    """Old incident → new incident → number of findings."""


def store(run: Run, findings: Sequence[Finding]) -> Stored:
    """Write what ``run`` says and return what that changed. Call inside the run's transaction."""
    said = {finding.found.finding_id: finding for finding in findings}
    assert len(said) == len(findings), "two findings with one id"
    _store_incidents(findings, run.as_of)
    before = _before(said)
    stored = Stored()
    writes: list[FindingRow] = []
    verdicts: list[FindingVerdict] = []
    for finding_id, finding in said.items():
        _say(_row(finding, run.as_of), before.get(finding_id), run, stored, writes, verdicts)
    for finding_id, row in before.items():
        if row.is_open and finding_id not in said:
            row.is_open, row.cleared_at = False, run.as_of
            stored.cleared.append(finding_id)
            writes.append(row)
            verdicts.append(_verdict(row, run))
    _upsert(FindingRow, writes, ["finding_id"], [*SAID, "last_said_at"])
    _upsert(FindingVerdict, verdicts, ["finding_id", "as_of"], _VERDICT_COLUMNS)
    FindingRow.objects.filter(is_open=True).exclude(last_said_at=run.as_of).update(last_said_at=run.as_of)
    return stored


def _say(
    row: FindingRow,
    old: FindingRow | None,
    run: Run,
    stored: Stored,
    writes: list[FindingRow],
    verdicts: list[FindingVerdict],
) -> None:
    if old is None:
        stored.new.append(row.finding_id)
        writes.append(row)
        verdicts.append(_verdict(row, run))
        return
    row.first_said_at = old.first_said_at
    if _differs(row, old, SAID):
        writes.append(row)
    if not _differs(row, old, VERDICT):
        stored.unchanged += 1
        return
    stored.changed.append(row.finding_id)
    verdicts.append(_verdict(row, run))
    if old.is_open and old.incident_id and row.incident_id and old.incident_id != row.incident_id:
        there = stored.moved.setdefault(old.incident_id, {})
        there[row.incident_id] = there.get(row.incident_id, 0) + 1


def _before(said: Mapping[str, Finding]) -> dict[str, FindingRow]:
    rows = {row.finding_id: row for row in FindingRow.objects.filter(is_open=True)}
    absent = sorted(said.keys() - rows.keys())
    for start in range(0, len(absent), CHUNK):
        for row in FindingRow.objects.filter(finding_id__in=absent[start : start + CHUNK]):
            rows[row.finding_id] = row
    return rows


def _row(finding: Finding, as_of: datetime) -> FindingRow:
    found = finding.found
    keys = {name: getattr(found.keys, name) for name in KEYS}
    evidence = [{"file": one.file, "line_no": one.line_no, "import_id": one.import_id} for one in found.evidence]
    return FindingRow(
        finding_id=found.finding_id, break_type=found.type.value, grain=found.grain.value, **keys,
        gap_minor=found.gap_minor, currency=found.currency, occurred_at=found.occurred_at, due_at=found.due_at,
        severity=finding.severity.value, cause_category=finding.cause_category.value, cause_code=finding.cause_code,
        confidence_pct=finding.confidence_pct, population=finding.population, reason_key=finding.reason_key,
        reason_facts=plain(dict(finding.reason_facts)), facts=plain(dict(found.facts) | _ranked(finding)), evidence=evidence,
        incident_id=finding.incident_id or None, is_open=True, cleared_at=None, first_said_at=as_of, last_said_at=as_of,
    )  # fmt: skip


def _ranked(finding: Finding) -> dict[str, object]:
    """Return the causes in order with their per cent, kept beside the facts where there is more than one to tell of."""
    return {CAUSES: finding.candidates} if len(finding.candidates) > 1 else {}


_VERDICT_COLUMNS: Final = [
    "run", "is_open", "severity", "gap_minor", "due_at", "cause_category", "cause_code", "confidence_pct",
    "incident_id_then", "reason_key", "reason_facts", "evidence",
]  # fmt: skip


def _verdict(row: FindingRow, run: Run) -> FindingVerdict:
    return FindingVerdict(
        finding_id=row.finding_id, as_of=run.as_of, run=run, is_open=row.is_open,
        severity=row.severity if row.is_open else Severity.INFO.value, gap_minor=row.gap_minor if row.is_open else 0,
        due_at=row.due_at, cause_category=row.cause_category, cause_code=row.cause_code,
        confidence_pct=row.confidence_pct, incident_id_then=row.incident_id or "", reason_key=row.reason_key,
        reason_facts=row.reason_facts, evidence=row.evidence,
    )  # fmt: skip


def _store_incidents(findings: Iterable[Finding], as_of: datetime) -> None:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.incident_id:
            groups.setdefault(finding.incident_id, []).append(finding)
    known: dict[str, Incident] = {}
    ids = sorted(groups)
    for start in range(0, len(ids), CHUNK):
        known.update(Incident.objects.in_bulk(ids[start : start + CHUNK]))
    writes = []
    for incident_id in ids:
        row, old = _incident(incident_id, groups[incident_id], as_of), known.get(incident_id)
        if old:
            row.first_said_at = old.first_said_at
        if old is None or _differs(row, old, (*_INCIDENT_COLUMNS, "last_said_at")):
            writes.append(row)
    _upsert(Incident, writes, ["id"], [*_INCIDENT_COLUMNS, "last_said_at"])


_INCIDENT_COLUMNS: Final = ["scope", "acquirer", "merchant_no", "cause_code", "cause_category"]


def _incident(incident_id: str, members: Sequence[Finding], as_of: datetime) -> Incident:
    first = min(members, key=lambda one: (one.severity != Severity.ALARM, -one.confidence_pct, one.found.finding_id))
    return Incident(
        id=incident_id, scope=_scope(members), acquirer=_the_one(member.found.keys.acquirer for member in members),
        merchant_no=_the_one(member.found.keys.merchant_no for member in members), cause_code=first.cause_code,
        cause_category=first.cause_category.value, first_said_at=as_of, last_said_at=as_of,
    )  # fmt: skip


def _scope(members: Sequence[Finding]) -> str:
    """Return the smallest word that holds all members: their grain, else terminal, merchant or acquirer, else their population."""
    population = _the_one(member.population.partition(":")[0] for member in members)
    if population:
        return population[:16]
    grains = {member.found.grain.value for member in members}
    if len(grains) == 1:
        return grains.pop()
    return "merchant" if _the_one(member.found.keys.merchant_no for member in members) else "acquirer"


def _the_one(values: Iterable[str]) -> str:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else ""


def _differs(row: Model, old: Model, names: Iterable[str]) -> bool:
    return any(getattr(row, name) != getattr(old, name) for name in names)


def _upsert(model: type[M], rows: list[M], unique: list[str], update: list[str]) -> None:
    if rows:
        model._default_manager.bulk_create(  # noqa: SLF001 - how Django lets any model be asked
            rows, update_conflicts=True, unique_fields=unique, update_fields=update, batch_size=500
        )
