"""``daozhang quarantine``, ``correct`` and ``expect-files``: what was set aside, putting it right, what should have come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daozhang.cli.output import (
    NEEDS_A_PERSON,
    CsvOption,
    JsonOption,
    WorkspaceOption,
    opened,
    print_csv,
    print_json,
    print_table,
    text,
    user,
)
from daozhang.errors import InputError
from daozhang.expectations.files import FilePlan, FileSource

if TYPE_CHECKING:
    from daozhang.desk.corrections import Edit, Line
    from daozhang.desk.expected_files import Expected
    from daozhang.desk.models import QuarantinedRow

QUARANTINE_COLUMNS = ("import_id", "file", "line_no", "column", "value", "reason")
CORRECT_COLUMNS = ("line_no", "state", "table", "column", "before", "after", "reason")
EXPECT_COLUMNS = (
    "table", "acquirer", "merchant_no", "account_tail", "how", "every_day", "after", "counts_workdays", "at", "last_on", "next_on",
    "next_due_at",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("quarantine")(quarantine)
    app.command("correct")(correct)
    app.command("expect-files")(expect_files)


def quarantine(
    import_id: Annotated[str, typer.Argument(help="One import; empty means all.")] = "",
    *,
    reason: Annotated[str, typer.Option(help="Only lines with this reason_key.")] = "",
    export: Annotated[Path | None, typer.Option(help="Write a CSV for the sender. 导出给发送方。")] = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """List rows that were set aside, with where, what and why. 隔离区。

    Exit status: 0 none was set aside, 1 there are some.
    """
    with opened(workspace) as place:
        from daozhang.desk import imports, set_aside  # noqa: PLC0415 - models load after a workspace is open

        rows = [row for row in imports.quarantined(place, import_id) if not reason or row.reason == reason]
        if export is not None:
            heads = [text(f"quarantine-head-{name.replace('_', '-')}") for name in set_aside.COLUMNS]
            written = set_aside.as_csv(rows, heads, _reason, set_aside.raw_lines(place, rows))
            export.write_text(written, encoding="utf-8", newline="")
            typer.echo(text("quarantine-exported", rows=len(rows), file=export.name))
    cells = [
        (row.import_row_id, row.import_row.file_name, row.line_no, row.column, row.value, _reason(row)) for row in rows
    ]
    if as_json:
        listed = [
            {**dict(zip(QUARANTINE_COLUMNS, one, strict=True)), "reason_key": row.reason, "facts": row.facts}
            for one, row in zip(cells, rows, strict=True)
        ]
        print_json({"rows": listed})
    elif as_csv:
        print_csv(QUARANTINE_COLUMNS, cells)
    elif not rows:
        typer.echo(text("quarantine-none"))
    elif export is None:
        print_table(text("quarantine-title"), text("quarantine-columns").split(","), [one[1:] for one in cells])
    if rows:
        raise typer.Exit(NEEDS_A_PERSON)


def correct(
    import_id: Annotated[str, typer.Argument(help="The import whose lines were set aside.")],
    line: Annotated[int | None, typer.Argument(help="The line; left out with --rule.")] = None,
    cells: Annotated[list[str] | None, typer.Argument(help="column=value, as it should stand on the line.")] = None,
    *,
    why: Annotated[str, typer.Option(help="Why; kept with the correction. 更正原因。")] = "",
    rule: Annotated[str, typer.Option(help="column=value: every waiting line whose cell holds that value …")] = "",
    means: Annotated[str, typer.Option(help="… is read with this instead; empty means an empty cell.")] = "",
    record: Annotated[str, typer.Option(help="The whole line, as it should have been.")] = "",
    table: Annotated[str, typer.Option("--as", help="Enter the row as one of this interchange table.")] = "",
    only_show: Annotated[bool, typer.Option("--preview", help="Only show how it would be read. 预览。")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Put set-aside lines right and take them in. 更正隔离行。

    The line is read again by the format of its file and keeps its origin. `daozhang undo` takes a correction back.

    Exit status: 0 all lines are in (or would be), 1 some still wait.
    """
    with opened(workspace) as place:
        from daozhang.desk import corrections  # noqa: PLC0415 - models load after a workspace is open

        edits: list[Edit]
        if rule:
            column, value = _pair(rule)
            edits = corrections.edits_of_rule(place, import_id, column=column, value=value, to=means)
        else:
            if line is None:
                raise InputError("error-correct-nothing")
            edits = [
                corrections.Edit(
                    line_no=line, cells=dict(_pair(cell) for cell in cells or ()), record=record, table=table
                )
            ]
        lines = corrections.preview(place, import_id, edits)
        made = None if only_show else corrections.correct(place, import_id, edits, by=user(), why=why)
    rows = [_line_row(one) for one in lines]
    if as_json:
        listed = [dict(zip(CORRECT_COLUMNS, row, strict=True)) for row in rows]
        print_json({"correction": made.id if made else "", "lines": listed})
    else:
        print_table(text("correct-title"), text("correct-columns").split(","), rows)
        if made is not None:
            typer.echo(text("correct-done", rows=made.rows_in, import_id=made.id, duplicate=made.duplicate))
    if not all(one.is_read for one in lines):
        raise typer.Exit(NEEDS_A_PERSON)


