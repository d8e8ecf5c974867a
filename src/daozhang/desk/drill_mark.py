"""What makes a workspace a drill's: a file in it. Such a workspace has no way out, whatever its settings or the environment say."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from daozhang.desk.configuration import Configuration

MARK: Final = ".drill"
_NO_WAY_OUT: Final = {
    "database_url": None,
    "smtp_host": "",
    "sources": (),
    "channels": (),
    "banks": (),
    "backup": None,
    "public_address": "",
}


def is_drill(root: Path) -> bool:
    """Return whether the workspace in ``root`` is a drill's."""
    return (root / MARK).exists()


def within(root: Path, settings: Configuration) -> Configuration:
    """Return the settings as they hold in ``root``: a drill's have no mail, no rooms, no banks, no sources and no place for backups."""
    return settings.model_copy(update=_NO_WAY_OUT) if is_drill(root) else settings
