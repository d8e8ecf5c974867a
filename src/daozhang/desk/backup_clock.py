"""When the clock wants a backup; apart from the backups themselves, which are heavy to import."""

from __future__ import annotations

from datetime import datetime, timedelta

from daozhang.desk.backup_models import Backup
from daozhang.desk.notices import real_now
from daozhang.desk.workspace import Workspace


def is_due(workspace: Workspace, at: datetime | None = None) -> bool:
    """Return whether the settings want a backup now: none was taken for so many hours. Never where a clock stands still."""
    settings = workspace.settings
    if settings.backup is None or not settings.backup_every_hours or settings.clock_at is not None:
        return False
    newest = Backup.objects.exclude(state=Backup.State.FAILED).first()
    return newest is None or (at or real_now()) - newest.made_at >= timedelta(hours=settings.backup_every_hours)
