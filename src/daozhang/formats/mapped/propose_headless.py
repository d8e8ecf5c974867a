"""A table without a header row: its columns are named by letter, as a spreadsheet does, and their values say what they are.

Only what values prove or leave no doubt about is proposed: lengths of Chinese terminal and reference numbers, days and
clocks, words of closed lists, amounts that add up (gross - fee = net, balance + amount = next balance). The rest is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Final

from daozhang.formats.cells import clean
from daozhang.formats.mapped.propose_money import balance_check, net_check
from daozhang.formats.mapped.propose_sample import Layout, Sheet, laid_out
from daozhang.formats.mapped.propose_values import Profile, amount_of, profile
from daozhang.formats.mapped.propose_words import EXACT, meaning

NARROWEST: Final = 4
"""Columns a table without names must have: fewer are too common to be known again."""
LOOKED_AT: Final = 40
MOST_MONEY: Final = 8
"""Money columns that are tried against each other."""
SHOWN: Final = 24
_SURE, _LIKELY, _WEAK = EXACT, 85, 62

Meant = dict[str, tuple[tuple[str, int], ...]]
"""Column → what it may be, as ``propose_words.concepts_named`` says it of a name."""


def without_header(sheet: Sheet) -> Layout | None:
    """Return the sheet as a table whose first row is data already; None when it is too narrow or not of one shape."""
    rows = [row for row in sheet.rows if any(clean(cell) for cell in row)]
    widths = [len(row) for row in rows[:LOOKED_AT]]
    width = max(set(widths), key=widths.count, default=0)
    if width < NARROWEST or widths.count(width) * 2 < len(widths):
        return None
    names = tuple(letter(place) for place in range(width))
    examples = next((row for row in rows if len(row) == width), ())
    titles = {
        name: f"{name} ({clean(cell)[:SHOWN]})" if clean(cell) else name
        for name, cell in zip(names, examples, strict=True)
    }
    layout = laid_out(sheet, -1, names, titles)
    return replace(layout, meant=meant(layout))


def letter(place: int) -> str:
    """Return a column's letter, as spreadsheets count: A … Z, AA …"""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def meant(layout: Layout) -> Meant:
    """Return what the values of each column say it is; a column that says nothing is left out."""
    profiles = {name: profile(layout.cells(name)) for name in layout.columns}
    found: Meant = {}
    days = [name for name, one in profiles.items() if one.is_day]
    for name, one in profiles.items():
        if said := _number(one, len(layout.rows)) or _words(one) or _text(one):
            found[name] = said
    clocks = [
        name
        for name, one in profiles.items()
        if name not in found and (one.is_moment or (one.is_clock and not one.is_day))
    ]
    found |= _times(days, clocks)
    money = [
        name for name, one in profiles.items() if name not in found and one.is_amount and not one.is_day and one.filled
    ][:MOST_MONEY]
    return found | _money(layout, money)


def _number(one: Profile, rows: int) -> tuple[tuple[str, int], ...]:
    """Return which number a column of digits is by its length: the lengths are those of Chinese terminals and networks."""
    if one.is_card:
        return (("card", _SURE),)
    is_constant = rows > 2 and len(one.words) * 3 <= rows
    if one.digits == 6 and all(word.startswith("00") for word in one.words):  # no shop sells at midnight alone
        return (("batch_no" if is_constant else "trace_no", _LIKELY),)
    if one.is_day or one.is_moment or one.is_clock or one.has_decimals or not one.filled:
        return ()
    if one.digits in _BY_LENGTH:
        return _BY_LENGTH[one.digits]
    if all(len(word) == 8 and word.isascii() and word.isalnum() and any(map(str.isdigit, word)) for word in one.words):
        return _BY_LENGTH[8]
    is_mixed = all(word.isascii() and len(word) >= 8 and any(sign.isdigit() for sign in word) for word in one.words)
    return (
        (("order_no", _WEAK + 8), ("payout_no", _WEAK + 6))
        if is_mixed and not one.is_amount and not is_constant
        else ()
    )


