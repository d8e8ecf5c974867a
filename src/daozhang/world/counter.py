"""What can go wrong, or only look wrong, at the counter: written with the verbs of the till, one function each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from daozhang.world.till import Till


def at_clock(till: Till, hour: int, minute: int, second: int = 0) -> datetime:
    """Return a moment of the day at hand."""
    return datetime.combine(till.day, time(hour, minute, second))


def visit(till: Till) -> tuple[int, str, tuple[str, str, str]]:
    """Return amount, terminal and card of a customer that only this event brings."""
    rng = till.fault_rng
    return rng.choice(till.shop.menu) * 3, till.shop.terminals[0], ("card", f"{rng.randrange(10_000):04d}", "credit")


def response_lost(till: Till) -> None:
    """S24: approved at the host, the answer lost, the terminal off before it could reverse; the customer paid cash."""
    amount, terminal, card = visit(till)
    order_no, at = till.order_no(extra=True), at_clock(till, 18, 32, 5)
    till.pay(
        at,
        amount,
        terminal_no=terminal,
        order_no=order_no,
        card=card,
        status="unknown",
        response_code="",
        offset=1,
        scenario="S24",
    )
    till.order(at + timedelta(minutes=2), amount, order_no, terminal, "cash")


def reversed_in_time(till: Till) -> None:
    """S23: the answer was lost, the reversal went through before the cut-over, the customer paid again."""
    amount, terminal, card = visit(till)
    order_no, at = till.order_no(extra=True), at_clock(till, 13, 10, 20)
    lost = till.pay(
        at,
        amount,
        terminal_no=terminal,
        order_no=order_no,
        card=card,
        status="reversed",
        response_code="",
        clears=False,
        offset=1,
        scenario="S23",
    )
    till.pay(
        at + timedelta(seconds=35),
        -amount,
        terminal_no=terminal,
        order_no=order_no,
        card=card,
        kind="reversal",
        clears=False,
        original=lost,
        offset=1,
        scenario="S23",
    )
    till.pay(
        at + timedelta(seconds=95), amount, terminal_no=terminal, order_no=order_no, card=card, offset=2, scenario="S23"
    )
    till.order(at + timedelta(seconds=95), amount, order_no, terminal, "card")


def reversed_after_cutover(till: Till) -> None:
    """S25: the sale fell before the cut-over, its reversal after it: each clears on its own day and they cancel."""
    amount, terminal, card = visit(till)
    order_no, at = till.order_no(extra=True), at_clock(till, 22, 59, 40)
    lost = till.pay(
        at,
        amount,
        terminal_no=terminal,
        order_no=order_no,
        card=card,
        status="reversed",
        response_code="",
        offset=1,
        scenario="S25",
    )
    till.pay(
        at_clock(till, 23, 4, 50),
        -amount,
        terminal_no=terminal,
        order_no=order_no,
        card=card,
        kind="reversal",
        original=lost,
        offset=1,
        scenario="S25",
    )


def swiped_twice(till: Till) -> None:
    """S31: the approval came late, the cashier took it for a time-out and swiped the card again for the same order."""
    amount, terminal, card = visit(till)
    order_no, at = till.order_no(extra=True), at_clock(till, 19, 15, 10)
    for offset in (1, 2):
        till.pay(
            at + timedelta(seconds=40 * (offset - 1)),
            amount,
            terminal_no=terminal,
            order_no=order_no,
            card=card,
            offset=offset,
            scenario="S31",
        )
    till.order(at, amount, order_no, terminal, "card")


def one_nought_too_many(till: Till) -> None:
    """S32: the cashier keyed ten times the amount of the order."""
    amount, terminal, card = visit(till)
    order_no, at = till.order_no(extra=True), at_clock(till, 14, 20, 4)
    till.pay(at, amount * 10, terminal_no=terminal, order_no=order_no, card=card, offset=1, scenario="S32")
    till.order(at, amount, order_no, terminal, "card")


def two_of_the_same(till: Till) -> None:
    """N07: one customer pays two orders of the same amount within a minute; both are real."""
    amount, terminal, card = visit(till)
    for offset, seconds in ((1, 0), (2, 48)):
        order_no, at = till.order_no(extra=True), at_clock(till, 16, 5, 2) + timedelta(seconds=seconds)
        till.pay(at, amount, terminal_no=terminal, order_no=order_no, card=card, offset=offset, scenario="N07")
        till.order(at, amount, order_no, terminal, "card")


def reversal_waits(till: Till) -> None:
    """S20: a reversal still waits when the batch closes, so the host counts one sale more; it goes through later."""
    amount, terminal, card = visit(till)
    at, order_no = at_clock(till, till.shop.closes - 1, 50), till.order_no(extra=True)
    lost = till.pay(
        at,
        amount,
        terminal_no=terminal,
        order_no=order_no,
        card=card,
        status="reversed",
        response_code="",
        clears=False,
        offset=1,
        scenario="S20",
    )
    till.pay(
        at + timedelta(minutes=28),
        -amount,
        terminal_no=terminal,
        order_no=order_no,
        card=card,
        kind="reversal",
        clears=False,
        original=lost,
        offset=1,
        scenario="S20",
    )


def large_order(till: Till) -> None:
    """N05, the day before: a company pays for a large catering order."""
    _, terminal, card = visit(till)
    order_no, at, amount = till.order_no(extra=True), at_clock(till, 11, 40), 2_680_000
    till.pay(at, amount, terminal_no=terminal, order_no=order_no, card=card, offset=1, scenario="N05")
    till.order(at, amount, order_no, terminal, "card")


def more_back_than_in(till: Till) -> None:
    """N05: the large order is given back, so the day's net is negative and nothing is paid out."""
    for sale in till.earlier:
        if sale.scenario == "N05":
            till.give_back(sale, 1, hour=11, offset=1, scenario="N05")


def large_debit_sale(till: Till) -> None:
    """S17: somebody pays so much with a debit card that the contract's cap decides the fee."""
    _, terminal, (channel, tail, _) = visit(till)
    order_no, at, amount = till.order_no(extra=True), at_clock(till, 15, 42, 30), 899_900
    card = (channel, tail, "debit")
    till.pay(at, amount, terminal_no=terminal, order_no=order_no, card=card, offset=1, scenario="S17")
    till.order(at, amount, order_no, terminal, "card")


@dataclass(frozen=True, slots=True)
class Happening:
    """Which scenario brings which event; ``days_ahead`` 1 means the event is the eve of the scenario's day."""

    scenario: str
    happen: Callable[[Till], None]
    days_ahead: int = 0


HAPPENINGS: Final = (
    Happening("S20", reversal_waits),
    Happening("S23", reversed_in_time),
    Happening("S24", response_lost),
    Happening("S25", reversed_after_cutover),
    Happening("S31", swiped_twice),
    Happening("S32", one_nought_too_many),
    Happening("N05", large_order, days_ahead=1),
    Happening("N05", more_back_than_in),
    Happening("N07", two_of_the_same),
    Happening("S17", large_debit_sale),
)
