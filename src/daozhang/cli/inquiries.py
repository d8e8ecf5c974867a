"""``daozhang inquiries``: what was asked from outside, by when it must be answered, and the pack that answers it."""

from __future__ import annotations

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
    text,
    user,
)
from daozhang.desk import inquiries as desk
from daozhang.desk import inquiries_pack
from daozhang.desk.processes_models import Inquiry

COLUMNS = (
    "number",
    "kind",
    "sender",
    "reference",
    "merchant_no",
    "payment",
    "due_at",
    "owner",
    "state",
    "answered_by",
    "answered_at",
)
NumberArgument = Annotated[str, typer.Argument(help="Number of the inquiry. 来函编号。")]
ByOption = Annotated[str, typer.Option("--by", help="Who does it. 操作人。")]
NoteOption = Annotated[str, typer.Option("--note", help="What was answered, and where the receipt is. 说明。")]

app = typer.Typer(no_args_is_help=True, help="Inquiries from outside and their deadlines. 来函与期限。")


def register(root: typer.Typer) -> None:
    """Add the commands of this module."""
    root.add_typer(app, name="inquiries")


@app.command("list")
def list_(
    workspace: WorkspaceOption = Path(), *,
    everything: Annotated[bool, typer.Option("--all", help="Those that are answered too. 全部。")] = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """List what waits for an answer, the earliest deadline first. 列出来函。

    Exit status: 1 when a deadline is over, else 0.
    """
    with opened(workspace) as place:
        found = [(one, desk.used_pct(place, one)) for one in desk.listed(is_open=not everything)]
    if as_json:
        print_json({"inquiries": [_as_json(one) | {"used_pct": used} for one, used in found]})
    elif not found:
        typer.echo(text("inquiries-none"))
    else:
        rows = [[one.number, text(f"inquiry-kind-{one.kind}"), text(f"inquiry-sender-{one.sender}"), one.merchant_no,
                 f"{one.due_at:%Y-%m-%d %H:%M}" if one.due_at else "—", f"{used}%", one.owner, _state(one)] for one, used in found]  # fmt: skip
        print_table(text("inquiries-title"), text("inquiries-columns").split(","), rows)
    is_late = any(one.state == "open" and used >= 100 for one, used in found)
    raise typer.Exit(NEEDS_A_PERSON if is_late else WELL)


@app.command("enter")
def enter(
    kind: Annotated[str, typer.Argument(help="retrieval, dispute, risk, regulator, customer. 类型。")],
    sender: Annotated[str, typer.Argument(help="acquirer, bank, network, regulator, customer. 来自。")],
    workspace: WorkspaceOption = Path(),
    reference: Annotated[str, typer.Option("--reference", help="Their number. 对方编号。")] = "",
    payment: Annotated[str, typer.Option("--payment", help="Reference, order or trace number. 涉及交易。")] = "",
    merchant_no: Annotated[str, typer.Option("--merchant", help="Merchant number. 商户号。")] = "",
    acquirer: Annotated[str, typer.Option("--acquirer", help="Code of the acquirer. 收单机构。")] = "",
    workdays: Annotated[int, typer.Option("--workdays", help="Working days to answer; 0: usual. 期限（工作日）。")] = 0,
    case: Annotated[str, typer.Option("--case", help="The case it belongs to. 所属工单。")] = "",
    owner: Annotated[str, typer.Option("--owner", help="Who answers. 负责人。")] = "",
    by: ByOption = "", note: NoteOption = "", *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Register an inquiry and reckon by when it must be answered. 登记来函。"""
    asked = desk.Asked(
        kind=kind, sender=sender, reference=reference, payment=payment, merchant_no=merchant_no, acquirer=acquirer,
        workdays=workdays, case=case, owner=owner, text=note,
    )  # fmt: skip
    with opened(workspace) as place:
        _say(desk.enter(place, asked, by=by or user()), "entered", as_json=as_json)


@app.command("answer")
def answer(
    number: NumberArgument, workspace: WorkspaceOption = Path(), by: ByOption = "", note: NoteOption = "", *,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Note what was answered and where the receipt is. 登记答复。"""
    with opened(workspace) as place:
        _say(desk.decide(place, number, "answered", by=by or user(), note=note), "answered", as_json=as_json)


@app.command("pack")
def pack(
    number: NumberArgument, workspace: WorkspaceOption = Path(),
    out: Annotated[Path, typer.Option("-o", "--out", help="The zip to write. 输出文件。")] = Path("inquiry.zip"),
    by: ByOption = "", *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Write the pack of an inquiry: slip, order, documents. 生成证据包。"""
    with opened(workspace) as place:
        made = inquiries_pack.make(place, number, language(), by=by or user())
    out.write_bytes(made.body)
    if as_json:
        print_json({"number": number, "sha256": made.sha256, "file": out.name})
    else:
        typer.echo(f"{out.name}  {made.sha256}")


def _say(one: Inquiry, act: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(one))
    else:
        typer.echo(text("inquiry-done", number=one.number, act=text("inquiry-act-" + act), state=_state(one)))


def _as_json(one: Inquiry) -> dict[str, object]:
    return {name: getattr(one, name) for name in COLUMNS}


def _state(one: Inquiry) -> str:
    return text("inquiry-state-" + one.state.replace("_", "-"))
