"""Findings that a person gave a case of their own: a run says them under that incident, whatever group it would put them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from daozhang.desk.life_models import PartedFinding
from daozhang.diagnosis.finding import CauseCategory, Finding


def kept_apart(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Return the findings of a run with the incidents people chose; the very same ones where nobody chose any."""
    rows = {row.finding_id: row for row in PartedFinding.objects.select_related("incident")}
    if not rows:
        return findings
    return [
        _apart(one, rows[key]) if (key := one.found.finding_id) in rows and one.incident_id else one for one in findings
    ]


def _apart(one: Finding, row: PartedFinding) -> Finding:
    """Return the finding under its own incident, with the cause that was chosen for it."""
    chosen = row.incident
    return replace(
        one, incident_id=chosen.id, cause_code=chosen.cause_code, cause_category=CauseCategory(chosen.cause_category)
    )
