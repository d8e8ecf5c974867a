"""``daozhang drills``: begin a drill in a workspace of its own, stamp what the team does, end it, read the report."""

from __future__ import annotations

import getpass
import secrets
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from daozhang.cli.output import JsonOption, WorkspaceOption, opened, print_json, refusals, text
from daozhang.desk import drills as desk_drills
from daozhang.desk.drills_models import Drill
from daozhang.errors import RefusedError
from daozhang.money import to_text

drills_app = typer.Typer(no_args_is_help=True, help="Drills in a workspace of their own. 演练。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(drills_app, name="drills")


@drills_app.command("start")
def start(
    folder: Annotated[Path, typer.Argument(help="An empty folder outside the live workspace. 演练目录。")],
    workspace: WorkspaceOption = Path(),
    *,
    team: Annotated[str, typer.Option(help="Who practises. 演练小组。")] = "A",
    seed: Annotated[int | None, typer.Option(help="The same seed hides the same fault; drawn when not given. 随机种子。")] = None,
    tabletop: Annotated[Path | None, typer.Option(help="Talk through this plan instead. 桌面推演的预案。", show_default=False)] = None,
    at_risk: Annotated[int, typer.Option(help="Tabletop: money at risk, minor units. 假定涉险金额（分）。", min=0)] = 0,
) -> None:  # fmt: skip
    """Begin a drill; the clock runs from here. 开始演练。

    ``--workspace`` is the live workspace: it learns the drill's files, so that it refuses them for ever.
    """
    drawn = secrets.randbelow(10**6) if seed is None else seed
    with opened(workspace):
        pass  # the live workspace learns the drill's files, so its own door is passed first
    with refusals():
        plan = tabletop.read_text(encoding="utf-8") if tabletop else ""
        desk_drills.begin(
            folder, workspace, seed=drawn, team=team, by=getpass.getuser(), tabletop=plan, at_risk_minor=at_risk
        )
    typer.echo(text("drill-started", folder=str(folder)))


@drills_app.command("stamp")
def stamp(
    step: Annotated[str, typer.Argument(help="detected, notified, decided, resolved. 记录点。")],
    workspace: WorkspaceOption = Path(), *, note: Annotated[str, typer.Option(help="What was said or done. 说明。")] = "",
) -> None:  # fmt: skip
    """Stamp what the team did just now. 记录时刻。"""
    with opened(workspace):
        desk_drills.stamp(_drill(), step, by=getpass.getuser(), note=note)


@drills_app.command("end")
def end(workspace: WorkspaceOption = Path()) -> None:
    """End the drill and say what was hidden. 结束演练。"""
    with opened(workspace):
        drill = desk_drills.end(_drill(), by=getpass.getuser())
        _print(desk_drills.report(drill))


@drills_app.command("report")
def report(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Print the after-action report. 演练报告。"""
    with opened(workspace):
        made = desk_drills.report(_drill())
    if as_json:
        print_json({name: _plain(value) for name, value in made.items()})
    else:
        _print(made)


def _drill() -> Drill:
    found = desk_drills.current()
    if found is None:
        raise RefusedError("drill-none")
    return found


def _print(made: dict[str, Any]) -> None:
    typer.echo(text("drill-report-title", team=made["team"], seed=str(made["seed"])))
    for name in ("detect", "notify", "decide", "resolve"):
        seconds = made[f"time_to_{name}_s"]
        typer.echo(f"{text(f'drill-time-to-{name}')}: {'—' if seconds is None else f'{seconds} s'}")
    typer.echo(f"{text('drill-at-risk')}: {to_text(made['at_risk_minor_h'], 'CNY')} ¥·h")
    if made["hidden"]:
        typer.echo(text("drill-hidden", scenario=made["hidden"]))
    for one in made["stamps"]:
        typer.echo(
            f"{one['at']:%H:%M:%S}  {text('drill-step-' + one['step'].replace('_', '-'))}  {one['by']}  {one['note']}"
        )


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [{name: _plain(cell) for name, cell in one.items()} for one in value]
    return value
