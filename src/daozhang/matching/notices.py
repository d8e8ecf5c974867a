"""Which notices of a bank count: of an account's day and direction one voice, never two for the same money.

A notification and an intraday report say what the statement will say again, each in its own words: a report one batch
under the bank's reference, the notification its parts under ours. So they are not paired line by line. The statement
speaks for every day up to the last one it knows of; after it the kind of message that brings more, and the
notifications when both bring the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from daozhang.matching.bank import BankLine
from daozhang.matching.coverage import Coverage

SAME_REFERENCE_DAYS: Final = 10
"""How much earlier a statement may book the same amount under the same reference; the bank's own numbers come again."""
MIDNIGHT_DAYS: Final = 1
"""How much earlier than its notice a statement may book the same money: the bank's midnight is not everybody's."""


@dataclass(frozen=True, slots=True)
class Noted:
    """One line of a bank with its reference; ``kind`` is ``notice`` or ``report``, empty on a statement."""

    line: BankLine
    reference: str
    kind: str = ""


def counting(notices: Sequence[Noted], booked: Sequence[Noted], cover: Coverage) -> list[BankLine]:
    """Return the lines of the notices that count beside the statement lines ``booked``; their order stays."""
    told_until: dict[str, date] = {}
    # A statement in doubt speaks too: what it says is money already, whatever it may leave out.
    for account, day in (*cover.by_account, *((one.line.account_tail, one.line.booked_on) for one in booked)):
        told_until[account] = max(told_until.get(account, day), day)
    later = [one for one in notices if one.line.booked_on > told_until.get(one.line.account_tail, date.min)]
    booked_before = _BookedBefore(notices, booked) if later else None
    alive = [one for one in later if booked_before is None or not booked_before.holds(one)]
    sums: dict[tuple[str, str, date, bool], Counter[str]] = {}
    for one in alive:
        sums.setdefault(_voice(one.line), Counter())[one.kind] += abs(one.line.amount_minor)
    return [one.line for one in alive if one.kind == _speaker(sums[_voice(one.line)])]


class _BookedBefore:
    """Finds what a statement booked earlier than its notice: under one reference, or just before midnight.

    A statement line with a notice of its own day is that notice; only a line without one may belong to a later notice.
    """

    def __init__(self, notices: Iterable[Noted], booked: Iterable[Noted]) -> None:
        self._references: dict[tuple[object, ...], list[date]] = {}
        self._free: Counter[tuple[object, ...]] = Counter()
        for one in booked:
            self._references.setdefault((*_money(one.line), one.reference), []).append(one.line.booked_on)
            self._free[*_money(one.line), one.line.booked_on] += 1
        own = Counter((one.kind, *_money(one.line), one.line.booked_on) for one in notices)
        spent: dict[tuple[object, ...], int] = {}
        for (_, *key), count in own.items():
            spent[tuple(key)] = max(spent.get(tuple(key), 0), count)
        self._free.subtract(spent)

    def holds(self, notice: Noted) -> bool:
        """Return whether the statement booked the money of this notice on an earlier day."""
        line = notice.line
        named = self._references.get((*_money(line), notice.reference), ()) if notice.reference else ()
        if any(line.booked_on - day <= timedelta(days=SAME_REFERENCE_DAYS) for day in named):
            return True
        return self._free[*_money(line), line.booked_on - timedelta(days=MIDNIGHT_DAYS)] > 0


def _money(line: BankLine) -> tuple[str, str, int]:
    return (line.account_tail, line.currency, line.amount_minor)


def _voice(line: BankLine) -> tuple[str, str, date, bool]:
    return (line.account_tail, line.currency, line.booked_on, line.amount_minor > 0)


def _speaker(by_kind: dict[str, int]) -> str:
    """Return the kind with the greater sum; ``notice`` stands before ``report``."""
    return min(by_kind, key=lambda kind: (-by_kind[kind], kind))
