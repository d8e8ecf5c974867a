"""What really happened to payouts: refused, hanging, unknown, returned, held, doubled, gone to somebody else, never ordered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.calendars import shipped
from daozhang.world.cast import Shop
from daozhang.world.payout import Payout
from daozhang.world.places import Place
from daozhang.world.simulate import World
from daozhang.world.truth_row import Truth

DAY: Final = timedelta(days=1)
DUE_HOUR: Final = 14
SILENT: Final = 3
"""So many merchants of one acquirer must be unpaid before anybody can say that it pays nobody."""

REFUSED: Final[Mapping[str, str]] = {
    "S01": "D001", "S02": "D002", "S03": "D003", "S04": "D004", "S05": "D005", "S07": "D007", "S09": "D096", "S10": "D009",
}  # fmt: skip
"""A payout that was refused → the cause its answer says."""
HELD: Final[Mapping[str, str]] = {"S11": "D035", "S13": "D036"}
DEDUCTED: Final[Mapping[str, str]] = {"S18": "D047", "S19": "D046"}
HANGING: Final[Mapping[str, str]] = {"S36": "D088", "S46": "D095", "S47": "D021"}


def shop_of(world: World, place: Place) -> Shop:
    """Return the shop at which an event was placed."""
    return next(shop for shop in world.shops if shop.code == place.shop)


def _next_workday(day: date) -> date:
    found = shipped("CN").next_workday(day)
    assert isinstance(found, date), day
    return found


def morning(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of a day, 09:00 unless told otherwise."""
    return datetime.combine(day, time(hour, minute))


def _payout_file_at(at: datetime) -> datetime:
    """Return when the payout file that says a state of this moment came: at 09:00, else 09:00 of the next day."""
    return morning(at.date() if at <= morning(at.date()) else at.date() + DAY)


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


def _struck(world: World, place: Place) -> list[Payout]:
    """Return the payouts that the event hit, of every shop it reaches."""
    codes = place.shops or {place.shop}
    return [
        one
        for shop in world.shops
        if shop.code in codes
        for one in world.payouts(shop)
        if one.scenario == place.scenario and place.covers(_day_of(one, place.scenario))
    ]


def _day_of(payout: Payout, scenario: str) -> date:
    """Return by which day an event is in force: most by the clearing day, those of a night by the day of the order."""
    return payout.created_at.date() if scenario in {"S36", "S46"} else payout.settled_on


def _refused(world: World, place: Place) -> Iterator[Truth]:
    for payout in _struck(world, place):
        yield _of_payout(
            payout,
            scenario=place.scenario,
            break_type="payout_failed",
            gap_minor=-payout.paid_minor,
            cause_code=REFUSED[place.scenario],
            knowable_at=_payout_file_at(payout.states[0].at),
        )


def _hanging(world: World, place: Place) -> Iterator[Truth]:
    """Tell of an order without a final state once its due moment is over, until it is said or seen to be paid."""
    for payout in _struck(world, place):
        due_at = morning(payout.created_at.date(), DUE_HOUR)
        over = [_payout_file_at(one.at) for one in payout.states if one.state == "claimed"]
        if payout.scenario == "S47" and payout.credited_at:
            over = [morning(payout.credited_at.date() + DAY, 8, 30)]
        yield _of_payout(
            payout,
            scenario=place.scenario,
            break_type="credit_missing",
            gap_minor=-payout.paid_minor,
            cause_code=HANGING[place.scenario],
            knowable_at=due_at,
            resolved_at=over[0] if over else None,
        )


def _returned(world: World, place: Place) -> Iterator[Truth]:
    """Tell of a payout that came back, and of the mornings before, when it only was not on the statement.

    A bank may book one working day later, so the silence means something once the statement of the next working day
    is here. Why is not knowable then: the cause is empty.
    """
    cause = {"S06": "D006", "S08": "D017"}[place.scenario]
    for payout in _struck(world, place):
        if payout.states[-1].state != "returned":
            continue
        again = [one for one in world.payouts(payout.shop) if one.replaces == payout.number]
        silent_from = morning(_next_workday(payout.created_at.date()) + DAY, 8, 30)
        returned_at = _payout_file_at(payout.states[-1].at)
        if silent_from < returned_at:
            yield _of_payout(
                payout,
                scenario=place.scenario,
                break_type="credit_missing",
                gap_minor=-payout.paid_minor,
                cause_code="",
                knowable_at=silent_from,
                resolved_at=returned_at,
            )
        yield _of_payout(
            payout,
            scenario=place.scenario,
            break_type="payout_returned",
            gap_minor=-payout.paid_minor,
            cause_code=cause,
            knowable_at=returned_at,
            resolved_at=morning(again[0].created_at.date() + DAY, 8, 30) if again else None,
        )


