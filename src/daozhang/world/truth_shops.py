"""The truth about tills, lines, terminals and disputes: told like that about payouts, in ``truth``, from the mechanisms alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.world.acquirer import Cleared
from daozhang.world.cast import Shop
from daozhang.world.life import reports
from daozhang.world.lines import outage_of
from daozhang.world.mishandled import LATE, mishap_of
from daozhang.world.paper.rows import host_reference
from daozhang.world.places import Place
from daozhang.world.shopday import resumed_at
from daozhang.world.simulate import World
from daozhang.world.till import Order, Payment
from daozhang.world.truth_row import Truth

DAY: Final = timedelta(days=1)
MISSED: Final = 3
"""So many signs of life in a row that do not come are a silence."""
LOOKED_AT: Final = timedelta(hours=24)
"""What an outage left behind is looked at for so long after its end."""
WIDE_MERCHANTS: Final = 3
"""A host that refuses payments of fewer merchants is, for those who see only files, a few declined cards."""
STATED: Final = time(0, 30)
"""When the chain's own systems write about the day before."""

Teller = Callable[[World, Place], Iterator[Truth]]


def _after_midnight(day: date) -> datetime:
    return datetime.combine(day + DAY, STATED)


def _clearing_at(shop: Shop, cleared_on: date) -> datetime:
    return datetime.combine(cleared_on + DAY, time(7, 30) if shop.acquirer == "lianhe" else time(9))


def _shop(world: World, code: str) -> Shop:
    return next(shop for shop in world.shops if shop.code == code)


def _cleared(world: World, place: Place) -> list[Cleared]:
    return [one for one in world.cleared[place.shop] if _is_of(one.payment, place)]


def _noted(world: World, place: Place) -> list[Payment]:
    return [one for one in world.till[place.shop, place.day].payments if _is_of(one, place)]


def _is_of(payment: Payment, place: Place) -> bool:
    return payment.scenario == place.scenario and place.covers(payment.occurred_at.date())


def _of_payment(payment: Payment, settled_on: date | None, **facts: object) -> Truth:
    grain = facts.pop("grain", "transaction")
    return Truth(
        grain=str(grain),
        acquirer=payment.shop.acquirer,
        merchant_no=payment.shop.merchant_no,
        terminal_no=payment.terminal_no,
        batch_no=payment.batch_no,
        trace_no=payment.trace_no,
        rrn=host_reference(payment),
        order_no=payment.order_no,
        settled_on=settled_on,
        **facts,  # type: ignore[arg-type]
    )


def _disputed(world: World, place: Place) -> Iterator[Truth]:
    """Tell of the chargeback; the request for the slip before it only asks for papers."""
    shop = _shop(world, place.shop)
    for one in _cleared(world, place):
        if one.gross_minor:
            yield _of_payment(
                one.payment,
                one.cleared_on,
                grain="merchant_day",
                scenario=place.scenario,
                break_type="deduction_not_agreed",
                gap_minor=one.gross_minor,
                cause_code={"S14": "D040", "S15": "D039"}[place.scenario],
                knowable_at=_clearing_at(shop, one.cleared_on),
            )


def _upload_interrupted(world: World, place: Place) -> Iterator[Truth]:
    shop = _shop(world, place.shop)
    for batch in world.till[shop.code, place.day].batches:
        if batch.scenario == "S21":
            yield Truth(
                scenario="S21",
                grain="batch",
                acquirer=shop.acquirer,
                merchant_no=shop.merchant_no,
                terminal_no=batch.terminal_no,
                batch_no=batch.batch_no,
                break_type="batch_open",
                gap_minor=batch.host_net_minor - batch.terminal_net_minor,
                cause_code="D051",
                knowable_at=_after_midnight(place.day),
                resolved_at=_after_midnight(resumed_at(place).date()),
            )


def _never_reached(world: World, place: Place) -> Iterator[Truth]:
    shop = _shop(world, place.shop)
    for one in _noted(world, place):
        yield _of_payment(
            one,
            place.day,
            scenario="S22",
            break_type="outcome_unknown",
            gap_minor=0,
            cause_code="D094",
            knowable_at=_clearing_at(shop, place.day + DAY),
            severity="info",
        )


