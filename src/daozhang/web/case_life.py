"""What the page of a case shows beyond its facts: the board, the answers, the remedy, the customers, the script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from daozhang.cases.ladder import Help, levels
from daozhang.cases.parties import Party
from daozhang.desk import (
    climbing,
    customers,
    life_clocks,
    options,
    outage_impact,
    parts,
    remedy_steps,
    replies,
    scripts,
)
from daozhang.desk.case_view import CaseView
from daozhang.desk.models import Case
from daozhang.remedies.ranking import Option
from daozhang.web.context import language_of, text, who, workspace


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One kind of help and whether it was sought."""

    value: str
    done: bool

    @property
    def key(self) -> str:
        """Return the text key of its name."""
        return f"help-{self.value}"


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One way to solve the case; ``risk_word`` is the tail of a text key."""

    option: Option
    rate_pct: int
    hours: int
    tried: int
    worked: int
    risk_word: str


def life_facts(request: HttpRequest, view: CaseView) -> dict[str, Any]:
    """Return what the templates of the life of a case need."""
    here, language = workspace(), language_of(request)
    case = Case.objects.select_related("incident").get(number=view.number)
    clock = life_clocks.ensure(here, case)
    level = levels()[clock.level]
    done = climbing.sought(case)
    script = scripts.script_of(here, view, language, who(request)) if view.is_open else None
    return {
        "board": parts.board(here, case),
        "level": level,
        "level_who": text(request, f"ladder-{level.name.lower()}"),
        "next_level_at": clock.next_look_at,
        "lead": clock.lead_id,
        "followers": list(case.followers.values_list("case_id", flat=True)),
        "help": [HelpLine(one.value, one.value in done) for one in Help],
        "replies": replies.of_case(case),
        "parties": [one.value for one in Party if one is not Party.MERCHANT],
        "remedy": remedy_steps.steps_of(case),
        "ranked": [
            OptionLine(one.option, one.rate_pct, one.hours, one.tried, one.worked, str(one.option.risk))
            for one in options.ranked(here, case)
        ],
        "chosen": options.chosen(case),
        "customers": customers.of_case(here, view, language),
        "script": script,
        "impact": outage_impact.impact_of(here, view) if view.is_open else None,
        "script_missing": [text(request, "script-" + name.replace("_", "-")) for name in script.completeness.missing]
        if script
        else [],
    }
