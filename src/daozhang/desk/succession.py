"""Which case goes on under another name: what is wrong with one thing changed its kind between two runs.

A credit that was missing turns out to be a returned payout, a payout that was missing one that failed: the findings are others,
and so is the incident, but the thing and its money are the same. Such a case goes on; it is not explained and opened anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from daozhang.breaks import Severity
from daozhang.cases import State
from daozhang.cases.life import OPEN_STATES
from daozhang.desk.models import Case, Finding
from daozhang.desk.verdicts import CHUNK, Stored

Thing = tuple[str, ...]

MONEY_GRAINS: Final = frozenset({"merchant_day", "payout", "bank_entry"})


def heirs(stored: Stored, wanted: Iterable[str], waiting: Mapping[str, Case]) -> dict[str, Case]:
    """Return, for incidents that are ``wanted`` for a case, the case that goes on as theirs; each case once.

    ``waiting`` are the cases of whose incident nothing is said any more, by incident. An open one goes on where the same
    payout, payment or merchant-day is said to be wrong; a settled or final one only where it is the same payout.
    """
    fresh = list(_findings(stored.new, wanted))
    if not fresh or not waiting:
        return {}
    by_thing: dict[Thing, set[str]] = {}
    for row in _old_findings(stored, waiting, fresh):
        is_open = State(waiting[row.incident_id or ""].state) in OPEN_STATES
        for thing in things(row):
            if is_open or thing[0] == "payout":
                by_thing.setdefault(thing, set()).add(row.incident_id or "")
    return _elect(fresh, by_thing, waiting)


def things(row: Finding) -> list[Thing]:
    """Return what a finding is about, as keys that stay the same when what is wrong with it changes."""
    found: list[Thing] = []
    owner = (row.acquirer, row.merchant_no)
    if row.payout_no:
        found.append(("payout", *owner, row.payout_no))
    elif row.grain in MONEY_GRAINS and row.settled_on and row.merchant_no:
        found.append(("day", *owner, row.settled_on.isoformat()))
    if row.payout_no and row.settled_on and row.grain in MONEY_GRAINS:
        found.append(("day", *owner, row.settled_on.isoformat()))
    found += [(name, *owner, value) for name, value in (("rrn", row.rrn), ("network", row.network_no)) if value]
    return found


def _elect(fresh: list[Finding], by_thing: Mapping[Thing, set[str]], waiting: Mapping[str, Case]) -> dict[str, Case]:
    votes: dict[tuple[str, str], int] = {}
    for row in fresh:
        for old in {old for thing in things(row) for old in by_thing.get(thing, ())}:
            votes[(row.incident_id or "", old)] = votes.get((row.incident_id or "", old), 0) + 1
    chosen: dict[str, Case] = {}
    taken: set[str] = set()
    for (new, old), _ in sorted(votes.items(), key=lambda one: (-one[1], waiting[one[0][1]].number, one[0][0])):
        if new not in chosen and old not in taken:
            chosen[new] = waiting[old]
            taken.add(old)
    return chosen


def _findings(ids: Iterable[str], incidents: Iterable[str]) -> Iterable[Finding]:
    allowed, ordered = set(incidents), sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        rows = Finding.objects.filter(finding_id__in=ordered[start : start + CHUNK], severity=Severity.ALARM.value)
        yield from (row for row in rows if row.incident_id in allowed)


def _old_findings(stored: Stored, waiting: Mapping[str, Case], fresh: list[Finding]) -> Iterable[Finding]:
    cleared = sorted(stored.cleared)
    for start in range(0, len(cleared), CHUNK):
        rows = Finding.objects.filter(finding_id__in=cleared[start : start + CHUNK])
        yield from (row for row in rows if row.incident_id in waiting)
    payouts = sorted({row.payout_no for row in fresh if row.payout_no})
    for start in range(0, len(payouts), CHUNK):
        rows = Finding.objects.filter(is_open=False, payout_no__in=payouts[start : start + CHUNK])
        yield from (row for row in rows if row.incident_id in waiting)
