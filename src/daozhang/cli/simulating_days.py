"""``daozhang simulate``: the whole product under a simulated clock and faulty ports, seed after seed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from daozhang.cli.output import NEEDS_A_PERSON, JsonOption, print_json, refusals, text
from daozhang.simulation.play import Outcome
from daozhang.simulation.series import Series, keep, play_series


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("simulate")(simulate)


def simulate(
    seed: Annotated[int, typer.Option("--seed", help="The first seed. 首个随机种子。")] = 0,
    *,
    seeds: Annotated[int, typer.Option("--seeds", help="How many seeds; 0: as many as fit. 种子数。", min=0)] = 0,
    cpu_s: Annotated[float, typer.Option("--cpu-s", help="Processor seconds to spend. 处理器秒数。", min=1)] = 30,
    keep_in: Annotated[
        Path | None, typer.Option("--keep", help="Folder that gets each failing seed as a file. 保存失败种子的目录。")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Let simulated days go by with torn files, lost calls and dying processes. 在模拟时钟下演练。"""
    with refusals():
        series = play_series(seed, cpu_s=cpu_s, seeds=seeds, told=None if as_json else _tell)
        for outcome in series.failed if keep_in else ():
            assert keep_in is not None
            keep(outcome, keep_in)
    if as_json:
        print_json(_as_json(series))
    else:
        typer.echo(
            text(
                "simulate-done", seeds=len(series.outcomes), days=series.days, cpu=f"{series.cpu_s:.0f}",
                rate=series.days_per_cpu_minute, failed=len(series.failed),
            )
        )  # fmt: skip
    if series.failed:
        raise typer.Exit(NEEDS_A_PERSON)


def _tell(one: Outcome) -> None:
    if one.problem:
        typer.echo(text("simulate-broken", seed=one.seed, on=str(one.on), problem=one.problem))
    else:
        typer.echo(
            text(
                "simulate-held",
                seed=one.seed,
                days=one.days,
                faults=one.faults,
                deaths=one.deaths,
                digest=one.digest[:12],
            )
        )


def _as_json(series: Series) -> dict[str, object]:
    return {
        "days": series.days, "cpu_s": round(series.cpu_s, 1), "days_per_cpu_minute": series.days_per_cpu_minute,
        "failed": len(series.failed),
        "seeds": [{**asdict(one), "on": str(one.on or ""), "cpu_s": round(one.cpu_s, 2)} for one in series.outcomes],
    }  # fmt: skip
