"""Reason texts brought to one form, so that width, blanks, brackets, case and numbers do not hide that two are the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_CODE_IN_BRACKETS = re.compile(
    r"[\[(（【<《]\s*[a-z]{0,6}\d{2,10}\s*[\])）】>》]\s*$|^[\[(（【]\s*[a-z]{0,6}\d{2,10}\s*[\])）】]"
)
_LEADING_CODE = re.compile(r"^[a-z]{0,5}\d{3,8}\s*[:：\-_,，]?\s*(?=[\u4e00-\u9fff])")
_NUMBER = re.compile(r"\d{2,}")
_NOISE = re.compile(r"[^\w\u4e00-\u9fff#]+|_+")
_CJK = re.compile(r"[\u4e00-\u9fff]")

_VARIANTS: Final = str.maketrans({"帐": "账", "賬": "账", "號": "号", "戶": "户", "劵": "券"})
"""Characters written two ways in bank texts (帐户 and 账户)."""


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return ``text`` in half width, lower case, variants unified, ends stripped; nothing else is taken away."""
    return unicodedata.normalize("NFKC", text).translate(_VARIANTS).casefold().strip()


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """Return the form two texts share when they say the same.

    Of a Chinese text: bracketed or leading codes go, a number becomes ``#``, punctuation and blanks go. Of any other text
    (``ACCOUNT_CLOSED``, ``Account closed``): punctuation and blanks go, digits stay, since there the digits are the code.
    """
    line = plain(text)
    if _CJK.search(line):
        line = _LEADING_CODE.sub("", _CODE_IN_BRACKETS.sub("", line).strip())
        line = _NUMBER.sub("#", line)
    return _NOISE.sub("", line)


@lru_cache(maxsize=4096)
def grams(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a normal form, its ends marked."""
    marked = f"^{text}$"
    return frozenset(marked[at : at + 2] for at in range(len(marked) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> int:
    """Return how alike two sets of pairs are, in per cent (Dice: twice the shared over the sum)."""
    total = len(one) + len(other)
    return 200 * len(one & other) // total if total else 0
