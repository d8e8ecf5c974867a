"""``daozhang due`` and ``daozhang calendar``: what is known beforehand, without a single file being imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from daozhang.calendars import Calendar, shipped
from daozhang.cli import calendars
from daozhang.cli.output import (
    NEEDS_A_PERSON,
    CsvOption,
    JsonOption,
    opened,
    print_csv,
    print_json,
    print_table,
    stop,
    text,
)
from daozhang.contracts import Cycle, clock_of, cutover_of, parse_cycle
from daozhang.expectations import Due, NotPublished, cleared_on, due_at, naive_due_on

ZONE = ZoneInfo("Asia/Shanghai")

MaybeWorkspace = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", envvar="DAOZHANG_WORKSPACE", help="Use the edited days of this workspace."),
]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was asked and what came of it."""

    moment: datetime
    cycle: Cycle
    cutover: str
    due_time: str
    calendar: str
    cleared: date
    due: Due | NotPublished

    @property
    def skipped(self) -> list[tuple[date, str, str]]:
        """Return (day, key of the reason, its text in the language of the terminal)."""
        return [(one.day, one.reason.key, text(one.reason.key, **one.reason.facts)) for one in self.due.skipped]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("due")(due)
    calendars.register(app)
    if find_spec("daozhang.cli.reasons"):
        import_module("daozhang.cli.reasons").register(app)


def due(
    moment: Annotated[str, typer.Argument(help="When the payment was made, for example 2026-11-23T10:15.")],
    *,
    cycle: Annotated[str, typer.Option("--cycle", help="T+1: working days; D+1: calendar days.")] = "T+1",
    cutover: Annotated[str, typer.Option("--cutover", help="From then on, the next clearing day.")] = "23:00",
    due_time: Annotated[str, typer.Option("--due-time", help="Time of day by which the money is due.")] = "14:00",
    calendar: Annotated[str, typer.Option("--calendar", help="Code of the calendar.")] = "CN",
    workspace: MaybeWorkspace = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """Say by when the money of a payment is due (应到账时间), with the days skipped and why.

    Exit status: 0 the moment is known, 1 the calendar of that year is not published yet, 2 an argument is wrong.
    """
    terms, clock, when = parse_cycle(cycle), clock_of(due_time), _moment(moment)
    if terms is None:
        stop(text("due-bad-cycle", value=cycle))
    if clock is None or cutover_of(cutover) is None:
        stop(text("due-bad-clock", value=due_time if clock is None else cutover))
    if when is None:
        stop(text("due-bad-moment", value=moment))
    cleared = cleared_on(when, cutover)
    found = due_at(cleared, terms, _calendar(calendar, workspace), clock, occurred_at=when)
    answer = _Answer(when, terms, cutover, due_time, calendar, cleared, found)
    if as_json:
        print_json(_as_json(answer))
    elif as_csv:
        _print_csv(answer)
    else:
        _print_for_people(answer)
    if isinstance(found, NotPublished):
        raise typer.Exit(NEEDS_A_PERSON)


def _calendar(code: str, workspace: Path | None) -> Calendar:
    if workspace is None:
        return shipped(code)
    with opened(workspace) as one:
        from daozhang.desk.calendars import calendar_of  # noqa: PLC0415 - models load after a workspace is open

        return calendar_of(one, code)


def _moment(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is None else moment.astimezone(ZONE).replace(tzinfo=None)


def _as_json(answer: _Answer) -> dict[str, object]:
    is_known = isinstance(answer.due, Due)
    return {
        "moment": answer.moment,
        "cycle": str(answer.cycle),
        "cutover": answer.cutover,
        "due_time": answer.due_time,
        "calendar": answer.calendar,
        "cleared_on": answer.cleared,
        "due_at": answer.due.at if isinstance(answer.due, Due) else None,
        "naive_due_on": naive_due_on(answer.moment.date(), answer.cycle),
        "state": "due" if is_known else "year_not_published",
        "year": answer.due.year if isinstance(answer.due, NotPublished) else None,
        "skipped": [{"day": day, "reason": key, "why": why} for day, key, why in answer.skipped],
    }


def _print_csv(answer: _Answer) -> None:
    cells = _as_json(answer)
    cells["skipped"] = ";".join(f"{day.isoformat()} {why}" for day, _, why in answer.skipped)
    columns = ("moment", "cycle", "calendar", "cleared_on", "due_at", "naive_due_on", "state", "year", "skipped")
    print_csv(columns, [[cells[name] for name in columns]])


def _print_for_people(answer: _Answer) -> None:
    later = answer.cleared > answer.moment.date()
    key = "due-cleared-on-later" if later else "due-cleared-on"
    typer.echo(text(key, day=answer.cleared.isoformat(), cutover=answer.cutover))
    if isinstance(answer.due, NotPublished):
        typer.echo(text("calendar-not-published", calendar=answer.calendar, year=str(answer.due.year)))
    else:
        typer.echo(text("due-at", moment=answer.due.at.strftime("%Y-%m-%d %H:%M")))
    if answer.skipped:
        columns = (text("calendar-column-day"), text("calendar-column-why"))
        print_table(text("due-skipped-title"), columns, [(day, why) for day, _, why in answer.skipped])
