"""A finding: a break with its cause, its severity after the cause is known, and the incident it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from daozhang.breaks import Break, Severity


class CauseCategory(StrEnum):
    """The closed list of cause categories."""

    SYSTEM = "system"
    NETWORK = "network"
    OPERATOR = "operator"
    THIRD_PARTY = "third_party"
    FORCE_MAJEURE = "force_majeure"
    RISK_HOLD = "risk_hold"
    FEE = "fee"
    DISPUTE = "dispute"
    DATA = "data"
    EXPECTED_DELAY = "expected_delay"
    NOT_A_FAILURE = "not_a_failure"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One break, explained. ``cause_code`` is empty when the cause is unknown; ``confidence_pct`` is 0 to 100.

    ``candidates`` are up to three causes with their per cent, the best first; together they are at most 100, and what is left
    is everything else. ``answer_kind`` is by what the confidence is measured: the sentence and what its rule claims.
    ``reason_key`` and ``reason_facts`` name the sentence (texts) that says why; ``population`` is set for a finding
    about many (``acquirer:A``).
    """

    found: Break
    severity: Severity
    cause_category: CauseCategory
    cause_code: str = ""
    confidence_pct: int = 0
    incident_id: str = ""
    population: str = ""
    reason_key: str = ""
    reason_facts: Mapping[str, object] = field(default_factory=dict)
    candidates: tuple[tuple[str, int], ...] = ()
    answer_kind: str = ""
