"""``daozhang operators``: slips of operation per operator, each with its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from daozhang.cli.output import (
    NEEDS_A_PERSON,
    WELL,
    CsvOption,
    JsonOption,
    WorkspaceOption,
    opened,
    print_csv,
    print_json,
    print_table,
    text,
)
from daozhang.desk import learning_operators as operators_desk
from daozhang.desk.learning_operators import Operator, Seen
from daozhang.learning.intervals import FEWEST
from daozhang.learning.journal import Deviation
from daozhang.money import to_text

SLIP_COLUMNS: Final = (
    "at", "acquirer", "merchant_no", "operator_no", "terminal_no", "slip", "order_no", "amount_minor", "currency", "file", "line_no",
    "beside",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("operators")(operators)


def operators(
    workspace: WorkspaceOption = Path(), *,
    first: Annotated[str, typer.Option("--from", help="First day, as 2026-10-01; without it, 30 days back. 起始日。")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day; without it, today. 截止日。")] = "",
    as_json: JsonOption = False, as_csv: CsvOption = False,
) -> None:  # fmt: skip
    """Show the slips of operation that the journal proves, by operator. 按操作员列出操作偏差。

    Exit status: 0 none, 1 some were found.
    """
    with opened(workspace) as place:
        found = operators_desk.seen(place, *operators_desk.span(place, first, last))
    if as_json:
        print_json({
            "first_on": found.first_on, "last_on": found.last_on, "trades": found.trades,
            "operators": [_operator(one) for one in found.operators], "slips": [_slip(found, one) for one in found.deviations],
        })  # fmt: skip
    elif as_csv:
        rows = [_slip(found, one) for one in found.deviations]
        print_csv(
            SLIP_COLUMNS, [[row[name] for name in SLIP_COLUMNS[:-1]] + ["; ".join(row["beside"])] for row in rows]
        )
    else:
        _print(found)
    raise typer.Exit(NEEDS_A_PERSON if found.deviations else WELL)


def _operator(one: Operator) -> dict[str, Any]:
    low, high = one.share.bounds
    return {
        "acquirer": one.acquirer, "merchant_no": one.merchant_no, "operator_no": one.operator_no, "trades": one.share.count,
        "slips": {slip.value: count for slip, count in sorted(one.slips.items())}, "count": one.share.hits,
        "enough_data": one.share.is_enough,
        "rate": round(one.share.rate, 6) if one.share.is_enough else None,
        "low": round(low, 6) if one.share.is_enough else None, "high": round(high, 6) if one.share.is_enough else None,
    }  # fmt: skip


def _slip(found: Seen, one: Deviation) -> dict[str, Any]:
    row = one.row
    return {
        "at": row.at, "acquirer": row.acquirer, "merchant_no": row.merchant_no, "operator_no": row.operator_no,
        "terminal_no": row.terminal_no, "slip": one.slip.value, "order_no": row.order_no, "amount_minor": row.amount_minor,
        "currency": row.currency, "file": found.files.get(row.import_id, ""), "line_no": row.line_no,
        "beside": [f"{found.files.get(other.import_id, '')}:{other.line_no}" for other in one.beside],
    }  # fmt: skip


def _print(found: Seen) -> None:
    if not found.trades:
        typer.echo(text("operators-none"))
        return
    rows = [
        (one.acquirer, one.merchant_no, one.operator_no or text("operators-nobody"), one.share.count, one.share.hits, rate_text(one),
         ", ".join(f"{text(slip_key(slip))} {count}" for slip, count in sorted(one.slips.items())))
        for one in found.operators
    ]  # fmt: skip
    heads = ("acquirer", "merchant-no", "operator-no", "trades", "count", "rate", "slips")
    title = text("operators-title", first_on=found.first_on, last_on=found.last_on)
    print_table(title, [text(f"operators-col-{name}") for name in heads], rows)
    if any(not one.share.is_enough for one in found.operators):
        typer.echo(text("operators-not-enough-about", fewest=FEWEST))
    if not found.deviations:
        typer.echo(text("operators-clean", trades=found.trades))
        return
    lines = [
        (row["at"], row["merchant_no"], row["operator_no"], row["terminal_no"], text(slip_key(row["slip"])),
         to_text(row["amount_minor"], row["currency"]), f"{row['file']}:{row['line_no']}", " ".join(row["beside"]))
        for row in (_slip(found, one) for one in found.deviations)
    ]  # fmt: skip
    shown = ("at", "merchant-no", "operator-no", "terminal-no", "slip", "amount", "row", "beside")
    said = text("operators-found", count=len(lines), trades=found.trades)
    print_table(said, [text(f"operators-col-{name}") for name in shown], lines)


def rate_text(one: Operator) -> str:
    """Return the rate with its interval in per cent, or that there is not enough data."""
    if not one.share.is_enough:
        return text("operators-not-enough")
    low, high = one.share.bounds
    return text("operators-rate", rate=f"{100 * one.share.rate:.2f}", low=f"{100 * low:.2f}", high=f"{100 * high:.2f}")


def slip_key(slip: str) -> str:
    """Return the text key of a slip."""
    return f"slip-{slip.replace('_', '-')}"
