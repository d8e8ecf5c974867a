"""One terminal: its clock, what it still has to send, and why it is silent."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from daozhang.breaks import Break, BreakType
from daozhang.diagnosis.day import DayFacts
from daozhang.diagnosis.facts import moment, number
from daozhang.diagnosis.verdict import Certainty, Scope, Verdict

SKEW_S: Final = 300
"""A clock off by more than five minutes (field rule)."""
STORED_FOR: Final = timedelta(hours=24)
"""Stored payments expire after 24 hours at the strictest provider known (others 72)."""


def diagnose(found: Break, today: DayFacts) -> Verdict | None:
    """Explain what one terminal shows by itself; many at once are explained together in ``systemic``."""
    pending = number(found, "pending") or 0
    if found.type is BreakType.CLOCK_SKEW:
        skew = abs(number(found, "clock_skew_s") or 0)
        if skew <= SKEW_S:
            return None
        return Verdict(
            cause="D061",
            certainty=Certainty.PROVEN,
            scope=Scope.TERMINAL,
            why="why-clock",
            facts={"minutes": skew // 60},
        )
    if found.type is BreakType.REVERSAL_PENDING and pending:
        return Verdict(
            cause="D068",
            certainty=Certainty.PROVEN,
            scope=Scope.TERMINAL,
            why="why-reversal-waiting",
            facts={"pending": pending},
        )
    if found.type is BreakType.UPLOADS_PENDING and pending:
        since = moment(found, "since")
        old = since is not None and today.as_of - since > STORED_FOR
        return Verdict(
            cause="D082" if old else "D070",
            certainty=Certainty.LIKELY if old else Certainty.POSSIBLE,
            scope=Scope.TERMINAL,
            why="why-uploads-old" if old else "why-uploads-waiting",
            facts={"pending": pending},
        )
    if found.type is BreakType.TERMINAL_OFFLINE and number(found, "peers_offline") == 0:
        return Verdict(
            cause="D062", certainty=Certainty.POSSIBLE, scope=Scope.TERMINAL, why="why-only-this-terminal", facts={}
        )
    return None
