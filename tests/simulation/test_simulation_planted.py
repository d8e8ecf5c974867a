"""Bugs planted into the product: the simulation finds each within ten processor seconds, from one seed."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.db import connections
from planted import BUGS, Bug, planted

from daozhang.simulation.play import play

MOST_S = 10.0
deep = pytest.mark.skipif(os.environ.get("DEEP") != "1", reason="eighteen games of some seconds each: DEEP=1")
SEEDS = (4, 3, 5, 2)


# A process that dies closes nothing; here its open files are left to the garbage collector, which says so.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    connections.close_all()


@pytest.mark.parametrize("bug", [pytest.param(one, id=one.name, marks=() if one.in_ci else deep) for one in BUGS])
def test_a_planted_bug_is_found(bug: Bug) -> None:
    """The seed that found it first is played first; a change of the product may leave it to the next one."""
    spent = 0.0
    for seed in dict.fromkeys((bug.seed, *SEEDS)):
        with planted(bug.plant):
            outcome = play(seed)
        spent += outcome.cpu_s
        if outcome.problem or spent > MOST_S:
            break
    assert outcome.problem, f"{bug.name} was not found in {spent:.0f} s"
    assert spent <= MOST_S
    assert bug.promise in outcome.problem, outcome.problem


def test_the_list_is_as_long_as_it_was_promised() -> None:
    assert len({one.name for one in BUGS}) >= 15
