"""``run``, ``findings``, ``money``, ``where``, ``replay``: the settlement day and what it found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

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
    stop,
    text,
)
from daozhang.desk import listings, readings, settle_day
from daozhang.desk.replay import replay as replay_folder
from daozhang.diagnosis.finding import Finding
from daozhang.texts import say

FINDING_COLUMNS: Final = listings.FINDING

AsOf = Annotated[
    str, typer.Option("--as-of", metavar="MOMENT", help="Local time, for example 2026-10-08T14:05. Default: now.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("run")(run)
    app.command("findings")(findings)
    app.command("money")(money)
    app.command("where")(where)
    app.command("replay")(replay)


def run(workspace: WorkspaceOption = Path(), *, as_of: AsOf = "", as_json: JsonOption = False) -> None:
    """Judge every payment due by now and open a case for each incident. 跑批：应到未到、勾对、差错、工单。

    Safe to run again: a second run opens nothing new. Exit status: 0 all is well, 1 something needs a person.
    """
    with opened(workspace) as place:
        result = settle_day.run_day(place, moment_of(as_of))
    alarms = [one for one in result.day.findings if one.severity == "alarm"]
    if as_json:
        recorded = result.recorded
        print_json(
            {
                "as_of": result.day.as_of, "findings": len(result.day.findings), "alarms": len(alarms),
                "incidents": len({one.incident_id for one in alarms}), "cases_opened": recorded.opened,
                "cases_settled": recorded.settled, "updated": recorded.updated, "unchanged": recorded.unchanged,
                "counts": dict(result.day.counts),
            }
        )  # fmt: skip
    else:
        _say_run(result, alarms)
    raise typer.Exit(NEEDS_A_PERSON if alarms else WELL)


def _say_run(result: settle_day.DayResult, alarms: Sequence[Finding]) -> None:
    counts = result.day.counts
    typer.echo(
        text(
            "run-done", at=f"{result.day.as_of:%Y-%m-%d %H:%M}", transactions=f"{counts['transactions']:,}",
            pairs=f"{counts['pairs']:,}", opened=result.recorded.opened, settled=result.recorded.settled,
        )
    )  # fmt: skip
    if not alarms:
        typer.echo(text("run-nothing-needs-you"))
        return
    by_cause: dict[tuple[str, str], list[Finding]] = {}
    for one in alarms:
        by_cause.setdefault((one.found.type.value, one.cause_code), []).append(one)
    rows = [
        (
            break_name(kind), cause_name(code), len(group),
            fen.to_text(sum(one.found.gap_minor for one in group), group[0].found.currency, sign=True),
        )
        for (kind, code), group in sorted(by_cause.items(), key=lambda item: sum(one.found.gap_minor for one in item[1]))
    ]  # fmt: skip
    heads = [text(f"findings-head-{name}") for name in ("what", "why", "how-many", "gap")]
    print_table(text("run-needs-you", alarms=len(alarms)), heads, rows)
    typer.echo(text("run-next"))


def break_name(kind: str) -> str:
    """Return the name of a break type in the language of the terminal."""
    return text("break-" + kind.replace("_", "-") + "-name")


def cause_name(code: str) -> str:
    """Return the name of a cause in the language of the terminal; a dash word when it is unknown."""
    return say(language(), f"cause-{code.lower()}-name") if code else text("cause-not-known")


def findings(
    workspace: WorkspaceOption = Path(), *, as_of: AsOf = "",
    history: Annotated[bool, typer.Option("--history", help="One line per finding and per change of its verdict.")] = False,
    as_json: JsonOption = False, as_csv: CsvOption = False,
) -> None:  # fmt: skip
    """List the breaks as they stand, or as they stood at a moment. 差错清单。"""
    with opened(workspace) as place:
        rows = readings.history(place) if history else readings.findings(place, moment_of(as_of))
    alarms = any(row["severity"] == "alarm" for row in rows)
    if as_json:
        print_json({"findings": [listings.of_finding(row) for row in rows]})
    elif as_csv:
        print_csv(FINDING_COLUMNS, ([row[name] for name in FINDING_COLUMNS] for row in rows))
    else:
        _findings_table(rows)
    raise typer.Exit(NEEDS_A_PERSON if alarms else WELL)


def _findings_table(rows: Iterable[dict[str, Any]]) -> None:
    shown = [
        (
            text("severity-" + row["severity"]), break_name(row["break_type"]), cause_name(row["cause_code"]),
            row["merchant_no"], row["settled_on"] or "", fen.to_text(row["gap_minor"], row["currency"], sign=True),
            row["case_id"], row["evidence"].split(";")[0],
        )
        for row in rows
    ]  # fmt: skip
    names = ("severity", "what", "why", "merchant", "day", "gap", "case", "proof")
    print_table(text("findings-title", count=len(shown)), [text(f"findings-head-{name}") for name in names], shown)


MONEY_COLUMNS: Final = listings.MONEY


def money(
    workspace: WorkspaceOption = Path(), *, as_of: AsOf = "", as_json: JsonOption = False, as_csv: CsvOption = False
) -> None:
    """Show where every fen of each merchant-day is. 资金去向：每个商户日的每一分钱。"""
    with opened(workspace) as place:
        rows = readings.money(place, as_of=moment_of(as_of))
    cells = [[getattr(row, name) for name in MONEY_COLUMNS] for row in rows]
    if as_json:
        print_json({"money": [listings.of_money(row) for row in rows]})
    elif as_csv:
        print_csv(MONEY_COLUMNS, cells)
    else:
        shown = [[*row[:3], row[4], *(fen.to_text(amount, row[3]) for amount in row[5:])] for row in cells]
        names = [name for name in MONEY_COLUMNS if name != "currency"]
        print_table(text("money-title"), [text("money-head-" + name.replace("_", "-")) for name in names], shown)


def where(
    words: Annotated[list[str], typer.Argument(metavar="TEXT", help="Reference, trace or order number, amount, card tail.")],
    workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Show the whole way of one payment: every leg, file and line. 一笔钱的全过程。"""
    with opened(workspace) as place:
        ways = readings.find(place, " ".join(words))
    if as_json:
        print_json({"ways": [way.as_json() for way in ways]})
    else:
        for way in ways:
            rows = [
                (text("leg-" + leg.kind.replace("_", "-")), leg.at, fen.to_text(leg.amount_minor, leg.currency, sign=True) if leg.file else "",
                 leg.state, leg.reference, f"{leg.file}:{leg.line_no}" if leg.file else "", say(language(), leg.sentence_key, **leg.sentence_facts))
                for leg in way.legs
            ]  # fmt: skip
            heads = [
                text(f"where-head-{name}") for name in ("leg", "at", "amount", "state", "reference", "proof", "says")
            ]
            print_table(way.title, heads, rows)
    if not ways:
        stop(text("where-nothing", words=" ".join(words)))


def replay(
    folder: Annotated[Path, typer.Argument(help="A folder with its arrivals.csv.", exists=True, file_okay=False)],
    workspace: WorkspaceOption = Path(), *,
    start: Annotated[str, typer.Option("--from", metavar="MOMENT")] = "",
    end: Annotated[str, typer.Option("--to", metavar="MOMENT")] = "",
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Play a folder in order of arrival, judging at each arrival and at each due moment. 按到达顺序回放。"""
    with opened(workspace) as place:
        played = replay_folder(place, folder, start=moment_of(start), end=moment_of(end))
    if as_json:
        print_json(played)
    else:
        typer.echo(text("replay-done", moments=played["moments"], files=played["files"], findings=played["findings"]))


def moment_of(words: str) -> datetime | None:
    """Read a moment; an offset is converted to Asia/Shanghai, a day alone is its end."""
    if not words:
        return None
    from daozhang.desk.clock import ZONE  # noqa: PLC0415

    try:
        moment = datetime.fromisoformat(words.replace(" ", "T"))
    except ValueError:
        stop(text("error-moment", value=words))
    if len(words) == 10:
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment.astimezone(ZONE).replace(tzinfo=None) if moment.tzinfo else moment
