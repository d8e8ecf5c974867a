"""``daozhang token``: who may call the HTTP API, and what for."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated, Final

import typer

from daozhang.cli.output import JsonOption, WorkspaceOption, opened, print_json, print_table, text
from daozhang.desk import tokens

COLUMNS: Final = ("name", "may", "made_by", "made_at", "last_used_at", "revoked_at")

token_app = typer.Typer(no_args_is_help=True, help="Tokens of the HTTP API. 接口令牌。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(token_app, name="token")


@token_app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Name of the program that will use it. 名称。")],
    workspace: WorkspaceOption = Path(), *,
    may: Annotated[str, typer.Option(help="What it may do, joined by commas: import, read, undo, work, approve. 权限。")] = "import,read",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Make a token and show it, this once. Only a hash of it is kept. 生成令牌。"""
    with opened(workspace) as place:
        secret = tokens.make(place, name, [one.strip() for one in may.split(",") if one.strip()], by=_user())
    if as_json:
        print_json({"name": name, "token": secret})
    else:
        typer.echo(text("token-made", name=name))
        typer.echo(secret)


@token_app.command("list")
def list_(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """List the tokens: what each may do, when it was last used. 令牌列表。"""
    with opened(workspace) as place:
        rows = [{name: getattr(one, name) for name in COLUMNS} for one in tokens.every(place)]
    if as_json:
        print_json({"tokens": rows})
    elif not rows:
        typer.echo(text("token-none"))
    else:
        shown = [[", ".join(row["may"]) if name == "may" else row[name] for name in COLUMNS] for row in rows]
        print_table(text("token-title"), text("token-columns").split(","), shown)


@token_app.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(help="Its name, as `daozhang token list` shows it. 名称。")],
    workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """End a token at once. A second time is refused. 停用令牌。"""
    with opened(workspace) as place:
        token = tokens.revoke(place, name)
    if as_json:
        print_json({"name": token.name, "revoked_at": token.revoked_at})
    else:
        typer.echo(text("token-revoked-now", name=token.name))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "cli"
