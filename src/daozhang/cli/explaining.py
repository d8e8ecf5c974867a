"""``why`` and ``rows``: why two rows are one payment or not, and the rows for which one finding stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daozhang import money as fen
from daozhang.cli.output import (
    NEEDS_A_PERSON,
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
from daozhang.desk import folded_rows, whys, whys_said


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("why")(why)
    app.command("rows")(rows)


def why(
    first: Annotated[str, typer.Argument(metavar="ROW", help="FILE:LINE, IMPORT:LINE, or a number only one row has.")],
    second: Annotated[str, typer.Argument(metavar="[OTHER]", help="The row to compare with; without it, the nearest ones.")] = "",
    workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Say why two rows are one payment or not, level by level; or why one row is alone. 两行为什么对上、没对上。

    Answers as the newest run matched. Exit status: 0 they belong together, 1 they do not (or the row is alone), 2 it cannot be said.
    """
    with opened(workspace) as place:
        answer = whys.explain(place, first, second)
    if as_json:
        print_json(whys_said.as_json(answer, language()))
    else:
        _say(answer)
    raise typer.Exit(WELL if answer.why and answer.why.is_pair else NEEDS_A_PERSON)


def _say(answer: whys.Answer) -> None:
    typer.echo(_named(answer.left))
    if answer.right and answer.why:
        typer.echo(_named(answer.right))
        typer.echo(whys_said.reason(language(), answer.why, answer.left.currency))
        for one in answer.why.others:
            row, said = whys_said.other(language(), one, answer)
            typer.echo(f"{said}: {_named(row)}" if row else said)
        heads = [text(f"explain-head-{name}") for name in ("asks", "outcome", "differs")]
        told = whys_said.steps(language(), answer.why, answer.left.currency)
        print_table(
            text("explain-title"), heads, [(one.sentence, one.outcome_text, "; ".join(one.differs)) for one in told]
        )
        return
    typer.echo(text("explain-alone" if answer.candidates else "explain-alone-no-candidates"))
    for row, found in answer.candidates:
        typer.echo(f"· {_named(row)}\n  {whys_said.reason(language(), found, row.currency)}")


def _named(row: whys.Row) -> str:
    return text(
        "explain-row", table=text(f"explain-table-{row.table.replace('_', '-')}"), place=f"{row.file}:{row.line_no}", reference=row.reference or "–",
        at=str(row.at or "–"), amount=fen.to_text(row.amount_minor, row.currency, sign=True),
    )  # fmt: skip


def rows(
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="Id of a finding that stands for many rows (f_…).")],
    workspace: WorkspaceOption = Path(), *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most rows.")] = 100,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Rows to leave out at the beginning.")] = 0,
    as_json: JsonOption = False, as_csv: CsvOption = False,
) -> None:  # fmt: skip
    """List the rows for which one finding stands, the largest gap first. 列出整批差异背后的逐笔明细。"""
    with opened(workspace) as place:
        total, found = folded_rows.rows_of(place, finding, limit=limit, offset=offset)
    if as_json:
        print_json({"finding_id": finding, "total": total, "rows": found})
    elif as_csv:
        print_csv(folded_rows.COLUMNS, [[one[name] for name in folded_rows.COLUMNS] for one in found])
    else:
        heads = [text(f"explain-rows-{name.replace('_', '-')}") for name in folded_rows.COLUMNS]
        print_table(
            text("explain-rows-title", total=total),
            heads,
            [[one[name] for name in folded_rows.COLUMNS] for one in found],
        )
