"""``daozhang merge``, ``part-case``, ``help-sought``, ``outside``, ``ways`` and ``step-many``: cases together, apart, and many at once."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from daozhang.cli.cases import ByOption, NoteOption, NumberArgument, say_done
from daozhang.cli.output import NEEDS_A_PERSON, JsonOption, WorkspaceOption, opened, print_json, text
from daozhang.desk import bulk, case_links, climbing, options
from daozhang.desk.cases import case_named
from daozhang.money import to_text


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("merge")(merge)
    app.command("part-case")(part_case)
    app.command("help-sought")(help_sought)
    app.command("outside")(outside)
    app.command("ways-to-solve")(ways_to_solve)
    app.command("step-many")(step_many)


def merge(
    number: NumberArgument,
    into: Annotated[
        str, typer.Option("--into", help="The case it is worked as part of; empty: on its own again. 并入的工单。")
    ] = "",
    workspace: WorkspaceOption = Path(),
    by: ByOption = "",
    note: NoteOption = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Work a case as part of another, or without --into on its own again. It still closes on its own bank line. 合并工单。"""
    with opened(workspace) as here:
        if into:
            done, key = case_links.merge(here, number, into, by=by, note=note), "step-merged"
        else:
            done, key = case_links.unmerge(here, number, by=by, note=note), "step-unmerged"
    say_done(done, key, as_json=as_json)


def part_case(
    number: NumberArgument,
    findings: Annotated[
        list[str], typer.Argument(metavar="FINDING", help="Findings to move, by their ids. 拆出的差错。")
    ],
    workspace: WorkspaceOption = Path(),
    by: ByOption = "",
    note: NoteOption = "",
    cause: Annotated[str, typer.Option("--cause", help="Their cause, when it is another one. 另一原因。")] = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Give findings of a case a case of their own, also in every later run. At least one stays. 拆分工单。"""
    with opened(workspace) as here:
        made = case_links.part(here, number, findings, by=by, note=note, cause_code=cause or None)
    say_done(made, "step-opened", as_json=as_json)


def help_sought(
    number: NumberArgument,
    wanted: Annotated[
        str, typer.Argument(metavar="KIND", help="contact, device, operation, guidance or expert. 协助环节。")
    ],
    workspace: WorkspaceOption = Path(),
    by: ByOption = "",
    note: NoteOption = "",
    reason: Annotated[str, typer.Option("--reason", help="Why earlier kinds are skipped. 跳过的理由。")] = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Note that help was sought. Skipping an earlier kind needs its reason. 记录寻求协助。"""
    with opened(workspace) as here:
        done = climbing.seek(here, number, wanted, by=by, note=note, reason=reason)
    say_done(done, "step-help-sought", as_json=as_json)


def outside(
    number: NumberArgument,
    level: Annotated[str, typer.Argument(metavar="LEVEL", help="L5 (outside channels) or L6 (law). 级别。")],
    workspace: WorkspaceOption = Path(),
    by: ByOption = "",
    note: NoteOption = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Note that a case was taken to channels outside the acquirer: only a person decides this. 向外部渠道反映。"""
    with opened(workspace) as here:
        done = climbing.take_outside(here, number, level, by=by, note=note)
    say_done(done, "step-taken-outside", as_json=as_json)


def ways_to_solve(
    number: NumberArgument,
    workspace: WorkspaceOption = Path(),
    choose: Annotated[str, typer.Option("--choose", help="Take this way. 选定方案。")] = "",
    by: ByOption = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """List the ways to solve a case, best first by what worked here, or choose one. 可选方案。"""
    with opened(workspace) as here:
        if choose:
            options.choose(here, number, choose, by=by)
        found = options.ranked(here, case_named(number))
    if as_json:
        print_json({"ways": [asdict(one) for one in found]})
        return
    for one in found:
        key = "web-life-option-known" if one.tried else "web-life-option-planned"
        facts = {"rate": one.rate_pct, "hours": one.hours} | (
            {"worked": one.worked, "tried": one.tried} if one.tried else {}
        )
        typer.echo(f"{one.option.key}  {text(one.option.text_key)}\n    {text(key, **facts)}")


def step_many(
    step: Annotated[
        str, typer.Argument(metavar="STEP", help="assigned, report-sent, chased, commented or measure-taken. 步骤。")
    ],
    workspace: WorkspaceOption = Path(),
    by: ByOption = "",
    note: NoteOption = "",
    acquirer: Annotated[str, typer.Option("--acquirer", help="Only cases of this acquirer. 收单机构。")] = "",
    cause: Annotated[str, typer.Option("--cause", help="Only cases of this cause code. 原因编号。")] = "",
    assignee: Annotated[str, typer.Option("--assignee", help="Only cases of this person. 现接手人。")] = "",
    assign_to: Annotated[str, typer.Option("--assign-to", help="For assigned: who takes them. 新接手人。")] = "",
    seal: Annotated[
        str, typer.Option("--seal", help="What the first call printed; without it nothing is done. 范围印记。")
    ] = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Take one step on all cases of a filter: first shows the scope and its seal, then does it with --seal. 批量处理。

    Exit status: 0 it is done, 1 the scope is shown and nothing was done.
    """
    chosen = {"acquirer": acquirer, "cause": cause, "assignee": assignee}
    with opened(workspace) as here:
        there = (
            bulk.take(here, step, chosen, seal=seal, shown=0, by=by, note=note, assignee=assign_to)
            if seal
            else bulk.scope(step, chosen)
        )
    name = text("step-" + there.step.value.replace("_", "-"))
    amount = ", ".join(to_text(minor, currency, sign=True) for currency, minor in sorted(there.amounts.items())) or "0"
    if as_json:
        print_json(asdict(there) | {"is_done": bool(seal)})
    elif seal:
        typer.echo(text("web-bulk-done", step=name, count=len(there.numbers)))
    else:
        typer.echo(text("web-bulk-scope", step=name, count=len(there.numbers), amount=amount))
        typer.echo(" ".join(there.numbers[:20]) + (" …" if len(there.numbers) > 20 else ""))
        typer.echo(f"--seal {there.seal}")
    if not seal:
        raise typer.Exit(NEEDS_A_PERSON)