def _preauth(world: World, place: Place) -> Iterator[Truth]:
    """Tell of it two days later: a completion on the next day is ordinary."""
    for one in _noted(world, place):
        yield _of_payment(
            one,
            place.day,
            scenario="S33",
            break_type="preauth_open",
            gap_minor=-one.amount_minor,
            cause_code="D080",
            knowable_at=_after_midnight(place.day + DAY),
        )


def _clock(world: World, place: Place) -> Iterator[Truth]:
    """Tell of a clock as soon as the terminal's own signs of life say that it is off, until they say it is right."""
    shop = _shop(world, place.shop)
    assert place.until is not None
    yield Truth(
        scenario=place.scenario,
        grain="terminal",
        acquirer=shop.acquirer,
        merchant_no=shop.merchant_no,
        terminal_no=shop.terminals[-1],
        break_type="clock_skew",
        gap_minor=0,
        cause_code="D061",
        knowable_at=_after_midnight(place.day),
        resolved_at=_after_midnight(place.until + DAY),
    )


def _lent(world: World, place: Place) -> Iterator[Truth]:
    """Tell of each sale that the borrowing shop's till has and its own clearing does not."""
    for one in _noted(world, place):
        order = _order(world, place, one.order_no)
        yield Truth(
            scenario="S37",
            grain="transaction",
            acquirer=order.shop.acquirer,
            merchant_no=order.shop.merchant_no,
            terminal_no=one.terminal_no,
            order_no=order.order_no,
            settled_on=place.day,
            break_type="missing_in_clearing",
            gap_minor=-order.amount_minor,
            cause_code="D081",
            knowable_at=_clearing_at(order.shop, place.day + DAY),
        )


def _order(world: World, place: Place, order_no: str) -> Order:
    return next(one for one in world.till[place.shop, place.day].orders if one.order_no == order_no)


def _stored(world: World, place: Place) -> Iterator[Truth]:
    """Tell of each stored sale that was cleared away: its order is all that is left."""
    shop, done = _shop(world, place.shop), world.till[place.shop, place.day]
    paid = {one.order_no for one in done.payments}
    for order in done.orders:
        if order.paid_by == "card" and order.order_no not in paid and order.terminal_no in done.queues:
            yield Truth(
                scenario="S39",
                grain="transaction",
                acquirer=shop.acquirer,
                merchant_no=shop.merchant_no,
                terminal_no=order.terminal_no,
                order_no=order.order_no,
                settled_on=place.day,
                break_type="missing_in_clearing",
                gap_minor=-order.amount_minor,
                cause_code="D084",
                knowable_at=_clearing_at(shop, place.day + DAY),
            )


def _charged(world: World, place: Place) -> Iterator[Truth]:
    """Tell of a payment that the host has and the terminal got no answer for; the order was paid otherwise."""
    shop = _shop(world, place.shop)
    for one in _cleared(world, place):
        if one.payment.status == "unknown":
            yield _of_payment(
                one.payment,
                one.cleared_on,
                scenario=place.scenario,
                break_type="outcome_unknown",
                gap_minor=one.gross_minor,
                cause_code="D069",
                knowable_at=_clearing_at(shop, one.cleared_on + DAY),
            )
    yield from _unbalanced(world, place)


def _tried_again(world: World, place: Place) -> Iterator[Truth]:
    """Tell of the first try as a second charge of one order; the one that was reversed needs nothing."""
    shop = _shop(world, place.shop)
    for one in _cleared(world, place):
        if one.payment.status == "unknown":
            yield _of_payment(
                one.payment,
                one.cleared_on,
                scenario=place.scenario,
                break_type="duplicate",
                gap_minor=one.gross_minor,
                cause_code="D075",
                knowable_at=_clearing_at(shop, one.cleared_on),
            )
    yield from _unbalanced(world, place)


def _unbalanced(world: World, place: Place) -> Iterator[Truth]:
    shop = _shop(world, place.shop)
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
                knowable_at=_after_midnight(place.day),
            )


