"""Measure how reason texts are read that the dictionary has not seen; the figures stand in docs/concepts/why.md.

Each provider's strings are read with that provider left out of the dictionary, once without and once with the word
patterns. The patterns were written with the 131 strings in view, so the figure with patterns is no fair hold-out; the
meanings of the payment schemes are, in part: they are in no dictionary, but were read before the patterns were written.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

from daozhang.codes import KnownReason, reasons
from daozhang.diagnosis.reasons import read_reason, read_with

SAMPLES = Path(__file__).parent.parent / "tests" / "samples" / "reasons"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a sample file."""
    with (SAMPLES / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def without(provider: str) -> tuple[KnownReason, ...]:
    """Return the dictionary with one provider left out."""
    return tuple(row for row in reasons() if row.provider != provider)


def verdict(answer: str, cause: str) -> str:
    """Return ``right``, ``wrong`` or ``asked``."""
    return "asked" if not answer else "right" if answer == cause else "wrong"


def leave_one_out(*, by_words: bool) -> dict[str, Counter[str]]:
    """Return per provider how its strings were read with the provider left out of the dictionary."""
    counts: dict[str, Counter[str]] = {}
    for row in rows("real_reasons.csv"):
        read = read_with(without(row["provider"]), row["text"], by_words=by_words)
        counts.setdefault(row["provider"], Counter())[verdict(read.cause_code, row["cause"])] += 1
    return counts


def schemes() -> dict[str, Counter[str]]:
    """Return per language how the schemes' meanings were read; ``uncalled``: a cause was said where the code has none."""
    counts: dict[str, Counter[str]] = {"text_zh": Counter(), "text_en": Counter()}
    for row in rows("scheme_meanings.csv"):
        for language, count in counts.items():
            answer = read_reason(row[language]).cause_code
            if row["cause"]:
                count[verdict(answer, row["cause"])] += 1
            else:
                count["uncalled" if answer else "rightly asked"] += 1
    return counts


def table() -> str:
    """Return the figures as a Markdown table."""
    plain, words = leave_one_out(by_words=False), leave_one_out(by_words=True)
    lines = [
        "| left out | strings | dictionary and likeness: right / wrong / asked | with words: right / wrong / asked |",
        "|---|---|---|---|",
    ]
    total: list[Counter[str]] = [Counter(), Counter()]
    for provider in plain:
        cells = [plain[provider], words[provider]]
        for index, cell in enumerate(cells):
            total[index].update(cell)
        lines.append(_row(provider, cells))
    lines.append(_row("**all**", total))
    lines += [
        "",
        "| scheme meanings | with a cause: right / wrong / asked | without: asked / answered |",
        "|---|---|---|",
    ]
    for language, count in schemes().items():
        called = f"{count['right']} / {count['wrong']} / {count['asked']}"
        lines.append(f"| {language[-2:]} | {called} | {count['rightly asked']} / {count['uncalled']} |")
    return "\n".join(lines)


def _row(name: str, cells: list[Counter[str]]) -> str:
    shown = " | ".join(f"{cell['right']} / {cell['wrong']} / {cell['asked']}" for cell in cells)
    return f"| {name} | {sum(cells[0].values())} | {shown} |"


def write(page: Path) -> None:
    """Put the figures between the marks of the page."""
    text = page.read_text(encoding="utf-8")
    block = f"<!-- hold-out -->\n{table()}\n<!-- /hold-out -->"
    page.write_text(
        re.sub(r"<!-- hold-out -->.*<!-- /hold-out -->", lambda _: block, text, flags=re.DOTALL), encoding="utf-8"
    )


if __name__ == "__main__":
    print(table())
    target = Path(__file__).parent.parent / "docs" / "concepts" / "why.md"
    if target.exists():
        write(target)
