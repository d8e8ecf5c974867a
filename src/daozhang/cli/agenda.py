"""``daozhang agenda``, ``party``, ``reply``, ``reply-step`` and ``prove``: what to do today, and what others said and did."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from daozhang.cli.case_texts import cause_name, moment_text
from daozhang.cli.cases import ByOption, NoteOption, NumberArgument
from daozhang.cli.output import NEEDS_A_PERSON, JsonOption, WorkspaceOption, language, opened, print_json, text
from daozhang.desk import agenda as desk_agenda
from daozhang.desk import parts, remedy_steps, replies, scripts
from daozhang.desk.cases import case_view
from daozhang.desk.life_models import CaseReply
from daozhang.errors import InputError
from daozhang.money import to_text

PartyOption = Annotated[str, typer.Option("--party", help="acquirer, bank, provider, network or merchant. 哪一方。")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("agenda")(agenda)
    app.command("script")(script)
    app.command("party")(party)
    app.command("reply")(reply)
    app.command("reply-step")(reply_step)
    app.command("prove")(prove)


def agenda(
    workspace: WorkspaceOption = Path(),
    person: Annotated[str, typer.Option("--person", help="Only what is this person's or nobody's. 仅看某人。")] = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """List what is to be done today: which case, why, whom to call, by when. 今日待办。

    Exit status: 0 there is nothing to do, 1 there is.
    """
    with opened(workspace) as here:
        found = desk_agenda.agenda(here, person)
    if as_json:
        print_json({"agenda": [asdict(one) for one in found]})
    elif not found:
        typer.echo(text("agenda-none"))
    else:
        typer.echo(text("agenda-title"))
        for one in found:
            _print_line(one)
    if found:
        raise typer.Exit(NEEDS_A_PERSON)


def script(
    number: NumberArgument, workspace: WorkspaceOption = Path(), by: ByOption = "", *, as_json: JsonOption = False
) -> None:
    """Print what to say on the telephone about a case, every fact filled in, and what is still missing. 通话提纲。

    Exit status: 0 every mandatory fact is at hand, 1 some are missing.
    """
    with opened(workspace) as here:
        made = scripts.script_of(here, case_view(here, number), language(), by)
    if as_json:
        print_json(asdict(made))
    else:
        typer.echo(made.text + "\n")
        typer.echo(text("script-complete", percent=made.completeness.percent))
        if made.completeness.missing:
            names = [text("script-" + name.replace("_", "-")) for name in made.completeness.missing]
            typer.echo(text("script-missing", missing=", ".join(names)))
    if made.completeness.missing:
        raise typer.Exit(NEEDS_A_PERSON)


def party(
    number: NumberArgument,
    who: Annotated[
        str, typer.Argument(metavar="PARTY", help="acquirer, bank, provider, network or merchant. 哪一方。")
    ],
    step: Annotated[str, typer.Argument(metavar="STEP", help="party-asked, party-answered or party-closed. 步骤。")],
    workspace: WorkspaceOption = Path(),
    by: ByOption = "",
    note: NoteOption = "",
    external_no: Annotated[str, typer.Option("--external-no", help="Their reference. 对方受理编号。")] = "",
    promised: Annotated[
        datetime | None,
        typer.Option(
            "--promised",
            formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            help="When they promised to answer. 承诺答复时间。",
        ),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Note that one party was asked, answered or closed its part; the case itself goes on. 记录各方进展。"""
    with opened(workspace) as here:
        part = parts.take(here, number, who, step, by=by, note=note, external_no=external_no, promised_at=promised)
    if as_json:
        print_json({"case_id": number, "party": part.party, "state": part.state, "external_no": part.external_no,
                    "promised_at": part.promised_at})  # fmt: skip
    else:
        typer.echo(text("case-party-line", party=text(f"party-{part.party}"), state=text(f"part-{part.state}")))


