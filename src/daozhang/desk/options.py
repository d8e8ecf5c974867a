"""The ways to solve one case, ranked by what this workspace saw; choosing one is a step, and its outcome the next case's history."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from daozhang.cases import Step
from daozhang.cases.parties import Party
from daozhang.desk import taking
from daozhang.desk.life_hours import WorkingHours, working_hours
from daozhang.desk.models import Case, CaseEvent
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError
from daozhang.remedies.ranking import Outcome, Ranked, options_for, rank

ENDS = (
    Step.MONEY_MATCHED.value,
    Step.NOT_FIXED.value,
    Step.WRITE_OFF_APPROVED.value,
    Step.RETURNED.value,
    Step.REGRESSED.value,
)
MOST = 2_000


def ranked(workspace: Workspace, case: Case) -> tuple[Ranked, ...]:
    """Return the options of a case's cause, the best first by this workspace's own history."""
    possible = options_for(case.incident.cause_code, case.incident.cause_category)
    return rank(possible, history(workspace, [one.key for one in possible]) if possible else ())


def choose(workspace: Workspace, number: str, option: str, *, by: str, note: str = "") -> Case:
    """Record which option is taken; RefusedError names those that are for this cause."""
    with transaction.atomic():
        case = taking.locked(number)
        possible = [one.key for one in options_for(case.incident.cause_code, case.incident.cause_category)]
        if option not in possible:
            raise RefusedError("error-no-option", option=option, possible=", ".join(possible))
        taking.take(workspace, case, Step.OPTION_CHOSEN, by=by, note=note, facts={"option": option})
    return case


def chosen(case: Case) -> str:
    """Return the option that was chosen last, empty when none was."""
    last = CaseEvent.objects.filter(case=case, step=Step.OPTION_CHOSEN.value).order_by("-no").first()
    return str(last.facts.get("option", "")) if last else ""


def history(workspace: Workspace, keys: list[str]) -> list[Outcome]:
    """Return how earlier choices of ``keys`` ended: the money came, or it did not and another way was needed.

    A choice ends with the first of: money matched, not fixed, written off, another choice. One that goes on says nothing yet; a
    return after the money says that it did not work.
    """
    hours = working_hours(workspace)
    rows = CaseEvent.objects.filter(step=Step.OPTION_CHOSEN.value, facts__option__in=keys).order_by("-id")[:MOST]
    starts = list(rows)
    later: dict[str, list[CaseEvent]] = {}
    wanted = (*ENDS, Step.OPTION_CHOSEN.value)
    for event in CaseEvent.objects.filter(case_id__in={one.case_id for one in starts}, step__in=wanted).order_by("no"):
        later.setdefault(event.case_id, []).append(event)
    found = (_outcome(one, [event for event in later[one.case_id] if event.no > one.no], hours) for one in starts)
    return [one for one in found if one is not None]


def _outcome(start: CaseEvent, after: list[CaseEvent], hours: WorkingHours) -> Outcome | None:
    option = str(start.facts["option"])
    if not after:
        return None
    end = after[0]
    came = end.step == Step.MONEY_MATCHED.value
    went = came and any(event.step in {Step.RETURNED.value, Step.REGRESSED.value} for event in after[1:])
    return Outcome(option, came and not went, _spent(start.at, end.at, hours))


def _spent(start: datetime, end: datetime, hours: WorkingHours) -> int:
    return int(hours.between(start, end, Party.MERCHANT).total_seconds() // 3600)
