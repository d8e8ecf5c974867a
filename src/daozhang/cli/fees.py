"""``daozhang fees``: what was charged against the contract, and what offers would cost on the shop's own tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from daozhang import money as fen
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
    refusals,
    text,
)
from daozhang.desk import clock, offers
from daozhang.errors import InputError
from daozhang.services.offers import Cost, Mix, Offer, read_mix, read_offer

MONTH_COLUMNS: Final = (
    "month", "acquirer", "merchant_no", "channel", "card_kind", "currency", "line_count", "gross_minor", "charged_minor", "agreed_minor",
    "difference_minor", "over_count", "under_count", "unknown_count", "unknown_charged_minor",
)  # fmt: skip
LINE_COLUMNS: Final = (
    "cleared_on", "acquirer", "merchant_no", "terminal_no", "trace_no", "rrn", "channel", "card_kind", "kind", "gross_minor",
    "charged_minor", "agreed_minor", "difference_minor", "currency", "file", "line_no",
)  # fmt: skip

fees_app = typer.Typer(no_args_is_help=True, help="Fees charged and agreed; offers compared. 手续费与报价。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(fees_app, name="fees")


@fees_app.command("check")
def check(
    month: Annotated[str, typer.Argument(help="The month, as 2026-10; without it, this one. 月份。")] = "",
    workspace: WorkspaceOption = Path(), *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most lines that differ.")] = 200,
    as_json: JsonOption = False, as_csv: CsvOption = False,
) -> None:  # fmt: skip
    """Hold every fee of a month against the contract: sums per channel and card kind, and each line that differs. 核对手续费。

    Exit status: 0 every line with a contract agrees, 1 some differ.
    """
    with opened(workspace) as place:
        first_on, last_on = offers.month_span(month or f"{clock.now(place):%Y-%m}")
        found = offers.fees(place, first_on, last_on, limit=limit)
    if as_json:
        print_json(
            {
                "first_on": first_on,
                "last_on": last_on,
                "months": found.months,
                "differing": found.differing,
                "lines": found.lines,
            }
        )
    elif as_csv:
        print_csv(LINE_COLUMNS, [[one[name] for name in LINE_COLUMNS] for one in found.lines])
    else:
        _print_months(found.months)
        if found.lines:
            heads = [text(f"fees-col-{name.replace('_', '-')}") for name in LINE_COLUMNS]
            rows = [[_shown(name, one[name], one["currency"]) for name in LINE_COLUMNS] for one in found.lines]
            print_table(text("fees-lines-title", shown=len(found.lines), count=found.differing), heads, rows)
    raise typer.Exit(NEEDS_A_PERSON if found.differing else WELL)


def _print_months(months: Sequence[dict[str, object]]) -> None:
    heads = [text(f"fees-col-{name.replace('_', '-')}") for name in MONTH_COLUMNS]
    rows = [[_shown(name, one[name], str(one["currency"])) for name in MONTH_COLUMNS] for one in months]
    print_table(text("fees-months-title"), heads, rows)


def _shown(name: str, value: object, currency: str) -> object:
    return fen.to_text(value, currency) if name.endswith("_minor") and isinstance(value, int) else value


@fees_app.command("compare")
def compare(
    files: Annotated[list[Path] | None, typer.Argument(metavar="OFFER…", help="Offers as TOML; without any, the kept ones. 报价文件。")] = None,
    workspace: WorkspaceOption = Path(), *,
    mix_file: Annotated[Path | None, typer.Option("--mix", help="A month's tickets as CSV; without it, the shop's own last 90 days. 单笔分布。")] = None,
    months: Annotated[str, typer.Option("--months", help="Spans to add up, in months.")] = "12,36",
    instant_bp: Annotated[int, typer.Option("--instant-bp", min=0, max=10_000, help="Part of the turnover taken early (D+0), in basis points.")] = 0,
    instant_payouts: Annotated[int, typer.Option("--instant-payouts", min=0, help="Early payouts in the period of the mix.")] = 0,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Compare offers by everything they cost over 12 and 36 months on the shop's own tickets, to the fen. 比较报价总成本。"""
    with refusals():
        spans = _spans(months)
        made = [_offer(path) for path in files or ()]
        read = {"instant_bp": instant_bp, "instant_payouts": instant_payouts}
        mix = read_mix(_text(mix_file), mix_file.name, **read) if mix_file else None
    if mix is None or not made:
        with opened(workspace) as place:
            made = made or offers.saved()
            currency = made[0].currency if made else "CNY"
            mix = mix or offers.own_mix(
                place, currency=currency, instant_bp=instant_bp, instant_payouts=instant_payouts
            )
    with refusals():
        if not made:
            raise InputError("error-offer-nothing")
        found = offers.compared(made, mix, spans)
    if as_json:
        print_json(_as_json(found, mix))
    else:
        for span, costs in found.items():
            _print_costs(span, costs)


def _offer(path: Path) -> Offer:
    return read_offer(_text(path), path.stem)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("error-offer-file", path=path.name, detail=str(error)) from None


def _spans(text_: str) -> list[int]:
    parts = [one.strip() for one in text_.split(",") if one.strip()]
    if not parts or not all(one.isascii() and one.isdigit() and 0 < int(one) <= 120 for one in parts):
        raise InputError("error-offer-months", value=text_[:40])
    return [int(one) for one in parts]


def _as_json(found: dict[int, list[Cost]], mix: Mix) -> dict[str, object]:
    return {
        "mix": {"days": mix.days, "turnover_minor": mix.turnover_minor, "tickets": sum(one.count for one in mix.tickets)},
        "spans": [
            {"months": span, "offers": [
                {"name": cost.offer.name, "provider": cost.offer.provider, "currency": cost.offer.currency, "total_minor": cost.total_minor,
                 "refundable_minor": cost.refundable_minor, "turnover_minor": cost.turnover_minor, "complete": cost.is_complete,
                 "unpriced_count": cost.unpriced_count, "unpriced_minor": cost.unpriced_minor,
                 "lines": [asdict(line) for line in cost.lines]} for cost in costs]}
            for span, costs in found.items()
        ],
    }  # fmt: skip


def _print_costs(span: int, costs: Sequence[Cost]) -> None:
    kinds = list(dict.fromkeys(line.kind for cost in costs for line in cost.lines))
    heads = [
        text("fees-offer"),
        *(text(f"fees-item-{kind}") for kind in kinds),
        text("fees-total"),
        text("fees-refundable"),
    ]
    rows = []
    for cost in costs:
        sums = {kind: sum(line.amount_minor for line in cost.lines if line.kind == kind) for kind in kinds}
        currency = cost.offer.currency
        total = fen.to_text(cost.total_minor, currency)
        rows.append(
            [cost.offer.name, *(fen.to_text(sums[kind], currency) for kind in kinds),
             total if cost.is_complete else text("fees-at-least", amount=total), fen.to_text(cost.refundable_minor, currency)]
        )  # fmt: skip
    print_table(text("fees-compare-title", months=span), heads, rows)
    for cost in costs:
        for line in cost.lines:
            if line.refund_condition:
                amount = fen.to_text(line.amount_minor, cost.offer.currency)
                typer.echo(
                    text("fees-deposit-condition", name=cost.offer.name, amount=amount, condition=line.refund_condition)
                )
        if not cost.is_complete:
            typer.echo(text("fees-unpriced", name=cost.offer.name, count=cost.unpriced_count,
                            amount=fen.to_text(cost.unpriced_minor, cost.offer.currency)))  # fmt: skip
