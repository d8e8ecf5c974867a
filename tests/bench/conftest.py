"""Two months for all tests of the yardstick: writing one costs seconds."""

from __future__ import annotations

import pytest
from bench_month import OPEN, SIZE

from daozhang.bench import months


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> months.Month:
    return months.write(tmp_path_factory.mktemp("month"), SIZE, acquirers=2, leave_out=OPEN)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> months.Month:
    """Return another month, of another seed, that holds every role."""
    return months.write(tmp_path_factory.mktemp("whole"), SIZE, seed=2)
