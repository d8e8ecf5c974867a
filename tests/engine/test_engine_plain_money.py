"""Plain merchant-days go before the judgement of the rest, and that changes nothing but the cost."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import story as stories

from daozhang.engine.money_answer import MoneyDays
from daozhang.flows.settlement_day import Settled

STORIES = sorted((Path(__file__).parent / "stories").glob("*.story"))
NEVER = 10**12


def shape(found: Settled) -> dict[str, object]:
    """Everything a run says, in one order."""
    return {
        "breaks": sorted(map(repr, found.breaks)), "money": sorted(map(repr, found.money)),
        "settled": dict(found.settled_payouts), "counts": found.counts, "company": found.facts.counts,
    }  # fmt: skip


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_plain_days_change_nothing(path: Path, tmp_path: Path) -> None:
    one = stories.read(path)
    moments = {one.expectations[0][1], one.expectations[-1][1], one.expectations[-1][1] + timedelta(days=3)}
    for number, moment in enumerate(sorted(moments)):
        judged = one.at(tmp_path / f"{number}a", moment, plain_from=NEVER)
        sifted = one.at(tmp_path / f"{number}b", moment, plain_from=1)
        assert shape(sifted) == shape(judged)


def test_a_normal_day_is_plain_and_waits_plainly_before_it_is_due(tmp_path: Path) -> None:
    """The stories above would prove nothing if no day of theirs were plain."""
    one = stories.read(Path(__file__).parent / "stories" / "normal_day.story")
    for number, (_, moment, _) in enumerate(one.expectations[1:]):  # at first there is no payout file at all
        found = one.at(tmp_path / str(number), moment, plain_from=1).money
        assert isinstance(found, MoneyDays)
        assert found.plain_days == len(found) > 0
