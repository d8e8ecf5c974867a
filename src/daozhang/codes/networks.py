"""What the codes of payment networks say in words: returns (R) and notifications of change (C) of Nacha."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

NETWORKS: Final = {"nacha": "nacha.csv", "ach": "nacha.csv"}
"""Name of a scheme or of a provider in the reason book → its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkReason:
    """One code of a network. ``concerns`` names the kinds of entries it is used for; the words are ours."""

    code: str
    concerns: str
    meaning_zh: str
    meaning_en: str

    def meaning(self, language: str) -> str:
        """Return the words in a language, ``zh`` or ``en``."""
        return self.meaning_zh if language == "zh" else self.meaning_en


@cache
def network_reasons(name: str) -> Mapping[str, NetworkReason]:
    """Return the codes of a network by code; empty for a name that has no book."""
    file = NETWORKS.get(name)
    if file is None:
        return {}
    text = (resources.files("daozhang.codes") / file).read_text(encoding="utf-8")
    return {row["code"]: NetworkReason(**row) for row in csv.DictReader(text.splitlines())}


def network_reason(name: str, code: str) -> NetworkReason | None:
    """Return what a network's code says, or None when there is no such book or the book does not have it."""
    return network_reasons(name.strip().casefold()).get(code.strip().upper())
