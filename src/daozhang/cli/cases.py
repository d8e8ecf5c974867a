"""``daozhang cases``, ``case``, ``step``, ``write-off``, ``report`` and ``verify``."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from daozhang.cases.life import OPEN_STATES
from daozhang.cli.case_texts import CASE_COLUMNS, case_json, case_row, cause_name, moment_text, print_case, state_name
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
)  # fmt: skip
from daozhang.desk import audit, parts, remedy_steps
from daozhang.desk import cases as desk_cases
from daozhang.desk.models import Case
from daozhang.desk.reports import make_report, report_path
from daozhang.money import to_text
from daozhang.texts import LANGUAGES

NumberArgument = Annotated[
    str, typer.Argument(metavar="CASE_ID", help="The case, for example DZ-2026-000001. 工单编号。")
]
ByOption = Annotated[str, typer.Option("--by", help="Who does it. 经办人。", show_default=False)]
NoteOption = Annotated[str, typer.Option("--note", help="What is said about it. 说明。", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("cases")(cases)
    app.command("case")(case)
    app.command("step")(step)
    app.command("write-off")(write_off)
    app.command("report")(report)
    app.command("verify")(verify)


def cases(
    workspace: WorkspaceOption = Path(),
    state: Annotated[str, typer.Option("--state", help="Only cases of this state; 'open' is all that need work.")] = "",
    *,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
) -> None:
    """List the cases, the most urgent first. 列出工单。

    Exit status: 0 none is open, 1 cases are open, 2 it could not be done.
    """
    with opened(workspace) as here:
        found = desk_cases.cases(here, state=state or None)
    rows = [case_row(one) for one in found]
    if as_json:
        print_json({"cases": [dict(zip(CASE_COLUMNS, row, strict=True)) for row in rows]})
    elif as_csv:
        print_csv(CASE_COLUMNS, rows)
    else:
        _print_list(found)
    if any(one.state in OPEN_STATES for one in found):
        raise typer.Exit(NEEDS_A_PERSON)


def case(number: NumberArgument, workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Show one case: what is wrong, why, what to do, who must be told, what happened. 查看工单。

    Exit status: 0 it needs nobody, 1 it is open, 2 it could not be shown.
    """
    with opened(workspace) as here:
        view = desk_cases.case_view(here, number)
        row = desk_cases.case_named(number)
        board, remedy = parts.board(here, row), remedy_steps.steps_of(row)
    if as_json:
        print_json(
            case_json(view) | {"parties": [asdict(one) for one in board], "remedy": [asdict(one) for one in remedy]}
        )
    else:
        print_case(view, board, remedy)
    if view.is_open:
        raise typer.Exit(NEEDS_A_PERSON)


