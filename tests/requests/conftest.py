"""Long runs of this folder wait for DEEP=1."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is marked ``deep`` unless it is asked for."""
    if os.environ.get("DEEP") == "1":
        return
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent and item.get_closest_marker("deep"):
            item.add_marker(pytest.mark.skip(reason="a long run: DEEP=1"))
