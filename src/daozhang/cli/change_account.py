"""``daozhang change-account``: where a merchant's money goes, checked, changed by two people, tested, watched."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from daozhang.cli.output import (
    NEEDS_A_PERSON,
    JsonOption,
    WorkspaceOption,
    opened,
    print_json,
    print_table,
    text,
)
from daozhang.desk import account_changes as desk
from daozhang.desk.request_models import AccountChange
from daozhang.desk.requests import FORM, history
from daozhang.remedies.accounts import AccountForm

COLUMNS: Final = ("number", "state", "acquirer", "merchant_no", "case_id", "asked_by", "approved_by", "cooling_until",
                  "active_from", "watched")  # fmt: skip

NumberArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", help="The change, for example AC2026000001. 变更编号。")
]
ByOption = Annotated[str, typer.Option("--by", help="Who does it. 经办人。", show_default=False)]
NoteOption = Annotated[str, typer.Option("--note", help="On what ground, and where the proof is. 依据与凭据。")]
AccountOption = Annotated[
    str,
    typer.Option(
        "--account", help="The account number; - reads it from standard input, so that no shell keeps it. 账号。"
    ),
]
HolderOption = Annotated[str, typer.Option("--holder", help="Holder, exactly as the bank has it. 户名。")]
KindOption = Annotated[
    str, typer.Option("--kind", help="corporate, personal, personal_class_ii or personal_class_iii. 账户类型。")
]
BankCodeOption = Annotated[str, typer.Option("--bank-code", help="Twelve-digit bank number. 联行号。")]
LicenceOption = Annotated[str, typer.Option("--licence-name", help="Name on the licence. 营业执照名称。")]
PersonOption = Annotated[str, typer.Option("--legal-person", help="Legal person or operator. 法定代表人或经营者。")]
CreditOption = Annotated[str, typer.Option("--credit-code", help="Unified social credit code. 统一社会信用代码。")]
DayOption = Annotated[
    int, typer.Option("--day-minor", help="What a busy day settles, fen; 0: unknown. 单日结算额（分）。")
]

app = typer.Typer(no_args_is_help=True, help="Change where a merchant's money goes. 变更收款账户。")


@app.command("check")
def check(
    account: AccountOption = "-", holder: HolderOption = "", kind: KindOption = "corporate", bank_code: BankCodeOption = "",
    licence_name: LicenceOption = "", legal_person: PersonOption = "", credit_code: CreditOption = "",
    day_minor: DayOption = 0, *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Check an account and name every sign that is wrong. Nothing is kept. 校验账户资料。

    Exit status: 0 nothing is wrong, 1 something is.
    """
    form = _form(account, holder, kind, bank_code, licence_name, legal_person, credit_code, day_minor)
    found = desk.check(form)
    if as_json:
        print_json(
            {"faults": [{"field": one.where, "key": one.key, "text": text(one.key, **one.facts)} for one in found]}
        )
    else:
        for one in found:
            typer.echo(text(one.key, **one.facts))
        if not found:
            typer.echo(text("change-nothing-wrong"))
    if found:
        raise typer.Exit(NEEDS_A_PERSON)


