"""``daozhang init``: a new workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daozhang.cli.output import JsonOption, print_json, refusals, text
from daozhang.desk import workspace


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("init")(init)


def init(
    directory: Annotated[Path, typer.Argument(help="A directory that is empty or does not exist yet.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Make a new workspace in DIRECTORY. 新建工作区。"""
    with refusals():
        made = workspace.create(directory)
    if as_json:
        print_json({"workspace": str(made.root)})
    else:
        typer.echo(text("workspace-made", path=str(made.root)))
