"""The command line: read arguments, tell one story, print, exit with a meaning (0 well, 1 a person is needed, 2 failed).

Each module of ``cli`` adds its commands with ``register(app)``; the daily path comes first in ``--help``.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Final

import django
import typer

from daozhang.cli.panels import Panels
from daozhang.desk.workspace import prepare_django

MODULES: Final = (
    "workspace",
    "imports",
    "mapping",
    "quarantine",
    "settling",
    "explaining",
    "cases",
    "packs",
    "agenda",
    "linking",
    "knowing",
    "simulating",
    "simulating_days",
    "scoring",
    "measuring",
    "measures",
    "cash",
    "sources",
    "contacts",
    "requests",
    "backups",
    "fees",
    "trust",
    "fleet",
    "probe",
    "learning",
    "manuals",
    "webhooks",
    "tokens",
    "tenants",
    "host",
    "plans",
    "drills",
    "serving",
)
"""In the order of ``--help``: the daily path, then what stands one step behind."""

app = typer.Typer(
    name="daozhang",
    cls=Panels,
    help="到账 Daozhang: which payments did not arrive, why, and what to do. 哪些钱没到账、为什么、怎么办。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def main() -> None:
    """到账 Daozhang: which payments did not arrive, why, and what to do. 哪些钱没到账、为什么、怎么办。"""


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daozhang.desk.settings")
django.setup()  # the desk's models can be imported from here on; a workspace gives them their database when it opens
prepare_django()  # the desk's models may be imported only after this

for _name in MODULES:
    if find_spec(f"daozhang.cli.{_name}"):
        import_module(f"daozhang.cli.{_name}").register(app)


def run() -> None:
    """Start the command line; a usage error ends with status 2 like every work that could not be done."""
    sys.exit(app())
