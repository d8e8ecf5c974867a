"""What is read of the journal so that a slip of operation can be judged: rows, and what stands beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

OUTAGE_AT: Final = 3
"""Payments without an answer at one shop within half an hour before and after: from so many on, the line is out."""

OUTAGE_WIDE_AT: Final = 5
"""The same over all shops of one acquirer: from so many shops on."""


class Slip(StrEnum):
    """The closed list. Its texts are ``slip-<name>`` and ``slip-<name>-do``; ``learning.courses`` names the course of each."""

    REVERSAL_LATE = "reversal_late"
    CHARGED_AGAIN = "charged_again"
    REFUND_FOR_VOID = "refund_for_void"
    VOID_TOO_LATE = "void_too_late"
    WRONG_AMOUNT = "wrong_amount"
    PREAUTH_FOR_SALE = "preauth_for_sale"
    OTHER_SHOPS_TERMINAL = "other_shops_terminal"
    STORED_CLEARED = "stored_cleared"
    BATCH_LEFT_OPEN = "batch_left_open"
    CLOSED_WITH_PENDING = "closed_with_pending"
    TRADED_SIGNED_OUT = "traded_signed_out"
    LEFT_SIGNED_IN = "left_signed_in"
    SIGNED_OUT_UNSETTLED = "signed_out_unsettled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a file, as far as a slip needs it. ``amount_minor`` is signed towards the merchant; ``table`` is the lake's."""

    table: str
    import_id: str
    line_no: int
    at: datetime
    acquirer: str
    merchant_no: str
    store_no: str = ""
    terminal_no: str = ""
    operator_no: str = ""
    order_no: str = ""
    trace_no: str = ""
    batch_no: str = ""
    kind: str = ""
    status: str = ""
    amount_minor: int = 0
    currency: str = "CNY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One slip: the row that shows it (its operator is who is named) and the rows it is seen against."""

    slip: Slip
    row: Row
    beside: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A payment without an answer: what was sold next on the terminal, whether it was tried again, and how many others had none.

    ``reversed_at`` None: the journal holds no reversal. ``again`` is an approved charge of the same order after it.
    ``here`` counts payments without an answer at the shop within half an hour, ``wide`` the acquirer's shops that had any.
    """

    row: Row
    reversed_at: datetime | None
    next_sale: Row | None
    again: Row | None
    here: int
    wide: int
    closed: Row | None = None
    is_mute: bool = False
    """The terminal gave no sign of life for more than an hour afterwards, though it does otherwise."""

    @property
    def is_outage(self) -> bool:
        """Return whether the line or the host was out rather than one answer lost."""
        return self.is_mute or self.here >= OUTAGE_AT or self.wide >= OUTAGE_WIDE_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPaid:
    """An order and the approved charges that name it, in their order; ``amount_minor`` None: the till's order is not there."""

    charges: tuple[Row, ...]
    order: Row | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """A void or refund with its sale; ``closed_between``: the sale's batch was closed before the money was given back."""

    row: Row
    sale: Row
    closed_between: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBatch:
    """A terminal's batch with its last payment, and whether its close is known; ``alive``: the terminal had a line that evening."""

    last: Row
    is_closed: bool
    alive: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at a terminal: ``what`` is sign_in, trade, close or sign_out."""

    what: str
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Preauth:
    """A pre-authorisation that nobody completed, with its order; ``shop_completes``: the shop has completed others."""

    row: Row
    order: Row
    shop_completes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """What was read of a span of days.

    ``foreign``: a payment whose order number belongs to another merchant's order of the same amount. ``cleared``: orders paid by
    card without a payment, at terminals that held unsent payments which were never sent. ``signing``: events per terminal.
    """

    unanswered: tuple[Unanswered, ...] = ()
    orders: tuple[OrderPaid, ...] = ()
    backs: tuple[GivenBack, ...] = ()
    batches: tuple[OpenBatch, ...] = ()
    preauths: tuple[Preauth, ...] = ()
    foreign: tuple[tuple[Row, Row], ...] = ()
    cleared: tuple[Row, ...] = ()
    signing: tuple[tuple[Event, ...], ...] = ()
