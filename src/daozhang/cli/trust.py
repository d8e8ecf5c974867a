"""``daozhang trust``: whether an offer, a link or a number can be trusted; and the list it is checked against."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from daozhang.cli.output import NEEDS_A_PERSON, WELL, JsonOption, WorkspaceOption, opened, print_json, stop, text, user
from daozhang.desk import trust
from daozhang.errors import InputError

trust_app = typer.Typer(no_args_is_help=True, help="Offers, links and numbers checked before anybody pays. 防骗核验。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(trust_app, name="trust")


@trust_app.command("check")
def check(
    words: Annotated[list[str] | None, typer.Argument(metavar="TEXT", help="The offer, link or number; - reads standard input. 原文。")] = None,
    workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Say whether an offer text, a link or a number is verified, unverified, or a known way of losing money. 核验广告、链接、电话。

    Exit status: 0 verified or nothing against it, 1 nobody should pay or send anything before it was checked.
    """
    given = " ".join(words or ())
    given = sys.stdin.read() if given == "-" else given
    if not given.strip():
        stop(text("trust-nothing-given"))
    with opened(workspace) as place:
        found = trust.judge(place, given)
    if as_json:
        print_json(
            {"verdict": found.verdict, "has_list": found.has_list, "signs": [asdict(one) for one in found.signs]}
        )
    else:
        typer.echo(text(f"trust-verdict-{found.verdict.replace('_', '-')}"))
        for one in found.signs:
            typer.echo("· " + text(f"trust-reason-{one.key.replace('_', '-')}", found=one.found, **one.facts))
        typer.echo(text(f"trust-next-{found.verdict.replace('_', '-')}"))
        if not found.has_list:
            typer.echo(text("trust-no-list"))
    raise typer.Exit(NEEDS_A_PERSON if found.needs_a_person else WELL)


@trust_app.command("import-list")
def import_list(
    path: Annotated[Path, typer.Argument(help="CSV with a header: name, licence number, valid to, domains, phones. 名单文件。")],
    workspace: WorkspaceOption = Path(), *,
    source: Annotated[str, typer.Option("--source", help="Where the list was published, and when. 来源。")] = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Take in the list of licensed institutions; the old list is replaced whole. 导入持牌机构名单。"""
    with opened(workspace) as place:
        try:
            body = path.read_bytes()
        except OSError as error:
            raise InputError("error-offer-file", path=path.name, detail=str(error)) from None
        count = trust.import_list(place, body, source=source or path.name, by=user())
    if as_json:
        print_json({"institutions": count})
    else:
        typer.echo(text("trust-list-taken", count=count))
