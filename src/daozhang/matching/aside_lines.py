"""Lines that are set aside, as far as they can be read, and which missing row each of them may be.

A line is one row. So one line explains one missing row and no second one, and where its number or its amount can be
read it explains only the row that has them. Nothing is guessed: a line that fits nothing explains nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

PROVING: Final = frozenset({"rrn", "network_no", "order_no", "payout_no"})
"""Numbers that name a row alone; a trace number does so beside its terminal."""
NAMING: Final = (*sorted(PROVING), "merchant_no", "terminal_no", "trace_no")
"""Numbers that, where both sides have them and they differ, say that it is another row."""

MOST_RIVALS: Final = 100
"""Rows without a line that are asked whether another's line would have fitted them."""


class Fit(IntEnum):
    """How a line fits a missing row, the better the higher."""

    NONE = 0
    OPEN = 1
    """Nothing that can be read speaks against it."""
    AMOUNT = 2
    KEY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideLine:
    """What can be read of one line that is set aside. Empty where nothing can.

    ``numbers`` holds what stands in columns that are known (names as in ``NAMING``), ``words`` every other cell that
    may be a number of its row. ``amounts`` are unsigned minor units, a cell of unknown unit under both readings;
    ``is_amount_known`` says that the row's own amount is among them.
    """

    line_no: int
    numbers: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    amounts: frozenset[int] = frozenset()
    is_amount_known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A row that is missed: its numbers by name, and its amounts (unsigned minor units; gross, net, what is known).

    ``named_by`` are the numbers that name it alone. ``may_be_part`` is true where one line may hold several such rows,
    as a merged credit does.
    """

    numbers: Mapping[str, str] = field(default_factory=dict)
    amounts: frozenset[int] = frozenset()
    named_by: frozenset[str] = PROVING
    may_be_part: bool = False


def fit(line: AsideLine, wanted: Wanted) -> Fit:
    """Return how the line fits: by a number of its own, by its amount, because nothing speaks against it, or not."""
    there = {name: bare(line.numbers.get(name, "")) for name in NAMING}
    asked = {name: bare(wanted.numbers.get(name, "")) for name in NAMING}
    same = {name for name in NAMING if asked[name] and asked[name] == there[name]}
    by_word = any(asked[name] and asked[name] in line.words for name in wanted.named_by)
    if by_word or same & wanted.named_by or {"terminal_no", "trace_no"} <= same:
        return Fit.KEY
    if any(there[name] and asked[name] and name not in same for name in NAMING):
        return Fit.NONE
    if line.amounts & wanted.amounts:
        return Fit.AMOUNT
    if not line.is_amount_known:
        return Fit.OPEN
    is_part = wanted.may_be_part and bool(wanted.amounts) and max(line.amounts, default=0) > max(wanted.amounts)
    return Fit.OPEN if is_part else Fit.NONE


def bare(number: str) -> str:
    """Return a number in the form in which numbers are compared: leading zeros say nothing."""
    return number.strip().lstrip("0")


@dataclass(slots=True)
class WaitingLines:
    """The lines of one file that wait: those of which something can be read, and how many others.

    ``taken`` and ``used`` say what explains a missing row already: a line, or part of the amount of one that may hold
    several; ``unread_taken`` counts lines of which nothing can be read.
    """

    said: Sequence[AsideLine] = ()
    unread: int = 0
    taken: set[int] = field(default_factory=set)
    used: dict[int, int] = field(default_factory=dict)
    unread_taken: int = 0
    _by_number: dict[str, list[AsideLine]] = field(default_factory=dict)
    _by_amount: dict[int, list[AsideLine]] = field(default_factory=dict)
    _open: list[AsideLine] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Index the lines, since thousands of rows may ask."""
        for line in self.said:
            for number in {bare(one) for one in line.numbers.values()} | line.words:
                self._by_number.setdefault(number, []).append(line)
            for amount in line.amounts:
                self._by_amount.setdefault(amount, []).append(line)
        self._open = list(self.said)

    def free(self, wanted: Wanted, how: Fit) -> AsideLine | None:
        """Return the first free line that fits exactly so; of lines that say nothing a nameless one, line number 0."""
        for line in self._candidates(wanted, how):
            if self._is_free(line, wanted) and fit(line, wanted) is how:
                return line
        nameless = how is Fit.OPEN and self.unread_taken < self.unread
        return AsideLine(line_no=0) if nameless else None

    def take(self, line: AsideLine, wanted: Wanted) -> None:
        """Note that the line explains this row: all of it, or the row's part of a larger amount."""
        if line.line_no == 0:
            self.unread_taken += 1
        elif wanted.may_be_part and line.is_amount_known and wanted.amounts:
            self.used[line.line_no] = self.used.get(line.line_no, 0) + max(wanted.amounts)
        else:
            self.taken.add(line.line_no)

    def _candidates(self, wanted: Wanted, how: Fit) -> Iterator[AsideLine]:
        if how is Fit.KEY:
            for number in wanted.numbers.values():
                yield from self._by_number.get(bare(number), ())
        elif how is Fit.AMOUNT:
            for amount in sorted(wanted.amounts):
                yield from self._by_amount.get(amount, ())
        else:
            self._open = [line for line in self._open if line.line_no not in self.taken]
            yield from self._open

    def _is_free(self, line: AsideLine, wanted: Wanted) -> bool:
        used = self.used.get(line.line_no, 0)
        fits_in = not used or (wanted.may_be_part and used + max(wanted.amounts) <= max(line.amounts))
        return line.line_no not in self.taken and fits_in


