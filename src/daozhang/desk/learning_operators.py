"""Deviations of operation per operator and shop: read from the journal, judged by the rules, counted with an honest interval."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from daozhang.desk import clock
from daozhang.desk.learning_journal import JournalReader, share
from daozhang.desk.workspace import Workspace
from daozhang.errors import InputError
from daozhang.learning.deviations import deviations
from daozhang.learning.intervals import Share
from daozhang.learning.journal import Deviation, Slip

DAYS: Final = 30
"""Days that are looked at when nobody names a span."""
LONGEST: Final = 400
"""Days a span may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One operator of a merchant (``operator_no`` empty: the journal names nobody) with what was seen of them."""

    acquirer: str
    merchant_no: str
    operator_no: str
    share: Share
    slips: dict[Slip, int]

    @property
    def key(self) -> tuple[str, str, str]:
        """Return (acquirer, merchant number, operator number)."""
        return (self.acquirer, self.merchant_no, self.operator_no)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a span of days shows: ``operators`` with most slips first, every deviation by time, file names by import."""

    first_on: date
    last_on: date
    operators: tuple[Operator, ...]
    deviations: tuple[Deviation, ...]
    files: dict[str, str]

    @property
    def trades(self) -> int:
        """Return how many payments were looked at."""
        return sum(one.share.count for one in self.operators)

    def of(self, operator: tuple[str, str, str] | None, slip: str = "") -> list[Deviation]:
        """Return the deviations of an operator (None: of all) and, where named, of one kind."""
        return [
            one
            for one in self.deviations
            if (operator is None or key_of(one) == operator) and (not slip or one.slip == slip)
        ]


def key_of(found: Deviation) -> tuple[str, str, str]:
    """Return who a deviation is put to: (acquirer, merchant number, operator number)."""
    return (found.row.acquirer, found.row.merchant_no, found.row.operator_no)


def span(workspace: Workspace, first: str = "", last: str = "") -> tuple[date, date]:
    """Return the days to look at: as written (``2026-10-01``), else the last thirty days; InputError when they make no span."""
    try:
        last_on = date.fromisoformat(last) if last else clock.now(workspace).date()
        first_on = date.fromisoformat(first) if first else last_on - timedelta(days=DAYS - 1)
    except ValueError:
        raise InputError("error-operators-days", value=f"{first} {last}".strip()[:40]) from None
    if not 0 <= (last_on - first_on).days < LONGEST:
        raise InputError("error-operators-days", value=f"{first_on} {last_on}")
    return first_on, last_on


def seen(workspace: Workspace, first_on: date, last_on: date, now: datetime | None = None) -> Seen:
    """Return what the journal of these days shows; the same files and moment give the same answer."""
    moment = now or clock.now(workspace)
    reader = JournalReader(workspace, first_on, last_on, moment)
    try:
        found = tuple(deviations(reader.journal(), moment))
        counts = {(one["acquirer"], one["merchant_no"], one["operator_no"]): one["trades"] for one in reader.counts()}
    finally:
        reader.close()
    slips: dict[tuple[str, str, str], Counter[Slip]] = {}
    for one in found:
        slips.setdefault(key_of(one), Counter())[one.slip] += 1
    operators = [
        Operator(
            acquirer=key[0], merchant_no=key[1], operator_no=key[2],
            share=share(sum(slips.get(key, {}).values()), counts.get(key, 0)), slips=dict(slips.get(key, {})),
        )
        for key in {*counts, *slips}
    ]  # fmt: skip
    operators.sort(key=lambda one: (-one.share.hits, -one.share.rate, one.key))
    return Seen(first_on=first_on, last_on=last_on, operators=tuple(operators), deviations=found, files=reader.files)
