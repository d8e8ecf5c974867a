"""What a probe found: one result per step, the tries of the line, the grade. Times in milliseconds, shares in basis points."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from daozhang.shares import wilson


class Step(StrEnum):
    """The way of a message, in order; a step that failed hides those after it."""

    NAME = "name"
    CONNECT = "connect"
    TLS = "tls"
    ECHO = "echo"
    LINE = "line"
    CLOCK = "clock"
    SIGN_ON = "sign_on"


class State(StrEnum):
    """How a step went. ``unsure`` is an answer: nothing was there to judge by."""

    GOOD = "good"
    WATCH = "watch"
    FAILED = "failed"
    UNSURE = "unsure"


class Grade(StrEnum):
    """The line as a whole: ``down`` means that no payment gets through."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Result:
    """One step: its state, the key of the sentence about it and what fills the sentence."""

    step: Step
    state: State
    key: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tries:
    """What N tries brought: how many were asked, and the round trips of those that were answered in time."""

    asked: int
    times_ms: tuple[float, ...]

    @property
    def lost(self) -> int:
        """Return how many were not answered in time."""
        return self.asked - len(self.times_ms)

    @property
    def loss_bp(self) -> int:
        """Return the share that was lost in basis points, rounded half up; 0 when nothing was asked."""
        return (2 * self.lost * 10_000 + self.asked) // (2 * self.asked) if self.asked else 0

    @property
    def loss_at_most_bp(self) -> int:
        """Return the upper end of Wilson's 95 % interval of the loss: what so few tries cannot exclude."""
        ends = wilson(self.lost, self.asked)
        return round(10_000 * ends[1]) if ends else 10_000

    def quantile_ms(self, share: float) -> float | None:
        """Return the nearest-rank quantile of the round trips; None when nothing was answered."""
        ordered = sorted(self.times_ms)
        return ordered[max(0, -int(-share * len(ordered) // 1) - 1)] if ordered else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole probe of one host. ``at`` is local time of Asia/Shanghai by the clock of the device that asked."""

    host: str
    port: int
    at: datetime
    results: tuple[Result, ...]
    tries: Tries
    grade: Grade

    @property
    def failed(self) -> Result | None:
        """Return the first step that failed, None when none did."""
        return next((one for one in self.results if one.state is State.FAILED), None)

    def as_json(self) -> dict[str, Any]:
        """Return plain values, the form in which a self-check takes a probe in."""
        median, worst = self.tries.quantile_ms(0.5), self.tries.quantile_ms(0.95)
        return {
            "probe": VERSION, "host": self.host, "port": self.port, "at": self.at.isoformat(), "grade": self.grade.value,
            "failed_step": self.failed.step.value if self.failed else "",
            "tries": self.tries.asked, "lost": self.tries.lost, "loss_bp": self.tries.loss_bp,
            "loss_at_most_bp": self.tries.loss_at_most_bp,
            "rtt_ms": round(median, 1) if median is not None else None, "rtt_p95_ms": round(worst, 1) if worst is not None else None,
            "steps": [{"step": one.step.value, "state": one.state.value, "key": one.key, "facts": one.facts} for one in self.results],
        }  # fmt: skip


VERSION: Final = 1
