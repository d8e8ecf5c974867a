"""What really happened, apart from the files: what must be found, what must not, and where every fen is.

Amounts are fen towards the merchant. ``gap_minor`` is what the merchant is out of pocket (negative) or holds too much
(positive) because of the failure; 0 means that no money is wrong. ``resolved_at`` is empty while it is still open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.calendars import shipped
from daozhang.world.acquirer import Cleared, Payout, rate_of
from daozhang.world.calm import Calm, calm
from daozhang.world.cast import Shop
from daozhang.world.ledger import money_rows
from daozhang.world.paper.rows import host_reference
from daozhang.world.plan import Place
from daozhang.world.simulate import World

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """One planted failure under the key columns of ``findings``."""

    scenario: str
    grain: str
    acquirer: str = ""
    merchant_no: str = ""
    terminal_no: str = ""
    batch_no: str = ""
    trace_no: str = ""
    rrn: str = ""
    order_no: str = ""
    payout_no: str = ""
    settled_on: date | None = None
    account_tail: str = ""
    break_type: str
    gap_minor: int
    cause_code: str
    knowable_at: datetime
    resolved_at: datetime | None = None
    severity: str = "alarm"


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
    for scenario, tell in _TELLERS.items():
        for place in world.plan.at(scenario):
            told = (replace(one, scenario=place.told_as) for one in tell(world, place))
            yield from (one for one in told if one.knowable_at <= world.known_until)


def _shop(world: World, place: Place) -> Shop:
    return next(shop for shop in world.shops if shop.code == place.shop)


def _next_workday(day: date) -> date:
    found = shipped("CN").next_workday(day)
    assert isinstance(found, date), day
    return found


def _morning(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute))


def _clearing_at(shop: Shop, cleared_on: date) -> datetime:
    return _morning(cleared_on + DAY, 7, 30) if shop.acquirer == "lianhe" else _morning(cleared_on + DAY)


def _payout_file_at(at: datetime) -> datetime:
    """Return when the payout file that says a state of this moment came: at 09:00, else 09:00 of the next day."""
    return _morning(at.date() if at <= _morning(at.date()) else at.date() + DAY)


def _of_payout(
    payout: Payout,
    *,
    scenario: str,
    break_type: str,
    gap_minor: int,
    cause_code: str,
    knowable_at: datetime,
    resolved_at: datetime | None = None,
) -> Truth:
    return Truth(
        scenario=scenario,
        grain="payout",
        acquirer=payout.shop.acquirer,
        merchant_no=payout.shop.merchant_no,
        payout_no=payout.number,
        settled_on=payout.settled_on,
        account_tail=payout.account_tail,
        break_type=break_type,
        gap_minor=gap_minor,
        cause_code=cause_code,
        knowable_at=knowable_at,
        resolved_at=resolved_at,
    )


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


def _struck(world: World, place: Place) -> list[Payout]:
    """Return the payouts of the shop that the event hit."""
    mine = world.payouts(_shop(world, place))
    return [one for one in mine if one.scenario == place.scenario and place.covers(one.settled_on)]


def _wrong_account(world: World, place: Place) -> Iterator[Truth]:
    for payout in _struck(world, place):
        yield _of_payout(
            payout,
            scenario="S01",
            break_type="payout_failed",
            gap_minor=-payout.paid_minor,
            cause_code="D001",
            knowable_at=_payout_file_at(payout.states[0].at),
        )


def _returned(world: World, place: Place) -> Iterator[Truth]:
    """Tell of a payout that came back, and of the mornings before, when it only was not on the statement.

    A bank may book one working day later, so the silence means something once the statement of the next working day
    is here. Why is not knowable then: the cause is empty.
    """
    payouts = world.payouts(_shop(world, place))
    for payout in payouts:
        if payout.scenario == "S08" and payout.settled_on == place.day and payout.states[-1].state == "returned":
            again = [one for one in payouts if one.replaces == payout.number]
            silent_from = _morning(_next_workday(payout.created_at.date()) + DAY, 8, 30)
            returned_at = _payout_file_at(payout.states[-1].at)
            if silent_from < returned_at:
                yield _of_payout(
                    payout,
                    scenario="S08",
                    break_type="credit_missing",
                    gap_minor=-payout.paid_minor,
                    cause_code="",
                    knowable_at=silent_from,
                    resolved_at=returned_at,
                )
            yield _of_payout(
                payout,
                scenario="S08",
                break_type="payout_returned",
                gap_minor=-payout.paid_minor,
                cause_code="D017",
                knowable_at=_payout_file_at(payout.states[-1].at),
                resolved_at=_morning(again[0].created_at.date() + DAY, 8, 30) if again else None,
            )


def _held(world: World, place: Place) -> Iterator[Truth]:
    for payout in _struck(world, place):
        yield _of_payout(
            payout,
            scenario="S11",
            break_type="payout_held",
            gap_minor=-payout.held_minor,
            cause_code="D035",
            knowable_at=_payout_file_at(payout.states[0].at),
        )


def _licence(world: World, place: Place) -> Iterator[Truth]:
    shop, desk = _shop(world, place), world.desks[place.shop]
    for day in sorted({one.cleared_on for one in world.cleared[shop.code] if place.covers(one.cleared_on)}):
        due = sum(one.due_minor for one in world.cleared[shop.code] if one.cleared_on == day)
        yield Truth(
            scenario="S12",
            grain="merchant_day",
            acquirer=shop.acquirer,
            merchant_no=shop.merchant_no,
            settled_on=day,
            break_type="payout_missing",
            gap_minor=-due,
            cause_code="D037",
            knowable_at=_morning(desk.pays_on(day), 14),
        )


def _fees(world: World, place: Place) -> Iterator[Truth]:
    """Tell of every payment whose fee is not the contract's; one fen too little is no more than rounding."""
    shop, cause = _shop(world, place), {"S16": "D043", "S17": "D044"}[place.scenario]
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


