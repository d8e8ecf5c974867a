"""Lines as SQL, step by step: an expression that many others need is named once and worked out once per line.

A sheet of forty columns written as one expression takes the engine seconds to plan; in steps it takes a few hundredths.
Forms that cells must have are proven together, by one regular expression over all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

_NAME: Final = re.compile(r"\bstep_\d+\b")
_PLAIN: Final = re.compile(r"\w+|'[^']*'", re.ASCII)
PARTING: Final = "\x1f"
"""Stands between cells that are proven together. No text with it is read set-wise (``intake.scan``)."""


@dataclass(frozen=True, slots=True)
class Form:
    """A test: the text is NULL or empty, or the regular expression fits the whole of it."""

    text: str
    pattern: str


Test = str | Form


@dataclass(frozen=True, slots=True)
class Sql:
    """An expression, and the tests that must all be true for it to be what the row reader gives. NULL means unknown."""

    text: str
    sure: tuple[Test, ...] = ()


@dataclass(slots=True)
class Steps:
    """The named expressions of one projection."""

    _names: dict[str, str] = field(default_factory=dict)
    _depths: dict[str, int] = field(default_factory=dict)

    def named(self, expression: str) -> str:
        """Return the name of an expression over cells and other names; one that is a name already stays itself."""
        if _PLAIN.fullmatch(expression):
            return expression
        if expression not in self._names:
            name = f"step_{len(self._names)}"
            self._names[expression] = name
            self._depths[name] = 1 + max((self._depths.get(used, 0) for used in _NAME.findall(expression)), default=0)
        return self._names[expression]

    def layers(self) -> tuple[Mapping[str, str], ...]:
        """Return the steps: those of a layer use cells and the layers before only."""
        layers: list[dict[str, str]] = [{} for _ in range(max(self._depths.values(), default=0))]
        for expression, name in self._names.items():
            layers[self._depths[name] - 1][name] = expression
        return tuple(layers)


def all_true(tests: Iterable[Test]) -> str:
    """Return the SQL that is true where every test is; never NULL."""
    once = dict.fromkeys(tests)
    parts = [f"coalesce({test}, false)" for test in once if isinstance(test, str)]
    forms: dict[str, list[str]] = {}
    for test in once:
        if isinstance(test, Form) and test.text not in {"''", "NULL"}:
            forms.setdefault(test.text, []).append(test.pattern)
    while forms:
        # A cell that must have two forms takes part in two such proofs.
        parts.append(_proof({text: patterns.pop() for text, patterns in forms.items()}))
        forms = {text: patterns for text, patterns in forms.items() if patterns}
    return " AND ".join(parts) or "true"


def _proof(forms: Mapping[str, str]) -> str:
    texts = f", '{PARTING}', ".join(forms)
    pattern = PARTING.join(f"(?:{pattern})?" for pattern in forms.values())
    quoted = pattern.replace("'", "''")
    return (
        f"regexp_full_match(concat({texts}), '{quoted}')"
        if len(forms) > 1
        else f"regexp_full_match(coalesce({texts}, ''), '{quoted}')"
    )
