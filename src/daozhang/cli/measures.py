"""``daozhang measures``: the figures of a period, and the rows behind each."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from daozhang import money
from daozhang.cli.output import (
    WELL,
    CsvOption,
    JsonOption,
    WorkspaceOption,
    language,
    opened,
    print_csv,
    print_json,
    print_table,
    text,
)
from daozhang.desk import measures, measures_book, measures_said

FIGURE_COLUMNS: Final = (
    "key", "part", "group", "unit", "value", "low", "high", "p90", "count", "of", "currency", "left_out",
)  # fmt: skip

SinceOption = Annotated[
    str, typer.Option("--since", help="First day, as 2026-10-01; without it, thirty days. 起始日。")
]
UntilOption = Annotated[str, typer.Option("--until", help="Last day; without it, today. 截止日。")]
measures_app = typer.Typer(no_args_is_help=True, help="Figures of a period, each with its rows. 运营指标。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(measures_app, name="measures")


@measures_app.command("show")
def show(
    workspace: WorkspaceOption = Path(), *, since: SinceOption = "", until: UntilOption = "",
    as_json: JsonOption = False, as_csv: CsvOption = False,
) -> None:  # fmt: skip
    """Print every figure of the period: coverage first, then money, failures per 10,000 payments, times, work. 指标一览。"""
    with opened(workspace) as place:
        span = measures_book.span_of(place, since, until)
        found = measures.figures(place, span)
    rows = [asdict(one) | {"group": one.group.value, "unit": one.unit.value} for one in found]
    if as_json:
        print_json({"first_on": span.first_on, "last_on": span.last_on, "figures": rows})
    elif as_csv:
        print_csv(FIGURE_COLUMNS, [[row[name] for name in FIGURE_COLUMNS] for row in rows])
    else:
        spoken = language()
        shown = [
            [measures_said.name(spoken, one), measures_said.value(spoken, one), measures_said.between(spoken, one),
             measures_said.made_of(spoken, one)]
            for one in found
        ]  # fmt: skip
        heads = [text(f"measures-col-{name}") for name in ("figure", "value", "between", "made-of")]
        print_table(text("measures-title", first=str(span.first_on), last=str(span.last_on)), heads, shown)
    raise typer.Exit(WELL)


@measures_app.command("rows")
def rows(
    figure: Annotated[str, typer.Argument(help="Key of a figure, as `measures show --json` names it. 指标。")],
    part: Annotated[str, typer.Argument(help="Its part: a currency, a size, a kind of break. 分项。")] = "",
    workspace: WorkspaceOption = Path(), *, since: SinceOption = "", until: UntilOption = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most rows.")] = 200,
    as_json: JsonOption = False, as_csv: CsvOption = False,
) -> None:  # fmt: skip
    """Open one figure into the merchant-days, payouts, cases or findings that it is made of. 指标明细。"""
    with opened(workspace) as place:
        span = measures_book.span_of(place, since, until)
        found = measures.rows(place, span, figure.replace("-", "_"), part, limit=limit)
    if as_json:
        print_json({"figure": figure, "part": part, "rows": found})
    elif as_csv:
        print_csv(measures.ROW_COLUMNS, [[row[name] for name in measures.ROW_COLUMNS] for row in found])
    else:
        heads = [text(f"measures-row-{name.replace('_', '-')}") for name in measures.ROW_COLUMNS]
        shown = [[_shown(name, row) for name in measures.ROW_COLUMNS] for row in found]
        print_table(text("measures-rows-title", count=len(found)), heads, shown)
    raise typer.Exit(WELL)


def _shown(name: str, row: measures.Row) -> object:
    cell = row[name]
    if name == "amount_minor" and cell is not None:
        return money.to_text(cell, row["currency"] or "CNY")
    if name == "seconds" and cell is not None:
        return measures_said.lasting(language(), float(cell))
    return int(cell) if isinstance(cell, bool) else cell
