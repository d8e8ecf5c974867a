"""The command line: read arguments, tell one story, print, exit with a meaning (0 well, 1 a person is needed, 2 failed).

Each module of ``cli`` adds its commands with ``register(app)``; the daily path comes first in ``--help``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Final

import django
import typer

from daozhang.cli.panels import Panels
from daozhang.desk.workspace import prepare_django

HELP: Final = "到账 Daozhang: which payments did not arrive, why, and what to do. 哪些钱没到账、为什么、怎么办。"
MODULES: Final[dict[str, tuple[str, ...]]] = {
    "workspace": ("init",),
    "imports": (
        "import",
        "imports",
        "undo",
    ),
    "mapping": ("map",),
    "quarantine": (
        "quarantine",
        "correct",
        "expect-files",
    ),
    "settling": (
        "run",
        "findings",
        "money",
        "where",
        "replay",
    ),
    "explaining": (
        "why",
        "rows",
    ),
    "cases": (
        "cases",
        "case",
        "step",
        "report",
        "write-off",
        "verify",
    ),
    "packs": ("pack",),
    "agenda": (
        "agenda",
        "script",
        "reply",
        "reply-step",
        "party",
        "prove",
    ),
    "linking": (
        "step-many",
        "ways-to-solve",
        "help-sought",
        "outside",
        "merge",
        "part-case",
    ),
    "knowing": (
        "reason",
        "due",
        "calendar",
    ),
    "simulating": (
        "demo",
        "world",
    ),
    "simulating_days": ("simulate",),
    "scoring": ("score",),
    "measuring": ("bench",),
    "measures": ("measures",),
    "cash": ("cash",),
    "digest": ("operations",),
    "sources": (
        "sources",
        "fetch",
    ),
    "contacts": ("contacts",),
    "requests": (
        "requests",
        "change-account",
    ),
    "backups": (
        "backup",
        "backups",
        "backup-keys",
        "rehearse",
        "restore",
    ),
    "fees": ("fees",),
    "trust": ("trust",),
    "processes": (
        "processes",
        "mine",
    ),
    "inquiries": ("inquiries",),
    "fleet": ("fleet",),
    "probe": ("probe",),
    "learning": (
        "operators",
        "learn",
    ),
    "manuals": ("manuals",),
    "webhooks": ("webhook",),
    "tokens": ("token",),
    "tenants": ("tenant",),
    "host": ("host",),
    "plans": ("plans",),
    "drills": ("drills",),
    "serving": (
        "up",
        "worker",
    ),
}
"""Module of ``cli`` → the commands it adds. Only the module of the command that is asked for is imported: a start costs little."""


def program(modules: Iterable[str] = MODULES) -> typer.Typer:
    """Return the command line with the commands of these modules."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daozhang.desk.settings")
    django.setup()  # the desk's models can be imported from here on; a workspace gives them their database when it opens
    prepare_django()
    app = typer.Typer(
        name="daozhang",
        cls=Panels,
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback(help=HELP)(_nothing_first)
    for name in modules:
        if find_spec(f"daozhang.cli.{name}"):
            import_module(f"daozhang.cli.{name}").register(app)
    return app


def run() -> None:
    """Start the command line; a usage error ends with status 2 like every work that could not be done."""
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    wanted = [module for module, commands in MODULES.items() if asked in commands]
    sys.exit(program(wanted or MODULES)())


def _nothing_first() -> None:
    """Do nothing before a command."""


def __getattr__(name: str) -> typer.Typer:
    """Give ``app``, the whole command line, to whoever asks for it."""
    if name != "app":
        raise AttributeError(name)
    globals()["app"] = whole = program()
    return whole