@app.command("draft")
def draft(
    acquirer: Annotated[str, typer.Argument(help="Code of the acquirer. 收单机构。")],
    merchant_no: Annotated[str, typer.Argument(help="Merchant number. 商户号。")],
    workspace: WorkspaceOption = Path(), account: AccountOption = "-", holder: HolderOption = "",
    kind: KindOption = "corporate", bank_code: BankCodeOption = "",
    bank_name: Annotated[str, typer.Option("--bank-name", help="Name of the bank and branch. 开户行。")] = "",
    licence_name: LicenceOption = "", legal_person: PersonOption = "", credit_code: CreditOption = "",
    day_minor: DayOption = 0,
    way: Annotated[str, typer.Option("--way", help="Where the test credit goes out; form: by hand. 试打款途径。")] = FORM,
    active_from: Annotated[str, typer.Option("--active-from", help="First day of the new account, 2026-11-30. 启用日。")] = "",
    case: Annotated[str, typer.Option("--case", help="The case it belongs to. 所属工单。")] = "",
    by: ByOption = "", note: NoteOption = "", *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Ask for a change; an account with a fault is refused with the fault. 申请变更收款账户。"""
    form = _form(account, holder, kind, bank_code, licence_name, legal_person, credit_code, day_minor)
    with opened(workspace) as here:
        done = desk.draft(
            here, acquirer, merchant_no, form, by=by, way=way, bank_name=bank_name, case=case, note=note,
            active_from=date.fromisoformat(active_from) if active_from else None,
        )  # fmt: skip
    _say(done, "drafted", as_json=as_json)


@app.command("list")
def list_(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """List account changes, the newest first. 列出账户变更。"""
    with opened(workspace):
        found = list(AccountChange.objects.select_related("before", "to"))
    if as_json:
        print_json({"changes": [{name: getattr(one, name) for name in COLUMNS} for one in found]})
    elif not found:
        typer.echo(text("changes-none"))
    else:
        rows = [[one.number, _state(one.state), one.acquirer, one.merchant_no, one.before.tail if one.before else "—",
                 one.to.tail, one.asked_by, one.approved_by] for one in found]  # fmt: skip
        print_table(text("changes-title"), text("changes-columns").split(","), rows)


@app.command("show")
def show(number: NumberArgument, workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Show one change: before, after, and everything that happened. 查看账户变更。"""
    with opened(workspace):
        one = desk.change_named(number)
        different, events = desk.differences(one), history("change", one.number)
    if as_json:
        changed = [{"field": name, "before": before, "after": after} for name, before, after in different]
        steps = [
            {"at": e.at, "by": e.by, "step": e.step, "to": e.to_state, "note": e.note, "facts": e.facts} for e in events
        ]
        print_json({name: getattr(one, name) for name in COLUMNS} | {"changed": changed, "steps": steps})
        return
    typer.echo(text("change-one", number=one.number, merchant=one.merchant_no, state=_state(one.state)))
    for name, before, after in different:
        typer.echo(
            text(
                "change-field", name=text(f"account-field-{name.replace('_', '-')}"), before=before or "—", after=after
            )
        )
    for event in events:
        who = text("requests-by-system") if event.by == "system" else event.by
        line = f"{event.at:%Y-%m-%d %H:%M}  {text('change-step-' + event.step.replace('_', '-'))}  {who}  {event.note}"
        typer.echo(line.rstrip())


@app.command("documents")
def documents(
    number: NumberArgument, workspace: WorkspaceOption = Path(), by: ByOption = "", note: NoteOption = "", *,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Note which documents were handed in and where they are kept. 登记资料。"""
    with opened(workspace) as here:
        done = desk.add_documents(here, number, by=by, note=note)
    _say(done, "documents_added", as_json=as_json)


@app.command("approve")
def approve(
    number: NumberArgument, workspace: WorkspaceOption = Path(), by: ByOption = "", note: NoteOption = "", *,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Approve a change that somebody else asked for; the cooling-off begins. 复核同意。"""
    with opened(workspace) as here:
        done = desk.approve(here, number, by=by, note=note)
    _say(done, "approved", as_json=as_json)


@app.command("decline")
def decline(
    number: NumberArgument, workspace: WorkspaceOption = Path(), by: ByOption = "", note: NoteOption = "", *,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Say no to a change. 复核不同意。"""
    with opened(workspace) as here:
        done = desk.decline(here, number, by=by, note=note)
    _say(done, "declined", as_json=as_json)


@app.command("withdraw")
def withdraw(
    number: NumberArgument, workspace: WorkspaceOption = Path(), by: ByOption = "", note: NoteOption = "", *,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Take a change back that is not in use yet. 撤回变更。"""
    with opened(workspace) as here:
        done = desk.withdraw(here, number, by=by, note=note)
    _say(done, "withdrawn", as_json=as_json)


@app.command("rollback")
def rollback(
    number: NumberArgument, workspace: WorkspaceOption = Path(), by: ByOption = "", note: NoteOption = "", *,
    approve_it: Annotated[bool, typer.Option("--approve", help="Approve what somebody else asked for. 复核同意。")] = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Ask to go back to the account before, or approve it: two different people. 退回原账户。"""
    with opened(workspace) as here:
        if approve_it:
            step, done = "rollback_approved", desk.approve_rollback(here, number, by=by, note=note)
        else:
            step, done = "rollback_asked", desk.ask_rollback(here, number, by=by, note=note)
    _say(done, step, as_json=as_json)


def _form(
    account: str, holder: str, kind: str, bank_code: str, licence_name: str, legal_person: str, credit_code: str,
    day_minor: int,
) -> AccountForm:  # fmt: skip
    number = sys.stdin.readline().strip() if account == "-" else account
    return AccountForm(
        number=number, holder=holder, kind=kind, bank_code=bank_code, licence_name=licence_name,
        legal_person=legal_person, credit_code=credit_code, day_minor=day_minor,
    )  # fmt: skip


def _say(done: AccountChange, step: str, *, as_json: bool) -> None:
    if as_json:
        print_json({name: getattr(done, name) for name in COLUMNS})
        return
    step_text = text("change-step-" + step.replace("_", "-"))
    typer.echo(text("requests-done", number=done.number, step=step_text, state=_state(done.state)))


def _state(state: str) -> str:
    return text("change-state-" + state.replace("_", "-"))
