"""``--help`` shows the daily path first, and every command stands in one section."""

from __future__ import annotations

import pytest
import typer.main
from typer.testing import CliRunner

from daozhang.cli.main import MODULES, app, program
from daozhang.cli.panels import SECTIONS


def test_every_command_stands_in_one_section() -> None:
    named = [name for _, names in SECTIONS for name in names]
    assert len(named) == len(set(named))
    shown = {name for name, one in typer.main.get_group(app).commands.items() if not one.hidden}
    assert set(named) == shown


@pytest.mark.parametrize("module", list(MODULES))
def test_a_module_says_which_commands_it_adds(module: str) -> None:
    """Only the module of the command that is asked for is imported; what it does not name would load everything."""
    assert set(typer.main.get_group(program([module])).commands) == set(MODULES[module])


def test_the_daily_path_comes_first() -> None:
    told = CliRunner().invoke(app, ["--help"]).stdout
    places = [told.index(title) for title, _ in SECTIONS]
    assert places == sorted(places)
    assert told.index("  import ") < told.index("  findings ") < told.index("  cases ") < told.index(SECTIONS[1][0])
