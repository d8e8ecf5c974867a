"""Help sought in its order, and the last levels of the ladder, which a person takes: each with what was said or handed in."""

from __future__ import annotations

from django.db import transaction

from daozhang.cases import Step
from daozhang.cases.ladder import Help, Level, check_order, levels
from daozhang.desk import life_clocks, taking
from daozhang.desk.life_models import CaseClock
from daozhang.desk.models import Case, CaseEvent
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError


def sought(case: Case) -> set[str]:
    """Return the kinds of help that were sought in a case. Telling the other side counts as contact."""
    events = CaseEvent.objects.filter(case=case, step=Step.HELP_SOUGHT.value)
    found = {str(facts.get("help", "")) for facts in events.values_list("facts", flat=True)}
    told = CaseEvent.objects.filter(case=case, step__in=[Step.REPORT_SENT.value, Step.PARTY_ASKED.value]).exists()
    return found | ({Help.CONTACT.value} if told else set())


def seek(workspace: Workspace, number: str, wanted: str, *, by: str, note: str, reason: str = "") -> Case:
    """Note that help was sought; skipping an earlier kind (contact, device, operation, guidance, expert) needs its reason."""
    if wanted not in set(Help):
        raise RefusedError("error-no-help", wanted=wanted, possible=", ".join(Help))
    with transaction.atomic():
        case = taking.locked(number)
        skipped = check_order(sought(case), Help(wanted), reason)
        facts = {"help": wanted, "skipped": [one.value for one in skipped], "reason": taking.clean(reason)}
        taking.take(workspace, case, Step.HELP_SOUGHT, by=by, note=note, facts=facts)
    return case


def take_outside(workspace: Workspace, number: str, level: str, *, by: str, note: str) -> Case:
    """Note that a case was taken to a level that only a person takes (``L5``, ``L6``); the case stands there from now on."""
    chosen = _level(level)
    with transaction.atomic():
        case = taking.locked(number)
        life_clocks.ensure(workspace, case)
        taking.take(
            workspace,
            case,
            Step.TAKEN_OUTSIDE,
            by=by,
            note=note,
            facts={"level": chosen.name, "roles": list(chosen.roles)},
        )
        CaseClock.objects.filter(case=case).update(level=chosen.no, next_look_at=None)
    return case


def _level(name: str) -> Level:
    found = next((one for one in levels() if one.name == name.upper() and one.after_hours is None), None)
    if found is None:
        possible = ", ".join(one.name for one in levels() if one.after_hours is None)
        raise RefusedError("error-no-level", level=name, possible=possible)
    return found
