"""``--help`` shows the daily path first, and every command stands in one section."""

from __future__ import annotations

import typer.main
from typer.testing import CliRunner

from daozhang.cli.main import app
from daozhang.cli.panels import SECTIONS


def test_every_command_stands_in_one_section() -> None:
    named = [name for _, names in SECTIONS for name in names]
    assert len(named) == len(set(named))
    shown = {name for name, one in typer.main.get_group(app).commands.items() if not one.hidden}
    assert set(named) == shown


def test_the_daily_path_comes_first() -> None:
    told = CliRunner().invoke(app, ["--help"]).stdout
    places = [told.index(title) for title, _ in SECTIONS]
    assert places == sorted(places)
    assert told.index("  import ") < told.index("  findings ") < told.index("  cases ") < told.index(SECTIONS[1][0])
