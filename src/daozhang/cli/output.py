"""How every command opens its workspace, prints and ends: for people by default, ``--json`` or ``--csv`` for programs."""

from __future__ import annotations

import csv
import getpass
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from typer._click.globals import get_current_context  # the click that typer carries inside has no public door

from daozhang.cli import doors
from daozhang.desk import sight
from daozhang.desk.workspace import Workspace, open_workspace
from daozhang.errors import DaozhangError
from daozhang.reports.cells import inert
from daozhang.texts import LANGUAGES, say

WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "--workspace",
        "-w",
        envvar="DAOZHANG_WORKSPACE",
        help="The workspace directory. 工作区目录。",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV with a header row, for programs.")]

WELL, NEEDS_A_PERSON, COULD_NOT = 0, 1, 2


def language() -> str:
    """Return the language of the terminal: ``DAOZHANG_LANGUAGE_OF_TERMINAL``, else by the locale, else English."""
    chosen = os.environ.get("DAOZHANG_LANGUAGE_OF_TERMINAL", "")
    if chosen in LANGUAGES:
        return chosen
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def text(key: str, /, **facts: object) -> str:
    """Return a catalogue text in the language of the terminal."""
    return say(language(), key, **facts)


@contextmanager
def opened(root: Path) -> Iterator[Workspace]:
    """Open the workspace; a refusal of the product becomes one line on standard error and exit status 2."""
    with refusals():
        here = open_workspace(root)
        with sight.through_a_door():
            doors.enter(user(), *_asked())
            yield here


def _asked() -> tuple[str, frozenset[str]]:
    """Return the words of the command that runs and the parameters it was called with; neither where none runs."""
    words: list[str] = []
    context = get_current_context(silent=True)
    given = frozenset(name for name, value in context.params.items() if value) if context else frozenset()
    while context is not None and context.parent is not None:
        words.insert(0, context.info_name or "")
        context = context.parent
    return " ".join(words), given


@contextmanager
def refusals() -> Iterator[None]:
    """Turn an exception of the product into its text on standard error and exit status 2."""
    try:
        yield
    except DaozhangError as error:
        stop(text(error.key, **error.facts))


def stop(message: str) -> NoReturn:
    """Print why the work could not be done and end with status 2."""
    sys.stderr.write(message + "\n")
    raise typer.Exit(COULD_NOT)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object; days and moments in ISO 8601, Chinese as it is."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain, indent=None) + "\n")


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a header row and rows; unknown is an empty cell, and a text that a spreadsheet would execute is made inert."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if cell is None else _inert(_plain(cell)) for cell in row])


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table for people."""
    table = Table(title=title, title_justify="left", header_style="bold", show_lines=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(_plain(cell)) for cell in row))
    console().print(table)


def user() -> str:
    """Return who is at the keyboard, as it is written into the audit trail."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "cli"


def console() -> Console:
    """Return the console of standard output; wide when it is not a terminal, so that nothing is cut."""
    return Console(width=None if sys.stdout.isatty() else 1_000, soft_wrap=False)


def _inert(value: object) -> object:
    """Return a text that no spreadsheet executes; a bare carriage return, which the writer leaves unquoted, is a line end."""
    return inert(value).replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(sep="T")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, str | int | float) else str(value)
