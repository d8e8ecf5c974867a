"""Every scenario the world can play: what it acts on, how long it lasts, who can have it. One line adds one.

The mechanisms ask the plan by name; what is here only lets a draw place scenarios so that two of them do not spoil
each other. A compound is a line with ``parts``: its parts happen at one shop from one day on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from daozhang.calendars import shipped
from daozhang.world.cast import Shop, bank_of


class Acts(StrEnum):
    """What a scenario acts on, from one payment to everybody."""

    PAYMENT = "payment"
    TERMINAL = "terminal"
    SHOP = "shop"
    CARRIER = "carrier"
    REGION = "region"
    HOST = "host"
    CLEARING = "clearing"
    FILE = "file"
    PAYOUT = "payout"
    CREDIT = "credit"
    ACCOUNT = "account"
    STATEMENT = "statement"
    BANK = "bank"
    ACQUIRER = "acquirer"
    WORLD = "world"


COUNTER, CLEARED, PAID = "counter", "cleared", "paid"

LANES: Final[dict[Acts, tuple[str, ...]]] = {
    Acts.PAYMENT: (COUNTER,),
    Acts.TERMINAL: (COUNTER,),
    Acts.SHOP: (COUNTER,),
    Acts.CARRIER: (COUNTER,),
    Acts.REGION: (COUNTER, CLEARED, PAID),
    Acts.HOST: (COUNTER,),
    Acts.CLEARING: (CLEARED,),
    Acts.FILE: (CLEARED,),
    Acts.PAYOUT: (PAID,),
    Acts.CREDIT: (PAID,),
    Acts.ACCOUNT: (PAID,),
    Acts.STATEMENT: (PAID,),
    Acts.BANK: (PAID,),
    Acts.ACQUIRER: (PAID,),
    Acts.WORLD: (),
}
"""Which side of a shop's day a scenario needs for itself: the counter, the clearing, the payout."""


def _same(*names: str) -> Callable[[Shop], tuple[object, ...]]:
    return lambda shop: tuple(getattr(shop, name) for name in names)


_REACH: Final[dict[Acts, Callable[[Shop], tuple[object, ...]]]] = {
    Acts.CARRIER: _same("carrier", "region"),
    Acts.REGION: _same("region"),
    Acts.HOST: _same("acquirer"),
    Acts.FILE: lambda shop: (shop.acquirer, "" if shop.acquirer == "lianhe" else shop.code),
    Acts.CREDIT: _same("acquirer", "account_tail"),
    Acts.ACCOUNT: _same("account_tail"),
    Acts.STATEMENT: _same("account_tail"),
    Acts.BANK: lambda shop: (bank_of(shop),),
    Acts.ACQUIRER: _same("acquirer"),
    Acts.WORLD: lambda _shop: (),
}


def reached(acts: Acts, shop: Shop, shops: Iterable[Shop]) -> frozenset[str]:
    """Return the codes of the shops that are reached when something that acts so happens at ``shop``."""
    key = _REACH.get(acts, _same("code"))
    return frozenset(one.code for one in shops if key(one) == key(shop))


def anyone(_shop: Shop) -> bool:
    """Return whether a shop can have the scenario: every one can."""
    return True


def any_day(_day: date) -> bool:
    """Return whether a day fits: every one does."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing that goes wrong or only looks so.

    ``lasts`` is the least and most days of a drawn event; None lasts to the end of the world, and is therefore drawn into
    its last third. ``room`` are the days that must lie before the event and after its last day. ``is_standing``: it holds at every
    shop that ``can`` have it, from the first day on. ``hard`` as the scenario table marks it, compounds included.
    """

    name: str
    acts: Acts
    is_failure: bool = True
    lasts: tuple[int, int] | None = (1, 1)
    can: Callable[[Shop], bool] = anyone
    fits: Callable[[date], bool] = any_day
    room: tuple[int, int] = (1, 2)
    is_standing: bool = False
    parts: tuple[str, ...] = ()
    is_hard: bool = False

    @property
    def is_wide(self) -> bool:
        """Return whether it takes many shops at once, so that a world has room for few of them."""
        return self.acts in {Acts.CARRIER, Acts.REGION, Acts.HOST, Acts.BANK, Acts.ACQUIRER, Acts.WORLD}


def _weekend(day: date) -> bool:
    return day.isoweekday() > 5


def _lianhe(shop: Shop) -> bool:
    return shop.acquirer == "lianhe" and _sells_much(shop)


def _waits_for_workdays(shop: Shop) -> bool:
    return shop.cycle == "T+1" and _sells_much(shop)


def _twice_on_monday(shop: Shop) -> bool:
    """Return whether the orders of a weekend leave on one day, in one second if it comes to that."""
    return _waits_for_workdays(shop)


def _near_limit(shop: Shop) -> bool:
    """Return whether some days bring more than 10,000 yuan and some less."""
    return _sells_much(shop) and 5_000 < max(shop.menu) < 20_000


