"""The order of a shift at one terminal: sign in, trade, settle, sign out. Judged only where the terminal records signing at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from daozhang.learning.journal import Deviation, Event, Row, Slip

TRADE, CLOSE, SIGN_IN, SIGN_OUT = "trade", "close", "sign_in", "sign_out"
_ORDER: Final = {SIGN_IN: 0, TRADE: 1, CLOSE: 2, SIGN_OUT: 3}
"""Of rows at the same second, which comes first."""


@dataclass(slots=True)
class _Shift:
    """Who is signed in, by which row, and the payments since the last close."""

    signed: Row | None = None
    traded: Row | None = None
    is_told: bool = False


def shifts(events: Sequence[Event]) -> Iterator[Deviation]:
    """Give the slips of one terminal, from its events in any order.

    A payment by somebody who is not signed in is told once until the next sign-in. Payments before the first sign-in of the span are
    not judged: it may lie before the span. Who signs out with payments that no close has taken is told, unless somebody signs in
    again on the same day and goes on (a change of shift within one batch is allowed).
    """
    ordered = sorted(events, key=lambda one: (one.row.at, _ORDER[one.what], one.row.line_no))
    shift, has_signed = _Shift(), False
    for place, event in enumerate(ordered):
        if event.what == SIGN_IN:
            if shift.signed is not None:
                yield Deviation(slip=Slip.LEFT_SIGNED_IN, row=shift.signed, beside=(event.row,))
            shift, has_signed = _Shift(signed=event.row, traded=shift.traded), True
        elif event.what == SIGN_OUT:
            if shift.traded is not None and not _goes_on(ordered[place + 1 :], event.row):
                yield Deviation(slip=Slip.SIGNED_OUT_UNSETTLED, row=event.row, beside=(shift.traded,))
            shift, has_signed = _Shift(traded=shift.traded), True
        elif event.what == CLOSE:
            shift.traded = None
        else:
            shift.traded = event.row
            is_known = shift.signed is not None and shift.signed.operator_no == event.row.operator_no
            if has_signed and not is_known and not shift.is_told:
                shift.is_told = True
                yield Deviation(slip=Slip.TRADED_SIGNED_OUT, row=event.row)


def _goes_on(later: Sequence[Event], out: Row) -> bool:
    """Return whether the terminal is used or closed again on the same day."""
    return any(one.row.at.date() == out.at.date() and one.what in {SIGN_IN, CLOSE} for one in later)
