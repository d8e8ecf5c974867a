"""Unit and sign of money columns, proved where the rows can prove them: gross - fee = net, balance + amount = next balance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Final

from daozhang.formats.mapped.propose_sample import Layout
from daozhang.formats.mapped.propose_values import Profile, amount_of
from daozhang.formats.mapped.propose_words import meaning, unit_hint
from daozhang.formats.mapped.spec import Amount

BACKWARDS: Final = frozenset({"refund", "void", "reversal"})
"""Kinds whose money goes from the merchant."""
FORWARDS: Final = frozenset({"sale", "preauth_completion", "offline_sale"})
PROVED: Final = 9
"""Tenths of the rows that must hold before a check proves a choice."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many of the rows that could be checked agree."""

    kind: str
    holds: int
    of: int

    @property
    def proves(self) -> bool:
        """Return whether nearly all agree and there was something to agree."""
        return self.of > 0 and self.holds * 10 >= self.of * PROVED


@dataclass(frozen=True, slots=True)
class Units:
    """The unit of each money column (``major``, ``minor``), empty where nothing tells it, and why (``hint``, ``decimals``)."""

    of: Mapping[str, str]
    why: str

    @property
    def is_open(self) -> bool:
        """Return whether a person must say it."""
        return not all(self.of.values())


def units(columns: Sequence[str], profiles: Mapping[str, Profile], answer: str = "") -> Units:
    """Return the unit of each column: what its header says, else what decimals show, else ``answer``."""
    hints = {name: unit_hint(name) for name in columns}
    shown = any(profiles[name].has_decimals and not hints[name] for name in columns)
    common = answer if answer in {"major", "minor"} else "major" if shown else ""
    said = {name: answer if answer in {"major", "minor"} else hints[name] or common for name in columns}
    why = "answer" if answer else "hint" if all(hints.values()) else "decimals" if shown else "open"
    return Units(said, why)


@dataclass(frozen=True, slots=True)
class Signs:
    """What can say the sign of an amount: kinds of the rows (cell → kind) and a direction column, each maybe absent."""

    kind_column: str = ""
    kinds: Mapping[str, str] | None = None
    direction_column: str = ""
    minus_words: tuple[str, ...] = ()
    plus_words: tuple[str, ...] = ()

    def options(self, base: Amount) -> list[Amount]:
        """Return the ways in which a column may be signed, the plainest first."""
        found = [base, replace(base, sign="negated")]
        kinds = self.kinds or {}
        minus = tuple(cell for cell, kind in kinds.items() if kind in BACKWARDS)
        if minus and self.kind_column:
            plus = tuple(cell for cell in kinds if cell not in minus)
            found.append(
                replace(base, sign="by_column", sign_column=self.kind_column, minus_when=minus, plus_when=plus)
            )
        if self.direction_column and self.minus_words:
            by = replace(base, sign="by_column", sign_column=self.direction_column)
            ways = [replace(by, minus_when=self.minus_words, plus_when=self.plus_words)]
            if self.plus_words:
                ways.append(replace(by, minus_when=self.plus_words, plus_when=self.minus_words))
            found = found + ways if minus else ways + found  # without kinds the direction column is there to be used
        return found


def signed(layout: Layout, columns: tuple[str, ...], amount: Amount) -> list[int | None]:
    """Return the column's cells as signed minor units under one reading of them; None where a cell is no amount."""
    values = [[amount_of(cell, amount.unit, amount.decimal) for cell in layout.cells(name)] for name in columns]
    if amount.sign == "in_minus_out":
        return [_in_minus_out(into, out) for into, out in zip(*values, strict=True)]
    if amount.sign == "by_column":
        words = layout.cells(amount.sign_column)
        return [_by_word(value, word, amount) for value, word in zip(values[0], words, strict=True)]
    return [-value if value is not None and amount.sign == "negated" else value for value in values[0]]


def _in_minus_out(into: int | None, out: int | None) -> int | None:
    return None if into is None and out is None else (into or 0) - abs(out or 0)


def _by_word(value: int | None, word: str, amount: Amount) -> int | None:
    if value is None:
        return None
    if word in amount.minus_when:
        return -abs(value)
    return value if not amount.plus_when or word in amount.plus_when else None


def net_check(gross: Sequence[int | None], fee: Sequence[int | None], net: Sequence[int | None]) -> Held:
    """Return for how many rows gross - fee = net; an empty fee counts as none."""
    rows = [(g, f or 0, n) for g, f, n in zip(gross, fee, net, strict=True) if g is not None and n is not None]
    return Held("net", sum(g - f == n for g, f, n in rows), len(rows))


