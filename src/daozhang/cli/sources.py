"""``daozhang sources`` and ``daozhang fetch``: where files are fetched from, and a look at them now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from daozhang.cli.output import NEEDS_A_PERSON, JsonOption, WorkspaceOption, opened, print_json, print_table, text
from daozhang.desk.ways_in import looking


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("sources")(sources)
    app.command("fetch")(fetch)


def sources(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """List the sources of the settings, when each was looked at and what came. 文件来源。

    Exit status: 0 all is well, 1 the last look at a source needs a person.
    """
    with opened(workspace) as place:
        views = looking.sources(place)
    if as_json:
        print_json({"sources": [one.as_json() for one in views]})
    elif not views:
        typer.echo(text("sources-none"))
    else:
        print_table(text("sources-title"), text("sources-columns").split(","), [_row(one) for one in views])
    if any(one.last is not None and (one.last.error or one.last.refused) for one in views):
        raise typer.Exit(NEEDS_A_PERSON)


def fetch(
    name: Annotated[str, typer.Argument(help="One source; empty means all. 来源名称。")] = "",
    workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Look at the sources now and bring in what is new. 立即取文件。

    Safe to run again, and after it was interrupted: what is in is not brought in twice.

    Exit status: 0 all is in, 1 a file or a source needs a person, 2 the work could not be done.
    """
    with opened(workspace) as place:
        names = [name] if name else [one.name for one in place.settings.sources]
        looks = []
        for one in names:
            looks.append(looking.look(place, one, by="cli"))
            if not as_json:
                typer.echo(_line(looks[-1]))
    if as_json:
        print_json({"looks": looks})
    elif not names:
        typer.echo(text("sources-none"))
    if any(one["error"] or one["refused"] for one in looks):
        raise typer.Exit(NEEDS_A_PERSON)


def _row(view: looking.SourceView) -> tuple[object, ...]:
    last = view.last
    counts = [getattr(last, one) for one in looking.COUNTS] if last else [""] * len(looking.COUNTS)
    said = text(last.error["key"], **last.error["facts"]) if last and last.error else ""
    return (view.name, view.kind, view.place, last.started_at if last else "", *counts, said)


def _line(look: dict[str, Any]) -> str:
    if look["error"]:
        return text(
            "source-line-error", name=look["source"], reason=text(look["error"]["key"], **look["error"]["facts"])
        )
    return text("source-line", name=look["source"], **{one: look[one] for one in looking.COUNTS})
