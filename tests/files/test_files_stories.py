"""Every story of files is judged at each moment it names; a wrong expectation fails with file, line and what was said."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import file_story

from daozhang.breaks import Grain, Severity

STORIES = sorted((Path(__file__).parent / "stories").glob("*.story"))
LOOKED_AT = {Grain.FILE, Grain.TRANSACTION, Grain.MERCHANT_DAY, Grain.PAYOUT}


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_story(path: Path, sqlite_workspace: Any, tmp_path: Path) -> None:
    story = file_story.read(path, sqlite_workspace, tmp_path / "files")
    assert story.expectations, "a story that expects nothing proves nothing"
    for line, moment, words in story.expectations:
        found = story.say(moment)
        said = [
            f"{one.type} {one.severity} {one.keys.settled_on:%m-%d}"
            if one.keys.settled_on
            else f"{one.type} {one.severity}"
            for one in found
        ]
        place = f"{path.name}:{line}: {words!r}; said {said}"
        verb, *rest = words.split()
        if verb == "expect":
            assert " ".join(rest) in said, place
        elif verb == "quiet":
            assert [one for one in found if one.severity is Severity.ALARM and one.grain in LOOKED_AT] == [], place
        else:
            assert verb == "calm", place
            assert [one for one in found if one.grain is Grain.FILE] == [], place