def balance_check(amounts: Sequence[int | None], balances: Sequence[int | None]) -> Held:
    """Return for how many neighbours balance + amount = next balance, upwards or downwards, whichever fits better."""
    rows = [(a, b) for a, b in zip(amounts, balances, strict=True) if a is not None and b is not None]
    down = sum(before[1] + after[0] == after[1] for before, after in pairwise(rows))
    up = sum(after[1] + before[0] == before[1] for before, after in pairwise(rows))
    return Held("running_balance", max(down, up), max(0, len(rows) - 1))


def best_clearing(
    layout: Layout, columns: Mapping[str, str], bases: Mapping[str, Amount], signs: Signs
) -> tuple[dict[str, Amount], Held | None, bool]:
    """Return how gross, fee and net are signed, what the net check says of it, and whether the kinds prove the sign.

    All readings are tried; the one under which most rows agree with themselves wins, the plainest among equals.
    """
    names = [name for name in ("gross_minor", "fee_minor", "net_minor") if name in columns]
    read = {
        name: [(option, signed(layout, (columns[name],), option)) for option in signs.options(bases[name])]
        for name in names
    }
    expected = _expected(layout, signs)

    def worth(choice: tuple[tuple[Amount, list[int | None]], ...]) -> tuple[int, int, int]:
        values = {name: amounts for name, (_, amounts) in zip(names, choice, strict=True)}
        held = _net_of(values)
        main = values.get("gross_minor") or values["net_minor"]
        agree, against = _agreement(main, expected)
        plain = -sum(read[name].index(one) for name, one in zip(names, choice, strict=True))
        return ((held.holds if held else 0) * 2 + agree * 2 - against * 2 + _looks_paid(values), plain, 0)

    best = max(product(*read.values()), key=worth)
    values = {name: amounts for name, (_, amounts) in zip(names, best, strict=True)}
    agree, against = _agreement(values.get("gross_minor") or values["net_minor"], expected)
    return (
        {name: option for name, (option, _) in zip(names, best, strict=True)},
        _net_of(values),
        agree > 0 and not against,
    )


def best_signed(
    layout: Layout, column: str, base: Amount, signs: Signs, prove: Callable[[list[int | None]], Held | None]
) -> tuple[Amount, Held | None]:
    """Return how one column is signed: the reading that ``prove`` finds best, or that agrees with the kinds of the rows."""
    expected = _expected(layout, signs)
    options = signs.options(base)

    def worth(option: Amount) -> tuple[int, int]:
        values = signed(layout, (column,), option)
        held = prove(values)
        agree, against = _agreement(values, expected)
        return ((held.holds if held else 0) * 2 + agree - against, -options.index(option))

    best = max(options, key=worth)
    return best, prove(signed(layout, (column,), best))


def _net_of(values: Mapping[str, list[int | None]]) -> Held | None:
    if not {"gross_minor", "fee_minor", "net_minor"} <= values.keys():
        return None
    return net_check(values["gross_minor"], values["fee_minor"], values["net_minor"])


def _looks_paid(values: Mapping[str, list[int | None]]) -> int:
    """Return 1 when most of the money is towards the merchant: nobody lists a day of nothing but refunds."""
    main = values.get("gross_minor") or values.get("net_minor") or []
    return int(sum(value or 0 for value in main) >= 0)


def _expected(layout: Layout, signs: Signs) -> list[int]:
    if not signs.kind_column or not signs.kinds:
        return [0] * len(layout.rows)
    kinds = [signs.kinds.get(cell, "") for cell in layout.cells(signs.kind_column)]
    return [1 if kind in FORWARDS else -1 if kind in BACKWARDS else 0 for kind in kinds]


def _agreement(values: Sequence[int | None], expected: Sequence[int]) -> tuple[int, int]:
    pairs = [(value, sign) for value, sign in zip(values, expected, strict=True) if value and sign]
    agree = sum((value > 0) == (sign > 0) for value, sign in pairs)
    return agree, len(pairs) - agree


def directions(cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return a direction column's words that mean minus, plus, and those nobody knows."""
    words = tuple(dict.fromkeys(cell for cell in cells if cell))
    read = {word: meaning("directions", word) for word in words}
    return tuple(tuple(word for word in words if read[word] == wanted) for wanted in ("minus", "plus", ""))  # type: ignore[return-value]
