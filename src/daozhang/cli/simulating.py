"""``world`` and ``demo``: simulated files with the truth beside them, and a workspace made from them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from daozhang.cli.output import JsonOption, print_json, refusals, text
from daozhang.desk.demo import CLOCK_AT, make_demo
from daozhang.errors import InputError, RefusedError
from daozhang.world.draw import summary
from daozhang.world.plan import DEMO_DAYS, DEMO_FIRST_ON
from daozhang.world.scenarios import KNOWN
from daozhang.world.write import DEMO_MERCHANTS, DEMO_SEED, EVERYTHING, write_world

ALL: Final = "all"
DEMO: Final = "demo"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("world")(world)
    app.command("demo")(demo)


def world(
    out: Annotated[Path, typer.Option("--out", help="An empty directory for files/ and truth/. 空目录。")],
    *,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes. 随机种子。")] = DEMO_SEED,
    scenarios: Annotated[
        str,
        typer.Option(
            "--scenarios",
            help="What happens, e.g. S26,N02; 'demo', 'all', 'none', or 'mix' (some off, some often). 情形。",
        ),
    ] = DEMO,
    events: Annotated[
        int | None,
        typer.Option("--events", min=1, help="So many events of each scenario, as many as fit. 每种情形的次数。"),
    ] = None,
    without: Annotated[
        str, typer.Option("--without", help="The same world lacking these scenarios: its twin. 去掉哪些情形。")
    ] = "",
    merchants: Annotated[int, typer.Option("--merchants", help="How many shops. 门店数。")] = DEMO_MERCHANTS,
    days: Annotated[int, typer.Option("--days", help="How many days they sell. 天数。")] = DEMO_DAYS,
    first_on: Annotated[str, typer.Option("--from", help="The first day. 第一天。")] = DEMO_FIRST_ON.isoformat(),
    as_json: JsonOption = False,
) -> None:
    """Write a simulated world: the files real parties would send, and the truth apart. 写出模拟世界。"""
    with refusals():
        if out.exists() and any(out.iterdir()):
            raise RefusedError("error-world-not-empty", path=str(out))
        made = write_world(
            out,
            seed=seed,
            scenarios=chosen(scenarios),
            merchants=merchants,
            days=days,
            first_on=_day(first_on),
            events=events,
            without=tuple(name.strip() for name in without.split(",") if name.strip()),
        )
    facts = {
        "files": sum(1 for path in (out / "files").rglob("*") if path.is_file()) - 1,
        "payments": sum(len(day.payments) for day in made.till.values()),
        "failures": len((out / "truth" / "truth.csv").read_text(encoding="utf-8").splitlines()) - 1,
        "path": str(out / "files"),
        "truth": str(out / "truth"),
    }
    if as_json:
        print_json({**facts, "known_until": made.known_until, "events": summary(made.plan.places)})
    else:
        typer.echo(text("world-written", **facts))
        if events or scenarios in {ALL, "mix"}:
            told = ", ".join(f"{name} {count}" for name, count in summary(made.plan.places).items())
            typer.echo(text("world-events", events=told))


def demo(
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", envvar="DAOZHANG_WORKSPACE", help="Where the demo goes. 演示工作区。")
    ],
    *,
    fresh: Annotated[bool, typer.Option("--fresh", help="Replace an earlier demo. 重做。")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a workspace full of an invented chain's three weeks, to look around in. 建一个演示工作区。"""
    with refusals():
        made = make_demo(workspace, fresh=fresh, say=lambda key, facts: None if as_json else _tell(key, facts))
    path = str(made.workspace.root)
    if as_json:
        print_json(
            {
                "workspace": path,
                "files": made.files,
                "rows": made.rows,
                "left": made.left,
                "alarms": made.alarms,
                "cases": made.cases,
                "clock_at": CLOCK_AT,
                "user": made.user,
                "password": made.password,
            }
        )
        return
    typer.echo(text("demo-ready", path=path))
    typer.echo(text("demo-files", accepted=made.files, rows=f"{made.rows:,}", left=made.left))
    typer.echo(text("demo-clock", clock=CLOCK_AT.isoformat(sep=" ", timespec="minutes")))
    typer.echo(text("demo-found", alarms=made.alarms, cases=made.cases))
    typer.echo(text("demo-open", path=path))
    typer.echo(text("demo-login", user=made.user, password=made.password))


def chosen(scenarios: str) -> tuple[str, ...]:
    """Return the scenarios named, in their order: ``demo`` those of the demo, ``all`` every one known, ``none`` a quiet world."""
    if scenarios in {ALL, DEMO, "none"}:
        return {ALL: tuple(KNOWN), DEMO: EVERYTHING}.get(scenarios, ())
    return tuple(dict.fromkeys(name.strip() for name in scenarios.split(",") if name.strip()))


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InputError("error-world-date", value=value) from None


def _tell(key: str, facts: dict[str, object]) -> None:
    typer.echo(text(key, **facts))
