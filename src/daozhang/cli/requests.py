"""``daozhang requests``: what moves money. Asked for by one person, approved by another, sent under one number."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from daozhang.cli import change_account
from daozhang.cli.output import (
    NEEDS_A_PERSON,
    CsvOption,
    JsonOption,
    WorkspaceOption,
    language,
    opened,
    print_csv,
    print_json,
    print_table,
    text,
)  # fmt: skip
from daozhang.desk import request_audit, request_forms, requests_sending
from daozhang.desk import requests as desk
from daozhang.desk.account_changes import account_in_use
from daozhang.desk.clock import now
from daozhang.desk.request_models import PayoutRequest
from daozhang.errors import RefusedError
from daozhang.money import to_minor, to_text
from daozhang.remedies.recharge import Consent, Outcome
from daozhang.remedies.reissue import Queried

COLUMNS: Final = ("number", "kind", "state", "acquirer", "merchant_no", "amount_minor", "currency", "original_no", "replaces_id",
                  "case_id", "way", "made_by", "approved_by", "reason_code", "next_at")  # fmt: skip

NumberArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", help="The request, for example PR202600000001. 请求编号。")
]
ByOption = Annotated[str, typer.Option("--by", help="Who does it. 经办人。", show_default=False)]
NoteOption = Annotated[str, typer.Option("--note", help="On what ground, and where the proof is. 依据与凭据。")]
CaseOption = Annotated[str, typer.Option("--case", help="The case it belongs to. 所属工单。")]
WayOption = Annotated[str, typer.Option("--way", help="A bank of the settings, or form: by hand. 发送途径。")]
AcquirerArgument = Annotated[str, typer.Argument(help="Code of the acquirer. 收单机构。")]
MerchantArgument = Annotated[str, typer.Argument(help="Merchant number. 商户号。")]

app = typer.Typer(no_args_is_help=True, help="Requests that move money: ask, approve, send, follow. 付款请求。")


def register(main: typer.Typer) -> None:
    """Add the commands of this module and of changing an account."""
    main.add_typer(app, name="requests")
    main.add_typer(change_account.app, name="change-account")


@app.command("list")
def list_(
    workspace: WorkspaceOption = Path(),
    state: Annotated[str, typer.Option("--state", help="Only requests of this state. 状态。")] = "",
    *, as_json: JsonOption = False, as_csv: CsvOption = False,
) -> None:  # fmt: skip
    """List requests, the newest first. 列出付款请求。

    Exit status: 0 none waits for a person, 1 some do (to approve, to hand in, to find out), 2 it could not be done.
    """
    with opened(workspace):
        found = list(PayoutRequest.objects.filter(**({"state": state} if state else {})))
    rows = [[getattr(one, name) for name in COLUMNS] for one in found]
    if as_json:
        print_json({"requests": [dict(zip(COLUMNS, row, strict=True)) for row in rows]})
    elif as_csv:
        print_csv(COLUMNS, rows)
    elif not found:
        typer.echo(text("requests-none"))
    else:
        print_table(text("requests-title"), text("requests-columns").split(","), [_shown(one) for one in found])
    if any(one.state in {"drafted", "person"} or (one.state, one.way) == ("approved", desk.FORM) for one in found):
        raise typer.Exit(NEEDS_A_PERSON)


@app.command("show")
def show(number: NumberArgument, workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Show one request and everything that happened to it. 查看付款请求。"""
    with opened(workspace):
        one = desk.request_named(number)
        events = desk.history("request", one.number)
    if as_json:
        steps = [
            {"at": e.at, "by": e.by, "step": e.step, "to": e.to_state, "note": e.note, "facts": e.facts} for e in events
        ]
        print_json({name: getattr(one, name) for name in COLUMNS} | {"bank_lines": one.bank_lines, "steps": steps})
        return
    typer.echo(text("requests-one", number=one.number, state=_state(one.state), amount=_amount(one), way=one.way))
    for event in events:
        who = text("requests-by-system") if event.by == "system" else event.by
        line = f"{event.at:%Y-%m-%d %H:%M}  {text('request-step-' + event.step.replace('_', '-'))}  {who}  {event.note}"
        typer.echo(line.rstrip())


