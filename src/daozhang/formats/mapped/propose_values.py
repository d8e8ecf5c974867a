"""What the cells of one column look like: amounts and their marks, days and their order, clocks, numbers of one length."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from daozhang.money import to_minor

ENOUGH: Final = 9
"""Tenths of the filled cells that must read as something before a column counts as it."""
MOST_WORDS: Final = 24
"""Different cells up to which a column is a list of words (types, states) and not of numbers."""

_EMPTY: Final = frozenset({"", "-", "--", "—", "*", "N/A", "n/a", "null", "NULL", "无"})
_POINT = re.compile(r"[+\-−]?[¥￥]?[+\-−]?(?:\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.\d{1,4})?", re.ASCII)
_COMMA = re.compile(r"[+\-−]?(?:\d{1,3}(?:\.\d{3})+|\d{1,13})(?:,\d{1,2})?", re.ASCII)
_YMD = re.compile(r"(?:19|20)\d{2}(?:([-/.])\d{1,2}\1\d{1,2}|年\d{1,2}月\d{1,2}日?|\d{4})", re.ASCII)
_XXY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2((?:19|20)\d{2})", re.ASCII)
_CLOCK = re.compile(
    r"[T ]*(?:[01]?\d|2[0-4])[:：][0-5]\d(?:[:：][0-5]\d(?:\.\d+)?)?(?:\s?(?:Z|UTC|[+-]\d\d:?\d\d))?", re.ASCII
)
_CLOCK_PLAIN = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?", re.ASCII)
_CARD = re.compile(r"\d{4,6}[\d* xX]*[*xX]{3,}[\d* xX]*\d{3,4}(?:~[A-Z2-7]{8})?|[*xX]{4,}\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one column holds. Counts are of filled cells (``filled``); ``words`` are its different cells, commonest first."""

    filled: int
    empty: int
    words: tuple[str, ...]
    is_amount: bool
    decimal: str
    has_decimals: bool
    has_minus: bool
    is_day: bool
    is_moment: bool
    is_clock: bool
    orders: tuple[str, ...]
    is_card: bool
    digits: int
    """How many digits every cell has, 0 when they differ or are no digits."""
    has_offset: bool = False

    @property
    def is_list(self) -> bool:
        """Return whether the column holds few different words, each without being an amount or a day."""
        return 0 < len(self.words) <= MOST_WORDS and not (self.has_decimals or self.is_day or self.is_moment)


def profile(cells: Sequence[str]) -> Profile:
    """Return what a column looks like."""
    filled = [cell for cell in cells if cell not in _EMPTY]
    counted = Counter(filled)
    orders, is_day, is_moment = _days(filled)
    is_amount, decimal = _amounts(filled)
    lengths = {len(cell) for cell in filled if cell.isascii() and cell.isdigit()}
    all_digits = bool(filled) and all(cell.isascii() and cell.isdigit() for cell in filled)
    return Profile(
        filled=len(filled), empty=len(cells) - len(filled), words=tuple(word for word, _ in counted.most_common(200)),
        is_amount=is_amount and not is_moment, decimal=decimal,
        has_decimals=is_amount and any(mark in cell for cell in filled for mark in decimal if _tail(cell, mark)),
        has_minus=any(cell[:1] in "-−－" for cell in filled),
        is_day=is_day, is_moment=is_moment, is_clock=_most(sum(_is_clock(cell) for cell in filled), len(filled)),
        orders=orders, is_card=_most(sum(bool(_CARD.fullmatch(cell)) for cell in filled), len(filled)),
        digits=lengths.pop() if all_digits and len(lengths) == 1 else 0,
        has_offset=bool(filled) and all(re.search(r"(Z|UTC|[+-]\d\d:?\d\d)$", cell) and ":" in cell for cell in filled),
    )  # fmt: skip


def amount_of(cell: str, unit: str, decimal: str) -> int | None:
    """Return a cell as signed minor units (fen): None when it is empty or no amount in this unit."""
    if cell in _EMPTY:
        return None
    text = cell.replace(".", "").replace(",", ".") if decimal == "," else cell
    minor = to_minor(text)
    if minor is None or unit == "major":
        return minor
    return minor // 100 if minor % 100 == 0 else None


def is_empty(cell: str) -> bool:
    """Return whether a cell says nothing: blank, a dash, N/A."""
    return cell in _EMPTY


def _amounts(filled: list[str]) -> tuple[bool, str]:
    point = sum(bool(_POINT.fullmatch(cell)) for cell in filled)
    comma = sum(bool(_COMMA.fullmatch(cell)) for cell in filled)
    shown = any(re.search(r",\d{1,2}$", cell) for cell in filled)
    decimal = "," if shown and comma >= point else "."
    return _most(comma if decimal == "," else point, len(filled)), decimal


def _tail(cell: str, mark: str) -> bool:
    """Return whether a cell has something behind its decimal mark; ``12.`` or ``12.0`` of a sheet's number says it too."""
    return (
        mark in cell and cell.rpartition(mark)[2].isdigit() and not (mark == "," and len(cell.rpartition(mark)[2]) > 2)
    )


def _days(filled: list[str]) -> tuple[tuple[str, ...], bool, bool]:
    """Return the orders of day, month and year that fit every day, whether the cells are days, whether moments."""
    fits = {"ymd": 0, "dmy": 0, "mdy": 0}
    with_clock = 0
    for cell in filled:
        found = _YMD.match(cell)
        other = None if found else _XXY.match(cell)
        if found and _is_calendar(cell[: found.end()]):
            fits["ymd"] += 1
        elif other:
            first, second = int(other[1]), int(other[3])
            fits["dmy"] += first <= 31 and 1 <= second <= 12
            fits["mdy"] += second <= 31 and 1 <= first <= 12
        match = found or other
        rest = cell[match.end() :] if match else ""
        with_clock += bool(rest) and (
            _CLOCK.fullmatch(rest.strip()) is not None or _CLOCK_PLAIN.fullmatch(rest.strip(" T")) is not None
        )
    best = max(fits.values())
    if not _most(best, len(filled)):
        return (), False, False
    orders = tuple(name for name, count in fits.items() if count == best)
    is_moment = _most(with_clock, len(filled))
    return orders, not is_moment, is_moment


def _is_calendar(text: str) -> bool:
    """Return whether digits without marks are a day: 20261305 is a number, not a day."""
    if not text.isdigit():
        return True
    return 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:8]) <= 31


def _is_clock(cell: str) -> bool:
    return bool(_CLOCK.fullmatch(cell)) or (bool(_CLOCK_PLAIN.fullmatch(cell)) and len(cell) == 6)


def _most(count: int, of: int) -> bool:
    return of > 0 and count * 10 >= of * ENOUGH
