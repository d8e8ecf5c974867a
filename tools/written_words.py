"""The pages of words: glossary and messages. ``tools/write_reference.py`` writes them with the others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent

from daozhang.breaks import BreakType, Grain, Severity
from daozhang.cases.life import State, Step
from daozhang.diagnosis.finding import CauseCategory
from daozhang.matching.money import BUCKETS
from daozhang.records import TABLES
from daozhang.records.tables import CHANNELS, KINDS, PAYOUT_STATES, STATUSES
from daozhang.texts import say

SOURCE = Path(__file__).parent.parent / "src" / "daozhang"
WRITTEN = "This page is written by `tools/write_reference.py`; a test compares it."


def glossary() -> str:
    """Return the glossary: the product's own words, then every closed list with the words its texts give it."""
    parts = [
        "# Glossary",
        "",
        f"{WRITTEN} The words stand in `tools/glossary_words.toml`, the lists in the code and its texts.",
        "",
        "One word, one meaning. The identifier is where the code has it: a name under `daozhang`, or a column of the",
        "[interchange tables](reference/interchange.md).",
        "",
        "## Words",
        "",
        "| 中文 | English | identifier | means |",
        "|---|---|---|---|",
        *(f"| {zh} | {en} | `{name}` | {means} |" for zh, en, name, means in _glossary_words()),
        "",
    ]
    for title, about, rows in _closed_lists():
        parts += [f"## {title}", "", about, "", "| 中文 | English | identifier |", "|---|---|---|"]
        parts += [f"| {say('zh', key)} | {say('en', key)} | `{value}` |" for value, key in rows]
        parts.append("")
    return ended(parts)


def _glossary_words() -> list[list[str]]:
    path = Path(__file__).with_name("glossary_words.toml")
    words: list[list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))["words"]
    return words


def _closed_lists() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Give each closed list: its title, where it stands, and (value, key of its word)."""

    def keyed(values: Iterable[str], key: str) -> list[tuple[str, str]]:
        return [(str(value), key.format(str(value).replace("_", "-"))) for value in values]

    yield "Tables", "`records/tables.py`", keyed((one.name for one in TABLES), "web-table-{}")
    yield "Kinds of payments", "`records/tables.py`, `kind`", keyed(KINDS, "web-kind-{}")
    yield "How a payment ended", "`records/tables.py`, `transactions.status`", keyed(STATUSES, "web-leg-state-{}")
    yield "States of a payout", "`records/tables.py`, `payouts.state`", keyed(PAYOUT_STATES, "web-leg-state-{}")
    yield "Channels", "`records/tables.py`, `channel`", keyed(CHANNELS, "web-channel-{}")
    yield (
        "Where the money of a day is",
        "`matching/money.py`; columns `…_minor` of `daozhang money`",
        keyed(("expected", *BUCKETS), "money-head-{}-minor"),
    )
    yield "Breaks", "`breaks/kinds.py`; [what each means](reference/breaks.md)", keyed(BreakType, "break-{}-name")
    yield "Grains", "`breaks/kinds.py`", keyed(Grain, "grain-{}")
    yield "Severities", "`breaks/kinds.py`", keyed(Severity, "severity-{}")
    yield (
        "Categories of causes",
        "`diagnosis/finding.py`; [the causes](reference/causes.md)",
        keyed(CauseCategory, "category-{}"),
    )
    yield "States of a case", "`cases/life.py`; [the life of a case](reference/case-life.md)", keyed(State, "state-{}")
    yield "Steps of a case", "`cases/life.py`", keyed(Step, "step-{}")
    yield "What became of a file", "`flows/import_files.py`", keyed(FILE_STATES, "import-state-{}")


FILE_STATES = ("accepted", "unchanged", "unclaimed", "refused", "undone")


MESSAGES = {
    "error": ("Refusals", "The product says no, or cannot go on. On the command line: standard error and status 2."),
    "refused": (
        "Files that are refused",
        "The file is remembered and nothing of it is taken; the rest of the import goes on.",
    ),
    "input": ("Files that are not understood", "Somebody has to say what the file is, or what it is about."),
    "reject": (
        "Rows that are set aside",
        "The row waits in [quarantine](quarantine.md); the rest of the file is taken.",
    ),
    "warn": ("Warnings about a file", "The rows are taken, and the import carries the warning."),
    "note": ("Notes on an import", "Nothing is wrong; it is good to know."),
}
"""Families of texts that a program meets as keys, in the order of the page."""


def messages() -> str:
    """Return the page of everything the product can say about files and refusals, by its key."""
    texts = {language: _written_texts(language) for language in ("en", "zh")}
    parts = [
        "# Messages",
        "",
        f"{WRITTEN} What the product can say about files and arguments. `--json` gives the key and its facts; people get the",
        "sentence in their language. A name between ‹ › is a fact.",
        "",
        "## Areas",
        "",
        "Texts stand in `src/daozhang/texts/zh` and `src/daozhang/texts/en`, one file an area:",
        "",
        "| area | holds |",
        "|---|---|",
        *(f"| `{area}` | {_area_words()[area]} |" for area in _areas()),
        "",
    ]
    for family, (title, about) in MESSAGES.items():
        rows = [key for key in texts["en"] if key.startswith(family + "-")]
        parts += [f"## {title}", "", about, "", "| key | English | 中文 |", "|---|---|---|"]
        parts += [f"| `{key}` | {texts['en'][key]} | {texts['zh'][key]} |" for key in sorted(rows)]
        parts.append("")
    return ended(parts)


def _areas() -> list[str]:
    return sorted(path.stem for path in (SOURCE / "texts" / "en").glob("*.ftl"))


def _area_words() -> dict[str, str]:
    path = Path(__file__).with_name("reference_words.toml")
    words: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))["areas"]
    return words


def _written_texts(language: str) -> dict[str, str]:
    """Return every text as it is written, on one line, its facts between marks."""
    found: dict[str, str] = {}
    for path in sorted((SOURCE / "texts" / language).glob("*.ftl")):
        written = path.read_text(encoding="utf-8")
        for entry in FluentParser().parse(written).body:
            if isinstance(entry, fluent.Message) and entry.value and entry.value.span:
                text = " ".join(written[entry.value.span.start : entry.value.span.end].split()).replace("|", "\\|")
                found[entry.id.name] = re.sub(r"\{ \$(\w+) \}", r"‹\1›", text)
    return found


def ended(parts: list[str]) -> str:
    """Return the lines of a page as its text: one blank line between paragraphs, one line end at the end."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"
