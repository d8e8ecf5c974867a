"""``daozhang plans``: emergency plans checked, kept, approved and printed; what each shop has; its continuity card."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from daozhang.cli.output import (
    NEEDS_A_PERSON,
    JsonOption,
    WorkspaceOption,
    language,
    opened,
    print_json,
    print_table,
    stop,
    text,
)
from daozhang.desk import plans as desk_plans
from daozhang.drills.plans import Lack, read_plan
from daozhang.reports.plan_pages import shop_card

plans_app = typer.Typer(no_args_is_help=True, help="Emergency plans and continuity cards. 应急预案。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(plans_app, name="plans")


@plans_app.command("list")
def list_(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """List the newest version of each plan and how much it lacks. 预案列表。"""
    with opened(workspace) as place:
        rows = [(row, desk_plans.lacks(place, read_plan(row.body))) for row in desk_plans.newest()]
    if as_json:
        print_json({"plans": [
            {"number": row.pk, "name": row.name, "version": row.version, "approved_by": row.approved_by, "lacks": [one.key for one in found]}
            for row, found in rows
        ]})  # fmt: skip
        return
    states = [text("plans-approved") if row.approved_at else text("plans-draft") for row, _ in rows]
    cells = [
        (f"{row.pk} {row.name}", row.version, state, len(found))
        for (row, found), state in zip(rows, states, strict=True)
    ]
    print_table(text("plans-title"), text("plans-columns").split(","), cells)


@plans_app.command("check")
def check(
    path: Annotated[Path, typer.Argument(help="A plan in TOML. 预案文件。")], workspace: WorkspaceOption = Path()
) -> None:
    """Say what a plan lacks; nothing is kept. 检查预案。

    Exit status: 0 nothing is lacking, 1 something is, 2 it cannot be read.
    """
    with opened(workspace) as place:
        found = desk_plans.lacks(place, read_plan(_read(path)))
    _say(found)


@plans_app.command("save")
def save(
    path: Annotated[Path, typer.Argument(help="A plan in TOML. 预案文件。")], workspace: WorkspaceOption = Path()
) -> None:
    """Keep a plan as its next version. 保存预案。

    Exit status: 0 nothing is lacking, 1 it is kept and something is lacking, 2 it cannot be read.
    """
    with opened(workspace) as place:
        row, found = desk_plans.save(place, _read(path), by=getpass.getuser())
    typer.echo(f"{row.pk} {row.name}: {text('plans-version', version=row.version)}")
    _say(found)


@plans_app.command("approve")
def approve(number: int, workspace: WorkspaceOption = Path()) -> None:
    """Approve a version that lacks nothing; not by whoever wrote it. 批准预案。"""
    with opened(workspace) as place:
        desk_plans.approve(place, number, by=getpass.getuser())
    typer.echo(text("plans-was-approved"))


@plans_app.command("pdf")
def pdf(
    number: int,
    out: Annotated[Path, typer.Option("--out", help="The PDF to write. 输出文件。")],
    workspace: WorkspaceOption = Path(),
) -> None:
    """Write a plan with its pocket card and continuity cards. 导出 PDF。"""
    with opened(workspace) as place:
        out.write_bytes(desk_plans.pdf(place, number, language()))


@plans_app.command("means")
def means(
    store_no: Annotated[str, typer.Argument(help="Shop number. 门店编号。")],
    has: Annotated[
        list[str], typer.Option("--has", help="backup_terminal, sim_4g, qr, offline, cash, manual_slip. 备用手段。")
    ],
    workspace: WorkspaceOption = Path(),
    *,
    limit: Annotated[
        int | None, typer.Option(help="Most per offline payment, minor units. 脱机单笔上限（分）。")
    ] = None,
) -> None:
    """Note what a shop can take money with, and print its continuity card. 登记备用手段。"""
    with opened(workspace) as place:
        desk_plans.note_means(place, store_no, has, by=getpass.getuser(), offline_limit_minor=limit)
        shop = next(one for one in desk_plans.shops(place) if one.store_no == store_no.strip())
    card = shop_card(shop, language())
    typer.echo(card["name"])
    for situation, lines in card["lines"]:
        typer.echo(situation)
        for number, one in enumerate(lines, 1):
            typer.echo(f"  {number}. {one}")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        stop(text("plan-unreadable", problem=path.name))


def _say(found: list[Lack]) -> None:
    for one in found:
        typer.echo(f"- {text(one.key, **one.facts)}")
    if found:
        raise typer.Exit(NEEDS_A_PERSON)
    typer.echo(text("plans-lacking", count=0))
