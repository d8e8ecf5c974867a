"""From breaks to findings: each break is explained alone, then together with the others, then by its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from daozhang.breaks import Break, BreakType, Severity
from daozhang.breaks.set_aside import WAITS_FOR
from daozhang.diagnosis.answered import from_answers
from daozhang.diagnosis.catalogue import cause_of
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import number, waiting_for, word
from daozhang.diagnosis.finding import CauseCategory, Finding
from daozhang.diagnosis.incidents import incident_of
from daozhang.diagnosis.questions import with_answers
from daozhang.diagnosis.ranking import confidence_pct, kind_of, ranked
from daozhang.diagnosis.rules import RULES
from daozhang.diagnosis.rules.systemic import explain_together
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

_LOUDNESS: Final = {Severity.INFO: 0, Severity.WATCH: 1, Severity.ALARM: 2}

CALM: Final = {CauseCategory.NOT_A_FAILURE: Severity.INFO, CauseCategory.EXPECTED_DELAY: Severity.WATCH}
"""What a category allows at most: normal things inform, delays that are expected are watched."""

ABSENT: Final = {"bank_entries": "D074", "bank_statement": "D074", "clearings": "D072", "payouts": "D072"}
"""An absent source and the cause it stands for while nothing can be judged."""

_FOLLOWERS: Final = frozenset(
    {BreakType.PAYOUT_MISSING, BreakType.CREDIT_MISSING, BreakType.PAYOUT_SHORT, BreakType.CREDIT_SHORT}
)
_LEADERS: Final = frozenset(
    {BreakType.PAYOUT_FAILED, BreakType.PAYOUT_RETURNED, BreakType.PAYOUT_HELD, BreakType.DEDUCTION_NOT_AGREED}
)


def explain(breaks: Sequence[Break], day: DayFacts) -> list[Finding]:
    """Return one finding per break: cause, confidence, severity, incident, and the sentence that says why.

    The answer depends on the breaks and the day alone, not on their order; it is sorted by place and finding id.
    A cause may lower a severity and never raises it: what the evidence only lets us watch never becomes an alarm.
    """
    known = [with_answers(found, day.answers.get(found.finding_id, {})) if day.answers else found for found in breaks]
    judged = [(found, _first_verdict(found, day)) for found in sorted(known, key=_order)]
    together = explain_together(judged, day)
    settled = [(found, together.get(found.finding_id, verdict)) for found, verdict in judged]
    return [_finding(found, verdict, incident) for found, verdict, incident in _follow(settled)]


def _order(found: Break) -> tuple[str, ...]:
    keys = found.keys
    return (keys.acquirer, keys.merchant_no, str(keys.settled_on or ""), found.type.value, found.finding_id)


def _first_verdict(found: Break, day: DayFacts) -> Verdict | None:
    for rule in RULES:
        verdict = rule(found, day)
        if verdict:
            return verdict
    return from_answers(found, day)


def _follow(settled: Sequence[tuple[Break, Verdict | None]]) -> list[tuple[Break, Verdict | None, str]]:
    """Let an unexplained gap take the cause and the incident of the explained payout of the same merchant and day."""
    leaders: dict[tuple[str, str, object], tuple[Break, Verdict]] = {}
    for found, verdict in settled:
        if found.type in _LEADERS and verdict and verdict.cause and found.keys.settled_on and not _is_calm(verdict):
            leaders.setdefault((found.keys.acquirer, found.keys.merchant_no, found.keys.settled_on), (found, verdict))
    answer: list[tuple[Break, Verdict | None, str]] = []
    for found, verdict in settled:
        leader = leaders.get((found.keys.acquirer, found.keys.merchant_no, found.keys.settled_on))
        if leader and verdict is None and found.type in _FOLLOWERS:
            taken = replace(leader[1], certainty=min(leader[1].certainty, Certainty.LIKELY), follows=True)
            answer.append((found, taken, incident_of(leader[0], leader[1])))
        else:
            answer.append((found, verdict, incident_of(found, verdict)))
    return answer


def _is_calm(verdict: Verdict) -> bool:
    return _category(verdict) in CALM


def _category(verdict: Verdict) -> CauseCategory:
    if verdict.category:
        return verdict.category
    entry = cause_of(verdict.cause)
    assert entry is not None, verdict.cause
    return entry.category


def _finding(found: Break, verdict: Verdict | None, incident: str) -> Finding:
    absent = waiting_for(found)
    if absent and not (verdict and verdict.certainty is Certainty.PROVEN and _is_calm(verdict)):
        return _cannot_judge(found, absent)
    if verdict is None:
        return _asking(found, incident)
    category = _category(verdict)
    return Finding(
        found=found,
        severity=_lowest(found.severity, CALM.get(category), verdict.severity),
        cause_category=category,
        cause_code=verdict.cause,
        confidence_pct=confidence_pct(verdict),
        incident_id=incident,
        population=verdict.population,
        reason_key=verdict.why,
        reason_facts=dict(verdict.facts),
        candidates=ranked(found, verdict) if verdict.cause else (),
        answer_kind=kind_of(verdict),
    )


def _lowest(*severities: Severity | None) -> Severity:
    return min((item for item in severities if item is not None), key=_LOUDNESS.__getitem__)


def _cannot_judge(found: Break, absent: tuple[str, ...]) -> Finding:
    """Say which source is absent; its first word is the table, what follows says which day or account.

    Lines that are set aside go first: putting them right is in the reader's own hands.
    """
    aside = [one.split(":", 2)[1:] for one in absent if one.startswith(WAITS_FOR + ":")]
    if aside:
        return _beside_set_aside(found, aside)
    table, _, rest = absent[0].replace(" ", ":", 1).partition(":")
    cause = ABSENT.get(table, "")
    verdict = Verdict(
        cause=cause,
        category=None if cause else CauseCategory.UNKNOWN,
        certainty=Certainty.POSSIBLE,
        scope=Scope.POPULATION,
        population=absent[0],
        why="why-waiting",
    )
    return Finding(
        found=found,
        severity=_lowest(found.severity, Severity.WATCH),
        cause_category=_category(verdict),
        cause_code=cause,
        confidence_pct=int(Certainty.POSSIBLE) if cause else 0,
        incident_id=incident_of(found, verdict),
        candidates=((cause, int(Certainty.POSSIBLE)),) if cause else (),
        reason_key="why-waiting",
        reason_facts={
            "source": table,
            "detail": rest.replace(":", " ") or "-",
            "more": len(absent) - 1,
            "sources": ", ".join(absent),
        },
    )


def _beside_set_aside(found: Break, aside: list[list[str]]) -> Finding:
    """Say how many lines of which file have to be put right first."""
    (lines, file), more = aside[0], len(aside) - 1
    rivals = number(found, "rivals") or 0
    why = "why-set-aside-shared" if rivals else "why-set-aside"
    verdict = Verdict(
        cause="", category=CauseCategory.UNKNOWN, certainty=Certainty.POSSIBLE, scope=Scope.POPULATION,
        population=f"{WAITS_FOR}:{file}", why=why,
    )  # fmt: skip
    return Finding(
        found=found,
        severity=_lowest(found.severity, Severity.WATCH),
        cause_category=CauseCategory.UNKNOWN,
        incident_id=incident_of(found, verdict),
        reason_key=why,
        reason_facts={"lines": int(lines), "file": file} | ({"rivals": rivals} if rivals else {"more": more}),
    )


def _asking(found: Break, incident: str) -> Finding:
    """Say that the cause is unknown, with the one question whose answer would help most."""
    tie = found.type is BreakType.MISSING_IN_CLEARING and (number(found, "candidates") or 0) > 1
    return Finding(
        found=found,
        severity=found.severity,
        cause_category=CauseCategory.UNKNOWN,
        incident_id=incident,
        candidates=ranked(found, None),
        reason_key="ask-tie" if tie else "ask-" + found.type.value.replace("_", "-"),
        reason_facts={
            "text": word(found, "reason_text") or word(found, "reason_code") or "-",
            "candidates": number(found, "candidates") or 0,
        },
    )
