"""What the cells of one column look like: amounts and their marks, days and their order, clocks, numbers of one length."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from daozhang.formats.mapped.values import unmarked
from daozhang.money import to_minor

ENOUGH: Final = 9
"""Tenths of the filled cells that must read as something before a column counts as it."""
MOST_WORDS: Final = 24
"""Different cells up to which a column is a list of words (types, states) and not of numbers."""

_EMPTY: Final = frozenset({"", "-", "--", "—", "*", "N/A", "n/a", "null", "NULL", "无"})
_POINT = re.compile(r"[+\-−]?[¥￥]?[+\-−]?(?:\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.\d{1,4})?", re.ASCII)
_COMMA = re.compile(r"[+\-−]?(?:\d{1,3}(?:\.\d{3})+|\d{1,13})(?:,\d{1,2})?", re.ASCII)
_YMD = re.compile(r"(?:19|20)\d{2}(?:([-/.])\d{1,2}\1\d{1,2}|年\d{1,2}月\d{1,2}日?|\d{4})", re.ASCII)
_XXY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2((?:19|20)\d{2}|\d{2})(?!\d)", re.ASCII)
_YYMD_RUN = re.compile(r"(2\d)(0[1-9]|1[0-2])([0-3]\d)(?=\d{6}$|$|[ T])", re.ASCII)
_MARKED = re.compile(
    r"[()（）]|[\d.]\s?-$|[\d.)]\s*(?:CR|DR|贷|借)\.?$|^(?:CR|DR|贷|借)\.?\s*[\d¥￥]|\d[ \u00a0\u2009\u202f'’]\d{3}"
    r"|^(?:CNY|RMB|USD|EUR|HKD|GBP|[$€£])\s?[\d(]|\d\s?(?:元|CNY|RMB|USD|EUR|HKD|GBP)$",
    re.IGNORECASE,
)
"""Signs of an amount that is not written plainly."""
LONGEST_SPAN: Final = 371
"""From the first to the last day of a year, counted in months of 31 days: an order under which days of one file lie further
apart is not meant."""
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
    plain = [_plain(cell) for cell in filled]
    is_amount, decimal = _amounts(plain)
    lengths = {len(cell) for cell in filled if cell.isascii() and cell.isdigit()}
    all_digits = bool(filled) and all(cell.isascii() and cell.isdigit() for cell in filled)
    return Profile(
        filled=len(filled), empty=len(cells) - len(filled), words=tuple(word for word, _ in counted.most_common(200)),
        is_amount=is_amount and not is_moment, decimal=decimal,
        has_decimals=is_amount and any(mark in cell for cell in plain for mark in decimal if _tail(cell, mark)),
        has_minus=any(cell[:1] in "-−－" for cell in plain),
        is_day=is_day, is_moment=is_moment, is_clock=_most(sum(_is_clock(cell) for cell in filled), len(filled)),
        orders=orders, is_card=_most(sum(bool(_CARD.fullmatch(cell)) for cell in filled), len(filled)),
        digits=lengths.pop() if all_digits and len(lengths) == 1 else 0,
        has_offset=bool(filled) and all(re.search(r"(Z|UTC|[+-]\d\d:?\d\d)$", cell) and ":" in cell for cell in filled),
    )  # fmt: skip


def amount_of(cell: str, unit: str, decimal: str) -> int | None:
    """Return a cell as signed minor units (fen): None when it is empty or no amount in this unit."""
    if cell in _EMPTY:
        return None
    plain = _plain(cell)
    text = plain.replace(".", "").replace(",", ".") if decimal == "," else plain
    minor = to_minor(text)
    if minor is None or unit == "major":
        return minor
    return minor // 100 if minor % 100 == 0 else None


def is_empty(cell: str) -> bool:
    """Return whether a cell says nothing: blank, a dash, N/A."""
    return cell in _EMPTY


def _plain(cell: str) -> str:
    """Return an amount that is written with brackets, CR or DR, spaces or a currency, plainly; any other cell as it is."""
    return unmarked(cell) if _MARKED.search(cell) else cell


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
    """Return the orders of day, month and year that fit every day, whether the cells are days, whether moments.

    Orders with a year of two digits that put days of one file further apart than a file reaches do not fit.
    """
    read: dict[str, list[tuple[int, int, int]]] = {"ymd": [], "dmy": [], "mdy": [], "yymd": []}
    with_clock, is_short = 0, False
    for cell in filled:
        end, found = _read_day(cell)
        for order, on in found.items():
            read[order].append(on)
        is_short = is_short or (bool(found) and "ymd" not in found and not _has_century(cell[:end]))
        rest = cell[end:] if end else ""
        with_clock += bool(rest) and (
            _CLOCK.fullmatch(rest.strip()) is not None or _CLOCK_PLAIN.fullmatch(rest.strip(" T")) is not None
        )
    best = max(len(days) for days in read.values())
    if not _most(best, len(filled)):
        return (), False, False
    orders = tuple(name for name, days in read.items() if len(days) == best)
    if is_short:
        orders = tuple(name for name in orders if _span(read[name]) <= LONGEST_SPAN) or orders
        if orders == ("yymd",) and not any(sign in cell for cell in filled for sign in "-/."):
            years = {on[0] for on in read["yymd"]}
            if len(years) > 2 or len(filled) < 2:  # six digits that only look like days
                return (), False, False
    is_moment = _most(with_clock, len(filled))
    return orders, not is_moment, is_moment


def _read_day(cell: str) -> tuple[int, dict[str, tuple[int, int, int]]]:
    """Return how many characters of a cell are a day (0: none), and the day under each order that it can have."""
    if (match := _YMD.match(cell)) and _is_calendar(match[0]):
        digits = [int(part) for part in re.findall(r"\d+", match[0])]
        one = match[0]
        on = (digits[0], digits[1], digits[2]) if len(digits) > 2 else (int(one[:4]), int(one[4:6]), int(one[6:8]))
        return match.end(), {"ymd": on}
    if match := _XXY.match(cell):
        first, second, last = int(match[1]), int(match[3]), int(match[4])
        year = last if last > 99 else 2000 + last
        fits = {"dmy": (year, second, first), "mdy": (year, first, second)}
        if last < 100 and len(match[1]) == 2:
            fits["yymd"] = (2000 + first, second, last)
        return match.end(), {order: on for order, on in fits.items() if 1 <= on[1] <= 12 and 1 <= on[2] <= 31}
    if (match := _YYMD_RUN.match(cell)) and int(match[3]) <= 31:
        return match.end(), {"yymd": (2000 + int(match[1]), int(match[2]), int(match[3]))}
    return 0, {}


def _has_century(day: str) -> bool:
    return re.search(r"(?:19|20)\d{2}(?!\d)|^(?:19|20)\d{6}$", day) is not None and len(day) > 8


def _span(days: list[tuple[int, int, int]]) -> int:
    """Return about how many days lie between the first and the last."""
    numbers = [year * 372 + month * 31 + on for year, month, on in days]
    return max(numbers, default=0) - min(numbers, default=0)


def _is_calendar(text: str) -> bool:
    """Return whether digits without marks are a day: 20261305 is a number, not a day."""
    if not text.isdigit():
        return True
    return 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:8]) <= 31


def _is_clock(cell: str) -> bool:
    return bool(_CLOCK.fullmatch(cell)) or (bool(_CLOCK_PLAIN.fullmatch(cell)) and len(cell) == 6)


def _most(count: int, of: int) -> bool:
    return of > 0 and count * 10 >= of * ENOUGH