def expect_files(
    table: Annotated[str, typer.Argument(help="Interchange table the files bring; empty lists what is expected.")] = "",
    *,
    acquirer: Annotated[str, typer.Option(help="Who sends them. 收单机构。")] = "",
    merchant: Annotated[str, typer.Option(help="Merchant number, where each has its own. 商户号。")] = "",
    account: Annotated[str, typer.Option(help="Last digits of the account of a statement. 账号末位。")] = "",
    at: Annotated[str, typer.Option(help="Time of day by which the file is here, HH:MM.")] = "",
    after: Annotated[int, typer.Option(min=0, max=30, help="Days after the day the file is about.")] = 1,
    workdays: Annotated[
        bool, typer.Option("--workdays", help="Only working days have a file, counted in working days.")
    ] = False,
    from_day: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD; empty means today.")] = "",
    to_day: Annotated[str, typer.Option("--to", help="Last day, included.")] = "",
    nothing: Annotated[bool, typer.Option("--none", help="Expect nothing of this source.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Drop what was set; what comes decides again.")] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show or set when the files of each source are expected. 文件到达计划。

    Exit status: 0 nothing is overdue, 1 a file is overdue.
    """
    with opened(workspace) as place:
        from daozhang.desk import clock, expected_files  # noqa: PLC0415 - models load after a workspace is open

        source = FileSource(table, acquirer, merchant, account)
        if table and forget:
            expected_files.forget(place, source)
        elif table:
            plan = FilePlan(
                every_day=not workdays, after=after, counts_workdays=workdays, at=_clock(at, needed=not nothing),
                from_on=_day(from_day) or clock.now(place).date(), to_on=_day(to_day), is_expected=not nothing,
            )  # fmt: skip
            expected_files.expect(place, source, plan, by=user())
        now, listed = clock.now(place), expected_files.overview(place)
    rows = [_expected_row(one) for one in listed]
    if as_json:
        print_json({"sources": [dict(zip(EXPECT_COLUMNS, row, strict=True)) for row in rows]})
    elif as_csv:
        print_csv(EXPECT_COLUMNS, rows)
    elif not rows:
        typer.echo(text("expect-none"))
    else:
        print_table(text("expect-title"), text("expect-columns").split(","), [_expected_short(one) for one in listed])
    if any(one.next_due_at is not None and one.next_due_at < now for one in listed):
        raise typer.Exit(NEEDS_A_PERSON)


def _line_row(line: Line) -> Sequence[object]:
    column, (before, after) = next(iter(line.changes.items()), ("", ("", "")))
    if line.reject is not None:
        facts = {"column": line.reject.column, "value": line.reject.value, **line.reject.facts}
        return (line.line_no, text("correct-state-aside"), "", column, before, after, text(line.reject.reason, **facts))
    state = "correct-state-read" if line.is_read else "correct-state-no-row"
    table = line.rows[0][0] if line.rows else ""
    return (line.line_no, text(state), table, column, before, after, "")


def _expected_row(one: Expected) -> Sequence[object]:
    plan = one.plan
    said = (
        (plan.how if plan.is_expected else "none", plan.every_day, plan.after, plan.counts_workdays, f"{plan.at:%H:%M}")
        if plan
        else ("", None, None, None, "")
    )
    return (*one.source, *said, one.last_on, one.next_on, one.next_due_at)


def _expected_short(one: Expected) -> Sequence[object]:
    plan = one.plan
    how = text(f"expect-how-{plan.how if plan.is_expected else 'none'}") if plan else text("expect-how-unknown")
    who = " · ".join(part for part in one.source[1:] if part) or "—"
    due = f"{one.next_due_at:%Y-%m-%d %H:%M}" if one.next_due_at else "—"
    return (one.source.table, who, how, one.last_on or "—", one.next_on or "—", due)


def _pair(words: str) -> tuple[str, str]:
    column, sign, value = words.partition("=")
    if not sign or not column.strip():
        raise InputError("error-correct-pair", words=words)
    return column.strip(), value


def _clock(words: str, *, needed: bool) -> time:
    try:
        return time.fromisoformat(words) if words or needed else time()
    except ValueError:
        raise InputError("error-expect-clock", value=words) from None


def _day(day: str) -> date | None:
    try:
        return datetime.strptime(day, "%Y-%m-%d").date() if day else None
    except ValueError:
        raise InputError("error-day", value=day) from None


def _reason(row: QuarantinedRow) -> str:
    return text(row.reason, **{"column": row.column, "value": row.value, **row.facts})