def _in_holiday(day: date) -> bool:
    """Return whether the working day after ``day`` is further away than any weekend."""
    later = shipped("CN").next_workday(day)
    return isinstance(later, date) and (later - day).days > 3


def _sells_much(shop: Shop) -> bool:
    """Return whether a day's payout is surely larger than any deduction."""
    return shop.minimum_minor == 0 and shop.sales[0] >= 14


def _disputable(shop: Shop) -> bool:
    """Return whether its clearing can say that a payment is disputed: the card acquirer's files have no line for it."""
    return _lianhe(shop) and _sells_much(shop)


def _has_own_file(shop: Shop) -> bool:
    """Return whether its clearing comes in a file of its own, of records that show when one is cut off."""
    return shop.acquirer == "unionpay" and _sells_much(shop)


def _has_two_terminals(shop: Shop) -> bool:
    return len(shop.terminals) > 1


def _is_busy(shop: Shop) -> bool:
    """Return whether every few minutes somebody wants to pay, so that a line that is down is noticed at once."""
    return _has_two_terminals(shop) and shop.sales[0] >= 50


ALL: Final = (
    Scenario(name="S01", acts=Acts.PAYOUT, lasts=(1, 3), can=_sells_much),
    Scenario(name="S02", acts=Acts.PAYOUT, lasts=(1, 3), can=_sells_much),
    Scenario(name="S03", acts=Acts.PAYOUT, lasts=(1, 3), can=_sells_much),
    Scenario(name="S04", acts=Acts.PAYOUT, lasts=(1, 3), can=_sells_much),
    Scenario(name="S05", acts=Acts.ACCOUNT, lasts=(1, 3), can=_sells_much),
    Scenario(name="S06", acts=Acts.ACCOUNT, lasts=(1, 2), can=_sells_much, room=(1, 5)),
    Scenario(name="S07", acts=Acts.PAYOUT, lasts=(3, 5), can=_near_limit),
    Scenario(name="S08", acts=Acts.PAYOUT, can=_sells_much, room=(1, 5), is_hard=True),
    Scenario(name="S09", acts=Acts.PAYOUT, can=_sells_much, is_hard=True),
    Scenario(name="S10", acts=Acts.PAYOUT, can=_twice_on_monday, fits=_weekend, room=(2, 3), is_hard=True),
    Scenario(name="S11", acts=Acts.PAYOUT, can=_sells_much),
    Scenario(name="S12", acts=Acts.PAYOUT, lasts=None, can=_sells_much),
    Scenario(name="S13", acts=Acts.PAYOUT, can=_sells_much),
    Scenario(name="S16", acts=Acts.CLEARING, lasts=(2, 4)),
    Scenario(name="S17", acts=Acts.CLEARING, lasts=(1, 1), is_hard=True),
    Scenario(name="S18", acts=Acts.PAYOUT, can=_sells_much),
    Scenario(name="S19", acts=Acts.PAYOUT, can=_sells_much),
    Scenario(name="S20", acts=Acts.TERMINAL),
    Scenario(name="S24", acts=Acts.PAYMENT, is_hard=True),
    Scenario(name="S26", acts=Acts.CLEARING, can=_sells_much),
    Scenario(name="S31", acts=Acts.PAYMENT),
    Scenario(name="S32", acts=Acts.PAYMENT),
    Scenario(name="S36", acts=Acts.BANK, lasts=None),
    Scenario(name="S38", acts=Acts.PAYOUT, can=_sells_much),
    Scenario(name="S40", acts=Acts.ACQUIRER, lasts=None, is_hard=True),
    Scenario(name="S41", acts=Acts.PAYOUT, lasts=(2, 4), can=_sells_much, is_hard=True),
    Scenario(name="S42", acts=Acts.PAYOUT, lasts=(1, 3), can=_sells_much, is_hard=True),
    Scenario(name="S43", acts=Acts.PAYOUT, lasts=None, can=_sells_much),
    Scenario(name="S45", acts=Acts.STATEMENT, is_hard=True, room=(4, 3), can=lambda shop: bank_of(shop) != "camt"),
    Scenario(name="S14", acts=Acts.CLEARING, lasts=(8, 8), can=_disputable, room=(4, 2)),
    Scenario(name="S15", acts=Acts.CLEARING, can=_disputable, room=(6, 2)),
    Scenario(name="S21", acts=Acts.TERMINAL, lasts=(2, 3), can=_has_two_terminals),
    Scenario(name="S22", acts=Acts.PAYMENT),
    Scenario(name="S27", acts=Acts.FILE, can=_sells_much, room=(5, 3)),
    Scenario(name="C06", acts=Acts.CLEARING, can=_has_own_file, parts=("S26",), room=(5, 3), is_hard=True),
    Scenario(name="S28", acts=Acts.HOST, can=_sells_much, room=(4, 2)),
    Scenario(name="S29", acts=Acts.CARRIER, room=(4, 2)),
    Scenario(name="S30", acts=Acts.SHOP, can=_is_busy, room=(4, 2)),
    Scenario(name="S33", acts=Acts.PAYMENT, room=(1, 3)),
    Scenario(name="S34", acts=Acts.TERMINAL, lasts=(1, 2), can=_has_two_terminals),
    Scenario(name="S35", acts=Acts.REGION, lasts=(3, 3), room=(4, 2)),
    Scenario(name="S37", acts=Acts.TERMINAL, is_hard=True, can=_sells_much),
    Scenario(name="S39", acts=Acts.TERMINAL),
    Scenario(name="C02", acts=Acts.PAYMENT, is_hard=True),
    Scenario(
        name="C04", acts=Acts.REGION, lasts=(4, 4), can=_sells_much, parts=("S35", "S01"), room=(4, 3), is_hard=True
    ),
    Scenario(name="C09", acts=Acts.PAYMENT, is_hard=True),
    Scenario(name="C10", acts=Acts.PAYMENT, is_hard=True),
    Scenario(name="C11", acts=Acts.TERMINAL, is_hard=True, can=lambda shop: shop.late_share > 0),
    Scenario(name="S46", acts=Acts.BANK, room=(2, 1), is_hard=True),
    Scenario(name="S47", acts=Acts.PAYOUT, can=_sells_much, is_hard=True),
    Scenario(
        name="C01",
        acts=Acts.PAYOUT,
        parts=("S01",),
        lasts=(1, 2),
        can=_waits_for_workdays,
        fits=_in_holiday,
        is_hard=True,
    ),
    Scenario(name="C03", acts=Acts.CLEARING, can=_disputable, parts=("S16", "S15"), room=(6, 2), is_hard=True),
    Scenario(name="C05", acts=Acts.PAYOUT, parts=("S08", "S38"), can=_sells_much, room=(1, 5), is_hard=True),
    Scenario(name="C07", acts=Acts.PAYOUT, parts=("S11", "S17"), can=_sells_much, is_hard=True),
    Scenario(name="C08", acts=Acts.ACQUIRER, parts=("S40",), lasts=None, is_hard=True),
    Scenario(name="N01", acts=Acts.WORLD, is_failure=False, is_standing=True),
    Scenario(name="N02", acts=Acts.WORLD, is_failure=False, is_standing=True),
    Scenario(name="N03", acts=Acts.WORLD, is_failure=False, is_standing=True),
    Scenario(name="N04", acts=Acts.PAYMENT, is_failure=False, is_standing=True, can=lambda shop: shop.late_share > 0),
    Scenario(name="N05", acts=Acts.PAYOUT, is_failure=False, can=_sells_much),
    Scenario(name="N06", acts=Acts.PAYOUT, is_failure=False, is_standing=True, can=lambda shop: shop.minimum_minor > 0),
    Scenario(name="N07", acts=Acts.PAYMENT, is_failure=False),
    Scenario(name="N08", acts=Acts.PAYOUT, is_failure=False, parts=("S08",), room=(1, 8)),
    Scenario(name="N09", acts=Acts.WORLD, is_failure=False),
    Scenario(name="N10", acts=Acts.PAYOUT, is_failure=False, lasts=None, can=lambda shop: shop.cycle == "D+1"),
    Scenario(name="S23", acts=Acts.PAYMENT, is_failure=False, is_hard=True),
    Scenario(name="S25", acts=Acts.PAYMENT, is_failure=False, is_hard=True, can=lambda shop: shop.closes >= 22),
    Scenario(name="S44", acts=Acts.CREDIT, is_failure=False, is_hard=True, can=_lianhe, fits=_weekend, room=(4, 3)),
    Scenario(name="agreed_deduction", acts=Acts.PAYOUT, is_failure=False, can=_sells_much),
    Scenario(name="late_posting", acts=Acts.CREDIT, is_failure=False, can=_sells_much),
    Scenario(name="split_credit", acts=Acts.CREDIT, is_failure=False, can=_sells_much),
    Scenario(name="merged_credit", acts=Acts.WORLD, is_failure=False, is_standing=True),
    Scenario(name="other_money", acts=Acts.WORLD, is_failure=False, is_standing=True),
    Scenario(name="declined", acts=Acts.WORLD, is_failure=False, is_standing=True),
    Scenario(name="refund_netted", acts=Acts.WORLD, is_failure=False, is_standing=True),
)
"""Ids of one letter and two digits are those of the scenario table."""

KNOWN: Final = {one.name: one for one in ALL}
ORDINARY: Final = frozenset({"merged_credit", "other_money", "declined", "refund_netted"})
"""Everyday life, in every world: merged credits, other money on the accounts, declined cards, refunds."""

FAILING: Final = frozenset(one.name for one in ALL if one.is_failure)
"""Every scenario that plants a failure."""
