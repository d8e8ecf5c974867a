"""``daozhang fleet``: terminals and their health, what hangs on what, versions, registrations, maintenance."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from daozhang.cli.output import (
    NEEDS_A_PERSON,
    WELL,
    CsvOption,
    JsonOption,
    WorkspaceOption,
    opened,
    print_csv,
    print_json,
    print_table,
    text,
    user,
)
from daozhang.desk import clock, fleet, fleet_board, fleet_care, fleet_lake
from daozhang.desk.fleet_models import MaintenancePlan, TerminalRegistration
from daozhang.errors import InputError
from daozhang.fleet.health import share

DaysOption = Annotated[int, typer.Option("--days", help="Days up to today. 天数。")]
EveryOption = Annotated[
    int, typer.Option("--every", help="Minutes between two reports of a terminal. 心跳间隔（分钟）。")
]
ORDER_COLUMNS: Final = ("number", "plan", "terminal_no", "merchant_no", "due_on", "reason")
REGISTERED: Final = ("acquirer", "terminal_no", "merchant_no", "serial_no", "account_tail", "location", "registered_at")
fleet_app = typer.Typer(
    no_args_is_help=True, help="Terminals: health, versions, registrations, maintenance. 终端管理。"
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(fleet_app, name="fleet")


@fleet_app.command("show")
def show(
    workspace: WorkspaceOption = Path(), *, days: DaysOption = fleet_lake.USUAL_DAYS, every: EveryOption = fleet_lake.EVERY_MINUTES,
    as_json: JsonOption = False, as_csv: CsvOption = False,
) -> None:  # fmt: skip
    """Show every terminal with its figures, those to act on first. 终端健康一览。

    Exit status: 0 nothing to act on, 1 something should be done at a terminal.
    """
    with opened(workspace) as place:
        board = fleet_board.board(place, fleet_lake.span_of(place, days, every))
    plain = [fleet_board.as_plain(one) for one in board.lines]
    if as_json:
        levels = {"uptime_bp": board.uptime_bp, "answered_bp": board.answered_bp, "levels": dict(board.levels)}
        print_json({"since": board.span.since, "until": board.span.until, **levels, "terminals": plain})
    elif as_csv:
        print_csv(tuple(plain[0]) if plain else ("terminal_no",), [list(one.values()) for one in plain])
    else:
        rows = [
            (one.figures.terminal_no, text(f"fleet-level-{one.level}"), _share(one.figures.uptime_bp), _share(one.figures.answered_bp),
             one.figures.app_version or text("fleet-not-reported"), "; ".join(text(s.key, **s.facts) for s in one.signs))
            for one in board.lines
        ]  # fmt: skip
        print_table(text("fleet-title"), text("fleet-columns").split(","), rows)
    raise typer.Exit(NEEDS_A_PERSON if board.levels["act"] else WELL)


@fleet_app.command("tree")
def tree(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Show routers, carriers and other shared devices with what hangs on them. 共用设备及其下挂终端。"""
    with opened(workspace) as place:
        found = fleet_board.tree(fleet_board.board(place))
    if as_json:
        rows = [
            {"code": one.node.code, "kind": one.node.kind, "suspect": one.is_suspect, "silent": one.silent,
             "dependants": [{"code": each.code, "kind": each.kind, "silent": each.is_silent} for each in one.dependants]}
            for one in found
        ]  # fmt: skip
        print_json({"devices": rows})
        return
    for one in found:
        said = (
            text("fleet-suspect")
            if one.is_suspect
            else text("fleet-silent-of", silent=one.silent, all=len(one.terminals))
        )
        typer.echo(f"{_kind(one.node.kind)} {one.node.code} {one.node.name}: {said}")
        for each in one.dependants:
            mark = text("fleet-silent") if each.is_silent else ""
            typer.echo(f"  · {_kind(each.kind)} {each.code} {mark}".rstrip())


@fleet_app.command("devices")
def devices(
    path: Annotated[Path, typer.Argument(help="CSV: code, kind, name, hangs_on, store_no. 设备清单。")],
    workspace: WorkspaceOption = Path(),
) -> None:
    """Take in the list of devices beside terminals; the old list is replaced whole. 导入设备清单。"""
    with opened(workspace) as place:
        try:
            body = path.read_bytes()
        except OSError as error:
            raise InputError("error-fleet-devices", line=0, detail=str(error)) from None
        count = fleet.import_devices(place, body, by=user())
    typer.echo(text("fleet-devices-taken", count=count))


