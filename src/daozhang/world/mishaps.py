"""More of what goes wrong at the counter: requests lost, wrong kinds, wrong clocks, borrowed terminals, stored sales lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from daozhang.world.chance import chance
from daozhang.world.counter import Happening, at_clock, visit
from daozhang.world.till import Order, Till

A_DAY: Final = timedelta(days=1)
PAST_THE_HOUR: Final = timedelta(minutes=75)
"""How far the clock of C11 runs ahead: evening sales get the next day's date."""
BORROWED: Final = 3
STORED: Final = 3
OFFSET_MINOR: Final = 10_000


def request_lost(till: Till) -> None:
    """S22: the request never reached the host, the terminal waited in vain; the customer paid in cash."""
    amount, terminal, card = visit(till)
    order_no, at = till.order_no(extra=True), at_clock(till, 12, 41, 7)
    till.pay(
        at, amount, terminal_no=terminal, order_no=order_no, card=card, status="unknown", response_code="", clears=False,
        offset=1, scenario="S22",
    )  # fmt: skip
    till.order(at + timedelta(minutes=3), amount, order_no, terminal, "cash")


def preauth_for_sale(till: Till) -> None:
    """S33: the cashier took a pre-authorisation instead of a sale; nobody completes it and nothing clears."""
    amount, terminal, card = visit(till)
    order_no, at = till.order_no(extra=True), at_clock(till, 13, 52, 40)
    till.pay(
        at, amount, terminal_no=terminal, order_no=order_no, card=card, kind="preauth", clears=False, offset=1, scenario="S33",
    )  # fmt: skip
    till.order(at, amount, order_no, terminal, "card")


def terminal_lent(till: Till) -> None:
    """S37: another shop borrows a terminal for an hour; its sales are cleared to the shop the terminal belongs to."""
    if not till.others:
        return
    borrower = chance(till.seed, "lent", till.shop.code, till.day).choice(till.others)
    rng, terminal = till.fault_rng, till.shop.terminals[-1]
    for number in range(BORROWED):
        amount = rng.choice(borrower.menu) * 2
        order_no = f"{borrower.code}-{till.day:%y%m%d}-Y{number + 1:04d}"
        at = at_clock(till, 17, 10 + 15 * number, 12)
        card = ("card", f"{rng.randrange(10_000):04d}", "credit")
        till.pay(at, amount, terminal_no=terminal, order_no=order_no, card=card, offset=number + 1, scenario="S37")
        till.out.orders.append(Order(borrower, order_no, amount, at, "01", terminal, "card"))


def stored_and_cleared(till: Till) -> None:
    """S39: sales are stored while the line is weak; somebody clears the terminal before it sends them. Orders remain."""
    rng, terminal = till.fault_rng, till.shop.terminals[0]
    queue = till.out.queues.setdefault(terminal, [])
    for number in range(STORED):
        amount, order_no = rng.choice(till.shop.menu) * 2, till.order_no(extra=True)
        at = at_clock(till, 16, 5 + 12 * number, 30)
        till.order(at, amount, order_no, terminal, "card")
        queue.append((at, number + 1))
    queue.append((at_clock(till, 18, 20), 0))


def tried_three_times(till: Till) -> None:
    """C02: at the cut-over, one order is tried three times.

    The first answer is lost and the terminal loses power before it reverses; the second answer is lost too and reversed after
    the cut-over; the third is approved.
    """
    amount, terminal, card = visit(till)
    order_no = till.order_no(extra=True)
    common = {"terminal_no": terminal, "order_no": order_no, "card": card, "scenario": "C02"}
    first = at_clock(till, 22, 57, 30)
    till.pay(first, amount, status="unknown", response_code="", offset=1, **common)  # type: ignore[arg-type]
    lost = till.pay(
        at_clock(till, 22, 58, 20), amount, status="reversed", response_code="", offset=2, **common  # type: ignore[arg-type]
    )  # fmt: skip
    till.pay(at_clock(till, 23, 4, 10), -amount, kind="reversal", original=lost, offset=2, **common)  # type: ignore[arg-type]
    till.pay(at_clock(till, 22, 59, 15), amount, offset=3, **common)  # type: ignore[arg-type]
    till.order(first, amount, order_no, terminal, "card")


def charged_and_paid_cash(till: Till) -> None:
    """C09: approved at the host, the answer lost, no reversal; the customer paid the order in cash."""
    amount, terminal, card = visit(till)
    order_no, at = till.order_no(extra=True), at_clock(till, 19, 48, 11)
    till.pay(
        at, amount, terminal_no=terminal, order_no=order_no, card=card, status="unknown", response_code="", offset=1,
        scenario="C09",
    )  # fmt: skip
    till.order(at + timedelta(minutes=4), amount, order_no, terminal, "cash")


def two_that_cancel(till: Till) -> None:
    """C10: one sale is keyed 100 yuan too high and another 100 too low; the day's total is right."""
    rng, terminal = till.fault_rng, till.shop.terminals[0]
    for offset, (hour, slip) in enumerate(((12, OFFSET_MINOR), (18, -OFFSET_MINOR)), start=1):
        amount, order_no = rng.choice(till.shop.menu) * 2 + 2 * OFFSET_MINOR, till.order_no(extra=True)
        card = ("card", f"{rng.randrange(10_000):04d}", "credit")
        at = at_clock(till, hour, 36, 48)
        till.pay(at, amount + slip, terminal_no=terminal, order_no=order_no, card=card, offset=offset, scenario="C10")
        till.order(at, amount, order_no, terminal, "card")


def set_clocks(till: Till) -> None:
    """S34 and C11: a terminal's clock runs ahead, by a day or by some more than an hour."""
    for scenario, skew in (("S34", A_DAY), ("C11", PAST_THE_HOUR)):
        if till.plan.since(scenario, till.shop, till.day):
            till.out.skews[till.shop.terminals[-1]] = skew


MISHAPS: Final = (
    Happening("S22", request_lost),
    Happening("S33", preauth_for_sale),
    Happening("S37", terminal_lent),
    Happening("S39", stored_and_cleared),
    Happening("C02", tried_three_times),
    Happening("C09", charged_and_paid_cash),
    Happening("C10", two_that_cancel),
)
