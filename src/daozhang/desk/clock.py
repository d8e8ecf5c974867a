"""What time it is in a workspace: the real time, or the moment at which a demo's or a drill's clock stands."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from daozhang.desk.workspace import Workspace

ZONE = ZoneInfo("Asia/Shanghai")


def now(workspace: Workspace) -> datetime:
    """Return the moment, Asia/Shanghai wall-clock without a zone, to the second."""
    if workspace.settings.clock_at is not None:
        return workspace.settings.clock_at
    return datetime.now(UTC).astimezone(ZONE).replace(tzinfo=None, microsecond=0)