_LONG: Final = (("network_no", _LIKELY), ("payout_no", _WEAK))
_BY_LENGTH: Final[Mapping[int, tuple[tuple[str, int], ...]]] = {
    8: (("terminal_no", _LIKELY),), 12: (("rrn", _SURE),), 15: (("merchant_no", _SURE),), **dict.fromkeys(range(20, 40), _LONG)
}  # fmt: skip


_LISTS: Final = (
    ("kinds", "kind"), ("states", "state"), ("statuses", "status"), ("directions", "direction"), ("card_kinds", "card_kind"),
    ("channels", "channel"), ("paid_by", "paid_by"),
)  # fmt: skip


def _words(one: Profile) -> tuple[tuple[str, int], ...]:
    """Return which closed list a column's words are from; a list that knows all of them goes before one that knows most."""
    if not one.is_list or one.is_amount:
        return ()
    if all(len(word) == 3 and word.isascii() and word.isupper() for word in one.words):
        return (("currency", _LIKELY),)
    known = [(sum(bool(meaning(family, word)) for word in one.words), concept) for family, concept in _LISTS]
    best = max(count for count, _ in known)
    if best * 3 < len(one.words) * 2:
        return ()
    return tuple((concept, _LIKELY) for count, concept in known if count == best)


def _text(one: Profile) -> tuple[tuple[str, int], ...]:
    """Return that a column is text for people: words with Chinese characters that no list knows."""
    written = sum(any("\u4e00" <= sign <= "\u9fff" for sign in word) for word in one.words)
    return (("text", _WEAK),) if written * 2 > len(one.words) and not one.is_day and not one.is_moment else ()


def _times(days: Sequence[str], clocks: Sequence[str]) -> Meant:
    """Return which day is which: the first is the trading day unless a moment says it, the one behind it the clearing day."""
    found: Meant = {}
    moments = ("traded_at", "booked_at", "placed_at", "created_at")
    if clocks:
        found[clocks[0]] = tuple((one, _LIKELY) for one in moments)
    if len(clocks) > 1:
        found[clocks[1]] = (("finished_at", _LIKELY),)
    trading = (("traded_on", _LIKELY), ("booked_on", _LIKELY))
    clearing = (("cleared_on", _LIKELY), ("value_on", _LIKELY))
    if len(days) == 1 and clocks:
        return found | {days[0]: (*clearing[:1], *trading)}
    for name, said in zip(days, (trading, clearing), strict=False):
        found[name] = said if len(days) > 1 else (*trading, ("cleared_on", _WEAK))
    return found


def _money(layout: Layout, names: Sequence[str]) -> Meant:
    """Return what money columns are where sums prove it: gross, fee and net, or an amount before its balance."""
    values = {name: [amount_of(cell, "major", ".") for cell in layout.cells(name)] for name in names}
    enough = max(2, len(layout.rows) // 2)
    for gross, fee, net in permutations(names, 3):
        size = [(value is None and None) or abs(value or 0) for value in values[fee]]
        held = net_check(_sizes(values[gross]), size, _sizes(values[net]))
        is_fee = sum(size) * 3 < sum(_sizes(values[gross]))
        if held.proves and held.of >= enough and is_fee and names.index(gross) < names.index(net):
            return {gross: (("gross", _SURE),), fee: (("fee", _SURE),), net: (("net", _SURE),)}
    for amount, balance in permutations(names, 2):
        held = balance_check(values[amount], values[balance])
        if held.proves and held.of >= 2:
            return {amount: (("moved", _SURE),), balance: (("balance", _SURE),)}
    for into, out, balance in permutations(names, 3):
        moved = [
            None if one is None and two is None else abs(one or 0) - abs(two or 0)
            for one, two in zip(values[into], values[out], strict=True)
        ]
        held = balance_check(moved, values[balance])
        if held.proves and held.of >= 2:
            return {into: (("money_in", _SURE),), out: (("money_out", _SURE),), balance: (("balance", _SURE),)}
    if len(names) == 1:
        return {names[0]: (("gross", _LIKELY), ("moved", _LIKELY), ("paid", _LIKELY))}
    return {}


def _sizes(values: Sequence[int | None]) -> list[int]:
    return [abs(value or 0) for value in values]
