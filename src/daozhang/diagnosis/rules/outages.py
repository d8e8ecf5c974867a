"""Outages: terminals that fell silent together, hosts that refuse, and the payments that got no answer meanwhile.

The smallest thing that explains the silences is named: a router, else a carrier's line in a region, else the region. What the
silent ones share must be silent (almost) as a whole, and at the same time; a time alone explains nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from daozhang.breaks import Break, BreakType, Severity
from daozhang.codes import response_of
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import flag, moment, number, word
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

ON_ONE_ROUTER, ON_ONE_CARRIER, IN_ONE_REGION = 2, 3, 5
AS_A_WHOLE_PCT: Final = 80
"""Share of the terminals of a router, line or region that must be silent before it is the cause (field practice)."""
AT_THE_EDGE: Final = timedelta(minutes=10)
SIGN_IN: Final = frozenset({"D057", "D058", "D059"})
"""Causes that one terminal has for itself: not signed in, keys not valid, not registered."""

Judged = Sequence[tuple[Break, Verdict | None]]


def diagnose(found: Break, _today: DayFacts) -> Verdict | None:
    """Explain refusals by the response code that most of them carry."""
    if found.type is not BreakType.PAYMENTS_REFUSED:
        return None
    response = response_of(word(found, "response_code"))
    facts: dict[str, object] = {
        "acquirer": found.keys.acquirer, "terminal": found.keys.terminal_no or "-", "count": number(found, "refused") or 0,
        "code": word(found, "response_code"), "share": number(found, "share") or 0, "merchants": number(found, "merchants") or 0,
        "from": _clock(found, "since"), "until": _clock(found, "until"),
    }  # fmt: skip
    if not found.keys.terminal_no:
        return Verdict(
            cause="D060", certainty=Certainty.PROVEN, scope=Scope.POPULATION, population="acquirer:" + found.keys.acquirer,
            why="why-host-refuses", facts=facts,
        )  # fmt: skip
    if response is None or response.cause not in SIGN_IN:
        return None
    return Verdict(
        cause=response.cause, certainty=Certainty.LIKELY, scope=Scope.TERMINAL, why="why-terminal-refused", facts=facts
    )


def _clock(found: Break, name: str) -> str:
    at = moment(found, name)
    return f"{at:%m-%d %H:%M}" if at else "?"


def explain_together(judged: Judged, today: DayFacts) -> dict[str, Verdict]:
    """Return, by finding id, the outage that explains silences and the unanswered payments at silent terminals."""
    silent = [found for found, _ in judged if found.type is BreakType.TERMINAL_OFFLINE]
    answer: dict[str, Verdict] = {}
    for members in _at_the_same_time(silent):
        answer |= _shared(members, today)
    return answer | _unanswered(judged, [(found, answer.get(found.finding_id)) for found in silent])


def _at_the_same_time(silent: Sequence[Break]) -> list[list[Break]]:
    """Return the silences in groups that may have begun at one moment; those that say no time are one group.

    When a silence began lies between the last sign of life (``since``) and the first that did not come (``missed_at``).
    """
    groups: list[list[Break]] = []
    earliest, latest = datetime.min, datetime.max
    for found in sorted(silent, key=lambda one: (moment(one, "missed_at") or datetime.min, one.finding_id)):
        since, missed_at = moment(found, "since") or datetime.min, moment(found, "missed_at") or datetime.max
        if not groups or max(earliest, since) > min(latest, missed_at):
            groups.append([])
            earliest, latest = datetime.min, datetime.max
        groups[-1].append(found)
        earliest, latest = max(earliest, since), min(latest, missed_at)
    return groups


def _shared(members: Sequence[Break], today: DayFacts) -> dict[str, Verdict]:
    """Name for each silence the smallest thing that it shares with others and that is silent as a whole."""
    answer: dict[str, Verdict] = {}
    for region, found in _by(members, lambda one: word(one, "region")).items():
        answer |= _of(found, _region(region, found, today))
    rest = [one for one in members if one.finding_id not in answer]
    for line, found in _by(rest, _line).items():
        answer |= _of(found, _carrier(line, found))
    rest = [one for one in rest if one.finding_id not in answer]
    for router, found in _by(rest, lambda one: word(one, "router_no")).items():
        answer |= _of(found, _router(router, found))
    return answer


def _by(members: Sequence[Break], name: object) -> Mapping[str, list[Break]]:
    assert callable(name)
    groups: dict[str, list[Break]] = {}
    for found in members:
        if name(found):
            groups.setdefault(name(found), []).append(found)
    return groups


def _of(members: Sequence[Break], verdict: Verdict | None) -> dict[str, Verdict]:
    return {found.finding_id: verdict for found in members} if verdict else {}


def _line(found: Break) -> str:
    carrier, region = word(found, "carrier"), word(found, "region")
    return f"{carrier}@{region}" if carrier and region else carrier


def _is_whole(members: Sequence[Break], name: str) -> bool:
    """Return whether (almost) all terminals of that place are silent; where nobody counted them, whether there may be more."""
    there = max((number(found, name) or 0 for found in members), default=0)
    return not there or 100 * len(members) >= AS_A_WHOLE_PCT * there


def _region(region: str, members: Sequence[Break], today: DayFacts) -> Verdict | None:
    since = min((moment(found, "since") or today.as_of for found in members), default=today.as_of)
    notice = today.notice("disaster", at=today.as_of, scope=region) or today.notice("disaster", at=since, scope=region)
    is_told = notice is not None and notice.scope == region
    carriers = {word(found, "carrier") for found in members} - {""}
    routers = {word(found, "router_no") for found in members} - {""}
    many = len(members) >= IN_ONE_REGION and len(carriers) > 1 and len(routers) > 1 and _is_whole(members, "region_all")
    if not is_told and not many:
        return None
    return Verdict(
        cause="D087", certainty=Certainty.PROVEN if is_told else Certainty.LIKELY, scope=Scope.POPULATION,
        population="region:" + region, why="why-region", facts={"region": region, "count": len(members), "carriers": len(carriers)},
    )  # fmt: skip


def _carrier(line: str, members: Sequence[Break]) -> Verdict | None:
    routers = {word(found, "router_no") or found.keys.terminal_no for found in members}
    if len(members) < ON_ONE_CARRIER or len(routers) < 2 or not _is_whole(members, "carrier_all"):
        return None
    return Verdict(
        cause="D066", certainty=Certainty.LIKELY, scope=Scope.POPULATION, population="carrier:" + line, why="why-carrier",
        facts={"carrier": line, "count": len(members)},
    )  # fmt: skip


def _router(router: str, members: Sequence[Break]) -> Verdict | None:
    if len(members) < ON_ONE_ROUTER or not _is_whole(members, "router_all"):
        return None
    return Verdict(
        cause="D065", certainty=Certainty.LIKELY, scope=Scope.POPULATION, population="router:" + router, why="why-router",
        facts={"router": router, "count": len(members)},
    )  # fmt: skip


def _unanswered(judged: Judged, silent: Sequence[tuple[Break, Verdict | None]]) -> dict[str, Verdict]:
    """Let payments that were not charged follow the outage of their terminal; a charged one needs a step of its own."""
    answer: dict[str, Verdict] = {}
    for found, _ in judged:
        if found.type is not BreakType.OUTCOME_UNKNOWN or flag(found, "charged") is True or not found.occurred_at:
            continue
        for outage, verdict in silent:
            if verdict and outage.keys.terminal_no == found.keys.terminal_no and _is_during(found.occurred_at, outage):
                calm = None if flag(found, "charged") is None else Severity.INFO
                answer[found.finding_id] = replace(verdict, severity=calm, certainty=Certainty.LIKELY)
    return answer


def _is_during(at: datetime, outage: Break) -> bool:
    since, until = moment(outage, "since"), moment(outage, "until")
    return since is not None and at >= since - AT_THE_EDGE and (until is None or at <= until)
