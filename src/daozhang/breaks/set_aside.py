"""An absent row is not an absent payment: a line that is set aside may be the row that is missed. One line, one row.

Where a line's number or amount can be read, it may only be the row that has them; rows beyond the lines are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from daozhang.breaks.kinds import Break, BreakType, Severity
from daozhang.matching.aside_lines import NAMING, Wanted, explain_all, explain_one
from daozhang.matching.coverage import Coverage, SetAside

WAITS_FOR: Final = "set_aside"
"""First word of what a break waits for while lines are set aside; how many and the file's name follow."""
_AMOUNTS: Final = ("amount_minor", "gross_minor", "net_minor", "clearing_minor", "journal_minor")


def waiting_for(aside: Iterable[SetAside]) -> list[str]:
    """Return what has to be put right first, one entry per file."""
    return [f"{WAITS_FOR}:{one.lines}:{one.evidence.file}" for one in aside]


def that_may_be(aside: Sequence[SetAside], wanted: Wanted) -> tuple[SetAside, ...]:
    """Return the file whose line may be the row that is missed, its evidence that line; empty when none fits.

    The line is taken: it explains no second row.
    """
    found = explain_one(wanted, [one.waiting for one in aside])
    if found is None:
        return ()
    one = aside[found.file]
    return (replace(one, evidence=one.at(found.line)),)


def beside_set_aside(breaks: Iterable[Break], cover: Coverage) -> list[Break]:
    """Return the breaks of payments, those watched of which a line set aside in clearing or in the journal may be the row.

    At most as many as there are lines. Which of several that fit equally is watched follows from their ids alone, and
    ``facts["rivals"]`` says how many others it could have been.
    """
    found = list(breaks)
    asked = []
    for place in sorted(range(len(found)), key=lambda place: found[place].finding_id):
        aside = () if found[place].severity is Severity.INFO else _that_may_hold_it(found[place], cover)
        if aside:
            asked.append((place, aside))
    rows = ((_wanted(found[place]), [one.waiting for one in aside]) for place, aside in asked)
    for number, explained in explain_all(rows).items():
        place, aside = asked[number]
        its = aside[explained.file]
        found[place] = _watched(found[place], replace(its, evidence=its.at(explained.line)), explained.rivals)
    return found


def _watched(found: Break, aside: SetAside, rivals: int) -> Break:
    return replace(
        found, severity=Severity.WATCH, evidence=(*found.evidence, aside.evidence),
        facts={**found.facts, "waiting_for": waiting_for([aside]), "rivals": rivals},
    )  # fmt: skip


def _wanted(found: Break) -> Wanted:
    """Return what is known of the row that is missed. A line that takes a payment back may carry numbers of its own."""
    names = ("merchant_no", "terminal_no") if _misses_its_reversal(found) else NAMING
    said = [found.facts.get(name) for name in _AMOUNTS]
    amounts = frozenset(abs(one) for one in (*said, found.gap_minor) if isinstance(one, int) and one)
    return Wanted(numbers={name: getattr(found.keys, name) for name in names}, amounts=amounts)


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
