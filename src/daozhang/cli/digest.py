"""``daozhang operations``: the reports of the house and the weekly letter."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daozhang.cli.measures import SinceOption, UntilOption
from daozhang.cli.output import JsonOption, WorkspaceOption, language, opened, print_json, print_table, text, user
from daozhang.desk import measures_book, measures_digest, measures_providers, measures_sections
from daozhang.errors import InputError

operations_app = typer.Typer(
    no_args_is_help=True, help="Providers, health, effects, paths, data quality, letter. 运营报告。"
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(operations_app, name="operations")


@operations_app.command("report")
def report(
    name: Annotated[str, typer.Argument(help="providers, health, effects, paths or quality. 报告。")],
    workspace: WorkspaceOption = Path(), *, since: SinceOption = "", until: UntilOption = "", as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Print one report of a period, every line with what proves it. 运营报告。"""
    with opened(workspace) as place:
        made = measures_sections.REPORTS.get(name)
        if made is None:
            raise InputError("error-report-name", report=name[:20], possible=", ".join(measures_sections.REPORTS))
        found = made(place, measures_book.span_of(place, since, until), language())
    if as_json:
        print_json({"sections": [
            {"name": one.key.removeprefix("ops-"), "rows": [
                {key.rpartition("-")[2]: cell.text for key, cell in zip(one.columns, row, strict=True)} for row in one.rows
            ]} for one in found
        ]})  # fmt: skip
        return
    for one in found:
        print_table(
            f"{text(one.key)} · {one.lead}",
            [text(key) for key in one.columns],
            [[cell.text for cell in row] for row in one.rows],
        )


@operations_app.command("agree")
def agree(
    provider: Annotated[str, typer.Argument(help="Code of the acquirer. 收单机构。")],
    what: Annotated[str, typer.Argument(help="file, payout, credit or reply. 事项。")],
    workspace: WorkspaceOption = Path(), *,
    table: Annotated[str, typer.Option("--table", help="Of a file: transactions, clearings or payouts.")] = "",
    days: Annotated[int, typer.Option("--workdays", help="Working days after the clearing day. 工作日。")] = 1,
    at: Annotated[str, typer.Option("--at", help="By when, as 14:00. 时间。")] = "",
    hours: Annotated[int, typer.Option("--within", help="Of a reply: working hours. 工作小时。")] = 0,
    document: Annotated[str, typer.Option("--document", help="Where it is written. 出处。")] = "",
) -> None:  # fmt: skip
    """Note what a provider agreed to do by when. 登记约定时效。"""
    with opened(workspace) as place:
        measures_providers.agree(
            place,
            provider,
            what,
            by=user(),
            table=table,
            workdays_after=days,
            at=at,
            within_hours=hours,
            document=document,
        )
    typer.echo(text("ops-saved"))


@operations_app.command("pack")
def pack(
    out: Annotated[Path, typer.Argument(help="Where the workbook goes. 输出文件。")],
    workspace: WorkspaceOption = Path(), *, since: SinceOption = "", until: UntilOption = "",
) -> None:  # fmt: skip
    """Write the pack for providers as a workbook: kept times, breaches, paths, data quality, figures. 服务方反馈包。"""
    with opened(workspace) as place:
        out.write_bytes(measures_sections.pack(place, measures_book.span_of(place, since, until), language()))


@operations_app.command("letter")
def letter(
    workspace: WorkspaceOption = Path(), *,
    send: Annotated[bool, typer.Option("--send", help="Put it into the outbox. 放入发件箱。")] = False,
) -> None:  # fmt: skip
    """Print the weekly letter of each role as it would be sent now. 每周来信。"""
    with opened(workspace) as place:
        for role in measures_digest.ROLES:
            found = measures_digest.digest(place, role, language())
            typer.echo(f"{found.subject}\n\n{found.body}")
        if send:
            typer.echo(text("digest-sent", count=measures_digest.send(place)))
