"""Every story file is judged at each moment it names; a wrong expectation fails with file, line and what was said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import story as stories

STORIES = sorted((Path(__file__).parent / "stories").glob("*.story"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_story(path: Path, tmp_path: Path) -> None:
    one = stories.read(path)
    assert one.expectations, "a story that expects nothing proves nothing"
    for number, (line, moment, words) in enumerate(one.expectations):
        settled = one.at(tmp_path / str(number), moment)
        for money in settled.money:
            assert money.residue == 0, money
        said = [f"{found.type} {found.severity} {found.gap_minor / 100:+.2f}" for found in settled.breaks]
        place = f"{path.name}:{line}: {words!r}; said {said}, money {settled.money}"
        verb, *rest = words.split()
        if verb == "quiet":
            assert not [found for found in settled.breaks if found.severity == "alarm"], place
        elif verb == "silent":
            assert not [found for found in settled.breaks if found.severity != "info"], place
        elif verb == "money":
            day, *amounts = rest
            money = [m for m in settled.money if m.settled_on == stories.day_of(day)]
            assert len(money) == 1, place
            for amount in amounts:
                name, value = amount.split("=")
                assert getattr(money[0], name) == stories.fen(value), place
        else:
            kind, severity, gap = rest[:3]
            fits = [
                f for f in settled.breaks if (f.type, f.severity, f.gap_minor) == (kind, severity, stories.fen(gap))
            ]
            assert len(fits) == 1, place
            if "alone" in rest:
                assert [f for f in settled.breaks if f.severity == "alarm"] == fits, place


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_order_of_arrival_changes_nothing(path: Path, tmp_path: Path) -> None:
    one = stories.read(path)
    moment = one.expectations[-1][1]
    before = one.at(tmp_path / "a", moment)
    other = stories.read(path)
    for rows in other.rows.values():
        rows.reverse()
    after = other.at(tmp_path / "b", moment)

    def shape(found: object) -> object:
        return sorted((f.type, f.severity, f.gap_minor, f.keys.as_text()) for f in found.breaks)  # type: ignore[attr-defined]

    assert shape(after) == shape(before)
    assert sorted(map(repr, after.money)) == sorted(map(repr, before.money))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_control_totals_change_nothing(path: Path, tmp_path: Path) -> None:
    """What the sums of buckets clear is what matching would have paired: same breaks, same money, same number of pairs."""
    one = stories.read(path)
    moment = one.expectations[-1][1]
    plain = one.at(tmp_path / "a", moment, sift_from=10**12)
    sifted = one.at(tmp_path / "b", moment, sift_from=1)
    assert sorted(map(repr, sifted.breaks)) == sorted(map(repr, plain.breaks))
    assert sorted(map(repr, sifted.money)) == sorted(map(repr, plain.money))
    assert sifted.counts["pairs"] == plain.counts["pairs"]