@app.command("pay")
def pay(
    acquirer: AcquirerArgument, merchant_no: MerchantArgument,
    amount: Annotated[str, typer.Argument(help="Amount in yuan: 1234.50. 金额（元）。")],
    owed_for: Annotated[str, typer.Argument(help="What it is owed for, asked for once only: 2026-11-22. 款项。")],
    workspace: WorkspaceOption = Path(), way: WayOption = desk.FORM, by: ByOption = "", note: NoteOption = "",
    case: CaseOption = "", *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Ask for a payout to the merchant's settlement account in use. 申请出款。"""
    with opened(workspace) as here:
        account = account_in_use(acquirer, merchant_no, now(here).date())
        if account is None:
            raise RefusedError("error-no-account", merchant=merchant_no)
        minor = to_minor(amount) or 0
        done = desk.draft_payout(here, account, minor, by=by, way=way, owed_for=owed_for, note=note, case=case)
    _say(done, "drafted", as_json=as_json)


@app.command("reissue")
def reissue(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="A request that failed, or a payout number. 原请求或出款单号。")],
    workspace: WorkspaceOption = Path(),
    acquirer: Annotated[str, typer.Option("--acquirer", help="Of an acquirer's payout. 收单机构。")] = "",
    merchant_no: Annotated[str, typer.Option("--merchant", help="Of an acquirer's payout. 商户号。")] = "",
    way: WayOption = "", by: ByOption = "", note: NoteOption = "", case: CaseOption = "", *,
    prepared: Annotated[bool, typer.Option("--prepared", help="What its reason asks for is done. 已按原因处理。")] = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Ask for money again that failed or came back; refused while the first may still arrive. 申请重出款。"""
    with opened(workspace) as here:
        if acquirer:
            account = account_in_use(acquirer, merchant_no, now(here).date())
            done = desk.draft_reissue_of(
                here, acquirer, merchant_no, number, by=by, way=way or desk.FORM, note=note, case=case, account=account
            )
        else:
            before = desk.request_named(number)
            account = account_in_use(before.acquirer, before.merchant_no, now(here).date())
            done = desk.draft_reissue(
                here, number, by=by, way=way, note=note, is_prepared=prepared, account=account or before.account
            )
    _say(done, "drafted", as_json=as_json)


@app.command("recharge")
def recharge(
    acquirer: AcquirerArgument, merchant_no: MerchantArgument,
    payment_no: Annotated[str, typer.Argument(help="Reference or order number of the first charge. 参考号或订单号。")],
    amount: Annotated[str, typer.Argument(help="Amount in yuan. 金额（元）。")],
    workspace: WorkspaceOption = Path(),
    outcome: Annotated[Outcome, typer.Option("--outcome", help="What the till showed. 终端显示的结果。")] = Outcome.UNKNOWN,
    queried: Annotated[Queried, typer.Option("--queried", help="What the query showed. 查询结果。")] = Queried.NOT_ASKED,
    queries: Annotated[int, typer.Option("--queries", help="How often it was queried. 查询次数。")] = 0,
    consent: Annotated[str, typer.Option("--consent", help="How the customer agreed: in_person, phone, message, signed. 同意方式。")] = "",
    consent_at: Annotated[str, typer.Option("--consent-at", help="When, 2026-11-23T10:00; default: now. 同意时间。")] = "",
    by: ByOption = "", note: NoteOption = "", case: CaseOption = "", *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Ask that a customer's card is charged again; refused until a query says not charged. 申请重新扣款。"""
    with opened(workspace) as here:
        at = datetime.fromisoformat(consent_at) if consent_at else now(here)
        agreed = Consent(at=at, how=consent, heard_by=by) if consent else None
        done = desk.draft_recharge(
            here, acquirer, merchant_no, payment_no, to_minor(amount) or 0, by=by, outcome=outcome, queried=queried,
            queries=queries, consent=agreed, note=note, case=case,
        )  # fmt: skip
    _say(done, "drafted", as_json=as_json)