def step(
    number: NumberArgument,
    name: Annotated[str, typer.Argument(metavar="STEP", help="report-sent, receipt-confirmed, chased … 步骤。")],
    workspace: WorkspaceOption = Path(),
    by: ByOption = "",
    note: NoteOption = "",
    external_no: Annotated[str, typer.Option("--external-no", help="The other side's reference. 对方受理编号。")] = "",
    assignee: Annotated[str, typer.Option("--assignee", help="Who takes the case. 接手人。")] = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Take one step on a case. A step that cannot happen now is refused and says what can. 推进工单。"""
    with opened(workspace) as here:
        done = desk_cases.advance(
            here, number, name, by=by, note=note, facts={"external_no": external_no, "assignee": assignee}
        )
    say_done(done, "step-" + name.replace("_", "-"), as_json=as_json)


def write_off(
    number: NumberArgument,
    workspace: WorkspaceOption = Path(),
    by: ByOption = "",
    reason: Annotated[str, typer.Option("--reason", help="Why it is not chased any more. 理由。")] = "",
    *,
    approve: Annotated[
        bool, typer.Option("--approve", help="Approve what somebody else asked for. 复核同意。")
    ] = False,
    decline: Annotated[bool, typer.Option("--decline", help="Decline it. 复核不同意。")] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask that a gap is not chased any more, or approve it: two different people. 核销，经办与复核须为两人。"""
    with opened(workspace) as here:
        if approve:
            key, done = "step-write-off-approved", desk_cases.approve_write_off(here, number, by=by, note=reason)
        elif decline:
            key, done = "step-write-off-declined", desk_cases.decline_write_off(here, number, by=by, note=reason)
        else:
            key, done = "step-write-off-asked", desk_cases.ask_write_off(here, number, by=by, reason=reason).case
    say_done(done, key, as_json=as_json)


def report(
    number: NumberArgument,
    out: Annotated[Path, typer.Option("-o", "--out", help="The PDF to write. 输出文件。", show_default=False)],
    workspace: WorkspaceOption = Path(),
    chosen: Annotated[str, typer.Option("--language", help="zh or en; default: that of the workspace. 语言。")] = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Write the settlement failure report of a case as PDF. 出具清算失败报告。

    Safe to run again: the same facts give the same version and the same bytes.
    """
    with opened(workspace) as here:
        wanted = chosen or here.settings.language
        if wanted not in LANGUAGES:
            stop(text("error-language", language=wanted))
        made = make_report(here, number, wanted)
        _copy(report_path(here, made), out)
    if as_json:
        print_json({
            "number": made.number, "version": made.version, "language": made.language, "facts_hash": made.facts_hash,
            "sha256": made.sha256, "path": str(out),
        })  # fmt: skip
    else:
        typer.echo(text("report-made", number=made.number, version=made.version, language=made.language, path=str(out)))


def verify(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Check that no step of any case, and nothing people did to imports, was changed, removed or moved. 校验审计链。

    Exit status: 0 the chain is whole, 1 it is not: the first row that does not fit is named.
    """
    with opened(workspace) as here:
        found = audit.verify(here)
    if as_json:
        print_json({
            "checked": found.checked, "is_whole": found.is_whole, "case": found.case_number or None,
            "step_no": found.event_no or None, "problem": found.problem or None,
            "imports_checked": found.imports_checked, "import_id": found.import_id or None,
        })  # fmt: skip
    elif found.is_whole:
        typer.echo(text("audit-whole", checked=found.checked, imports=found.imports_checked))
    elif found.import_id:
        facts = {"checked": found.imports_checked, "import_id": found.import_id}
        typer.echo(text("audit-import-not-whole", problem=text(found.problem), **facts))
    else:
        facts = {"checked": found.checked, "number": found.case_number or "-", "no": found.event_no}
        typer.echo(text("audit-not-whole", problem=text(found.problem), **facts))
    if not found.is_whole:
        raise typer.Exit(NEEDS_A_PERSON)


def _print_list(found: list[Case]) -> None:
    if not found:
        typer.echo(text("cases-none"))
        return
    columns = [
        text(f"column-{name}") for name in ("number", "state", "acquirer", "merchant", "gap", "cause", "deadline")
    ]
    print_table(text("cases-title"), columns, [_shown(one) for one in found])
    count = sum(one.state in OPEN_STATES for one in found)
    typer.echo(text("cases-open-count", open=count, all=len(found)))


def _shown(one: Case) -> list[str]:
    deadline = moment_text(one.deadline_at)
    return [
        one.number, state_name(one.state), one.acquirer, one.merchant_no, to_text(one.gap_minor, one.currency),
        cause_name(one.incident.cause_code), deadline,
    ]  # fmt: skip


def say_done(done: Case, step_key: str, *, as_json: bool) -> None:
    """Print how a case stands after a step."""
    if as_json:
        print_json(dict(zip(CASE_COLUMNS, case_row(done), strict=True)))
        return
    state = text("state-" + done.state.replace("_", "-"))
    typer.echo(text("case-step-done", number=done.number, step=text(step_key), state=state))


def _copy(source: Path, target: Path) -> None:
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(source.read_bytes())
        draft.replace(target)
    except OSError as error:
        stop(text("error-report-file", path=str(target), detail=error.strerror or str(error)))
