"""What a terminal's figures say of it: signs, each with the limit it passed. What is not reported makes no sign."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from daozhang.fleet.versions import is_below

LOW_UPTIME_BP: Final = 9_500
LOW_ANSWERED_BP: Final = 9_700
"""From 3 % without an answer a shop feels it; the probe calls the line poor from there."""
LEAST_ASKED: Final = 20
"""Payments below which a share of answers says nothing."""
LOW_BATTERY_PCT: Final = 20
SKEW_S: Final = 60
WRONG_CLOCK_S: Final = 300
"""From here the product also reports a finding (``clock_skew``)."""
SILENT_SLOTS: Final = 2
CLOSE_AFTER: Final = timedelta(hours=24)
"""A batch should be closed once a day."""
PAPER_OK: Final = frozenset({"ok", "good", "normal", "正常", "有纸"})

ACT, WATCH = "act", "watch"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to look at: ``act`` (something should be done) or ``watch``, the key of its sentence, and what fills it."""

    level: str
    key: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is known of one terminal. None: no source tells it. Shares in basis points, seconds, minutes, moments in local time."""

    terminal_no: str
    acquirer: str = ""
    merchant_no: str = ""
    merchant_name: str = ""
    store_no: str = ""
    model: str | None = None
    serial_no: str | None = None
    app_version: str | None = None
    firmware: str | None = None
    router_no: str | None = None
    carrier: str | None = None
    last_at: datetime | None = None
    due: int = 0
    heard: int = 0
    is_silent: bool = False
    """Whether the newest slots in its hours passed without it."""
    network: str | None = None
    signal_dbm: Decimal | None = None
    battery_pct: Decimal | None = None
    paper: str | None = None
    rtt_ms: Decimal | None = None
    clock_skew_s: Decimal | None = None
    pending_reversals: int | None = None
    pending_uploads: int | None = None
    asked: int = 0
    answered: int = 0
    reversals: int = 0
    last_payment_at: datetime | None = None
    last_close_at: datetime | None = None
    last_close_result: str | None = None
    target: str | None = None

    @property
    def uptime_bp(self) -> int | None:
        """Return reports heard of those due; None when none was due."""
        return self.heard * 10_000 // self.due if self.due else None

    @property
    def answered_bp(self) -> int | None:
        """Return payments with an answer of those sent to the host; None when none was sent."""
        return self.answered * 10_000 // self.asked if self.asked else None

    @property
    def is_below_target(self) -> bool | None:
        """Return whether its version is older than the one wanted; None when either is not known."""
        if self.target is None or self.app_version is None:
            return None
        return is_below(self.app_version, self.target)


def signs(one: Figures) -> tuple[Sign, ...]:
    """Return what should be looked at, what should be acted on first."""
    found = [*_line(one), *_queue(one), *_device(one)]
    return tuple(sorted(found, key=lambda sign: sign.level != ACT))


def _line(one: Figures) -> list[Sign]:
    found = []
    if one.is_silent and one.last_at is not None:
        found.append(Sign(ACT, "fleet-sign-silent", {"last_at": f"{one.last_at:%Y-%m-%d %H:%M}"}))
    if one.uptime_bp is not None and one.uptime_bp < LOW_UPTIME_BP:
        found.append(
            Sign(WATCH, "fleet-sign-uptime", {"share": share(one.uptime_bp), "heard": one.heard, "due": one.due})
        )
    if one.answered_bp is not None and one.asked >= LEAST_ASKED and one.answered_bp < LOW_ANSWERED_BP:
        facts = {"share": share(one.answered_bp), "lost": one.asked - one.answered, "asked": one.asked}
        found.append(Sign(ACT, "fleet-sign-answers", facts))
    return found


def _queue(one: Figures) -> list[Sign]:
    found = []
    if one.pending_reversals:
        found.append(Sign(ACT, "fleet-sign-reversals", {"count": one.pending_reversals}))
    if one.pending_uploads:
        found.append(Sign(WATCH, "fleet-sign-uploads", {"count": one.pending_uploads}))
    paid, closed = one.last_payment_at, one.last_close_at
    if paid is not None and closed is not None and paid - closed > CLOSE_AFTER:
        found.append(Sign(WATCH, "fleet-sign-close", {"closed_at": f"{closed:%Y-%m-%d %H:%M}"}))
    if one.last_close_result in {"unbalanced", "rejected"}:
        found.append(Sign(ACT, "fleet-sign-unbalanced"))
    return found


def _device(one: Figures) -> list[Sign]:
    found = []
    skew = abs(one.clock_skew_s) if one.clock_skew_s is not None else 0
    if skew > SKEW_S:
        found.append(Sign(ACT if skew > WRONG_CLOCK_S else WATCH, "fleet-sign-clock", {"seconds": round(skew)}))
    if one.battery_pct is not None and one.battery_pct < LOW_BATTERY_PCT:
        found.append(Sign(WATCH, "fleet-sign-battery", {"percent": round(one.battery_pct)}))
    if one.paper and one.paper.lower() not in PAPER_OK:
        found.append(Sign(WATCH, "fleet-sign-paper", {"said": one.paper}))
    if one.is_below_target:
        found.append(Sign(WATCH, "fleet-sign-version", {"version": one.app_version, "target": one.target}))
    return found


def share(basis_points: int) -> str:
    """Return basis points as a percentage for people: ``97.5``, rounded down so that 100 means all."""
    return f"{basis_points // 100}.{basis_points % 100:02d}".rstrip("0").rstrip(".")
