"""Bugs planted into the product: the simulation finds each within ten processor seconds, from one seed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections
from planted import BUGS, Bug, planted

from daozhang.simulation.play import play

MOST_S = 10.0


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    connections.close_all()


@pytest.mark.parametrize(
    "bug", [pytest.param(one, id=one.name, marks=() if one.in_ci else pytest.mark.deep) for one in BUGS]
)
def test_a_planted_bug_is_found(bug: Bug) -> None:
    with planted(bug.plant):
        outcome = play(bug.seed)
    assert outcome.problem, f"{bug.name} was not found by seed {bug.seed}"
    assert outcome.cpu_s <= MOST_S