@fleet_app.command("register")
def register_terminal(
    acquirer: Annotated[str, typer.Argument(help="Acquirer. 收单机构。")],
    merchant_no: Annotated[str, typer.Argument(help="Merchant number. 商户号。")],
    terminal_no: Annotated[str, typer.Argument(help="Terminal number. 终端号。")],
    serial_no: Annotated[str, typer.Argument(help="Serial number of the device. 设备序列号。")],
    account_tail: Annotated[str, typer.Argument(help="Last digits of the settlement account. 结算账户尾号。")],
    location: Annotated[str, typer.Argument(help="Where the device stands. 布放地址。")],
    workspace: WorkspaceOption = Path(), *,
    model: Annotated[str, typer.Option("--model", help="Model. 型号。")] = "",
) -> None:  # fmt: skip
    """Register a device as one terminal of one merchant; it is refused while it is in force elsewhere. 一机一户登记。"""
    with opened(workspace) as place:
        fleet.register(
            place, acquirer=acquirer, merchant_no=merchant_no, terminal_no=terminal_no, serial_no=serial_no,
            account_tail=account_tail, location=location, model=model, by=user(),
        )  # fmt: skip
    typer.echo(text("fleet-registered", terminal=terminal_no, serial=serial_no, merchant=merchant_no))


@fleet_app.command("end")
def end(
    acquirer: Annotated[str, typer.Argument(help="Acquirer. 收单机构。")],
    terminal_no: Annotated[str, typer.Argument(help="Terminal number. 终端号。")],
    reason: Annotated[str, typer.Argument(help="Moved, replaced, given back … 原因。")],
    workspace: WorkspaceOption = Path(),
) -> None:
    """End a registration, so that terminal and device can be registered anew. 注销登记。"""
    with opened(workspace) as place:
        fleet.end_registration(place, acquirer, terminal_no, reason=reason, by=user())
    typer.echo(text("fleet-ended", terminal=terminal_no))


@fleet_app.command("registrations")
def registrations(workspace: WorkspaceOption = Path(), *, as_csv: CsvOption = False) -> None:
    """List registrations in force, and what the facts say against them. 登记清单与不符项。

    Exit status: 0 nothing speaks against them, 1 something does.
    """
    with opened(workspace) as place:
        rows = list(TerminalRegistration.objects.filter(ended_at__isnull=True).values_list(*REGISTERED))
        against = fleet.contradictions(fleet_board.board(place))
    if as_csv:
        print_csv(REGISTERED, rows)
    else:
        print_table(text("fleet-registrations"), text("fleet-registration-columns").split(","), rows)
    for one, what, said in against:
        typer.echo(
            text(
                f"fleet-against-{what}",
                terminal=one.terminal_no,
                serial=one.serial_no,
                merchant=one.merchant_no,
                said=said,
            ),
            err=as_csv,
        )
    raise typer.Exit(NEEDS_A_PERSON if against else WELL)


@fleet_app.command("target")
def target(
    model: Annotated[str, typer.Argument(help="Model. 型号。")],
    version: Annotated[str, typer.Argument(help="Version it should have. 目标版本。")],
    workspace: WorkspaceOption = Path(), *,
    from_version: Annotated[str, typer.Option("--from", help="Oldest version from which it installs directly. 可直升的最低版本。")] = "",
    note: Annotated[str, typer.Option("--compatibility", help="What it goes together with. 兼容说明。")] = "",
    rollback: Annotated[str, typer.Option("--rollback", help="How to go back. 回退办法。")] = "",
    rings: Annotated[str, typer.Option("--rings", help="Shares that rings reach together, in per cent. 灰度比例。")] = "5,25,100",
    stop_share: Annotated[int, typer.Option("--stop-share", help="Trouble above which it stands still, in basis points. 停止阈值。")] = 200,
) -> None:  # fmt: skip
    """Say which version a model should have; its roll-out begins with the first ring. 设定目标版本。"""
    with opened(workspace) as place:
        shares = [int(one) if one.strip().isascii() and one.strip().isdigit() else 0 for one in rings.split(",")]
        fleet.set_target(
            place, model, version, by=user(), from_version=from_version, compatibility=note, rollback=rollback, rings=shares,
            stop_share_bp=stop_share,
        )  # fmt: skip
    typer.echo(text("fleet-target-set", model=model, version=version))