def _deducted(world: World, place: Place) -> Iterator[Truth]:
    for payout in _struck(world, place):
        yield _of_payout(
            payout,
            scenario="S18",
            break_type="deduction_not_agreed",
            gap_minor=-payout.deducted_minor,
            cause_code="D047",
            knowable_at=_payout_file_at(payout.states[0].at),
        )


def _unbalanced(world: World, place: Place) -> Iterator[Truth]:
    shop = _shop(world, place)
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
                knowable_at=_morning(place.day + DAY, 0, 30),
            )


def _planted(world: World, place: Place) -> list[Cleared]:
    mine = world.cleared[place.shop]
    return [
        one for one in mine if one.payment.scenario == place.scenario and one.payment.occurred_at.date() == place.day
    ]


def _response_lost(world: World, place: Place) -> Iterator[Truth]:
    """Tell of it once the clearing of the next day is in as well: a late reversal could still have come with it."""
    shop = _shop(world, place)
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
    shop = _shop(world, place)
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
            knowable_at=_morning(place.day + DAY, 0, 30),
        )


def _keyed(world: World, place: Place) -> Iterator[Truth]:
    for one in _planted(world, place):
        yield _of_payment(
            one,
            scenario="S32",
            break_type="keyed_amount_suspect",
            gap_minor=one.gross_minor * 9 // 10,
            cause_code="D077",
            knowable_at=_morning(place.day + DAY, 0, 30),
        )


def _paid_twice(world: World, place: Place) -> Iterator[Truth]:
    for payout in _struck(world, place):
        yield _of_payout(
            payout,
            scenario="S38",
            break_type="payout_duplicate",
            gap_minor=payout.paid_minor,
            cause_code="D085",
            knowable_at=_payout_file_at(payout.states[0].at),
        )


def _old_account(world: World, place: Place) -> Iterator[Truth]:
    for payout in world.payouts(_shop(world, place)):
        if payout.created_at.date() >= place.day and payout.account_tail == payout.shop.account_tail:
            yield _of_payout(
                payout,
                scenario="S43",
                break_type="credit_to_other_account",
                gap_minor=0,
                cause_code="D022",
                knowable_at=_payout_file_at(payout.states[0].at),
            )


def _statement_gap(world: World, place: Place) -> Iterator[Truth]:
    tail = _shop(world, place).account_tail
    yield Truth(
        scenario="S45",
        grain="file",
        account_tail=tail,
        settled_on=place.day,
        break_type="file_missing",
        gap_minor=0,
        cause_code="D074",
        knowable_at=_morning(place.day + 2 * DAY, 8, 30),
    )


_TELLERS: Final[dict[str, Callable[[World, Place], Iterator[Truth]]]] = {
    "S01": _wrong_account,
    "S08": _returned,
    "S11": _held,
    "S12": _licence,
    "S16": _fees,
    "S17": _fees,
    "S18": _deducted,
    "S20": _unbalanced,
    "S24": _response_lost,
    "S26": _dropped,
    "S31": _duplicate,
    "S32": _keyed,
    "S38": _paid_twice,
    "S43": _old_account,
    "S45": _statement_gap,
}
