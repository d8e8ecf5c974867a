"""``--help`` shows the daily path first, and every command stands in one section."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from daozhang.cli.doors import COMMANDS, FREE, permission_of
from daozhang.cli.main import MODULES, app, program
from daozhang.cli.panels import SECTIONS
from daozhang.web.doors import ACTS, DOORS


def test_every_command_stands_in_one_section() -> None:
    named = [name for _, names in SECTIONS for name in names]
    assert len(named) == len(set(named))
    shown = {name for name, one in typer.main.get_group(app).commands.items() if not one.hidden}
    assert set(named) == shown


@pytest.mark.parametrize("module", list(MODULES))
def test_a_module_says_which_commands_it_adds(module: str) -> None:
    """Only the module of the command that is asked for is imported; what it does not name would load everything."""
    assert set(typer.main.get_group(program([module])).commands) == set(MODULES[module])


def _commands(group: Any, before: str = "") -> Iterator[str]:
    for name, one in group.commands.items():
        yield from _commands(one, f"{before}{name} ") if hasattr(one, "commands") else (before + name,)


def test_every_command_has_a_door() -> None:
    """A command without one is for administrators alone: safe, and never what was meant."""
    known = {*COMMANDS, *FREE}
    shut = [one for one in _commands(typer.main.get_group(app)) if not {one, one.partition(" ")[0]} & known]
    assert shut == []


def test_the_doors_are_those_of_the_console() -> None:
    assert permission_of("mine") == DOORS["mine"][0] == "see"
    assert permission_of("operators") == DOORS["operators"][0] == "work"
    assert permission_of("operations letter") == DOORS["digest"][0] == "see"
    assert permission_of("operations letter", frozenset({"send"})) == "work"
    assert permission_of("write-off", frozenset({"approve"})) == "approve"
    assert permission_of("plans approve") == ACTS["plans"]["approve"]


def test_the_daily_path_comes_first() -> None:
    told = CliRunner().invoke(app, ["--help"]).stdout
    places = [told.index(title) for title, _ in SECTIONS]
    assert places == sorted(places)
    assert told.index("  import ") < told.index("  findings ") < told.index("  cases ") < told.index(SECTIONS[1][0])