def _held(world: World, place: Place) -> Iterator[Truth]:
    for payout in _struck(world, place):
        yield _of_payout(
            payout,
            scenario=place.scenario,
            break_type="payout_held",
            gap_minor=-payout.held_minor,
            cause_code=HELD[place.scenario],
            knowable_at=_payout_file_at(payout.states[0].at),
        )


def _deducted(world: World, place: Place) -> Iterator[Truth]:
    for payout in _struck(world, place):
        yield _of_payout(
            payout,
            scenario=place.scenario,
            break_type="deduction_not_agreed",
            gap_minor=-payout.deducted_minor,
            cause_code=DEDUCTED[place.scenario],
            knowable_at=_payout_file_at(payout.states[0].at),
        )


def _unpaid(world: World, place: Place) -> Iterator[Truth]:
    """Tell of every clearing day nobody paid: one merchant whose licence ran out, or all of an acquirer.

    Days below a minimum are carried; the day that reaches it tells of all of them together.
    """
    cause = {"S12": "D037", "S40": "D086"}[place.scenario]
    shops = [one for one in world.shops if one.code in (place.shops or {place.shop})]
    if place.scenario == "S40" and len(shops) < SILENT:
        cause = ""
    for shop in shops:
        desk, carried = world.desks[shop.code], 0
        for day in sorted({one.cleared_on for one in world.cleared[shop.code] if place.covers(one.cleared_on)}):
            carried += sum(one.due_minor for one in world.cleared[shop.code] if one.cleared_on == day)
            if carried < max(1, desk.minimum):
                continue
            yield Truth(
                scenario=place.scenario,
                grain="merchant_day",
                acquirer=shop.acquirer,
                merchant_no=shop.merchant_no,
                settled_on=day,
                break_type="payout_missing",
                gap_minor=-carried,
                cause_code=cause,
                knowable_at=morning(desk.pays_on(day), DUE_HOUR),
            )
            carried = 0


def _paid_twice(world: World, place: Place) -> Iterator[Truth]:
    for payout in _struck(world, place):
        yield _of_payout(
            payout,
            scenario=place.scenario,
            break_type="payout_duplicate",
            gap_minor=payout.paid_minor,
            cause_code="D085",
            knowable_at=_payout_file_at(payout.states[0].at),
        )


def _by_an_agent(world: World, place: Place) -> Iterator[Truth]:
    """Tell of credits that came from somebody who is not the acquirer: the money is there, the payer should not be."""
    for tail in sorted({one.account_tail for one in world.shops if one.code in place.shops}):
        for entry in world.entries[tail]:
            if (
                entry.scenario == "S41"
                and entry.payouts[0].shop.code in place.shops
                and place.covers(entry.payouts[0].settled_on)
            ):
                yield _of_payout(
                    entry.payouts[0],
                    scenario=place.scenario,
                    break_type="credit_from_other_payer",
                    gap_minor=0,
                    cause_code="D024",
                    knowable_at=morning(entry.booked_at.date() + DAY, 8, 30),
                )


def _to_a_stranger(world: World, place: Place) -> Iterator[Truth]:
    for payout in _struck(world, place):
        yield _of_payout(
            payout,
            scenario=place.scenario,
            break_type="credit_to_other_account",
            gap_minor=-payout.paid_minor,
            cause_code="D023",
            knowable_at=_payout_file_at(payout.states[-1].at),
        )


def _old_account(world: World, place: Place) -> Iterator[Truth]:
    for payout in world.payouts(shop_of(world, place)):
        if payout.created_at.date() >= place.day and payout.account_tail == payout.shop.account_tail:
            yield _of_payout(
                payout,
                scenario="S43",
                break_type="credit_to_other_account",
                gap_minor=0,
                cause_code="D022",
                knowable_at=_payout_file_at(payout.states[0].at),
            )


TELLERS: Final[dict[str, Callable[[World, Place], Iterator[Truth]]]] = {
    **dict.fromkeys(REFUSED, _refused),
    **dict.fromkeys(HANGING, _hanging),
    **dict.fromkeys(HELD, _held),
    **dict.fromkeys(DEDUCTED, _deducted),
    "S06": _returned,
    "S08": _returned,
    "S12": _unpaid,
    "S38": _paid_twice,
    "S40": _unpaid,
    "S41": _by_an_agent,
    "S42": _to_a_stranger,
    "S43": _old_account,
}
"""Scenario → what tells of it."""
