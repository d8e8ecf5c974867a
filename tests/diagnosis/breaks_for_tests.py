"""Small builders of breaks for the tests of diagnosis."""

from __future__ import annotations

from datetime import date, datetime

from daozhang.breaks import BREAK_GRAINS, Break, BreakType, Evidence, Grain, Keys, Severity
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.explain import explain
from daozhang.diagnosis.finding import Finding

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 25, 12)
TODAY = DayFacts(as_of=NOW)
KEYS = {"acquirer": "CHANJET", "merchant_no": "M1", "settled_on": DAY}


def a_break(
    kind: str,
    /,
    *,
    gap: int = -10_000,
    severity: Severity = Severity.ALARM,
    keys: dict[str, object] | None = None,
    instance: int = 0,
    **facts: object,
) -> Break:
    """Return a break of ``kind`` with these facts, on merchant M1 of CHANJET unless ``keys`` says otherwise."""
    type_ = BreakType(kind)
    grains = BREAK_GRAINS[type_]
    grain = Grain.PAYOUT if Grain.PAYOUT in grains else next(iter(grains))
    return Break(
        type=type_, grain=grain, keys=Keys(**{**KEYS, **(keys or {})}), gap_minor=gap, severity=severity,
        instance=instance, facts=facts, evidence=(Evidence("payouts.csv", 3, "imp"),),
    )  # fmt: skip


def the_finding(kind: str, day: DayFacts = TODAY, /, **facts: object) -> Finding:
    """Return the one finding of one break."""
    (finding,) = explain([a_break(kind, **facts)], day)
    return finding
