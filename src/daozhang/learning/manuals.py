"""Pages of manuals and official notices: how they are written down, how a document is divided, whether one still holds.

A page begins with ``name: value`` lines (title, version, source, valid_from, valid_until, language, kind, causes, words), then an empty
line, then the text. The project's own pages lie in ``learning/pages`` in both languages, made for the tasks at the counter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

from daozhang.errors import InputError
from daozhang.learning.search import page_grams
from daozhang.texts import LANGUAGES

KINDS: Final = ("manual", "notice", "faq")
"""What a document may be."""

OWN_SOURCE: Final = "Daozhang"
LONGEST_SECTION: Final = 4_000
"""Characters of one page; a longer section of a document is divided."""

_FACT: Final = re.compile(r"(title|version|source|valid_from|valid_until|language|kind|causes|words):\s*(.*)")
_HEADING: Final = re.compile(r"(?m)^#{1,3}\s+(.+?)\s*#*$")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """One page that comes with the product. ``weights`` are its grams (``search.page_grams``)."""

    code: str
    language: str
    title: str
    version: str
    body: str
    causes: tuple[str, ...]
    weights: Mapping[str, int] = field(repr=False)

    @property
    def length(self) -> int:
        """Return the sum of its weights."""
        return sum(self.weights.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a document that is one page of the library; ``number`` counts from 1 (of a PDF: its page)."""

    number: int
    title: str
    body: str


def head_of(text: str) -> tuple[dict[str, str], str]:
    """Return the facts at the top of a page and the text below them; no facts where the first line is none."""
    facts: dict[str, str] = {}
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    for at, line in enumerate(lines):
        found = _FACT.fullmatch(line.strip())
        if found is None:
            is_head = facts and not line.strip()
            return (facts, "\n".join(lines[at + 1 :])) if is_head else ({}, "\n".join(lines))
        facts[found[1]] = found[2].strip()
    return {}, "\n".join(lines)


@cache
def own_pages() -> tuple[OwnPage, ...]:
    """Return the pages that come with the product, by language and code."""
    found = []
    for language in LANGUAGES:
        folder = resources.files("daozhang.learning") / "pages" / language
        for entry in sorted(folder.iterdir(), key=lambda one: one.name):
            facts, body = head_of(entry.read_text(encoding="utf-8"))
            found.append(
                OwnPage(
                    code=entry.name.removesuffix(".md"), language=language, title=facts["title"], version=facts["version"],
                    body=body.strip(), causes=tuple(facts["causes"].split()),
                    weights=page_grams(facts["title"], facts.get("words", ""), body),
                )
            )  # fmt: skip
    return tuple(found)


def own_page(code: str, language: str) -> OwnPage | None:
    """Return the product's own page of that code in that language; None where there is none."""
    return next((one for one in own_pages() if (one.code, one.language) == (code, language)), None)


def pages_of_cause(cause: str, language: str) -> tuple[OwnPage, ...]:
    """Return the product's own pages that speak of a cause, those that are about the fewest causes first."""
    found = [one for one in own_pages() if one.language == language and cause in one.causes]
    return tuple(sorted(found, key=lambda one: (len(one.causes), one.code)))


def sections(title: str, body: str) -> list[Section]:
    """Return the parts of a text, one per heading (``#`` to ``###``); a long part is divided at an empty line where there is one."""
    heads = list(_HEADING.finditer(body))
    parts = [(title, body[: heads[0].start()] if heads else body)]
    parts += [
        (head[1], body[head.end() : heads[at + 1].start() if at + 1 < len(heads) else len(body)])
        for at, head in enumerate(heads)
    ]
    found = [(name, piece) for name, text in parts for piece in _pieces(text.strip()) if piece]
    return [Section(number=no, title=name[:200], body=piece) for no, (name, piece) in enumerate(found, start=1)]


def _pieces(text: str) -> list[str]:
    pieces = []
    while len(text) > LONGEST_SECTION:
        cut = text.rfind("\n\n", LONGEST_SECTION // 2, LONGEST_SECTION)
        cut = cut if cut > 0 else LONGEST_SECTION
        pieces.append(text[:cut].strip())
        text = text[cut:].strip()
    return [*pieces, text]


def language_of(text: str) -> str:
    """Return ``zh`` where at least one character in ten of the beginning is Chinese, else ``en``."""
    start = text[:2_000]
    return "zh" if len(_HAN.findall(start)) * 10 >= len(start) > 0 else "en"


def day_of(value: str, name: str) -> date | None:
    """Return a day written ``2026-12-31``, None for an empty text; InputError otherwise."""
    try:
        return date.fromisoformat(value) if value.strip() else None
    except ValueError:
        raise InputError("error-manual-day", name=name, value=value[:40]) from None


def standing(valid_from: date | None, valid_until: date | None, today: date) -> str:
    """Return ``current``, ``expired`` (its last day is over) or ``future`` (its first day has not come)."""
    if valid_until is not None and valid_until < today:
        return "expired"
    return "future" if valid_from is not None and valid_from > today else "current"
