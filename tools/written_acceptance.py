"""The page of the 94 capabilities: what is met, where, and the test that shows it. ``tools/write_reference.py`` writes it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from written_words import WRITTEN, ended

SOURCE = Path(__file__).with_name("acceptance.toml")
IDS = tuple(f"A{number:02}" for number in range(1, 95))
STATES = {"met": "met", "part": "in part", "open": "not yet"}


def rows() -> dict[str, dict[str, Any]]:
    """Return every row by its id."""
    told: dict[str, dict[str, Any]] = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return told


def acceptance() -> str:
    """Return docs/acceptance.md."""
    told = rows()
    counts = {state: sum(row["state"] == state for row in told.values()) for state in STATES}
    parts = [
        "# Acceptance",
        "",
        f"{WRITTEN} What stands in it is kept in `tools/acceptance.toml`.",
        "",
        "Ninety-four capabilities say what *done* means for this product. A row is **met** only when a test of this tree shows what the row asks to",
        "verify; **in part** says what is missing; **not yet** is not built.",
        "",
        f"{counts['met']} met, {counts['part']} in part, {counts['open']} not yet.",
        "",
        "| | capability | state | where | shown by | missing |",
        "|---|---|---|---|---|---|",
    ]
    for number in IDS:
        row = told[number]
        where = ", ".join(_where(one) for one in row.get("at", ()))
        tests = ", ".join(f"`{one.removesuffix('::*')}`" for one in row.get("tests", ()))
        parts.append(
            f"| {number} | {row['title']} | {STATES[row['state']]} | {where} | {tests} | {row.get('note', '')} |"
        )
    return ended([*parts, ""])


def _where(place: str) -> str:
    kind, _, name = place.partition(":")
    if kind == "command":
        return f"`daozhang {name}`"
    if kind == "page":
        return f"page *{name}*"
    return f"[{Path(name).stem}]({name.removeprefix('docs/')})"