def _cancelling(world: World, place: Place) -> Iterator[Truth]:
    for one in _noted(world, place):
        order = _order(world, place, one.order_no)
        yield _of_payment(
            one,
            place.day,
            scenario="C10",
            break_type="keyed_amount_suspect",
            gap_minor=one.amount_minor - order.amount_minor,
            cause_code="D077",
            knowable_at=_after_midnight(place.day),
        )


def _host(world: World, place: Place) -> Iterator[Truth]:
    """Tell of a host that refused one payment in ten for ten hours, where that many merchants felt it."""
    hit = [
        one
        for code in place.shops
        for one in world.till[code, place.day].payments
        if one.scenario == "S28" and one.response_code
    ]
    if len({one.shop.code for one in hit}) < WIDE_MERCHANTS:
        return
    last_at = max(one.occurred_at for one in hit)
    yield Truth(
        scenario="S28",
        grain="acquirer",
        acquirer=_shop(world, place.shop).acquirer,
        settled_on=place.day,
        break_type="payments_refused",
        gap_minor=0,
        cause_code="D060",
        knowable_at=_after_midnight(place.day),
        resolved_at=_after_midnight((last_at + LOOKED_AT).date()),
    )


@dataclass(frozen=True, slots=True)
class _Silence:
    since: datetime
    until: datetime | None
    told_on: date


def _silence(world: World, shop: Shop, terminal: str, place: Place) -> _Silence | None:
    """Return the silence of a terminal in an outage: from the last sign of life to the next, told on the day of the third missed one."""
    window = outage_of(place, world.seed, shop)
    days = [place.day - DAY, place.day, place.day + DAY, place.day + 2 * DAY]
    told = [
        one for day in days if world.first_on <= day <= world.last_on for one in reports(world, shop, terminal, day)
    ]
    missed = [at for at, is_heard in told if not is_heard]
    before = [at for at, is_heard in told if is_heard and at < window.from_at]
    after = [at for at, is_heard in told if is_heard and at >= window.until_at]
    if len(missed) < MISSED or not before:
        return None
    return _Silence(max(before), min(after, default=None), missed[MISSED - 1].date())


_CAUSES: Final = {"S29": "D066", "S30": "D065", "S35": "D087"}


def _silent(world: World, place: Place) -> Iterator[Truth]:
    """Tell of every terminal that was not heard, each with the cause they share."""
    for code in sorted(place.shops):
        shop = _shop(world, code)
        for terminal in shop.terminals:
            found = _silence(world, shop, terminal, place)
            if found is None:
                continue
            yield Truth(
                scenario=place.scenario,
                grain="terminal",
                acquirer=shop.acquirer,
                merchant_no=shop.merchant_no,
                terminal_no=terminal,
                break_type="terminal_offline",
                gap_minor=0,
                cause_code=_CAUSES[place.scenario],
                knowable_at=_after_midnight(found.told_on),
                resolved_at=_after_midnight((found.until + LOOKED_AT).date()) if found.until else None,
            )


def _file(world: World, place: Place) -> Iterator[Truth]:
    """Tell of a clearing file that is days late (once the next one is there), or cut off (at once); the rest is harmless."""
    shop, mishap = _shop(world, place.shop), mishap_of(world, place)
    if mishap.kind not in {"late", "cut"}:
        return
    is_late = mishap.kind == "late"
    yield Truth(
        scenario=place.scenario,
        grain="file",
        acquirer=mishap.acquirer,
        merchant_no=mishap.merchant_no,
        settled_on=place.day,
        break_type="file_missing" if is_late else "file_truncated",
        gap_minor=0,
        cause_code="D072" if is_late else "D073",
        knowable_at=_clearing_at(shop, place.day + DAY if is_late else place.day),
        resolved_at=_clearing_at(shop, place.day) + LATE if is_late else mishap.whole_at,
    )


TELLERS: Final[dict[str, Teller]] = {
    "S14": _disputed,
    "S15": _disputed,
    "S21": _upload_interrupted,
    "S22": _never_reached,
    "S27": _file,
    "C06": _file,
    "S28": _host,
    "S29": _silent,
    "S30": _silent,
    "S33": _preauth,
    "S34": _clock,
    "S35": _silent,
    "S37": _lent,
    "S39": _stored,
    "C02": _tried_again,
    "C09": _charged,
    "C10": _cancelling,
    "C11": _clock,
}
