"""``daozhang tenant``: who else works in this workspace, and what each of them sees."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daozhang.cli.output import JsonOption, WorkspaceOption, opened, print_json, print_table, text, user
from daozhang.desk import tenants, tokens
from daozhang.desk.tenants_models import Tenant

CodeArgument = Annotated[str, typer.Argument(help="Code of the tenant. 租户代码。")]
AcquirerArgument = Annotated[str, typer.Argument(help="Code of the acquirer. 收单机构代码。")]
MerchantArgument = Annotated[str, typer.Argument(help="Merchant number; empty: all of the acquirer. 商户号。")]

tenant_app = typer.Typer(no_args_is_help=True, help="Merchants, chains, providers and acquirers that work here. 租户。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(tenant_app, name="tenant")


@tenant_app.command("new")
def new(
    code: CodeArgument,
    kind: Annotated[str, typer.Argument(help="merchant, chain, provider or acquirer. 类型。")],
    workspace: WorkspaceOption = Path(), *,
    name: Annotated[str, typer.Option(help="Its name. 名称。")] = "",
) -> None:  # fmt: skip
    """Make a tenant; it sees nothing until it is given something. 新建租户。"""
    with opened(workspace) as here:
        tenants.make(here, code, kind, name=name, by=user())
    typer.echo(text("tenant-made", code=code))


@tenant_app.command("list")
def list_(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """List the tenants, what each sees and who belongs to it. 租户列表。"""
    with opened(workspace):
        rows = [_row(one) for one in tenants.every()]
    if as_json:
        print_json({"tenants": rows})
    elif not rows:
        typer.echo(text("tenant-none"))
    else:
        shown = [[", ".join(cell) if isinstance(cell, list) else cell for cell in row.values()] for row in rows]
        print_table(text("tenant-title"), text("tenant-columns").split(","), shown)


@tenant_app.command("give")
def give(
    code: CodeArgument, acquirer: AcquirerArgument, merchant_no: MerchantArgument = "", workspace: WorkspaceOption = Path(),
) -> None:  # fmt: skip
    """Let a tenant see a merchant, or an acquirer all of its own. 授权查看。"""
    with opened(workspace) as here:
        tenants.give(here, code, acquirer, merchant_no, by=user())
    typer.echo(text("tenant-given", code=code, acquirer=acquirer, merchant=merchant_no))


@tenant_app.command("take")
def take(
    code: CodeArgument, acquirer: AcquirerArgument, merchant_no: MerchantArgument = "", workspace: WorkspaceOption = Path(),
) -> None:  # fmt: skip
    """Take a sight away again; it ends with the next request. 收回授权。"""
    with opened(workspace) as here:
        tenants.take_away(here, code, acquirer, merchant_no, by=user())
    typer.echo(text("tenant-taken", code=code, acquirer=acquirer, merchant=merchant_no))


@tenant_app.command("join")
def join(
    username: Annotated[str, typer.Argument(help="Name of the account. 账号。")],
    code: Annotated[str, typer.Argument(help="Code of the tenant; empty: the house again. 租户代码。")] = "",
    workspace: WorkspaceOption = Path(),
) -> None:
    """Make an account one of a tenant. 账号归属。"""
    with opened(workspace) as here:
        tenants.join(here, username, code, by=user())
    typer.echo(text("tenant-joined", name=username, code=code or text("tenant-of-house")))


@tenant_app.command("token")
def token(
    name: Annotated[str, typer.Argument(help="Its name, as `daozhang token list` shows it. 令牌名称。")],
    role: Annotated[str, typer.Argument(help="The role it speaks for, as on the page of people. 角色。")],
    code: Annotated[str, typer.Argument(help="Code of the tenant; empty: the house. 租户代码。")] = "",
    workspace: WorkspaceOption = Path(),
) -> None:
    """Let a token of the API speak for a role, and for a tenant. 令牌的角色与归属。"""
    with opened(workspace) as here:
        tenants.hold(here, tokens.named(name), role, code, by=user())
    typer.echo(text("tenant-token", name=name, role=role, code=code or text("tenant-of-house")))


@tenant_app.command("end")
def end(code: CodeArgument, workspace: WorkspaceOption = Path()) -> None:
    """End a tenant: its people and programs see nothing more. 停用租户。"""
    with opened(workspace) as here:
        tenants.end(here, code, by=user())
    typer.echo(text("tenant-ended", code=code))


def _row(one: Tenant) -> dict[str, object]:
    sees: list[object] = [f"{each.acquirer}:{each.merchant_no or '*'}" for each in one.grants.all()]
    people: list[object] = [each.user.get_username() for each in one.members.all()]
    return {
        "code": one.code,
        "kind": one.kind,
        "name": one.name,
        "sees": sees,
        "people": people,
        "ended_at": one.ended_at,
    }
