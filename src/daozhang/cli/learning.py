"""``daozhang operators`` and ``daozhang learn``: slips of operation with their rows; courses, quizzes, certificates."""

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
    language,
    opened,
    print_csv,
    print_json,
    print_table,
    text,
    user,
)
from daozhang.desk import learning_courses as desk_courses
from daozhang.desk import learning_operators as operators_desk
from daozhang.desk.learning_operators import Operator, Seen
from daozhang.errors import InputError
from daozhang.learning import courses
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
    app.add_typer(learn_app, name="learn")


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


learn_app = typer.Typer(no_args_is_help=True, help="Courses, quizzes, certificates, re-tests. 课程、测验、证书。")
CourseArgument = Annotated[str, typer.Argument(help="The course. 课程代码。")]
SeedOption = Annotated[
    int | None, typer.Option("--seed", min=0, help="Draws the questions; the sheet names it. 题号种子。")
]


@learn_app.command("staff")
def staff(
    path: Annotated[Path, typer.Argument(help="CSV: name, role, acquirer, merchant_no, operator_no. 员工名单。")],
    workspace: WorkspaceOption = Path(),
) -> None:  # fmt: skip
    """Take in the list of staff; who is on it already is brought up to date. 导入员工名单。"""
    with opened(workspace) as place:
        try:
            body = path.read_bytes()
        except OSError:
            raise InputError("error-staff-list") from None
        count = desk_courses.take_staff(place, body, by=user())
    typer.echo(text("learn-staff-taken", count=count))


@learn_app.command("sheet")
def sheet(course: CourseArgument, workspace: WorkspaceOption = Path(), *, seed: SeedOption = None) -> None:
    """Print a quiz for paper; nothing of it needs a network. 打印测验卷。"""
    with opened(workspace):
        chosen, number = courses.course(course), desk_courses.new_seed() if seed is None else seed
    typer.echo(text("learn-sheet", title=chosen.title[language()], seed=number) + "\n")
    for place, question in enumerate(courses.drawn(chosen, number), start=1):
        typer.echo(f"{place}. {question.ask[language()]}")
        for letter, option in zip(courses.LETTERS, question.options, strict=True):
            typer.echo(f"   {letter}. {option.say[language()]}")


@learn_app.command("answer")
def answer(
    course: CourseArgument,
    name: Annotated[str, typer.Argument(help="Who answered, as on the staff list. 姓名。")],
    letters: Annotated[str, typer.Argument(help="The letters in order, as ABCA. 答案。")],
    workspace: WorkspaceOption = Path(), *,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The seed on the sheet. 卷上的种子。")],
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Mark a quiz; every wrong answer is explained, a passed one gives a certificate. 判卷。

    Exit status: 0 passed, 1 not passed: nobody is marked as trained.
    """
    with opened(workspace) as place:
        result, certificate = desk_courses.take(place, name, course, seed, list(letters), by=user(), on_paper=True)
    wrong = [
        (number, given, option.why[language()])
        for number, (question, given) in enumerate(zip(result.questions, result.answers, strict=True), start=1)
        for letter, option in zip(courses.LETTERS, question.options, strict=True)
        if letter == given and not option.is_right
    ]
    if as_json:
        print_json({
            "right": result.right, "asked": courses.ASKED, "passed": result.passed,
            "certificate": certificate.number if certificate else None,
            "valid_until": certificate.valid_until if certificate else None, "wrong": [list(one) for one in wrong],
        })  # fmt: skip
    else:
        for number, given, why in wrong:
            typer.echo(f"{number}. {given}: {why}")
        if certificate:
            typer.echo(text("learn-passed", number=certificate.number, until=certificate.valid_until))
        else:
            typer.echo(text("learn-failed", right=result.right, asked=courses.ASKED, needed=courses.PASS))
    raise typer.Exit(WELL if result.passed else NEEDS_A_PERSON)


@learn_app.command("status")
def status(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Show who is trained in what, until when, and which courses wait. 培训情况。"""
    with opened(workspace) as place:
        rows = [
            {
                "name": one.learner.name, "course": one.course, "state": one.state, "valid_until": one.valid_until,
                "assigned": one.assigned.reason if one.assigned else "", "due_on": one.assigned.due_on if one.assigned else None,
            }
            for one in desk_courses.standings(place)
        ]  # fmt: skip
    if as_json:
        print_json({"standings": rows})
        return
    shown = [
        (row["name"], courses.course(str(row["course"])).title[language()], text(f"learn-state-{row['state']}"), row["valid_until"], row["due_on"])
        for row in rows
    ]  # fmt: skip
    heads = [text(f"learn-col-{name}") for name in ("name", "course", "state", "until", "due")]
    print_table(text("learn-status-title"), heads, shown)


@learn_app.command("assign")
def assign(
    workspace: WorkspaceOption = Path(), *,
    first: Annotated[str, typer.Option("--from", help="First day of the slips. 起始日。")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day. 截止日。")] = "",
) -> None:  # fmt: skip
    """Assign courses for observed slips and re-tests that are due. Safe to run again. 按偏差安排课程。"""
    with opened(workspace) as place:
        made = desk_courses.assign(place, *operators_desk.span(place, first, last), by=user())
    typer.echo(text("learn-assigned", count=len(made)))


@learn_app.command("effect")
def effect(
    course: CourseArgument,
    name: Annotated[str, typer.Argument(help="Who took it. 姓名。")],
    workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Compare the slips per payment before and after a course, with a 95 % interval. 培训前后对比。"""
    with opened(workspace) as place:
        found = desk_courses.effect_of(place, name, course)
    if as_json:
        print_json({
            "trend": found.trend.value, "before": [found.before.hits, found.before.count],
            "after": [found.after.hits, found.after.count], "low": round(found.low, 6), "high": round(found.high, 6),
        })  # fmt: skip
        return
    typer.echo(
        text(
            f"learn-effect-{found.trend.value.replace('_', '-')}", before=found.before.hits, of_before=found.before.count,
            after=found.after.hits, of_after=found.after.count, low=f"{100 * found.low:.2f}", high=f"{100 * found.high:.2f}",
        )
    )  # fmt: skip
