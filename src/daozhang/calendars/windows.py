"""Announced times in which a payment rail stands still: a payout inside one is late as announced, not failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

GRACE_AFTER_WINDOW: Final = timedelta(hours=2)
"""How long after a window a payout that waited for it may still take before it is judged."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """One announced stop of one rail (``BEPS``, ``IBPS``, ``HVPS`` or a bank's own name), Asia/Shanghai wall-clock.

    The start belongs to the window, the end does not.
    """

    rail: str
    starts_at: datetime
    ends_at: datetime
    source: str = ""


def window_at(windows: Iterable[Window], moment: datetime, rail: str | None = None) -> Window | None:
    """Return the window that holds ``moment`` and ends last, of ``rail`` (None: of any rail); None when none does."""
    inside = [one for one in windows if one.starts_at <= moment < one.ends_at and (rail is None or one.rail == rail)]
    return max(inside, key=lambda one: one.ends_at, default=None)
