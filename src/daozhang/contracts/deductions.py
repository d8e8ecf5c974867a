"""Deductions a merchant agreed to: a SIM card a year, a device once. They explain a smaller payout."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class Every(StrEnum):
    """How often an agreed deduction comes again."""

    ONCE = "once"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_MONTHS: Final = {Every.MONTH: 1, Every.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Deduction:
    """One agreed deduction: ``amount_minor`` (positive) at most once a period, from ``from_on`` on."""

    name: str
    amount_minor: int
    from_on: date | None = None
    every: Every = Every.ONCE


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time a deduction may be taken: on a settled day from ``first_on`` to ``last_on``, None where it stays open.

    ``number`` counts from 1. Two payouts of one period cannot both carry it.
    """

    deduction: Deduction
    number: int
    first_on: date | None
    last_on: date | None


def parse_deductions(text: str) -> tuple[tuple[Deduction, ...], tuple[str, ...]]:
    """Read ``name:amount_minor[:from_on[:every]]`` joined by ``;``. Return the deductions and the parts that are none.

    ``every`` is once, week, month or year; without it the deduction comes once.
    """
    found: list[Deduction] = []
    bad: list[str] = []
    for part in (piece.strip() for piece in text.replace("；", ";").split(";")):
        if not part:
            continue
        one = _deduction([field.strip() for field in part.split(":")])
        if one is None:
            bad.append(part)
        else:
            found.append(one)
    return tuple(found), tuple(bad)


def _deduction(fields: list[str]) -> Deduction | None:
    name, amount, from_on, every, *more = [*fields, "", "", ""][: max(4, len(fields))]
    if more or not name or not (amount.isascii() and amount.isdigit()) or every not in {"", *Every}:
        return None
    try:
        day = date.fromisoformat(from_on) if from_on else None
    except ValueError:
        return None
    how_often = Every(every) if every else Every.ONCE
    if day is None and how_often is not Every.ONCE:
        return None  # what comes again needs a day to count from
    return Deduction(name, int(amount), day, how_often)


def occurrence_of(deduction: Deduction, settled_on: date) -> Occurrence | None:
    """Return the period of ``deduction`` that holds ``settled_on``; None before it begins.

    A month or year that lacks the day (31st, 29 February) counts from its last day.
    """
    start = deduction.from_on
    if start is None or deduction.every is Every.ONCE:
        return Occurrence(deduction, 1, start, None) if start is None or start <= settled_on else None
    if settled_on < start:
        return None
    if deduction.every is Every.WEEK:
        number = (settled_on - start).days // 7
        first_on = start + timedelta(weeks=number)
        return Occurrence(deduction, number + 1, first_on, first_on + timedelta(days=6))
    step = _MONTHS[deduction.every]
    number = ((settled_on.year - start.year) * 12 + settled_on.month - start.month) // step
    if _months_later(start, number * step) > settled_on:
        number -= 1
    last_on = _months_later(start, (number + 1) * step) - timedelta(days=1)
    return Occurrence(deduction, number + 1, _months_later(start, number * step), last_on)


def agreed_on(deductions: Iterable[Deduction], settled_on: date) -> tuple[Occurrence, ...]:
    """Return every deduction that the payout of ``settled_on`` may carry, each at most once in its period."""
    found = (occurrence_of(one, settled_on) for one in deductions)
    return tuple(one for one in found if one is not None)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
