"""``score``: what the product says of simulated worlds, held against the truth that was written apart."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daozhang.cli.output import NEEDS_A_PERSON, WELL, JsonOption, print_json, print_table, refusals, text

if TYPE_CHECKING:
    from daozhang.bench.world_score import Judged, Score


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("score")(score)


def score(
    worlds: Annotated[
        list[Path], typer.Option("--world", help="A folder that `daozhang world` wrote; may come again. 世界目录。")
    ],
    *,
    replay: Annotated[
        bool, typer.Option("--replay", help="Also play the files in order of arrival: how soon. 按到达顺序回放。")
    ] = False,
    twin: Annotated[
        Path | None, typer.Option("--twin", help="The first world without its failures. 无故障的孪生世界。")
    ] = None,
    held_out: Annotated[
        str, typer.Option("--held-out", help="Kinds or acquirers told apart, e.g. S08,lianhe. 单独列出。")
    ] = "",
    drawing: Annotated[Path | None, typer.Option("--svg", help="Draw the score into this file. 画成图。")] = None,
    names: Annotated[
        bool, typer.Option("--names", help="Name each miss, false alarm and wrong cause. 逐项列名。")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Score detection and diagnosis against the truth, at the end of what the files know. 对照真相打分。

    Exit status: 0 nothing missed, invented or misjudged, 1 otherwise.
    """
    from daozhang.bench import world_picture, world_score  # noqa: PLC0415 - the desk's tables need Django first

    with refusals(), tempfile.TemporaryDirectory(prefix="daozhang-score-") as folder:
        judged: list[Judged] = [
            world_score.score_world(world, Path(folder) / f"workspace-{at}", replay=replay, twin=None if at else twin)
            for at, world in enumerate(worlds)
        ]
        result = world_score.total(judged, tuple(name for name in held_out.split(",") if name))
        if drawing:
            drawing.write_text(world_picture.drawn(result, text), encoding="utf-8")
    if as_json:
        print_json(asdict(result))
    else:
        _print(result, names=names)
    raise typer.Exit(WELL if result.is_perfect else NEEDS_A_PERSON)


def _print(result: Score, *, names: bool) -> None:
    print_table(text("score-title"), [text("score-what"), text("score-value")], _lines(result))
    print_table(
        text("score-by-scenario"),
        [text(f"score-col-{name}") for name in ("scenario", "failures", "found", "wrong-gap", "wrong-cause")],
        [
            [row["scenario"], row["failures"], row["found"], row["wrong_gap"], row["wrong_cause"]]
            for row in result.scenarios
        ],
    )
    print_table(
        text("score-baselines"),
        [text(f"score-col-{name}") for name in ("who", "asked", "right", "missed", "false-per-10k")],
        [
            [text(f"score-who-{row['name'].replace('_', '-')}"), row["asked"], row["right"], row["missed"], row["false_per_10k"]]
            for row in result.baselines
        ],
    )  # fmt: skip
    for kind, listed in result.named.items() if names else ():
        for name in listed:
            typer.echo(f"{text('score-named-' + kind.replace('_', '-'))}: {name}")


def _lines(result: Score) -> Sequence[Sequence[Any]]:
    """Return what the table of the score shows: name and value, a share with its counts and interval."""
    found, why, calm = result.detection, result.causes, result.look_alikes
    rows: list[tuple[str, Any]] = [
        ("as-of", result.as_of.isoformat(sep=" ")),
        ("recall", _share(found["recall"], found["found"], found["failures"], found["recall_interval"])),
        ("recall-money", _percent(found["recall_money"])),
        ("precision", _share(found["precision"], found["alarms"] - found["false_alarms"], found["alarms"], found["precision_interval"])),
        ("precision-money", _percent(found["precision_money"])),
        ("f1", _percent(found["f1"])),
        ("look-alikes", f"{calm['false_alarms']} / {calm['merchant_days']}"),
        ("per-10k", f"{calm['per_10k']} {_between(calm['per_10k_interval'])}"),
        ("top1", _share(why["top1_share"], why["top1"], why["judged"], why["top1_interval"])),
        ("top3", _share(why["top3_share"], why["top3"], why["judged"], None)),
        ("abstained", _share(why["abstained_share"], why["abstained"], why["judged"], None)),
        ("ece", why["ece"] if why["ece"] is not None else "-"),
        ("wrong-gap", result.wrong_gap),
        ("scope", _share(result.scope["share"], result.scope["right"], result.scope["named"], None)),
        ("remainder", f"{result.explained['remainder_minor']} / {result.explained['merchant_days']}"),
        ("compound-remainder", f"{result.explained['compound_remainder_minor']} / {result.explained['compounds']}"),
        ("money-differs", f"{result.money_differs} / {result.merchant_days}"),
        ("records", f"{result.records['not_there']} / {result.records['records']}"),
    ]  # fmt: skip
    if result.records["in_twin"] is not None:
        rows.append(("in-twin", f"{result.records['in_twin']} / {result.records['findings']}"))
    if result.latency:
        soon = result.latency
        rows.append(("latency", f"{soon['median_s']} s, {soon['p90_s']} s ({soon['said']} / {soon['failures']})"))
    if result.held_out:
        apart, causes = result.held_out["detection"], result.held_out["causes"]
        rows.append(("held-out", ", ".join(result.held_out["names"])))
        rows.append(("held-out-recall", _share(apart["recall"], apart["found"], apart["failures"], None)))
        rows.append(("held-out-top1", _share(causes["top1_share"], causes["top1"], causes["judged"], None)))
    return [(text(f"score-{key}"), value) for key, value in rows]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f} %"


def _between(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else f"({interval[0]}–{interval[1]})"


def _share(share: float | None, hits: int, of: int, interval: tuple[float, float] | None) -> str:
    shown = "" if interval is None else f", {100 * interval[0]:.2f}–{100 * interval[1]:.2f} %"
    return f"{_percent(share)} ({hits} / {of}{shown})"
