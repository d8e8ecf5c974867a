"""What is said about two rows is what the engine did with them: over all stories, with control totals and without."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest

sys.path.insert(0, str(Path(__file__).parent))

import story as stories

from daozhang.engine import clean_pairs, inputs
from daozhang.engine.lake import create_views
from daozhang.engine.settle import DuckLedger
from daozhang.engine.why import Place, Why, nearest, of_pair
from daozhang.matching.levels import LEVELS

STORIES = [
    path
    for path in sorted((Path(__file__).parent / "stories").glob("*.story"))
    if {"transactions", "clearings"} <= set(stories.read(path).rows)
]


class Asked:
    """A story that was settled, with its pairs, and the connection that explains them."""

    def __init__(self, path: Path, folder: Path, *, sift_from: int) -> None:
        self.story = stories.read(path)
        moment = self.story.expectations[-1][1]
        self.ledger: DuckLedger = self.story.ledger(folder, sift_from=sift_from, keep=folder / "keep")
        self.ledger.settle(moment)
        self.con = duckdb.connect()
        create_views(self.con, folder, self.ledger.parts)
        inputs.sides(self.con, self.ledger.files, moment, self.ledger.defaults)
        clean_pairs.offer(self.con, folder / "keep")
        whose = (stories.ACQUIRER, stories.MERCHANT)
        made = self.con.execute(
            "SELECT t_import, t_line, c_import, c_line, level FROM pairs_of(?, ?)", whose
        ).fetchall()
        self.pairs = {
            ((t_import, t_line), (c_import, c_line)): level for t_import, t_line, c_import, c_line, level in made
        }

    def rows(self, view: str) -> list[Place]:
        return [
            (str(one), int(line))
            for one, line in self.con.execute(f"SELECT import_id, line_no FROM {view} ORDER BY ALL").fetchall()
        ]


@pytest.mark.parametrize(
    ("path", "sift_from"),
    [(path, 1) for path in STORIES] + [(path, 20_000) for path in STORIES[::5]],
    ids=lambda one: one.stem if isinstance(one, Path) else "sums" if one == 1 else "plain",
)
def test_every_two_rows_are_explained_as_they_were_matched(path: Path, sift_from: int, tmp_path: Path) -> None:
    asked = Asked(path, tmp_path, sift_from=sift_from)
    of_t = {t: (c, level) for (t, c), level in asked.pairs.items()}
    of_c = {c: (t, level) for (t, c), level in asked.pairs.items()}
    told = 0
    for t in asked.rows("t_src"):
        for c in asked.rows("c_src"):
            why = of_pair(asked.con, t, c)
            assert why is not None
            told += 1
            if (t, c) in asked.pairs:
                assert (why.is_pair, why.reason_facts["level"]) == (True, asked.pairs[t, c])
                assert [step.name for step in why.steps if step.outcome == "paired"] == [str(asked.pairs[t, c])]
            else:
                assert not why.is_pair
                _is_true(why, of_t.get(t), of_c.get(c))
    assert told
    asked.con.close()


def _is_true(why: Why, of_t: tuple[Place, int] | None, of_c: tuple[Place, int] | None) -> None:
    """Assert that the reason for which two rows are no pair holds."""
    met = [int(step.name) for step in why.steps if step.outcome == "met"]
    taken = [one[1] for one in (of_t, of_c) if one]
    if why.reason_key == "explain-differs":
        assert all(step.unmet for step in why.steps)
        assert why.reason_facts["columns"] == [check.column for check in why.nearest.unmet]  # type: ignore[union-attr]
    elif why.reason_key == "explain-taken-stronger":
        assert min(taken) < met[0]
    elif why.reason_key == "explain-taken-nearer":
        assert min(taken) >= met[0]
    elif why.reason_key == "explain-tie":
        assert not taken
        assert {level.no for level in LEVELS if level.ties == "open"} >= {met[0]}
    else:
        assert why.reason_key in {"explain-not-a-sale", "explain-not-of-a-terminal"}, why
        assert not [step for step in why.steps if step.outcome == "paired"]
    assert {(one.import_id, one.line_no) for one in why.others} == {
        one[0] for one in (of_t, of_c) if one and why.others
    }


def test_candidates_of_a_row_that_is_alone_come_nearest_first(tmp_path: Path) -> None:
    asked = Asked(Path(__file__).parent / "stories" / "tie_stays_open.story", tmp_path, sift_from=20_000)
    for t in asked.rows("t_src"):
        found = nearest(asked.con, "t", t)
        assert found
        fewest = [min(len(step.unmet) for step in why.steps) for _, why in found]
        assert fewest == sorted(fewest)
        for c, why in found:
            again = [(place, one.is_pair) for place, one in nearest(asked.con, "c", c)]
            assert (t, why.is_pair) in again
    asked.con.close()
