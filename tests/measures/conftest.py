"""A way to bring files in and judge a moment, for the tests of figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from daozhang.desk.workspace import Workspace


@pytest.fixture
def bring(sqlite_workspace: Workspace) -> Iterator[Callable[[dict[str, str], datetime], Workspace]]:
    """Return a way to read files in and judge a moment; the clock of the workspace then stands there."""
    from django.db import connections

    from daozhang.desk.imports import import_bytes
    from daozhang.desk.settle_day import run_day

    def go(files: dict[str, str], at: datetime) -> Workspace:
        stopped = Workspace(sqlite_workspace.root, sqlite_workspace.settings.model_copy(update={"clock_at": at}))
        for name, body in files.items():
            import_bytes(stopped, name, body.encode())
        run_day(stopped, at)
        return stopped

    yield go
    connections.close_all()