@app.command("query")
def query(
    number: NumberArgument,
    showed: Annotated[Queried, typer.Argument(help="What the query of the original showed. 查询结果。")],
    workspace: WorkspaceOption = Path(), by: ByOption = "", note: NoteOption = "", *, as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Note what a query of the original showed, and where it was seen. 登记原单查询结果。"""
    with opened(workspace) as here:
        done = desk.record_query(here, number, showed, by=by, note=note)
    _say(done, "queried", as_json=as_json)


@app.command("approve")
def approve(
    number: NumberArgument, workspace: WorkspaceOption = Path(), by: ByOption = "", note: NoteOption = "", *,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Approve what somebody else asked for; it goes out from here on. 复核同意。"""
    with opened(workspace) as here:
        done = desk.approve(here, number, by=by, note=note)
    _say(done, "approved", as_json=as_json)


@app.command("decline")
def decline(
    number: NumberArgument, workspace: WorkspaceOption = Path(), by: ByOption = "", note: NoteOption = "", *,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Say no to a request. 复核不同意。"""
    with opened(workspace) as here:
        done = desk.decline(here, number, by=by, note=note)
    _say(done, "declined", as_json=as_json)


@app.command("withdraw")
def withdraw(
    number: NumberArgument, workspace: WorkspaceOption = Path(), by: ByOption = "", note: NoteOption = "", *,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Take a request back that has not gone out. 撤回请求。"""
    with opened(workspace) as here:
        done = desk.withdraw(here, number, by=by, note=note)
    _say(done, "withdrawn", as_json=as_json)


@app.command("form")
def form(number: NumberArgument, workspace: WorkspaceOption = Path()) -> None:
    """Print the form of an approved request and what to say; a person hands it in. 打印申请表与话术。"""
    with opened(workspace) as here:
        typer.echo(request_forms.form(here, number, language()), nl=False)


@app.command("hand-over")
def hand_over(
    number: NumberArgument, workspace: WorkspaceOption = Path(), by: ByOption = "", note: NoteOption = "", *,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Note that the form was handed in: to whom, under which receipt. 登记已递交。"""
    with opened(workspace) as here:
        done = desk.hand_over(here, number, by=by, note=note)
    _say(done, "handed_over", as_json=as_json)


@app.command("answer")
def answer(
    number: NumberArgument,
    workspace: WorkspaceOption = Path(), by: ByOption = "", note: NoteOption = "", *,
    taken: Annotated[bool, typer.Option("--taken/--refused", help="What the other side said. 对方已受理或已拒绝。")],
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Note what a person was told of a request that nothing else settled. 登记人工问询结果。"""
    with opened(workspace) as here:
        done = desk.say(here, number, was_taken=taken, by=by, note=note)
    _say(done, "said_taken" if taken else "said_refused", as_json=as_json)


@app.command("work")
def work(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Send, ask and look for arrivals now, as the worker does by itself. Safe to run again. 立即处理。"""
    with opened(workspace) as here:
        done = requests_sending.work(here)
    if as_json:
        print_json(done)
    else:
        typer.echo(text("requests-worked", **done))


@app.command("verify")
def verify(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Check that no step of a request or an account change was changed, removed or moved. 校验付款审计链。

    Exit status: 0 the chain is whole, 1 it is not.
    """
    with opened(workspace):
        found = request_audit.verify()
    if as_json:
        print_json({"checked": found.entries, "is_whole": found.is_whole, "number": found.number or None,
                    "problem": found.problem or None})  # fmt: skip
    elif found.is_whole:
        typer.echo(text("requests-audit-whole", count=found.entries))
    else:
        facts = {"count": found.entries, "number": found.number or "-"}
        typer.echo(text("requests-audit-not-whole", problem=text(found.problem), **facts))
    if not found.is_whole:
        raise typer.Exit(NEEDS_A_PERSON)


def _say(done: PayoutRequest, step: str, *, as_json: bool) -> None:
    if as_json:
        print_json({name: getattr(done, name) for name in COLUMNS})
        return
    step_text = text("request-step-" + step.replace("_", "-"))
    typer.echo(text("requests-done", number=done.number, step=step_text, state=_state(done.state)))


def _shown(one: PayoutRequest) -> list[str]:
    return [
        one.number, text("request-kind-" + one.kind.replace("_", "-")), _state(one.state), one.acquirer, one.merchant_no,
        _amount(one), one.original_no, one.way, one.made_by, one.approved_by,
    ]  # fmt: skip


def _state(state: str) -> str:
    return text("request-state-" + state.replace("_", "-"))


def _amount(one: PayoutRequest) -> str:
    return to_text(one.amount_minor, one.currency)
