"""Which bank lines say the number of a payout: looked up by the words of their texts, so that no line is searched for all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from daozhang.matching.bank_lines import BankLine
from daozhang.matching.payouts import Payout

TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{6,}")
"""A word of a bank's text that may be a payout number, or hold one."""
LEAST_NUMBER: Final = 6
"""Length from which on a number alone, without the amount, says that a line is about a payout."""


def lines_saying(payouts: Sequence[Payout], lines: Sequence[BankLine]) -> Mapping[str, list[BankLine]]:
    """Return, for each payout number that stands in any of the lines, those lines in their order."""
    numbers = {one.payout_no for one in payouts}
    regular = {number for number in numbers if TOKEN.fullmatch(number)}
    odd = sorted(numbers - regular)
    lengths = sorted({len(number) for number in regular})
    found: dict[str, list[BankLine]] = {}
    for line in lines:
        said = {piece for piece in _pieces(line.text, lengths) if piece in regular} if regular else set()
        for number in (*sorted(said), *(number for number in odd if number in line.text)):
            found.setdefault(number, []).append(line)
    return found


def _pieces(text: str, lengths: Sequence[int]) -> Iterator[str]:
    """Give all parts of the words of a text that have one of the lengths."""
    for word in TOKEN.findall(text):
        for length in lengths:
            if length > len(word):
                break
            yield from (word[start : start + length] for start in range(len(word) - length + 1))
