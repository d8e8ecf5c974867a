"""A payout that falls into an announced stop of its rail is waited for, not chased."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from daozhang.calendars import GRACE_AFTER_WINDOW, Window, window_at


def expected_after(
    due: datetime, windows: Collection[Window], rail: str | None = None
) -> tuple[datetime, Window | None]:
    """Return from when a payout due at ``due`` may be called late, and the last window it waits for.

    Outside every window that is ``due`` itself. Inside one it is two hours after its end; when that falls into the
    next window (a rail that stands still over several nights), two hours after the end of that one.
    """
    waits_for: Window | None = None
    moment = due
    while (window := window_at(windows, moment, rail)) is not None:
        waits_for, moment = window, window.ends_at
    return (moment + GRACE_AFTER_WINDOW if waits_for else due), waits_for
