"""``daozhang processes``: how each piece of business is done; ``daozhang mine``: where the money of a day is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from daozhang.cli.output import (
    NEEDS_A_PERSON,
    WELL,
    JsonOption,
    WorkspaceOption,
    language,
    opened,
    print_json,
    print_table,
    refusals,
    stop,
    text,
)
from daozhang.desk import portal
from daozhang.diagnosis.catalogue import role_key
from daozhang.money import to_text
from daozhang.services.processes import Process, document_key, process_named
from daozhang.services.processes import processes as library
from daozhang.web.words import sentence


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("processes")(processes)
    app.command("mine")(mine)


def processes(
    code: Annotated[str, typer.Argument(metavar="[PROCESS]", help="One process, for example open-merchant. 流程名。")] = "",
    *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """List how each piece of business is done, or print one card. 业务流程与材料。"""
    if code:
        with refusals():
            one = process_named(code)
        if as_json:
            print_json(_as_json(one))
        else:
            _print_card(one)
        return
    if as_json:
        print_json({"processes": [_as_json(one) for one in library().values()]})
        return
    rows = [
        [one.code.replace("_", "-"), text(one.key("name")), one.workdays, text(f"process-fee-{one.fee}"), _roles(one)]
        for one in library().values()
    ]  # fmt: skip
    print_table(text("processes-title"), text("processes-columns").split(","), rows)


def mine(
    day: Annotated[str, typer.Argument(metavar="[DAY]", help="The clearing day, 2026-11-27; left out: yesterday. 清算日。")] = "",
    workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Say where the money of a day is, why, and whether anybody has to be called. 昨天的钱在哪里。

    Exit status: 0 all is normal, 1 something needs a person.
    """
    try:
        asked = date.fromisoformat(day) if day else None
    except ValueError:
        stop(text("error-change-day", day=day[:20]))
    with opened(workspace) as place:
        found = portal.mine(place, asked)
    if as_json:
        print_json({"day": found.day, "asked": found.asked, "answers": [_answer_json(one) for one in found.answers]})
    elif not found.answers:
        typer.echo(text("portal-head-none"))
    else:
        for one in found.answers:
            _print_answer(one)
    raise typer.Exit(WELL if all(one.is_normal for one in found.answers) else NEEDS_A_PERSON)


def _print_answer(one: portal.DayAnswer) -> None:
    due = f"{one.row.due_at:%Y-%m-%d %H:%M}" if one.row.due_at else text("portal-due-unknown")
    where = text(
        f"portal-where-{one.place.replace('_', '-')}", amount=to_text(one.amount_minor, one.row.currency), due=due
    )
    typer.echo(f"{one.row.merchant_name or one.row.merchant_no} {one.row.settled_on}  {where}")
    typer.echo("  " + sentence(language(), one.why_key, one.why_facts, one.row.currency))
    typer.echo("  " + text(f"portal-call-{one.call}", due=due) + (f"  {one.number}" if one.number else ""))


def _answer_json(one: portal.DayAnswer) -> dict[str, object]:
    return {
        "acquirer": one.row.acquirer, "merchant_no": one.row.merchant_no, "settled_on": one.row.settled_on, "due_at": one.row.due_at,
        "currency": one.row.currency, "expected_minor": one.row.expected_minor, "arrived_minor": one.row.arrived_minor,
        "place": one.place, "amount_minor": one.amount_minor, "call": one.call, "finding_id": one.finding_id, "case": one.number,
    }  # fmt: skip


def _print_card(one: Process) -> None:
    typer.echo(text("processes-one", name=text(one.key("name"))))
    typer.echo(text(one.when_key))
    parts = [
        text("processes-time-part", party=text(f"party-{party}"), days=days) for party, days in one.workdays_of.items()
    ]
    typer.echo(text("processes-time", days=one.workdays, parts=" · ".join(parts)))
    for place, step in enumerate(one.steps, start=1):
        days = text("processes-days", days=step.workdays) if step.workdays else text("processes-same-day")
        typer.echo(f"{place}. {text(step.party_key)}: {text(step.key)} ({days})")
    for name in (*one.documents, *one.optional_documents):
        mark = f" {text('processes-optional')}" if name in one.optional_documents else ""
        typer.echo(f"· {text(document_key(name))}{mark}")
    typer.echo(f"{text('web-process-fee')}: {text(f'process-fee-{one.fee}')}")
    typer.echo(f"{text('web-process-contact')}: {_roles(one)}")
    typer.echo(f"{text('web-process-verify')}: {text(one.verify_key)}")


def _as_json(one: Process) -> dict[str, object]:
    return {
        "code": one.code, "name": text(one.key("name")), "when": text(one.when_key), "workdays": one.workdays, "fee": one.fee,
        "contacts": one.contacts, "documents": one.documents, "optional_documents": one.optional_documents,
        "steps": [{"step": step.code, "party": step.party, "workdays": step.workdays, "text": text(step.key)} for step in one.steps],
        "stages": one.stages, "verify": text(one.verify_key), "opens": one.opens,
    }  # fmt: skip


def _roles(one: Process) -> str:
    return " · ".join(text(role_key(role)) for role in one.contacts)
