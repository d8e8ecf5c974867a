"""What the clocks of cases say because time passes: reminders, one chase when an answer is due, the next level of the ladder.

Each is a step of the case with its notices, written with a mark in one transaction: said once, however often this is done.
"""

from __future__ import annotations

from collections import Counter as Count
from datetime import datetime
from typing import Final

from django.db import transaction

from daozhang.cases import Step
from daozhang.cases.clocks import REMIND_AT_PCT, Milestone
from daozhang.cases.ladder import Level
from daozhang.cases.life import OPEN_STATES
from daozhang.cases.parties import Party
from daozhang.cases.telling import INSIDE, OTHERS_WITHIN_WORKING_HOURS, OWN, WITHIN_WORKING_HOURS, Telling
from daozhang.desk import counters, life_clocks
from daozhang.desk.life_hours import WorkingHours, working_hours
from daozhang.desk.life_models import CaseClock, CaseMark, CasePart
from daozhang.desk.models import Case, Notice
from daozhang.desk.run_cases import CaseChanges
from daozhang.desk.workspace import Workspace
from daozhang.texts import say

MOST: Final = 2000
"""Clocks that are moved on in one transaction; the next look takes the rest."""
OWN_FROM_LEVEL: Final = 3
"""Level from which our own people get a letter; what comes earlier stands in the agenda, and a letter a case would be noise."""
PCT: Final = dict(zip((Milestone.HALF, Milestone.NEARLY), REMIND_AT_PCT, strict=True)) | {Milestone.END: 100}


def tick(workspace: Workspace, at: datetime) -> dict[str, int]:
    """Say what is due at ``at`` and was not said yet; return how many reminders, chases and levels were said."""
    said: Count[str] = Count()
    with transaction.atomic():
        counters.hold(counters.CASES)
        hours = working_hours(workspace)
        made = CaseChanges(workspace, at)
        due = CasePart.objects.filter(next_look_at__lte=at, case__state__in=OPEN_STATES)
        touched = set()
        for part in due.select_related("case__incident").order_by("next_look_at", "id")[:MOST]:
            said.update(_look_at_part(made, part, hours))
            touched.add(part.case_id)
        levels = CaseClock.objects.filter(next_look_at__lte=at, case__state__in=OPEN_STATES)
        for clock in levels.select_related("case__incident").order_by("next_look_at", "case_id")[:MOST]:
            said.update(_look_at_level(made, clock, hours))
        made.write()
    return dict(said)


def _look_at_part(made: CaseChanges, part: CasePart, hours: WorkingHours) -> list[str]:
    """Say the latest milestone of a part that is due; earlier ones that nobody looked at in time are marked with it."""
    due = life_clocks.due_of(part, hours)
    known = life_clocks.said_of(part)
    reached = [one for one in Milestone if one in due and due[one] <= made.at and one not in known]
    for one in reached:
        _mark(part.case, f"{part.party}/{one}", life_clocks.about(part), made.at)
    part.next_look_at = life_clocks.next_of_part(part, hours)
    part.save(update_fields=["next_look_at"])
    if not reached:
        return []
    milestone, end = reached[-1], due[Milestone.END]
    language = made.workspace.settings.language
    party = say(language, f"party-{part.party}")
    facts = {"party": part.party, "milestone": milestone.value, "end_at": end.isoformat(), "percent": PCT[milestone]}
    if milestone is Milestone.END and part.party != Party.MERCHANT:
        note = say(
            language, "life-chase-note", party=party, at=f"{end:%Y-%m-%d %H:%M}", external_no=part.external_no or "-"
        )
        chosen = [_telling(OWN), _telling(part.role)]
        made.take(part.case, Step.CHASE_SENT, facts, note=note, chosen=chosen, about=f"/{part.party}")
        return ["chases"]
    note = say(language, "life-reminder-note", party=party, percent=PCT[milestone], at=f"{end:%Y-%m-%d %H:%M}")
    chosen = [] if milestone is Milestone.HALF else [_telling(OWN)]
    made.take(part.case, Step.REMINDED, facts, note=note, chosen=chosen, about=f"/{part.party}")
    return ["reminders"]


def _look_at_level(made: CaseChanges, clock: CaseClock, hours: WorkingHours) -> list[str]:
    """Raise a case to the level that is due, one at a time; a party's time that was given meanwhile holds it."""
    parts = list(CasePart.objects.filter(case_id=clock.case_id))
    raised = []
    while (due := life_clocks.next_of_case(clock, parts, hours)) is not None and due <= made.at:
        level = hours.levels[clock.level + 1]
        clock.level = level.no
        if _mark(clock.case, level.name, f"{clock.started_at:%Y%m%dT%H%M%S}", made.at):
            raised.append(level)
    clock.next_look_at = life_clocks.next_of_case(clock, parts, hours)
    clock.save(update_fields=["level", "next_look_at"])
    if not raised:
        return []
    _say_level(made, clock.case, raised[-1])
    return ["levels"]


def _say_level(made: CaseChanges, case: Case, level: Level) -> None:
    language = made.workspace.settings.language
    told = set(
        Notice.objects.filter(case=case, state__in=("queued", "sending", "sent", "told")).values_list("role", flat=True)
    )
    own = [_telling(OWN)] if level.no >= OWN_FROM_LEVEL else []
    chosen = own + [_telling(role) for role in level.roles if role not in told and role != OWN]
    note = say(language, "life-level-note", level=level.name, who=say(language, f"ladder-{level.name.lower()}"))
    facts = {"level": level.name, "roles": list(level.roles), "prepares": list(level.prepares)}
    made.take(case, Step.ESCALATED, facts, note=note, chosen=chosen)


def _mark(case: Case, what: str, about: str, at: datetime) -> bool:
    return CaseMark.objects.get_or_create(case=case, what=what, about=about, defaults={"at": at})[1]


def _telling(role: str) -> Telling:
    return Telling(role, WITHIN_WORKING_HOURS.get(role, OTHERS_WITHIN_WORKING_HOURS), role in INSIDE)