@fleet_app.command("rollout")
def show_rollout(workspace: WorkspaceOption = Path(), *, as_json: JsonOption = False) -> None:
    """Show how far each target has come and which terminals are below it. 升级进度与待升级清单。

    Exit status: 0 all are there, 1 terminals are to be upgraded or looked at.
    """
    with opened(workspace) as place:
        board = fleet_board.board(place)
        found = [(one, fleet.rollout_of(one, board)) for one in fleet.targets()]
    if as_json:
        print_json({"targets": [
            {"model": one.model, "version": one.version, "ring": one.ring, "rings": one.rings, **asdict(state)} for one, state in found
        ]})  # fmt: skip
    for one, state in [] if as_json else found:
        typer.echo(
            text(
                "fleet-rollout-head",
                model=one.model,
                version=one.version,
                share=one.rings[one.ring],
                done=len(state.done),
            )
        )
        for key in ("waiting", "later", "too_old", "in_trouble", "not_reported"):
            numbers = getattr(state, key)
            if numbers:
                typer.echo(f"  {text('fleet-rollout-' + key.replace('_', '-'))} ({len(numbers)}): {', '.join(numbers)}")
        typer.echo("  " + text(state.next_key))
    raise typer.Exit(NEEDS_A_PERSON if any(state.next_key != "fleet-rollout-done" for _, state in found) else WELL)


@fleet_app.command("widen")
def widen(model: Annotated[str, typer.Argument(help="Model. 型号。")], workspace: WorkspaceOption = Path()) -> None:
    """Open the next ring of a roll-out, where nothing speaks against it. 扩大灰度范围。"""
    with opened(workspace) as place:
        made = fleet.widen(place, model, fleet_board.board(place), by=user())
    typer.echo(text("fleet-widened", model=made.model, share=made.rings[made.ring]))


@fleet_app.command("plan")
def plan(
    name: Annotated[str, typer.Argument(help="Name of the plan. 计划名称。")],
    workspace: WorkspaceOption = Path(), *,
    point: Annotated[list[str], typer.Option("--point", help="One point of the checklist; may be given often. 检查项。")],
    months: Annotated[int, typer.Option("--months", help="Due after so many months. 每几个月。")] = 0,
    payments: Annotated[int, typer.Option("--payments", help="Due after so many payments. 每多少笔交易。")] = 0,
    model: Annotated[str, typer.Option("--model", help="This model only. 仅此型号。")] = "",
) -> None:  # fmt: skip
    """Make a maintenance plan: what is looked at, and how often. 制定维护计划。"""
    with opened(workspace) as place:
        made = fleet_care.make_plan(
            place, name, checklist=point, months=months or None, transactions=payments or None, model=model, by=user()
        )
    typer.echo(text("fleet-plan-made", name=made.name))


@fleet_app.command("orders")
def orders(
    workspace: WorkspaceOption = Path(), *,
    write: Annotated[bool, typer.Option("--write", help="First write those that fall due within thirty days. 先生成到期工单。")] = False,
    as_csv: CsvOption = False,
) -> None:  # fmt: skip
    """List open work orders, the most overdue first, and what each plan has come to. 维护工单。

    Exit status: 0 nothing is overdue, 1 something is.
    """
    with opened(workspace) as place:
        if write:
            typer.echo(
                text("fleet-orders-written", count=fleet_care.write_orders(place, fleet_board.board(place), by=user())),
                err=as_csv,
            )
        today = clock.now(place).date()
        rows = [
            (one.number, one.plan.name, one.terminal_no, one.merchant_no, one.due_on, one.reason)
            for one in fleet_care.waiting_orders()
        ]
        tallies = [(one.name, fleet_care.tally(one, today)) for one in MaintenancePlan.objects.all()]
    if as_csv:
        print_csv(ORDER_COLUMNS, rows)
    else:
        print_table(text("fleet-orders"), text("fleet-order-columns").split(","), rows)
        for name, one in tallies:
            typer.echo(
                text("fleet-tally", name=name, orders=one.orders, done=one.done, open=one.open, overdue=one.overdue)
            )
    raise typer.Exit(NEEDS_A_PERSON if any(one.overdue for _, one in tallies) else WELL)


@fleet_app.command("done")
def done(
    number: Annotated[str, typer.Argument(help="Number of the work order. 工单号。")],
    workspace: WorkspaceOption = Path(), *,
    proof: Annotated[str, typer.Option("--proof", help="What shows it: signed sheet, photo. 凭证。")],
    result: Annotated[list[str] | None, typer.Option("--result", help="POINT=ok, mended or open; points not named are ok. 结果。")] = None,
    parts: Annotated[str, typer.Option("--parts", help="Spare parts used. 更换备件。")] = "",
) -> None:  # fmt: skip
    """Close a work order with its results and its proof. 完成工单。"""
    with opened(workspace) as place:
        given = dict(one.rpartition("=")[::2] for one in result or ())
        fleet_care.complete(
            place, number, by=user(), results=fleet_care.others_ok(number, given), proof=proof, parts=parts
        )
    typer.echo(text("fleet-order-done", number=number))


def _kind(kind: str) -> str:
    return text(f"fleet-kind-{kind.replace('_', '-')}")


def _share(basis_points: int | None) -> str:
    return f"{share(basis_points)} %" if basis_points is not None else text("fleet-not-reported")
