"""``daozhang webhook``: addresses that are told of every step of every case, signed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from daozhang.cli.output import JsonOption, WorkspaceOption, opened, print_json, print_table, text, user
from daozhang.desk import webhook_sending, webhooks

COLUMNS: Final = (
    "name",
    "url",
    "is_active",
    "steps",
    "acquirer",
    "waiting",
    "misses",
    "held_until",
    "made_by",
    "made_at",
)
LOG_COLUMNS: Final = (
    "event_id", "state", "attempts", "status", "detail", "queued_at", "next_try_at", "delivered_at",
)  # fmt: skip
NameArgument = Annotated[str, typer.Argument(help="Name of the subscription. 订阅名称。")]

webhook_app = typer.Typer(no_args_is_help=True, help="Signed messages to your own systems. 向外推送。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(webhook_app, name="webhook")


@webhook_app.command("new")
def new(
    name: NameArgument,
    url: Annotated[str, typer.Argument(help="The https address that receives. 接收地址。")],
    workspace: WorkspaceOption = Path(), *,
    steps: Annotated[str, typer.Option(help="Only these steps, joined by commas; default: all. 步骤。")] = "",
    acquirer: Annotated[str, typer.Option(help="Only cases of this acquirer. 收单机构。")] = "",
    private: Annotated[bool, typer.Option("--private", help="The address is inside your own network. 内网地址。")] = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Subscribe an address to what happens from now on, and show its secret, this once. 新建订阅。"""
    with opened(workspace) as here:
        chosen = [one.strip() for one in steps.split(",") if one.strip()]
        secret = webhooks.add(here, name, url, by=user(), steps=chosen, acquirer=acquirer, may_be_private=private)
    _show_secret(name, secret, as_json=as_json)


@webhook_app.command("list")
def list_(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """List the subscriptions and how much waits for each. 订阅列表。"""
    with opened(workspace) as here:
        rows = []
        for hook in webhooks.every(here):
            waiting = hook.deliveries.filter(state__in=webhook_sending.WAITING).count()
            row: dict[str, Any] = {name: getattr(hook, name, waiting) for name in COLUMNS}
            rows.append(row | {"steps": ", ".join(hook.steps)})
    if as_json:
        print_json({"webhooks": rows})
    elif not rows:
        typer.echo(text("webhook-none"))
    else:
        shown = [[row[name] for name in COLUMNS] for row in rows]
        print_table(text("webhook-title"), text("webhook-columns").split(","), shown)


@webhook_app.command("rotate")
def rotate(
    name: NameArgument, workspace: WorkspaceOption = Path(), *,
    end_old: Annotated[bool, typer.Option("--end-old", help="End the older secret: the receiver has the new one. 停用旧密钥。")] = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Make a second secret; until the old one is ended, everything is signed with both. 更换密钥。"""
    with opened(workspace) as here:
        if end_old:
            webhooks.end_old_key(here, name, by=user())
        else:
            secret = webhooks.rotate(here, name, by=user())
    if not end_old:
        _show_secret(name, secret, as_json=as_json)
    elif as_json:
        print_json({"name": name, "live_keys": 1})
    else:
        typer.echo(text("webhook-old-ended", name=name))


@webhook_app.command("log")
def log(
    name: NameArgument, workspace: WorkspaceOption = Path(), *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most rows. 行数。")] = 50,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Show what was delivered, what waits and what was answered, newest first. 投递记录。"""
    with opened(workspace) as here:  # noqa: F841 - the desk is the open workspace's
        found = webhooks.log(name, limit=limit)
    rows = [{column: getattr(row, column) for column in LOG_COLUMNS} for row in found]
    if as_json:
        print_json({"deliveries": rows})
    else:
        shown = [list(row.values()) for row in rows]
        print_table(text("webhook-log-title", name=name), text("webhook-log-columns").split(","), shown)


@webhook_app.command("replay")
def replay(
    name: NameArgument, workspace: WorkspaceOption = Path(), *,
    from_event: Annotated[int, typer.Option("--from", min=1, help="From this event number (seq) on. 起始序号。")] = 1,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Deliver again what was delivered or given up; ids and bodies stay the same. 重新投递。"""
    with opened(workspace) as here:
        count = webhooks.replay(here, name, by=user(), from_event=from_event)
    if as_json:
        print_json({"name": name, "again": count})
    else:
        typer.echo(text("webhook-again", name=name, count=count))


@webhook_app.command("stop")
def stop(
    name: NameArgument, workspace: WorkspaceOption = Path(), *,
    start: Annotated[bool, typer.Option("--start", help="Start it again; what it missed is delivered. 恢复。")] = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Stop a subscription, or start it again. 停用或恢复订阅。"""
    with opened(workspace) as here:
        hook = webhooks.set_active(here, name, is_active=start, by=user())
    if as_json:
        print_json({"name": name, "is_active": hook.is_active})
    else:
        typer.echo(text("webhook-started" if start else "webhook-stopped", name=name))


@webhook_app.command("send")
def send(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Send what is due now, where no worker runs. Safe to run again and beside others. 立即投递。

    Exit status: 0 done, also when some could not be reached; 2 it could not be done.
    """
    with opened(workspace) as here:
        count = webhook_sending.send_waiting(here)
    if as_json:
        print_json({"delivered": count})
    else:
        typer.echo(text("webhook-delivered", count=count))


def _show_secret(name: str, secret: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "secret": secret})
    else:
        typer.echo(text("webhook-secret", name=name))
        typer.echo(secret)
