"""A contract row as a value, the one that speaks for a payment, and the small languages of its cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal
from typing import Final

from daozhang.contracts.deductions import Deduction, parse_deductions
from daozhang.contracts.fees import Fee

_CYCLE: Final = re.compile(r"([TD])\s*\+?\s*(\d{1,3})")
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")
_TERMS: Final = ("cycle", "cutover", "due_time", "calendar", "pays_on_makeup_days", "minimum_minor", "deductions")
"""What a narrower row that leaves it empty takes over from a broader one; fee cells belong together and never mix."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """``T+N`` counts working days, ``D+N`` calendar days, from the clearing day."""

    counts_workdays: bool
    days: int

    def __str__(self) -> str:
        return f"{'T' if self.counts_workdays else 'D'}+{self.days}"


def parse_cycle(text: str) -> Cycle | None:
    """Return the cycle written as ``T+1`` (also ``t1``, ``Ｔ＋1``, ``D0``), None when it is none."""
    plain = text.strip().upper().replace("＋", "+").replace("Ｔ", "T").replace("Ｄ", "D")
    match = _CYCLE.fullmatch(plain)
    return Cycle(match[1] == "T", int(match[2])) if match else None


def cutover_of(text: str) -> int | None:
    """Return the cut-over ``HH:MM`` as minutes after midnight, 1440 for ``24:00`` and ``00:00``; None when it is none.

    A payment at the cut-over itself belongs to the next clearing day; a day that ends at midnight keeps all of its own.
    """
    cleaned = text.strip()
    if not _CLOCK.fullmatch(cleaned):
        return None
    hours, minutes = cleaned.split(":")
    return int(hours) * 60 + int(minutes) or 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What was agreed from ``from_on`` to ``to_on``, both included. None or empty means that the row does not say.

    ``problems`` holds (column, value) of cells that could not be understood; they count as empty.
    """

    acquirer: str
    merchant_no: str
    from_on: date
    to_on: date | None = None
    cycle: Cycle | None = None
    cutover: str = ""
    due_time: time | None = None
    calendar: str = ""
    pays_on_makeup_days: bool | None = None
    minimum_minor: int | None = None
    card_kind: str = ""
    channel: str = ""
    fee: Fee = field(default_factory=Fee)
    deductions: tuple[Deduction, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> Contract:
        """Return the contract of one row of the table ``contracts`` (typed cells, None when empty)."""
        problems: list[tuple[str, str]] = []
        cycle = parse_cycle(_text(row, "cycle"))
        cutover, due_time = _text(row, "cutover"), clock_of(_text(row, "due_time"))
        if cutover and cutover_of(cutover) is None:
            problems.append(("cutover", cutover))
            cutover = ""
        deductions, bad = parse_deductions(_text(row, "agreed_deductions"))
        problems += [("agreed_deductions", part) for part in bad]
        problems += [
            (name, _text(row, name))
            for name, value in (("cycle", cycle), ("due_time", due_time))
            if value is None and _text(row, name)
        ]
        from_on, makeup = row["from_on"], row.get("pays_on_makeup_days")
        assert isinstance(from_on, date)
        to_on = row.get("to_on")
        return cls(
            acquirer=_text(row, "acquirer"), merchant_no=_text(row, "merchant_no"), from_on=from_on,
            to_on=to_on if isinstance(to_on, date) else None, cycle=cycle, cutover=cutover, due_time=due_time,
            calendar=_text(row, "calendar"), pays_on_makeup_days=None if makeup is None else bool(makeup),
            minimum_minor=_minor(row, "minimum_minor"), card_kind=_text(row, "card_kind"),
            channel=_text(row, "channel"), fee=_fee(row), deductions=deductions, problems=tuple(problems),
        )  # fmt: skip

    @property
    def precedence(self) -> tuple[int, date]:
        """Return what decides between rows: both given over channel over card kind over none, then the later."""
        return (2 * bool(self.channel) + bool(self.card_kind), self.from_on)

    def applies(self, day: date, card_kind: str = "", channel: str = "") -> bool:
        """Return whether the row speaks for a payment of ``day``; an unknown card kind meets only rows for all."""
        return (
            self.from_on <= day
            and (self.to_on is None or day <= self.to_on)
            and self.card_kind in {"", card_kind}
            and self.channel in {"", channel}
        )


def contract_for(contracts: Iterable[Contract], day: date, card_kind: str = "", channel: str = "") -> Contract | None:
    """Return the most specific contract of one merchant that applies, None when there is none."""
    fitting = [one for one in contracts if one.applies(day, card_kind, channel)]
    return max(fitting, key=lambda one: one.precedence, default=None)


def filled(contracts: Sequence[Contract]) -> tuple[Contract, ...]:
    """Return the contracts, each with the terms it leaves open taken from the broader rows in force at its start."""
    return tuple(_filled(one, contracts) for one in contracts)


def _filled(one: Contract, contracts: Sequence[Contract]) -> Contract:
    broader = [
        other
        for other in contracts
        if (other.acquirer, other.merchant_no) == (one.acquirer, one.merchant_no)
        and other.precedence[0] < one.precedence[0]
        and other.applies(one.from_on, one.card_kind, one.channel)
    ]
    for other in sorted(broader, key=lambda row: row.precedence, reverse=True):
        taken = {name: getattr(other, name) for name in _TERMS if getattr(one, name) in (None, "", ())}
        one = replace(one, **taken)
    return one


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _minor(row: Mapping[str, object], name: str) -> int | None:
    value = row.get(name)
    return int(value) if isinstance(value, int | Decimal) else None


def clock_of(text: str) -> time | None:
    """Return the time of day written ``HH:MM``, the last second of the day for ``24:00``; None when it is none."""
    minutes = cutover_of(text)
    if minutes is None:
        return None
    return time(23, 59, 59) if text.strip() == "24:00" else time(minutes % 1440 // 60, minutes % 60)


def _fee(row: Mapping[str, object]) -> Fee:
    rate = row.get("rate_bp")
    return Fee(
        rate_bp=Decimal(str(rate)) if rate is not None else None,
        cap_minor=_minor(row, "cap_minor"),
        floor_minor=_minor(row, "floor_minor"),
        per_item_minor=_minor(row, "per_item_minor"),
        rounding=_text(row, "rounding") or "half_up_each",
        refund_fee=_text(row, "refund_fee"),
    )
