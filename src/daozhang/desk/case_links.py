"""Cases that are worked as one, and findings that get a case of their own.

A merged case is worked through the case it was put into and leaves the lists; it still closes on its own bank line, for nobody
closes a case by saying so. A finding that is parted keeps its case in every later run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import transaction

from daozhang.cases import CLOSED, SYSTEM, State, Step
from daozhang.desk import counters, life_clocks, taking
from daozhang.desk.audit import Entry, append
from daozhang.desk.clock import now
from daozhang.desk.life_models import CaseClock, PartedFinding
from daozhang.desk.models import Case, Finding, Incident
from daozhang.desk.run_cases import deadline_of
from daozhang.desk.workspace import Workspace
from daozhang.diagnosis.catalogue import cause_of
from daozhang.diagnosis.finding import CauseCategory
from daozhang.errors import RefusedError


def merge(workspace: Workspace, number: str, into: str, *, by: str, note: str) -> Case:
    """Work ``number`` as part of ``into``. RefusedError for itself, for a closed one, and for one that is part of another."""
    with transaction.atomic():
        case, lead = taking.locked(number), taking.case_named(into)
        clock, above = life_clocks.ensure(workspace, case), life_clocks.ensure(workspace, lead)
        if (
            case.number == lead.number
            or lead.state in CLOSED
            or above.lead_id
            or clock.lead_id
            or case.followers.exists()
        ):
            raise RefusedError("error-case-merge", number=number, into=into)
        taking.take(workspace, case, Step.MERGED, by=by, note=note, facts={"into": lead.number})
        taking.take(
            workspace, lead, Step.COMMENTED, by=by, note=f"{case.number}: {note}", facts={"merged": case.number}
        )
        CaseClock.objects.filter(case=case).update(lead=lead)
    return case


def unmerge(workspace: Workspace, number: str, *, by: str, note: str) -> Case:
    """Work a merged case on its own again."""
    with transaction.atomic():
        case = taking.locked(number)
        clock = life_clocks.ensure(workspace, case)
        if not clock.lead_id:
            raise RefusedError("error-case-not-merged", number=number)
        taking.take(workspace, case, Step.UNMERGED, by=by, note=note, facts={"from": clock.lead_id})
        CaseClock.objects.filter(case=case).update(lead=None)
    return case


def part(
    workspace: Workspace, number: str, findings: Sequence[str], *, by: str, note: str, cause_code: str | None = None
) -> Case:
    """Give findings of a case a case of their own, with the same cause or another one; return the new case.

    At least one finding stays behind: a case without any is not split but is the case it was.
    """
    with transaction.atomic():
        case = taking.locked(number)
        chosen = list(case.incident.findings.filter(finding_id__in=findings, is_open=True).order_by("finding_id"))
        if (
            not chosen
            or len(chosen) != len(set(findings))
            or case.incident.findings.filter(is_open=True).count() == len(chosen)
        ):
            raise RefusedError("error-case-part", number=number)
        incident = _incident(workspace, case, chosen, cause_code)
        made = _open(workspace, case, incident, chosen, by=by)
        taking.take(
            workspace,
            case,
            Step.PARTED,
            by=by,
            note=note,
            facts={"into": made.number, "findings": [one.pk for one in chosen]},
        )
        PartedFinding.objects.bulk_create(
            PartedFinding(
                finding=one,
                from_incident=case.incident_id,
                incident=incident,
                by=taking.clean(by)[:64],
                at=now(workspace),
            )
            for one in chosen
        )
        Finding.objects.filter(pk__in=[one.pk for one in chosen]).update(incident=incident)
        _subtract(case, chosen)
    return made


def _incident(workspace: Workspace, case: Case, chosen: Sequence[Finding], cause_code: str | None) -> Incident:
    code = case.incident.cause_code if cause_code is None else cause_code
    cause = cause_of(code)
    if code and cause is None:
        raise RefusedError("error-no-cause", code=code)
    category = (
        case.incident.cause_category if cause_code is None else (cause.category if cause else CauseCategory.UNKNOWN)
    )
    seed = "\n".join((case.incident_id, *(one.pk for one in chosen)))
    merchants = {one.merchant_no for one in chosen}
    return Incident.objects.create(
        id="p_" + hashlib.sha256(seed.encode()).hexdigest()[:20], scope=case.incident.scope if len(merchants) > 1 else "merchant",
        acquirer=case.incident.acquirer, merchant_no=merchants.pop() if len(merchants) == 1 else "", cause_code=code,
        cause_category=str(category), first_said_at=now(workspace), last_said_at=now(workspace),
    )  # fmt: skip


def _open(workspace: Workspace, source: Case, incident: Incident, chosen: Sequence[Finding], *, by: str) -> Case:
    at = now(workspace)
    same = [one for one in chosen if one.currency == chosen[0].currency]
    made = Case(
        number=counters.case_numbers(at, 1)[0], incident=incident, state=State.OPEN.value, acquirer=incident.acquirer,
        merchant_no=incident.merchant_no, gap_minor=sum(one.gap_minor for one in same), currency=chosen[0].currency, opened_at=at,
        deadline_at=deadline_of(workspace, incident, at),
    )  # fmt: skip
    made.save(force_insert=True)
    facts = {"gap_minor": made.gap_minor, "currency": made.currency, "findings": len(chosen), "from_case": source.number,
             "cause_code": incident.cause_code, "cause_category": incident.cause_category, "parted_by": by}  # fmt: skip
    append([Entry(case=made, step=Step.OPENED, from_state="", to_state=made.state, at=at, by=SYSTEM, facts=facts)])
    life_clocks.follow(workspace, at, [(made, Step.OPENED)])
    return made


def _subtract(case: Case, chosen: Sequence[Finding]) -> None:
    gone = sum(one.gap_minor for one in chosen if one.currency == case.currency)
    Case.objects.filter(pk=case.pk).update(gap_minor=case.gap_minor - gone)
