"""An absent row is not an absent payment: while lines of a file are set aside, any of them may be the row that is missed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from daozhang.breaks.kinds import Break, BreakType, Severity
from daozhang.matching.coverage import Coverage, SetAside

WAITS_FOR: Final = "set_aside"
"""First word of what a break waits for while lines are set aside; how many and the file's name follow."""


def waiting_for(aside: Iterable[SetAside]) -> list[str]:
    """Return what has to be put right first, one entry per file."""
    return [f"{WAITS_FOR}:{one.lines}:{one.evidence.file}" for one in aside]


def watched(found: Break, aside: Sequence[SetAside]) -> Break:
    """Return the break as one that waits for the lines that are set aside; unchanged when there are none."""
    if not aside or found.severity is Severity.INFO:
        return found
    return replace(
        found, severity=Severity.WATCH, evidence=(*found.evidence, *(one.evidence for one in aside)),
        facts={**found.facts, "waiting_for": waiting_for(aside)},
    )  # fmt: skip


def beside_set_aside(breaks: Iterable[Break], cover: Coverage) -> list[Break]:
    """Return the breaks of payments, those watched that a line set aside in clearing or in the journal may explain."""
    return [watched(found, _that_may_hold_it(found, cover)) for found in breaks]


def _that_may_hold_it(found: Break, cover: Coverage) -> tuple[SetAside, ...]:
    who = (found.keys.acquirer, found.keys.merchant_no)
    days = [day for day in (found.keys.settled_on, found.facts.get("expected_on")) if isinstance(day, date)]
    if found.type is BreakType.MISSING_IN_CLEARING or _misses_its_reversal(found):
        return cover.aside("clearings", *who, days)
    if found.type is BreakType.MISSING_IN_JOURNAL:
        sold = [found.occurred_at.date()] if found.occurred_at else []
        return cover.aside("transactions", *who, [*days, *sold])
    return ()


def _misses_its_reversal(found: Break) -> bool:
    """Return whether clearing took the payment and a line that would take it back is all that is missed."""
    if found.type is BreakType.OUTCOME_UNKNOWN:
        return found.facts.get("reversal") == "missing"
    said = (found.facts.get("reversal_missing"), found.facts.get("void_missing"))
    return found.type is BreakType.STATUS_MISMATCH and True in said
