"""``daozhang contacts``: the contact book that is kept here, its tests, and whether a number or link may be trusted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from daozhang.cli.output import (
    NEEDS_A_PERSON,
    JsonOption,
    WorkspaceOption,
    opened,
    print_json,
    print_table,
    text,
    user,
)  # fmt: skip
from daozhang.desk import clock, contacts

COLUMNS: Final = ("number", "role", "acquirer", "channel", "address", "verified_on", "source", "rank", "is_silent")
NumberArgument = Annotated[int, typer.Argument(help="Number of the entry, as the list shows it. 编号。")]

contacts_app = typer.Typer(no_args_is_help=True, help="The contact book and its tests. 通讯录。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(contacts_app, name="contacts")


@contacts_app.command("list")
def list_(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """List the entries; one without a verification day is kept but not used. 通讯录列表。"""
    with opened(workspace) as here:
        at = clock.now(here)
        rows: list[dict[str, Any]] = [
            {"number": one.pk, "is_silent": contacts.is_silent(one, at)}
            | {name: getattr(one, name) for name in COLUMNS if name not in {"number", "is_silent"}}
            for one in contacts.every()
        ]
    if as_json:
        print_json({"contacts": rows})
    elif not rows:
        typer.echo(text("contacts-none"))
    else:
        shown = [[row[name] for name in COLUMNS] for row in rows]
        print_table(text("contacts-title"), text("contacts-columns").split(","), shown)


@contacts_app.command("add")
def add(
    role: Annotated[str, typer.Argument(help="Whom it reaches: ACQ_CS, PAYEE_BANK, FINANCE … 角色。")],
    channel: Annotated[str, typer.Argument(help="email, chat, phone, portal or online_chat. 渠道。")],
    address: Annotated[str, typer.Argument(help="Address, number, link, or name of a channel of the settings. 地址。")],
    workspace: WorkspaceOption = Path(), *,
    acquirer: Annotated[str, typer.Option(help="Only for this acquirer. 收单机构。")] = "",
    name: Annotated[str, typer.Option(help="Name of the desk or person. 名称。")] = "",
    source: Annotated[str, typer.Option(help="Where it was found: contract page, the bank's letter. 出处。")] = "",
    verified_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day somebody verified it. 核实日期。")] = None,
    rank: Annotated[int, typer.Option(min=0, max=99, help="0 is asked first, higher ones stand in. 顺位。")] = 0,
    quiet: Annotated[str, typer.Option(help="Hours in which notices wait: 22:00-07:30. 免打扰时段。")] = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Add an entry. Without --source and --verified-on it is kept, shown as unverified, and not used. 添加联系人。"""
    with opened(workspace) as here:
        day = verified_on.date() if verified_on else None
        made = contacts.add(
            here, role, channel, address, by=user(), acquirer=acquirer, name=name, source=source, verified_on=day, rank=rank,
            quiet=quiet,
        )  # fmt: skip
    if as_json:
        print_json({"number": made.pk})
    else:
        typer.echo(text("contact-added", number=made.pk))


@contacts_app.command("verify")
def verify(
    number: NumberArgument,
    source: Annotated[str, typer.Option(help="Where the address is known from. 出处。")],
    workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Note that an address was verified today; it is used from now on. 核实联系人。"""
    with opened(workspace) as here:
        entry = contacts.verify(here, number, source, by=user())
    if as_json:
        print_json({"number": entry.pk, "verified_on": entry.verified_on})
    else:
        typer.echo(text("contact-verified-now", number=entry.pk))


@contacts_app.command("test")
def try_out(number: NumberArgument, workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Write a test message with a code; who does not give it back within a day is replaced by a stand-in. 测试联系人。"""
    with opened(workspace) as here:
        made = contacts.test(here, number, by=user())
    if as_json:
        print_json({"number": number, "code": made.code, "answer_by": made.answer_by})
    else:
        typer.echo(text("contact-tested", code=made.code, by=f"{made.answer_by:%Y-%m-%d %H:%M}"))


@contacts_app.command("acknowledge")
def acknowledge(
    code: Annotated[str, typer.Argument(help="The code the contact gave back. 回执码。")],
    workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Note that a contact gave its code back. 登记回执。"""
    with opened(workspace) as here:
        entry = contacts.acknowledge(here, code, by=user())
    if as_json:
        print_json({"number": entry.pk, "address": entry.address})
    else:
        typer.echo(text("contact-acknowledged", address=entry.address))


@contacts_app.command("check")
def check(
    said: Annotated[str, typer.Argument(help="A number, link or address that somebody came across. 号码或链接。")],
    workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Say whether a number or link may be used: only what is verified here, or a public number. 核对号码或链接。

    Exit status: 0 it may be used, 1 it is blocked, 2 it could not be checked.
    """
    with opened(workspace) as here:
        found = contacts.judge(here, said)
    if as_json:
        print_json({"is_trusted": found.is_trusted, "why": found.key, "role": found.role or None})
    else:
        typer.echo(text(found.key))
    if not found.is_trusted:
        raise typer.Exit(NEEDS_A_PERSON)
