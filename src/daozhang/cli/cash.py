"""``daozhang cash``: what is expected on which day against what has to be paid."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from daozhang import money
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
    user,
)
from daozhang.desk import measures_cash
from daozhang.errors import InputError
from daozhang.measures import obligations
from daozhang.measures.cash import CashCalendar

DAY_COLUMNS: Final = ("currency", "on", "in_minor", "out_minor", "balance_minor", "is_short", "titles")
OWED_COLUMNS: Final = (
    "id", "due_on", "title", "amount_minor", "currency", "account_tail", "file", "line_no", "made_by", "made_at",
)  # fmt: skip
REASONS: Final = ("past_due", "held", "unclear", "no_day")
"""Why money has no day, in the order shown."""

cash_app = typer.Typer(no_args_is_help=True, help="Money expected and money owed, day by day. 资金日历。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(cash_app, name="cash")


@cash_app.command("show")
def show(
    workspace: WorkspaceOption = Path(), *,
    days: Annotated[int, typer.Option("--days", min=1, max=measures_cash.MOST_DAYS, help="How many days from today. 天数。")] = measures_cash.USUAL_DAYS,
    opening: Annotated[str, typer.Option("--opening", help="Balance before today, in yuan; without it, of the statements. 期初余额。")] = "",
    as_json: JsonOption = False, as_csv: CsvOption = False,
) -> None:  # fmt: skip
    """Print the cash calendar: what comes, what goes, what is there, and the days on which it does not reach. 资金日历。

    Exit status: 0 it reaches, or no balance is known, 1 on some day it does not.
    """
    with opened(workspace) as place:
        start = money.to_minor(opening) if opening else None
        if opening and start is None:
            raise InputError("error-cash-opening", value=opening[:40])
        found = measures_cash.calendars(place, days=days, opening_minor=start)
    if as_json:
        print_json({"calendars": [_as_json(one) for one in found]})
    elif as_csv:
        print_csv(DAY_COLUMNS, [row for one in found for row in _rows(one)])
    else:
        for one in found:
            _print(one)
    raise typer.Exit(NEEDS_A_PERSON if any(one.short_on for one in found) else WELL)


def _rows(one: CashCalendar) -> list[list[object]]:
    return [
        [one.currency, day.on, day.in_minor, day.out_minor, day.balance_minor, day.is_short, "; ".join(out.title for out in day.going)]
        for day in one.days
    ]  # fmt: skip


def _as_json(one: CashCalendar) -> dict[str, object]:
    return {
        "currency": one.currency, "opening_minor": one.opening_minor, "short_on": list(map(str, one.short_on)),
        "lowest_minor": one.lowest_minor,
        "days": [
            {"on": str(day.on), "in_minor": day.in_minor, "out_minor": day.out_minor, "balance_minor": day.balance_minor,
             "is_short": day.is_short, "coming": [asdict(part) for part in day.coming], "going": [asdict(part) for part in day.going]}
            for day in one.days
        ],
        "undated": [asdict(part) for part in one.undated],
    }  # fmt: skip


def _print(one: CashCalendar) -> None:
    heads = [text(f"cash-col-{name}") for name in ("on", "in", "out", "balance", "what")]
    rows = [
        [day.on, money.to_text(day.in_minor, one.currency), money.to_text(-day.out_minor, one.currency),
         "—" if day.balance_minor is None else money.to_text(day.balance_minor, one.currency),
         "; ".join([*([text("cash-short")] if day.is_short else []), *(out.title for out in day.going)])]
        for day in one.days
        if day.coming or day.going
    ]  # fmt: skip
    start = text("cash-no-opening") if one.opening_minor is None else money.to_text(one.opening_minor, one.currency)
    print_table(text("cash-table-title", currency=one.currency, opening=start), heads, rows)
    for reason in REASONS:
        if one.undated_minor(reason):
            amount = money.to_text(one.undated_minor(reason), one.currency)
            typer.echo(text(f"cash-undated-{reason.replace('_', '-')}", amount=amount))


@cash_app.command("owe")
def owe(
    due_on: Annotated[str, typer.Argument(help="The day, as 2026-10-15. 付款日。")],
    title: Annotated[str, typer.Argument(help="What it is for. 用途。")],
    amount: Annotated[str, typer.Argument(help="In yuan. 金额（元）。")],
    workspace: WorkspaceOption = Path(), *,
    currency: Annotated[str, typer.Option("--currency", help="Another currency. 币种。")] = "CNY",
) -> None:  # fmt: skip
    """Note one amount that has to be paid on a day. 登记一笔应付。"""
    with opened(workspace) as place:
        due = obligations.line(
            {"due_on": due_on, "title": title, "amount": amount, "currency": currency}, text("cash-by-hand")
        )
        made = measures_cash.add(place, due, by=user())
    typer.echo(
        text(
            "cash-owed",
            number=made.pk,
            on=str(made.due_on),
            title=made.title,
            amount=money.to_text(made.amount_minor, made.currency),
        )
    )


@cash_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV with due_on, title, amount (currency, account_tail). 应付清单。")],
    workspace: WorkspaceOption = Path(),
) -> None:
    """Take a list of what has to be paid; the same file name again replaces the earlier list. 导入应付清单。"""
    with opened(workspace) as place:
        try:
            body = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError("error-cash-file", name=file.name, detail=str(error)) from None
        count = measures_cash.read_in(place, body, file.name, by=user())
    typer.echo(text("cash-read", name=file.name, count=count))


@cash_app.command("owed")
def owed(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False, as_csv: CsvOption = False) -> None:
    """List what has to be paid. 应付清单。"""
    with opened(workspace):
        found = [{name: getattr(row, name) for name in OWED_COLUMNS} for row in measures_cash.owed()]
    if as_json:
        print_json({"obligations": found})
    elif as_csv:
        print_csv(OWED_COLUMNS, [[row[name] for name in OWED_COLUMNS] for row in found])
    else:
        heads = [
            text("cash-owed-title-col" if name == "title" else f"cash-owed-{name.replace('_', '-')}")
            for name in OWED_COLUMNS
        ]
        shown = [
            [money.to_text(row[name], row["currency"]) if name == "amount_minor" else row[name] for name in OWED_COLUMNS] for row in found
        ]  # fmt: skip
        print_table(text("cash-owed-title"), heads, shown)


@cash_app.command("forget")
def forget(
    number: Annotated[int, typer.Argument(help="Its number in `cash owed`. 编号。")],
    workspace: WorkspaceOption = Path(),
) -> None:
    """Take one amount out of what has to be paid. 删除一笔应付。"""
    with opened(workspace) as place:
        measures_cash.forget(place, number, by=user())
    typer.echo(text("cash-forgotten", number=number))


@cash_app.command("feed")
def feed(
    out: Annotated[Path | None, typer.Option("--out", help="Where the file goes; without it, standard output. 输出文件。")] = None,
    workspace: WorkspaceOption = Path(),
) -> None:  # fmt: skip
    """Write the cash calendar as iCalendar, for a phone or a mail program. 导出日历文件（iCalendar）。"""
    with opened(workspace) as place:
        body = measures_cash.feed(place, language())
    if out is None:
        sys.stdout.buffer.write(body)
    else:
        out.write_bytes(body)
