"""What a file says of itself against what its rows add up to: summary rows, trailers, running balances."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from daozhang.formats.base import Sink
from daozhang.money import to_minor, to_text


def compare_amount(sink: Sink, name: str, stated: str, computed: int, currency: str = "CNY") -> bool:
    """Warn when the stated total (major units) is not the sum of the rows (minor units). Return whether they agree."""
    if to_minor(stated, currency) == computed:
        return True
    sink.warn("warn-total-differs", name=name, stated=stated, computed=to_text(computed, currency, symbol=False))
    return False


def compare_count(sink: Sink, name: str, stated: str, computed: int) -> bool:
    """Warn when the stated number of rows (which may be printed as ``45.0``) is not the number read."""
    try:
        agrees = Decimal(stated) == computed
    except InvalidOperation:
        agrees = False
    if not agrees:
        sink.warn("warn-total-differs", name=name, stated=stated, computed=str(computed))
    return agrees


@dataclass(frozen=True, slots=True)
class Balanced:
    """One row of a running balance: its line, moment, signed amount and the balance after it (None: not known)."""

    line_no: int
    at: datetime
    amount: int
    balance: int | None


def check_running_balance(sink: Sink, rows: Sequence[Balanced], gaps: Sequence[int] = ()) -> None:
    """Warn once when balance + amount does not lead to the next balance, naming the first line and how many there are.

    It is checked only where the order is sound: the moments must all rise or all fall through the file. Where all are
    equal, whichever direction fits better is the file's. ``gaps`` are the lines set aside, rising: nothing is said
    across one.
    """
    candidates = [
        _breaks(ordered, gaps)
        for is_sound, ordered in (
            (_rises(rows), list(rows)),
            (_rises(rows[::-1]), list(rows[::-1])),
        )
        if is_sound
    ]
    broken = min(candidates, key=len, default=[])
    if broken:
        sink.warn("warn-balance-chain", line_no=min(broken), count=len(broken))


def in_order_of_time(rows: Sequence[Balanced]) -> Sequence[Balanced] | None:
    """Return the rows from the oldest to the newest when their balances prove that order; None when they do not.

    Every balance must be known and follow from the one before. Rows that prove both directions prove neither.
    """
    if not rows or any(row.balance is None for row in rows):
        return None
    proven = [ordered for ordered in (list(rows), list(rows)[::-1]) if _rises(ordered) and not _breaks(ordered, ())]
    if len(proven) == 2 and len(rows) > 1:
        return None
    return proven[0] if proven else None


def _rises(rows: Iterable[Balanced]) -> bool:
    moments = [row.at for row in rows]
    return all(earlier <= later for earlier, later in pairwise(moments))


def _breaks(rows: list[Balanced], gaps: Sequence[int]) -> list[int]:
    broken = []
    for earlier, later in pairwise(rows):
        low, high = sorted((earlier.line_no, later.line_no))
        if earlier.balance is None or later.balance is None or bisect_left(gaps, low) != bisect_left(gaps, high):
            continue
        if earlier.balance + later.amount != later.balance:
            broken.append(later.line_no)
    return broken
