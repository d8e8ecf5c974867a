"""The catalogue of causes, read once from ``causes/*.toml``; their words are texts ``cause-<code>-…``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from daozhang.diagnosis.finding import CauseCategory

ASPECTS: Final = ("name", "fix", "documents", "verify")
"""What the texts say of every cause: its name, what to do, what to have at hand, what proves that it is over."""

GRADES: Final = ("documented", "measured", "code", "page", "knowledge", "inference")
"""How well a cause is sourced, best first: an official document, a measurement, public code, a web page, practice, inference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One cause: whom to turn to (role codes, first first), planned hours until solved, and how well it is sourced."""

    code: str
    category: CauseCategory
    contacts: tuple[str, ...]
    expected_hours: int
    grade: str

    def key(self, aspect: str) -> str:
        """Return the text key of ``aspect`` (one of ``ASPECTS``)."""
        return f"cause-{self.code.lower()}-{aspect}"


@cache
def causes() -> Mapping[str, Cause]:
    """Return every cause by its code, in the order of the codes."""
    found: dict[str, Cause] = {}
    folder = resources.files("daozhang.diagnosis") / "causes"
    for entry in folder.iterdir():
        if not entry.name.endswith(".toml"):
            continue
        for code, row in tomllib.loads(entry.read_text(encoding="utf-8")).items():
            found[code] = Cause(
                code=code,
                category=CauseCategory(row["category"]),
                contacts=tuple(row["contacts"]),
                expected_hours=int(row["expected_hours"]),
                grade=row["grade"],
            )
    return dict(sorted(found.items()))


def cause_of(code: str) -> Cause | None:
    """Return the cause with ``code``, or None when the catalogue has none."""
    return causes().get(code)


def role_key(role: str) -> str:
    """Return the text key of the name of a contact role: ``ACQ_CS`` → ``contact-role-acq-cs``."""
    return "contact-role-" + role.lower().replace("_", "-")
