"""From results to a grade, and from tries and clocks to results: rules of values, with every limit on this page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from daozhang.probe.report import Grade, Result, State, Step, Tries

POOR_LOSS_BP: Final = 300
"""From 3 % lost messages a shop feels it: about one payment in thirty hangs and has to be reversed."""
FAIR_RTT_MS: Final = 500
POOR_RTT_MS: Final = 2000
"""Median round trips. A payment has several, and a terminal waits 60 s at most."""
FAIR_SKEW_S: Final = 60
POOR_SKEW_S: Final = 300
"""The product reports a terminal's clock from 300 s; payments around the cut-over fall on the wrong day before that."""
_WORST_FIRST: Final = (Grade.DOWN, Grade.POOR, Grade.FAIR, Grade.GOOD)
STOPS: Final = frozenset({Step.NAME, Step.CONNECT, Step.TLS, Step.ECHO, Step.SIGN_ON})
"""Steps without which no payment gets through."""


def judge_line(tries: Tries) -> Result:
    """Return the result of the tries: loss first, then slowness."""
    facts: dict[str, Any] = {
        "asked": tries.asked, "lost": tries.lost, "loss": percent(tries.loss_bp), "at_most": percent(tries.loss_at_most_bp),
        "rtt_ms": round(tries.quantile_ms(0.5) or 0), "worst_ms": round(tries.quantile_ms(0.95) or 0),
    }  # fmt: skip
    if tries.lost:
        state = State.FAILED if tries.loss_bp >= POOR_LOSS_BP else State.WATCH
        return Result(Step.LINE, state, "probe-line-loss", facts)
    if (tries.quantile_ms(0.5) or 0) > FAIR_RTT_MS:
        return Result(
            Step.LINE, State.FAILED if facts["rtt_ms"] > POOR_RTT_MS else State.WATCH, "probe-line-slow", facts
        )
    return Result(Step.LINE, State.GOOD, "probe-line-good", facts)


def judge_clock(to_host_s: float | None, to_source_s: float | None) -> Result:
    """Return the result of the clocks. Seconds; plus: the clock of this device is ahead.

    Against the host alone nobody can say whose clock is wrong, only that they differ; a source of time decides it.
    """
    if to_host_s is None and to_source_s is None:
        return Result(Step.CLOCK, State.UNSURE, "probe-clock-unsure")
    own = abs(to_source_s) if to_source_s is not None else None
    host = abs(to_host_s) if to_host_s is not None else None
    worst = max(value for value in (own, host) if value is not None)
    facts = {"seconds": round(worst)}
    if worst <= FAIR_SKEW_S:
        return Result(Step.CLOCK, State.GOOD, "probe-clock-good", facts)
    state = State.FAILED if worst > POOR_SKEW_S else State.WATCH
    if own is None:
        return Result(Step.CLOCK, state, "probe-clock-apart", facts)
    if own > FAIR_SKEW_S:
        return Result(Step.CLOCK, state, "probe-clock-device", {"seconds": round(own)})
    return Result(Step.CLOCK, state, "probe-clock-host", facts)


def grade(results: Sequence[Result]) -> Grade:
    """Return the worst grade that any step gives."""
    return min((_grade_of(one) for one in results), key=_WORST_FIRST.index, default=Grade.DOWN)


def _grade_of(one: Result) -> Grade:
    if one.state is State.FAILED:
        return Grade.DOWN if one.step in STOPS else Grade.POOR
    return Grade.FAIR if one.state is State.WATCH else Grade.GOOD


def percent(basis_points: int) -> str:
    """Return basis points as a percentage for people: ``5``, ``0.25``."""
    return f"{basis_points / 100:.2f}".rstrip("0").rstrip(".")
