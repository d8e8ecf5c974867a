"""Full-text search that knows Chinese without a dictionary: pairs of characters, whole words of other scripts, ranked by BM25.

The index is plain (gram, page, weight), so it lives in any database. A gram of the title or of the page's own search words counts
several times. Equal pages keep the order they were given in.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from math import log
from typing import Final, TypeVar

TITLE_WEIGHT: Final = 4
"""So often a gram of the title or of the search words counts."""

LONGEST_GRAM: Final = 32
LONGEST_QUESTION: Final = 200
_K1: Final = 1.2
_B: Final = 0.6
_HAN: Final = re.compile(r"[\u3400-\u9fff]+")
_WORD: Final = re.compile(r"[a-z0-9]+")
_STOP_WORDS: Final = (
    "a an and are as at be by can do does for from has have how i if in is it me my of on or our say says should so that the their"
    " them then there they this to was we what when where which who why will with you your 怎么 什么 么办 怎样 如何 为什 一下 可以"
)
_STOP: Final = frozenset(_STOP_WORDS.split())

Page = TypeVar("Page", bound=Hashable)


def grams(text: str) -> Counter[str]:
    """Return how often each gram stands in ``text``: pairs of Chinese characters (one alone as itself), words of other scripts."""
    plain = unicodedata.normalize("NFKC", text).lower()
    found: Counter[str] = Counter()
    for run in _HAN.findall(plain):
        found.update(run[at : at + 2] for at in range(max(1, len(run) - 1)))
    found.update(_stem(word) for word in _WORD.findall(plain))
    return Counter({gram: count for gram, count in found.items() if gram not in _STOP})


def _stem(word: str) -> str:
    """Return a word without the commonest English endings, so that payments finds payment and closing finds close."""
    if not word.isalpha():
        return word[:LONGEST_GRAM]
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word[:LONGEST_GRAM]


def page_grams(title: str, words: str, body: str) -> Counter[str]:
    """Return the grams of a page with their weights."""
    weights = grams(body)
    for gram, count in (grams(title) + grams(words)).items():
        weights[gram] += TITLE_WEIGHT * count
    return weights


def question_grams(question: str) -> list[str]:
    """Return the grams to look up for a question; its end is cut where it is no question any more."""
    return sorted(grams(question[:LONGEST_QUESTION]))


def ranked(
    postings: Iterable[tuple[str, Page, int]], lengths: Mapping[Page, int], *, pages: int, average: float
) -> list[tuple[Page, float]]:
    """Return the pages with their score, the best first.

    ``postings`` are (gram, page, weight) of the question's grams, ``lengths`` the sum of weights of each page found, ``pages``
    and ``average`` how many there are in all and how long they are on average.
    """
    by_gram: dict[str, dict[Page, int]] = {}
    for gram, page, weight in postings:
        by_gram.setdefault(gram, {})[page] = weight
    scores: dict[Page, float] = {}
    for _, found in sorted(by_gram.items()):
        rarity = log(1 + (pages - len(found) + 0.5) / (len(found) + 0.5))
        for page, weight in found.items():
            long = 1 - _B + _B * lengths[page] / average
            scores[page] = scores.get(page, 0.0) + rarity * weight * (_K1 + 1) / (weight + _K1 * long)
    order = {page: place for place, page in enumerate(lengths)}
    return sorted(scores.items(), key=lambda one: (-one[1], order[one[0]]))
