"""The page of the 94 capabilities: every row is there, a met one has a test, and what it names exists."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import typer.main
from django.urls import URLPattern, get_resolver

from daozhang.cli.main import app

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
from written_acceptance import IDS, STATES, rows

ROOT = Path(__file__).parent.parent
ROWS = rows()


def test_there_are_ninety_four() -> None:
    assert tuple(ROWS) == IDS


@pytest.mark.parametrize("number", IDS)
def test_a_row_names_what_exists(number: str) -> None:
    row = ROWS[number]
    assert set(row) <= {"title", "state", "at", "tests", "note"}
    assert row["state"] in STATES
    for place in row.get("at", ()):
        kind, _, name = place.partition(":")
        assert name in _known(kind), place
    for test in row.get("tests", ()):
        path, _, name = test.partition("::")
        assert (ROOT / path).is_file(), test
        assert name == "*" or re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), (
            test
        )
    if row["state"] == "met":
        assert row.get("tests"), "a row is met only by a test"
        assert not row.get("note")


def _known(kind: str) -> set[str]:
    if kind == "command":
        return set(typer.main.get_group(app).commands)
    if kind == "page":
        patterns = get_resolver("daozhang.web.urls").url_patterns
        return {str(one.name) for one in patterns if isinstance(one, URLPattern)}
    assert kind == "document"
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
