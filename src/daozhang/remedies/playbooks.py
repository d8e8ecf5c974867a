"""The playbook of a cause: its steps in order, who acts, which proof ends a step, and which may be left out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

UNKNOWN: Final = "unknown"
"""The playbook of a finding without a cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyStep:
    """One step. ``who`` is a contact role code; ``proof`` names what has to be on record before the step counts as done."""

    key: str
    who: str
    proof: str
    is_mandatory: bool

    @property
    def text_key(self) -> str:
        """Return the text key of what to do."""
        return "remedy-" + self.key

    @property
    def proof_key(self) -> str:
        """Return the text key of the proof."""
        return "remedy-proof-" + self.proof.replace("_", "-")

    @property
    def needs_proof(self) -> bool:
        """Return whether the step needs anything on record."""
        return self.proof != "nothing"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("daozhang.remedies") / name).read_text(encoding="utf-8"))


@cache
def steps() -> Mapping[str, RemedyStep]:
    """Return every step by its key."""
    return {key: RemedyStep(key=key, **row) for key, row in _read("steps.toml").items()}


@cache
def playbooks() -> Mapping[str, tuple[RemedyStep, ...]]:
    """Return the steps of every cause code, and of ``unknown``."""
    known = steps()
    return {code: tuple(known[key] for key in keys) for code, keys in _read("playbooks.toml").items()}


def playbook_of(cause_code: str) -> tuple[RemedyStep, ...]:
    """Return the steps for a cause; a cause that is empty or not in the catalogue gets the playbook of the unknown."""
    return playbooks().get(cause_code) or playbooks()[UNKNOWN]
