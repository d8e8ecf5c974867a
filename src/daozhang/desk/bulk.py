"""One step on many cases: the scope is shown first with a seal of what was shown, and nothing is done when it has changed since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from daozhang.cases import State, Step
from daozhang.cases.life import OPEN_STATES, TABLE
from daozhang.desk import counters, taking
from daozhang.desk.models import Case
from daozhang.desk.workspace import Workspace
from daozhang.errors import RefusedError

STEPS: Final = (Step.ASSIGNED, Step.REPORT_SENT, Step.CHASED, Step.COMMENTED, Step.MEASURE_TAKEN)
"""Steps that say the same of many cases. What moves money or ends a case is taken one by one."""
FILTERS: Final = ("acquirer", "cause", "assignee", "state", "merchant_no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a step would be taken on. ``seal`` stands for exactly these cases in these states; amounts are signed, by currency."""

    step: Step
    numbers: tuple[str, ...]
    skipped: int
    amounts: dict[str, int]
    seal: str


def filtered(chosen: Mapping[str, str]) -> QuerySet[Case]:
    """Return the open cases that fit a filter: ``acquirer``, ``cause`` (its code), ``assignee``, ``state``, ``merchant_no``."""
    found = Case.objects.filter(state__in=OPEN_STATES)
    names = {"cause": "incident__cause_code"}
    for name in FILTERS:
        if value := chosen.get(name, "").strip():
            found = found.filter(**{names.get(name, name): value})
    return found


def scope(step: str, chosen: Mapping[str, str]) -> Scope:
    """Return on which cases ``step`` would be taken now, and how many of the filter cannot take it."""
    named = _step(step)
    rows = list(filtered(chosen).order_by("number").values_list("number", "state", "gap_minor", "currency"))
    fit = [row for row in rows if State(row[1]) in TABLE[named].sources]
    amounts: dict[str, int] = {}
    for _, _, gap, currency in fit:
        amounts[currency] = amounts.get(currency, 0) + gap
    seal = hashlib.sha256("\n".join(f"{number} {state}" for number, state, _, _ in fit).encode()).hexdigest()[:24]
    return Scope(
        step=named, numbers=tuple(row[0] for row in fit), skipped=len(rows) - len(fit), amounts=amounts, seal=seal
    )


def take(
    workspace: Workspace,
    step: str,
    chosen: Mapping[str, str],
    *,
    seal: str,
    shown: int,
    by: str,
    note: str,
    assignee: str = "",
) -> Scope:
    """Take ``step`` on every case of the filter, all or none; RefusedError when they are not those that were shown."""
    with transaction.atomic():
        counters.hold(counters.CASES)
        there = scope(step, chosen)
        if there.seal != seal:
            raise RefusedError("error-bulk-changed", before=shown, after=len(there.numbers))
        facts = {"assignee": taking.clean(assignee)[:64]} if there.step is Step.ASSIGNED else {}
        marked = facts | {"together": len(there.numbers)}
        for number in there.numbers:
            case = taking.case_named(number)
            if there.step is Step.ASSIGNED:
                case.assignee = facts["assignee"]
            taking.take(workspace, case, there.step, by=by, note=note, facts=marked)
    return there


def _step(name: str) -> Step:
    found = next((one for one in STEPS if one.value == name.replace("-", "_")), None)
    if found is None:
        raise RefusedError("error-bulk-step", step=name, possible=", ".join(STEPS))
    return found