def reply(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The answer: a text, a mail (.eml), or - for standard input. 答复。")
    ],
    workspace: WorkspaceOption = Path(),
    by: ByOption = "",
    number: Annotated[str, typer.Option("--case", help="Its case, when the answer does not name one. 所属工单。")] = "",
    who: PartyOption = "acquirer",
    *,
    as_json: JsonOption = False,
) -> None:
    """Take in an official answer, join it to its case and read it into steps. 收进正式答复。

    Safe to run again: the same answer is taken once. Exit status: 0 it is in its case, 1 a person says which case it is.
    """
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InputError("error-reply-file", path=str(file), detail=error.strerror or str(error)) from error
    with opened(workspace) as here:
        if file.suffix.lower() == ".eml":
            taken = replies.take_mail(here, body, by=by, party=who)
        else:
            taken = replies.take(here, body.decode("utf-8", "replace"), by=by, number=number, party=who)
        said = _reply_json(taken.reply) | {"candidates": list(taken.candidates)}
    if as_json:
        print_json(said)
    else:
        _print_reply(said)
    if not taken.case_number:
        raise typer.Exit(NEEDS_A_PERSON)


def reply_step(
    step_id: Annotated[
        int, typer.Argument(metavar="ID", help="The step's number, as the answer was printed. 步骤编号。")
    ],
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="confirm, dismiss or done. 确认、不采用或完成。")],
    workspace: WorkspaceOption = Path(),
    by: ByOption = "",
    note: NoteOption = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Confirm a step of an answer, dismiss it, or say with its proof that it is done. 确认处理意见。"""
    with opened(workspace) as here:
        step = replies.decide(here, step_id, decision, by=by, note=note)
    if as_json:
        print_json({"id": step.pk, "action": step.action, "state": step.state})
    else:
        typer.echo(f"{text('reply-' + step.action.replace('_', '-'))}: {text('reply-state-' + step.state)}")


def prove(
    number: NumberArgument,
    key: Annotated[
        str, typer.Argument(metavar="STEP", help="The step of the playbook, as `case` names it. 处置步骤。")
    ],
    workspace: WorkspaceOption = Path(),
    by: ByOption = "",
    note: NoteOption = "",
    proof: Annotated[str, typer.Option("--proof", help="Where the proof is. 凭据在哪里。")] = "",
    *,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="It is optional and not done; the note says why. 不做。")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Record a step of the remedy with its proof. 登记处置步骤的凭据。"""
    with opened(workspace) as here:
        row = remedy_steps.prove(here, number, key, by=by, note=note, proof=proof, leaves_out=leave_out)
    state = "left_out" if row.is_left_out else "proven"
    if as_json:
        print_json({"case_id": number, "remedy": row.key, "state": state, "proof": row.proof})
    else:
        typer.echo(f"{text('remedy-' + row.key)} {text('remedy-state-' + state.replace('_', '-'))}")


def _print_line(one: desk_agenda.AgendaLine) -> None:
    gap = to_text(one.gap_minor, one.currency, sign=True)
    typer.echo(
        text(
            "agenda-line",
            number=one.number,
            what=f"{gap}  {one.acquirer} {one.merchant_no}  {cause_name(one.cause_code)}",
        )
    )
    why = ", ".join(text(f"agenda-why-{name}") for name in one.whys)
    by = text("agenda-by-over" if one.is_overdue else "agenda-by", at=moment_text(one.by)) if one.by else ""
    typer.echo(f"    {why}  {by}")
    step = text(one.remedy) if one.remedy else text(one.do_key)
    typer.echo(f"    {step} {text('agenda-whom', role=text(one.role_key))}")


def _reply_json(row: CaseReply) -> dict[str, Any]:
    steps = [
        {"id": one.pk, "no": one.no, "action": one.action, "who": one.who, "by_at": one.by_at, "proof": one.proof,
         "what": one.what, "state": one.state}
        for one in row.steps.order_by("no")
    ]  # fmt: skip
    return {
        "id": row.pk,
        "case_id": row.case_id or "",
        "party": row.party,
        "external_nos": row.external_nos,
        "steps": steps,
    }


def _print_reply(said: dict[str, Any]) -> None:
    key = "reply-taken" if said["case_id"] else "reply-waits"
    typer.echo(text(key, id=said["id"], number=said["case_id"] or ", ".join(said["candidates"]) or "-"))
    for one in said["steps"]:
        who = text(f"party-{one['who']}") if one["who"] else "-"
        action = text("reply-" + one["action"].replace("_", "-"))
        typer.echo(f"  {one['id']}. {who}: {action} {moment_text(one['by_at'])}  {one['what']}")
