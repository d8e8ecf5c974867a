"""What really happened, apart from the files: what must be found, what must not, and where every fen is.

Amounts are fen towards the merchant. ``gap_minor`` is what the merchant is out of pocket (negative) or holds too much
(positive) because of the failure; 0 means that no money is wrong. ``resolved_at`` is empty while it is still open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple, fields, replace
from datetime import date, datetime, timedelta
from typing import Final

from daozhang.world.acquirer import Cleared, rate_of
from daozhang.world.calm import Calm, calm
from daozhang.world.cast import Shop
from daozhang.world.ledger import money_rows
from daozhang.world.paper.rows import host_reference
from daozhang.world.plan import Place
from daozhang.world.simulate import World
from daozhang.world.truth_payouts import TELLERS as OF_PAYOUTS
from daozhang.world.truth_payouts import morning, shop_of
from daozhang.world.truth_row import Truth
from daozhang.world.truth_shops import TELLERS as OF_SHOPS

DAY: Final = timedelta(days=1)


def tables(world: World) -> Iterator[tuple[str, tuple[str, ...], list[tuple[object, ...]]]]:
    """Return the truth files: (name, columns, rows)."""
    failures = sorted(
        truths(world), key=lambda one: (one.scenario, one.knowable_at, one.settled_on or date.min, one.payout_no)
    )
    touched = {(one.merchant_no, one.trace_no or one.settled_on) for one in failures}
    yield "truth.csv", tuple(item.name for item in fields(Truth)), [astuple(one) for one in failures]
    yield (
        "must_not_alarm.csv",
        tuple(item.name for item in fields(Calm)),
        [astuple(one) for one in calm(world, touched)],
    )
    columns, rows = money_rows(world)
    yield "money.csv", columns, rows


def truths(world: World) -> Iterator[Truth]:
    """Return every planted failure that could be known by the end of the world's knowledge."""
    for scenario, tell in {**_TELLERS, **OF_PAYOUTS, **OF_SHOPS}.items():
        for place in world.plan.at(scenario):
            told = (replace(one, scenario=place.told_as) for one in tell(world, place))
            yield from (one for one in told if one.knowable_at <= world.known_until)


def _clearing_at(shop: Shop, cleared_on: date) -> datetime:
    return morning(cleared_on + DAY, 7, 30) if shop.acquirer == "lianhe" else morning(cleared_on + DAY)


def _of_payment(one: Cleared, **facts: object) -> Truth:
    payment = one.payment
    return Truth(
        grain="transaction",
        acquirer=payment.shop.acquirer,
        merchant_no=payment.shop.merchant_no,
        terminal_no=payment.terminal_no,
        batch_no=payment.batch_no,
        trace_no=payment.trace_no,
        rrn=host_reference(payment),
        order_no=payment.order_no,
        settled_on=one.cleared_on,
        **facts,  # type: ignore[arg-type]
    )


def _fees(world: World, place: Place) -> Iterator[Truth]:
    """Tell of every payment whose fee is not the contract's; one fen too little is no more than rounding."""
    shop, cause = shop_of(world, place), {"S16": "D043", "S17": "D044"}[place.scenario]
    for one in world.cleared[shop.code]:
        over = one.fee_minor - one.contract_fee_minor
        is_raised = rate_of(shop.by, one.payment).card_kind == "credit"
        if over and is_raised == (place.scenario == "S16") and not one.is_dropped and place.covers(one.cleared_on):
            yield _of_payment(
                one,
                scenario=place.scenario,
                break_type="fee_mismatch",
                gap_minor=-over,
                cause_code=cause,
                knowable_at=_clearing_at(shop, one.cleared_on),
                severity="info" if over == -1 else "alarm",
            )


def _unbalanced(world: World, place: Place) -> Iterator[Truth]:
    shop = shop_of(world, place)
    for batch in world.till[shop.code, place.day].batches:
        if batch.scenario == place.scenario:
            yield Truth(
                scenario=place.scenario,
                grain="batch",
                acquirer=shop.acquirer,
                merchant_no=shop.merchant_no,
                terminal_no=batch.terminal_no,
                batch_no=batch.batch_no,
                break_type="batch_unbalanced",
                gap_minor=batch.host_net_minor - batch.terminal_net_minor,
                cause_code="D050",
                knowable_at=morning(place.day + DAY, 0, 30),
            )


def _planted(world: World, place: Place) -> list[Cleared]:
    mine = world.cleared[place.shop]
    return [
        one for one in mine if one.payment.scenario == place.scenario and one.payment.occurred_at.date() == place.day
    ]


def _response_lost(world: World, place: Place) -> Iterator[Truth]:
    """Tell of it once the clearing of the next day is in as well: a late reversal could still have come with it."""
    shop = shop_of(world, place)
    for one in _planted(world, place):
        yield _of_payment(
            one,
            scenario="S24",
            break_type="outcome_unknown",
            gap_minor=one.gross_minor,
            cause_code="D069",
            knowable_at=_clearing_at(shop, one.cleared_on + DAY),
        )
    yield from _unbalanced(world, place)


def _dropped(world: World, place: Place) -> Iterator[Truth]:
    shop = shop_of(world, place)
    for one in world.cleared[shop.code]:
        if one.is_dropped and one.cleared_on == place.day:
            yield _of_payment(
                one,
                scenario="S26",
                break_type="missing_in_clearing",
                gap_minor=-one.due_minor,
                cause_code="D070",
                knowable_at=_clearing_at(shop, place.day + DAY),
            )


def _duplicate(world: World, place: Place) -> Iterator[Truth]:
    for one in _planted(world, place)[1:]:
        yield _of_payment(
            one,
            scenario="S31",
            break_type="duplicate",
            gap_minor=one.gross_minor,
            cause_code="D075",
            knowable_at=morning(place.day + DAY, 0, 30),
        )


def _keyed(world: World, place: Place) -> Iterator[Truth]:
    for one in _planted(world, place):
        yield _of_payment(
            one,
            scenario="S32",
            break_type="keyed_amount_suspect",
            gap_minor=one.gross_minor * 9 // 10,
            cause_code="D077",
            knowable_at=morning(place.day + DAY, 0, 30),
        )


def _statement_gap(world: World, place: Place) -> Iterator[Truth]:
    tail = shop_of(world, place).account_tail
    yield Truth(
        scenario="S45",
        grain="file",
        account_tail=tail,
        settled_on=place.day,
        break_type="file_missing",
        gap_minor=0,
        cause_code="D074",
        knowable_at=morning(place.day + 2 * DAY, 8, 30),
    )


_TELLERS: Final[dict[str, Callable[[World, Place], Iterator[Truth]]]] = {
    "S16": _fees,
    "S17": _fees,
    "S20": _unbalanced,
    "S24": _response_lost,
    "S26": _dropped,
    "S31": _duplicate,
    "S32": _keyed,
    "S45": _statement_gap,
}