@dataclass(frozen=True, slots=True)
class Explained:
    """The line that may be a missing row: place of its file among those asked, the line, how it fits, rows left that fit as well."""

    file: int
    line: AsideLine
    how: Fit
    rivals: int = 0


def explain_one(wanted: Wanted, files: Sequence[WaitingLines]) -> Explained | None:
    """Return the line that fits best, and take it; None when no free line fits."""
    for how in (Fit.KEY, Fit.AMOUNT, Fit.OPEN):
        for place, waiting in enumerate(files):
            line = waiting.free(wanted, how)
            if line is not None:
                waiting.take(line, wanted)
                return Explained(place, line, how)
    return None


def explain_all(rows: Iterable[tuple[Wanted, Sequence[WaitingLines]]]) -> dict[int, Explained]:
    """Return for each row (its place among ``rows``) that a line explains which one, the surest first.

    Rows that a line names come first, then those of its amount, then those nothing speaks against. Where more rows fit
    than there are lines the first ones in the order given are explained, and ``rivals`` says how many others fit as well
    (counted among the first ``MOST_RIVALS`` that are left).
    """
    asked = list(rows)
    found: dict[int, Explained] = {}
    for how in (Fit.KEY, Fit.AMOUNT, Fit.OPEN):
        for number, (wanted, files) in enumerate(asked):
            if number in found:
                continue
            for place, waiting in enumerate(files):
                line = waiting.free(wanted, how)
                if line is not None:
                    waiting.take(line, wanted)
                    found[number] = Explained(place, line, how)
                    break
    left = [asked[number] for number in range(len(asked)) if number not in found][:MOST_RIVALS]
    return {number: _with_rivals(one, asked[number][1], left) for number, one in found.items()}


def _with_rivals(
    one: Explained, files: Sequence[WaitingLines], left: Sequence[tuple[Wanted, Sequence[WaitingLines]]]
) -> Explained:
    if one.how is Fit.KEY:
        return one
    its = files[one.file]
    rivals = sum(
        any(waiting is its for waiting in others) and fit(one.line, wanted) >= one.how for wanted, others in left
    )
    return Explained(one.file, one.line, one.how, rivals)
