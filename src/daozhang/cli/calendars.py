"""``daozhang calendar``: see the settlement calendar of a year, import days and announced maintenance windows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from daozhang.calendars import (
    Calendar,
    DayRule,
    FileProblem,
    from_csv,
    shipped,
    shipped_windows,
    windows_from_csv,
)
from daozhang.cli.output import (
    NEEDS_A_PERSON,
    CsvOption,
    JsonOption,
    WorkspaceOption,
    opened,
    print_csv,
    print_json,
    print_table,
    stop,
    text,
)
from daozhang.desk import clock

MaybeWorkspace = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", envvar="DAOZHANG_WORKSPACE", help="With the edited days of this workspace."),
]
CodeOption = Annotated[str, typer.Option("--calendar", help="Code of the calendar.")]

group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The settlement calendar. 结算日历。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group.command("show")(show)
    group.command("import")(import_days)
    group.command("windows")(windows)
    group.command("import-windows")(import_windows)
    app.add_typer(group, name="calendar")


def show(
    year: Annotated[int, typer.Argument(min=1990, max=2100)],
    *,
    calendar: CodeOption = "CN",
    workspace: MaybeWorkspace = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Show the days of YEAR that do not follow the week (放假与调休).

    ``--csv`` prints them in the form that ``calendar import`` reads. Exit status 1 when the year is not published.
    """
    known, today = shipped(calendar), None
    if workspace is not None:
        with opened(workspace) as one:
            from daozhang.desk.calendars import calendar_of  # noqa: PLC0415 - models load after a workspace is open

            known, today = calendar_of(one, calendar), clock.now(one).date()
    rules = [known.rules[day] for day in sorted(known.rules) if day.year == year]
    if as_json:
        print_json(_as_json(known, year, rules))
    elif as_csv:
        print_csv(("day", "is_workday", "name_zh", "name_en", "source"), [_cells(rule) for rule in rules])
    else:
        _print_for_people(known, year, rules, today)
    if year not in known.years:
        raise typer.Exit(NEEDS_A_PERSON)


def import_days(
    file: Annotated[Path, typer.Argument(help="CSV: day,is_workday,name_zh,name_en[,source].")],
    *,
    workspace: WorkspaceOption = Path(),
    calendar: CodeOption = "CN",
    as_json: JsonOption = False,
) -> None:
    """Lay the days of FILE over the calendar; all or none (导入放假安排). Safe to run again."""
    read = from_csv(_content(file), source=file.name)
    _refuse(file, read.problems)
    with opened(workspace) as one:
        from daozhang.desk.calendars import calendar_of, set_days  # noqa: PLC0415 - models load after a workspace is open

        days = set_days(one, calendar, read.rules)
        known = calendar_of(one, calendar)
    touched = sorted({day.year for day in read.rules})
    incomplete = [year for year in touched if year not in known.years]
    if as_json:
        print_json({
            "calendar": calendar, "file": file.name, "days": days, "years": touched,
            "incomplete_years": incomplete, "published_until": known.published_until,
        })  # fmt: skip
        return
    typer.echo(text("calendar-imported", days=days, calendar=calendar, file=file.name))
    for year in incomplete:
        typer.echo(text("calendar-year-incomplete", year=str(year)))
    typer.echo(_extent(known))


def windows(*, workspace: MaybeWorkspace = None, as_json: JsonOption = False, as_csv: CsvOption = False) -> None:
    """List the announced times in which payment rails stand still (支付通道维护窗口)."""
    known = shipped_windows()
    if workspace is not None:
        with opened(workspace) as one:
            from daozhang.desk.calendars import windows_of  # noqa: PLC0415 - models load after a workspace is open

            known = windows_of(one)
    rows = [(one.rail, one.starts_at, one.ends_at, one.source) for one in known]
    columns = ("rail", "starts_at", "ends_at", "source")
    if as_json:
        print_json({"windows": [dict(zip(columns, row, strict=True)) for row in rows]})
    elif as_csv:
        print_csv(columns, rows)
    else:
        heads = [text(f"calendar-column-{name}") for name in ("rail", "starts", "ends", "source")]
        print_table(text("calendar-windows-title"), heads, rows)


def import_windows(
    file: Annotated[Path, typer.Argument(help="CSV: rail,starts_at,ends_at[,source].")],
    *,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Take announced maintenance windows from FILE; all or none (导入维护窗口). Safe to run again."""
    read = windows_from_csv(_content(file))
    _refuse(file, read.problems)
    with opened(workspace) as one:
        from daozhang.desk.calendars import set_windows  # noqa: PLC0415 - models load after a workspace is open

        count = set_windows(one, read.windows)
    if as_json:
        print_json({"file": file.name, "windows": count})
    else:
        typer.echo(text("calendar-windows-imported", windows=count, file=file.name))


def _content(file: Path) -> str:
    """Return the text of a CSV; a spreadsheet in China saves GBK as readily as UTF-8."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        stop(text("calendar-file-unreadable", file=str(file), why=error.strerror or ""))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError as error:
        stop(text("calendar-file-unreadable", file=str(file), why=str(error)))


def _refuse(file: Path, problems: Iterable[FileProblem]) -> None:
    said = [(one.line_no, text(one.key, **one.facts)) for one in problems]
    if said:
        lines = [text("calendar-file-line", line=str(line), problem=what) if line else what for line, what in said]
        stop("\n".join([text("calendar-file-refused", file=file.name), *lines]))


def _as_json(known: Calendar, year: int, rules: list[DayRule]) -> dict[str, object]:
    names = ("day", "is_workday", "name_zh", "name_en", "source")
    return {
        "calendar": known.code,
        "year": year,
        "is_published": year in known.years,
        "published_until": known.published_until,
        "days": [dict(zip(names, (*_cells(rule),), strict=True)) for rule in rules],
    }


def _cells(rule: DayRule) -> tuple[date, bool, str, str, str]:
    return (rule.day, rule.is_workday, rule.name_zh, rule.name_en, rule.source)


def _print_for_people(known: Calendar, year: int, rules: list[DayRule], today: date | None) -> None:
    if year not in known.years:
        typer.echo(text("calendar-not-published", calendar=known.code, year=str(year)))
    columns = [text(f"calendar-column-{name}") for name in ("day", "works", "why", "source")]
    rows = [
        (rule.day, text("calendar-works-yes" if rule.is_workday else "calendar-works-no"), _why(rule), rule.source)
        for rule in rules
    ]
    if rows:
        print_table(text("calendar-title", calendar=known.code, year=str(year)), columns, rows)
    ends_soon = today is not None and known.published_until is not None and known.warning_due(today)
    key = "calendar-ends-soon" if ends_soon else "calendar-published-until"
    typer.echo(text(key, calendar=known.code, until=str(known.published_until)) if known.years else _extent(known))


def _why(rule: DayRule) -> str:
    reason = rule.reason()
    return text("calendar-ordinary") if reason is None else text(reason.key, **reason.facts)


def _extent(known: Calendar) -> str:
    if known.published_until is None:
        return text("calendar-nothing-published", calendar=known.code)
    return text("calendar-published-until", calendar=known.code, until=str(known.published_until))
