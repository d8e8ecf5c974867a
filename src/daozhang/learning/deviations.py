"""Slips of operation that the journal itself proves: one rule each, a function of what was read beside one payment.

A rule speaks only of what a person at the till could have done otherwise. What a line or a host that was out brought
about is no slip, what nothing proves is none, and every slip names the rows that show it. Who is named is whoever was
signed on at the row that shows the slip, by the journal's operator number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from daozhang.learning.journal import Deviation, GivenBack, Journal, OpenBatch, OrderPaid, Preauth, Slip, Unanswered
from daozhang.learning.signing import shifts

SOLD_ON_WITHIN: Final = timedelta(hours=12)
"""A payment later than this after one without an answer is another shift's: somebody may have asked the host meanwhile."""

PAID_TOGETHER: Final = timedelta(minutes=30)
"""Two charges of one order further apart than this were meant (a second round, a part paid later)."""

CLOSE_WITHIN: Final = timedelta(hours=24)
"""A batch that is still open so long after its last payment was not closed at the end of the day."""


def sold_on(seen: Unanswered, _: datetime) -> Iterator[Deviation]:
    """Give a slip when the next customer was served on the terminal before the open payment was reversed."""
    if seen.is_outage or seen.next_sale is None or seen.again is not None:
        return
    if seen.next_sale.at - seen.row.at > SOLD_ON_WITHIN:
        return
    if seen.reversed_at is None and seen.row.status == "reversed":
        return  # the journal only marks it as reversed and does not say when
    if seen.reversed_at is None or seen.reversed_at > seen.next_sale.at:
        yield Deviation(slip=Slip.REVERSAL_LATE, row=seen.next_sale, beside=(seen.row,))


def charged_open(seen: Unanswered, _: datetime) -> Iterator[Deviation]:
    """Give a slip when the same order was charged again while nobody knew whether the first charge had gone through."""
    again = seen.again
    if again is None or seen.is_outage or again.at - seen.row.at > PAID_TOGETHER:
        return
    is_open = seen.reversed_at is None and seen.row.status == "unknown"
    if is_open or (seen.reversed_at is not None and seen.reversed_at > again.at):
        yield Deviation(slip=Slip.CHARGED_AGAIN, row=again, beside=(seen.row,))


def closed_pending(seen: Unanswered, _: datetime) -> Iterator[Deviation]:
    """Give a slip when the batch was closed while the payment was open or its reversal still waited: the totals cannot agree.

    Where the next customer had been served before the close, that was the slip already.
    """
    if seen.closed is None or seen.is_outage:
        return
    late = seen.reversed_at is not None and seen.reversed_at > seen.closed.at
    never = seen.reversed_at is None and seen.row.status == "unknown"
    served = seen.next_sale is not None and seen.next_sale.at < seen.closed.at
    if late or (never and not served and seen.again is None):
        yield Deviation(slip=Slip.CLOSED_WITH_PENDING, row=seen.row, beside=(seen.closed,))


def order_paid(seen: OrderPaid, _: datetime) -> Iterator[Deviation]:
    """Give a slip for an order charged more than once, or with another amount than the till says. Without an order nothing is proven."""
    order, charges = seen.order, seen.charges
    if order is None or not charges or sum(one.amount_minor for one in charges) == order.amount_minor:
        return
    if len(charges) == 1:
        yield Deviation(slip=Slip.WRONG_AMOUNT, row=charges[0], beside=(order,))
        return
    for before, after in pairwise(charges):
        if after.amount_minor == order.amount_minor and after.at - before.at <= PAID_TOGETHER:
            yield Deviation(slip=Slip.CHARGED_AGAIN, row=after, beside=(before, order))


def given_back(seen: GivenBack, _: datetime) -> Iterator[Deviation]:
    """Give a slip for a whole card sale refunded while its batch was open (a void costs no fee), and for a void after the close."""
    same_batch = not seen.sale.batch_no or not seen.row.batch_no or seen.sale.batch_no == seen.row.batch_no
    is_open = not seen.closed_between and seen.sale.at.date() == seen.row.at.date() and same_batch
    is_whole = seen.row.amount_minor == -seen.sale.amount_minor
    if seen.row.kind == "refund" and is_open and is_whole:
        yield Deviation(slip=Slip.REFUND_FOR_VOID, row=seen.row, beside=(seen.sale,))
    if seen.row.kind == "void" and seen.closed_between:
        yield Deviation(slip=Slip.VOID_TOO_LATE, row=seen.row, beside=(seen.sale,))


def batch_open(seen: OpenBatch, now: datetime) -> Iterator[Deviation]:
    """Give a slip for a batch that was not closed within a day of its last payment, where the terminal could have been."""
    if not seen.is_closed and seen.alive and now - seen.last.at > CLOSE_WITHIN:
        yield Deviation(slip=Slip.BATCH_LEFT_OPEN, row=seen.last)


def preauth_taken(seen: Preauth, now: datetime) -> Iterator[Deviation]:
    """Give a slip for a pre-authorisation of a paid order, where the shop never completes any: it was meant to be a sale."""
    is_meant = seen.row.amount_minor == seen.order.amount_minor and abs(seen.order.at - seen.row.at) <= PAID_TOGETHER
    if is_meant and not seen.shop_completes and now - seen.row.at > CLOSE_WITHIN:
        yield Deviation(slip=Slip.PREAUTH_FOR_SALE, row=seen.row, beside=(seen.order,))


def deviations(journal: Journal, now: datetime) -> list[Deviation]:
    """Return every slip of a journal as it is known at ``now``, by time; the same journal gives the same list."""
    found: list[Deviation] = []
    for one in journal.unanswered:
        for rule in (sold_on, charged_open, closed_pending):
            found.extend(rule(one, now))
    for paid in journal.orders:
        found.extend(order_paid(paid, now))
    for back in journal.backs:
        found.extend(given_back(back, now))
    for batch in journal.batches:
        found.extend(batch_open(batch, now))
    for taken in journal.preauths:
        found.extend(preauth_taken(taken, now))
    found += [Deviation(slip=Slip.OTHER_SHOPS_TERMINAL, row=row, beside=(order,)) for row, order in journal.foreign]
    found += [Deviation(slip=Slip.STORED_CLEARED, row=order) for order in journal.cleared]
    for events in journal.signing:
        found.extend(shifts(events))
    return sorted(_once(found), key=lambda one: (one.row.at, one.row.import_id, one.row.line_no, one.slip))


def _once(found: Iterable[Deviation]) -> Iterator[Deviation]:
    """Give each slip of a row once: a second charge may be seen both from the lost answer and from its order."""
    seen: set[tuple[Slip, str, int]] = set()
    for one in found:
        key = (one.slip, one.row.import_id, one.row.line_no)
        if key not in seen:
            seen.add(key)
            yield one
