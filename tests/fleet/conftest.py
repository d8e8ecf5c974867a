"""The fleet of ``fleet_story`` in a workspace of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))
from fleet_story import FILES, NOW

from daozhang.desk.workspace import Workspace


def with_fleet(workspace: Workspace) -> Workspace:
    """Read the fleet in and stop the clock."""
    from daozhang.desk.imports import import_bytes

    settings = workspace.root / "daozhang.toml"
    settings.write_text(f'clock_at = "{NOW.isoformat()}"\n' + settings.read_text(encoding="utf-8"), encoding="utf-8")
    stopped = Workspace(workspace.root, workspace.settings.model_copy(update={"clock_at": NOW}))
    for name, body in FILES.items():
        assert import_bytes(stopped, name, body.encode()).quarantined == 0
    return stopped


@pytest.fixture
def fleet(sqlite_workspace: Workspace) -> Workspace:
    """Return a workspace with the fleet read in."""
    return with_fleet(sqlite_workspace)


@pytest.fixture
def fleet_everywhere(workspace: Workspace) -> Workspace:
    """Return the same once on SQLite and once on PostgreSQL."""
    return with_fleet(workspace)
