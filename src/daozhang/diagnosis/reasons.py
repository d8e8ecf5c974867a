"""What a payout reason or a response text means: dictionary first, then words, then likeness, else ``ask``.

A wrong answer sends people to the wrong desk, so every step would rather say nothing: the dictionary is keyed by
(provider, interface, code), two patterns that disagree decide nothing, and likeness needs a clear winner.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from daozhang.codes import KnownReason, reasons, response_of
from daozhang.diagnosis.catalogue import cause_of
from daozhang.diagnosis.normal import grams, likeness, normal, plain

ALIKE_PCT: Final = 72
"""Below this likeness to every known string the text is not decided (measured by ``tools/reasons_hold_out.py``)."""
CLEAR_PCT: Final = 12
"""How far the best must be ahead of the best of any other cause."""
SHORTEST: Final = 4
"""A normal form shorter than this says too little to be compared."""

_SPARING: Final = {"WAIT": 0, "QUERY_FIRST": 1, "CONTACT": 2, "SWITCH_CHANNEL_OR_CARD": 3}
"""Which retry class is taken when sources differ: the one that does least. Others come after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonMeaning:
    """What a text means. ``confidence`` is 0 to 100; ``ask`` is true when a person has to find out, all else empty then.

    ``how`` is ``code``, ``text``, ``words``, ``likeness`` or empty; ``known_text`` is the known string it was read by.
    """

    cause_code: str = ""
    cause_category: str = "unknown"
    finality: str = "unknown"
    retry: str = ""
    confidence: int = 0
    how: str = ""
    known_text: str = ""

    @property
    def ask(self) -> bool:
        """Return whether the text could not be decided."""
        return not self.cause_code


ASK: Final = ReasonMeaning()


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words that decide a cause, and words that forbid it."""

    cause: str
    retry: str
    finality: str
    words: re.Pattern[str]
    forbidden: re.Pattern[str] | None


@cache
def patterns() -> tuple[Pattern, ...]:
    """Return the patterns of ``patterns.toml`` in file order."""
    text = (resources.files("daozhang.diagnosis") / "patterns.toml").read_text(encoding="utf-8")
    return tuple(
        Pattern(
            row["cause"],
            row["retry"],
            row.get("finality", "final"),
            re.compile(row["words"]),
            re.compile(row["not"]) if "not" in row else None,
        )
        for row in tomllib.loads(text)["pattern"]
    )


@lru_cache(maxsize=4096)
def read_reason(text: str, *, provider: str = "", interface: str = "", code: str = "") -> ReasonMeaning:
    """Return what ``text`` (and ``code``) means at ``provider``'s ``interface``; ``ASK`` when nothing decides it.

    A code means what its provider says on that interface; without a provider only when all who use it agree, and when
    the words beside it do not say otherwise.
    """
    return read_with(reasons(), text, provider=provider.casefold(), interface=interface.casefold(), code=code)


def read_with(
    known: Sequence[KnownReason],
    text: str,
    *,
    provider: str = "",
    interface: str = "",
    code: str = "",
    by_words: bool = True,
) -> ReasonMeaning:
    """Read ``text`` by the strings in ``known``; the hold-out measurement leaves a provider's strings out of them."""
    meaning = _by_code(known, code or _code_like(text), provider, interface)
    if meaning and code and not provider:
        said = _by_text(known, text, provider, interface) or (_by_words(text) if by_words else None)
        if said and said.cause_code != meaning.cause_code:
            return ASK
    if not meaning and not code:
        meaning = _of_terminal(text, provider)
    meaning = meaning or _by_text(known, text, provider, interface)
    if not meaning and by_words:
        meaning = _by_words(text)
    return meaning or _by_likeness(known, text) or ASK


def _code_like(text: str) -> str:
    line = text.strip()
    return line if re.fullmatch(r"[A-Za-z0-9_]{2,40}", line) else ""


def _by_code(known: Iterable[KnownReason], code: str, provider: str, interface: str) -> ReasonMeaning | None:
    wanted = plain(code)
    if not wanted:
        return None
    rows = [row for row in known if plain(row.code) == wanted and (not provider or row.provider == provider)]
    return _agreed(_of_interface(rows, interface), "code", 99 if provider else 85)


def _of_interface(rows: list[KnownReason], interface: str) -> list[KnownReason]:
    """Return the rows of that interface, else those of any interface; several left means the caller must agree them."""
    if interface:
        exact = [row for row in rows if row.interface == interface]
        if exact:
            return exact
    return [row for row in rows if not row.interface] or rows


def _of_terminal(text: str, provider: str) -> ReasonMeaning | None:
    if provider != "pos_terminal":
        return None
    response = response_of(text)
    if not response or not response.cause:
        return None
    finality = "unknown" if response.outcome == "unknown" else "final"
    return _meaning(response.cause, finality, response.retry, 99, "code", response.code)


def _by_text(known: Iterable[KnownReason], text: str, provider: str, interface: str) -> ReasonMeaning | None:
    wanted = normal(text)
    if not wanted:
        return None
    same = [row for row in known if row.text and normal(row.text) == wanted]
    own = [row for row in same if row.provider == provider]
    return _agreed(_of_interface(own or same, interface), "text", 97 if own else 90)


def _by_words(text: str) -> ReasonMeaning | None:
    line = plain(text)
    hits = [
        item for item in patterns() if item.words.search(line) and not (item.forbidden and item.forbidden.search(line))
    ]
    if len({item.cause for item in hits}) != 1:
        return None
    return _meaning(hits[0].cause, hits[0].finality, hits[0].retry, 80, "words", text)


def _by_likeness(known: Iterable[KnownReason], text: str) -> ReasonMeaning | None:
    wanted = normal(text)
    if len(wanted) < SHORTEST:
        return None
    mine = grams(wanted)
    best: dict[str, tuple[int, KnownReason]] = {}
    for row in known:
        if row.text and not _code_like(row.text):
            score = likeness(mine, grams(normal(row.text)))
            if score > best.get(row.cause, (0, row))[0]:
                best[row.cause] = (score, row)
    ranked = sorted(best.values(), key=lambda pair: (-pair[0], pair[1].cause))
    if not ranked or ranked[0][0] < ALIKE_PCT:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEAR_PCT:
        return None
    score, row = ranked[0]
    return _meaning(row.cause, row.finality, row.retry, min(70, score - 10), "likeness", row.text)


def _agreed(rows: Sequence[KnownReason], how: str, confidence: int) -> ReasonMeaning | None:
    """Return what all rows say; None when they name different causes. Where finality differs it is unknown."""
    if not rows or len({row.cause for row in rows}) != 1:
        return None
    finality = "final" if all(row.finality == "final" for row in rows) else "unknown"
    retry = min((row.retry for row in rows), key=lambda name: (_SPARING.get(name, 9), name))
    return _meaning(rows[0].cause, finality, retry, confidence, how, rows[0].text or rows[0].code)


def _meaning(cause: str, finality: str, retry: str, confidence: int, how: str, known_text: str) -> ReasonMeaning:
    entry = cause_of(cause)
    assert entry is not None, cause
    return ReasonMeaning(
        cause_code=cause,
        cause_category=entry.category.value,
        finality=finality,
        retry=retry,
        confidence=confidence,
        how=how,
        known_text=known_text,
    )
