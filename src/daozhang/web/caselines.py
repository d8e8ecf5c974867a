"""Cases as the lists show them: the most urgent first, with what is missing, by when, and the first thing to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from daozhang.cases.life import OPEN_STATES, State
from daozhang.desk.models import Case, Finding
from daozhang.diagnosis.catalogue import cause_of

Names = Mapping[tuple[str, str], str]


@dataclass(slots=True)
class Said:
    """The break type that weighs most in an incident, and how many findings are said now."""

    break_type: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of a list. ``gap_minor`` is signed towards the merchant. ``next_key`` names the first thing to do."""

    case: Case
    merchant: str
    cause_code: str
    cause_category: str
    break_type: str
    findings: int
    is_open: bool
    is_past_due: bool
    next_key: str


def ordered(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return the cases in the order in which to look at them: by deadline (none last), then by how much is missing."""
    return cases.select_related("incident").order_by(F("deadline_at").asc(nulls_last=True), "gap_minor", "number")


def lines(cases: Sequence[Case], now: datetime, names: Names) -> list[CaseLine]:
    """Return what a list shows of each case, in the order given."""
    findings = _findings({case.incident_id for case in cases})
    return [_line(case, findings.get(case.incident_id, Said()), now, names) for case in cases]


def merchant(names: Names, acquirer: str, merchant_no: str) -> str:
    """Return the name people know: the merchant's, else its number, else the acquirer's code."""
    return names.get((acquirer, merchant_no), "") or merchant_no or acquirer


def _line(case: Case, said: Said, now: datetime, names: Names) -> CaseLine:
    is_open = State(case.state) in OPEN_STATES
    return CaseLine(
        case=case,
        merchant=merchant(names, case.acquirer, case.merchant_no),
        cause_code=case.incident.cause_code,
        cause_category=case.incident.cause_category,
        break_type=said.break_type,
        findings=said.count,
        is_open=is_open,
        is_past_due=is_open and case.deadline_at is not None and case.deadline_at < now,
        next_key=_next_key(case),
    )


def _next_key(case: Case) -> str:
    """Return the key of the first thing to do: the remedy of a known cause, else what the state asks for."""
    cause = cause_of(case.incident.cause_code)
    if cause is not None and case.state in {State.OPEN, State.INSTRUCTED}:
        return cause.key("fix")
    return f"web-next-{case.state.replace('_', '-')}"


def _findings(incidents: set[str]) -> dict[str, Said]:
    """Return how much is said of each incident and the break type of its largest gap."""
    rows = Finding.objects.filter(incident_id__in=incidents).order_by("-is_open", "gap_minor", "finding_id")
    found: dict[str, Said] = {}
    for incident_id, break_type, is_open in rows.values_list("incident_id", "break_type", "is_open"):
        said = found.setdefault(str(incident_id), Said(break_type))
        said.count += bool(is_open)
    return found
