"""What only looks wrong: holidays, night sales, netted refunds, merged credits, other money. No alarm may touch it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import astuple, dataclass
from datetime import date

from daozhang.world.cast import Shop
from daozhang.world.lines import OF_OUTAGES
from daozhang.world.simulate import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Calm:
    """One thing that looks wrong and is not; no alarm may carry all of its keys that are set."""

    scenario: str
    grain: str
    acquirer: str = ""
    merchant_no: str = ""
    trace_no: str = ""
    order_no: str = ""
    payout_no: str = ""
    settled_on: date | None = None
    account_tail: str = ""
    amount_minor: int | None = None


def calm(world: World, touched: Collection[tuple[str, str | date | None]]) -> list[Calm]:
    """Return what must not be alarmed about.

    ``touched`` names the merchant-days and the payments (by trace number) that have a failure too; they are left out.
    """
    keys = {"merchant_day": lambda one: one.settled_on, "transaction": lambda one: one.trace_no}
    found = [
        one for one in _calm(world) if one.grain not in keys or (one.merchant_no, keys[one.grain](one)) not in touched
    ]
    return sorted(set(found), key=lambda one: tuple(str(value) for value in astuple(one)))


def _calm(world: World) -> Iterator[Calm]:
    for shop in world.everybody:
        yield from _calm_days(world, shop)
        yield from _calm_payments(world, shop)
        for payout in world.payouts(shop):
            if payout.scenario in {"N08", "agreed_deduction"}:
                yield Calm(
                    scenario=payout.scenario,
                    grain="payout",
                    acquirer=shop.acquirer,
                    merchant_no=shop.merchant_no,
                    payout_no=payout.number,
                    settled_on=payout.settled_on,
                )
    for entries in world.entries.values():
        for entry in entries:
            if entry.scenario in {"other_money", "split_credit", "late_posting", "S44"} or len(entry.payouts) > 1:
                scenario = entry.scenario or "merged_credit"
                first = entry.payouts[0] if entry.payouts else None
                yield Calm(
                    scenario=scenario,
                    grain="bank_entry",
                    account_tail=entry.account.tail,
                    amount_minor=entry.amount_minor,
                    payout_no=first.number if first else "",
                )


def _calm_days(world: World, shop: Shop) -> Iterator[Calm]:
    desk = world.desks[shop.code]
    for day in sorted({one.cleared_on for one in world.cleared[shop.code]}):
        wait = (desk.pays_on(day) - day).days
        names = {
            "N02": wait > 3,  # longer than any weekend
            "N03": desk.pays_on(day).isoweekday() > 5,
            "N04": shop.late_share > 0 and world.plan.since("N04", shop, day),
            "N05": world.plan.on("N05", shop, day),
            "N06": shop.minimum_minor > 0,
            "N09": world.plan.since("N09", shop, desk.pays_on(day)),
            "N10": world.plan.since("N10", shop, day),
        }
        for scenario, applies in names.items():
            if applies and world.plan.has(scenario):
                yield Calm(
                    scenario=scenario,
                    grain="merchant_day",
                    acquirer=shop.acquirer,
                    merchant_no=shop.merchant_no,
                    settled_on=day,
                )


def _calm_payments(world: World, shop: Shop) -> Iterator[Calm]:
    for day in world.all_days:
        for payment in world.till[shop.code, day].payments:
            scenario = payment.scenario
            if payment.status == "declined":
                scenario = "declined"
            elif payment.kind == "refund" and not scenario:
                scenario = "refund_netted"
            if scenario in {"N07", "S23", "S25", "declined", "refund_netted"} | OF_OUTAGES:
                yield Calm(
                    scenario=scenario,
                    grain="transaction",
                    acquirer=shop.acquirer,
                    merchant_no=shop.merchant_no,
                    trace_no=payment.trace_no,
                    order_no=payment.order_no,
                )
