"""The complaint ladder: whom a merchant may turn to, in which order, and in which countries that channel exists.

A channel of one country is never shown in another; where the country is not known, only what holds everywhere is.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

from daozhang.errors import InputError

EVERYWHERE: Final = "*"
CHANNELS: Final = (
    "contact_book", "letter", "95516", "association_platform", "12363", "12315", "ombudsman", "court",
)  # fmt: skip
AFTER: Final = ("same_day", "four_hours", "three_workdays", "final_answer")
SOURCES: Final = ("contract", "general_knowledge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step. ``after``: when one goes on to it; ``source_on``: the day on which its source was read."""

    code: str
    countries: tuple[str, ...]
    channel: str
    after: str
    source: str
    source_on: date
    is_sure: bool

    def holds_in(self, country: str) -> bool:
        """Return whether the channel exists for a merchant of this country (two letters, empty: not known)."""
        return EVERYWHERE in self.countries or (bool(country) and country.upper() in self.countries)


@cache
def rungs() -> tuple[Rung, ...]:
    """Return every declared step in order; InputError when one is not whole."""
    body = resources.files(__package__).joinpath("rights.toml").read_text(encoding="utf-8")
    return read(body)


def read(body: str) -> tuple[Rung, ...]:
    """Return the steps of a declaration; InputError names the first that is not whole."""
    made = []
    for code, cells in tomllib.loads(body).items():
        try:
            rung = Rung(code=code, **(cells | {"countries": tuple(cells["countries"])}))
        except (KeyError, TypeError):
            raise InputError("error-rights-step", step=code) from None
        known = rung.channel in CHANNELS and rung.after in AFTER and rung.source in SOURCES
        if not known or not rung.countries or not isinstance(rung.source_on, date):
            raise InputError("error-rights-step", step=code)
        made.append(rung)
    return tuple(made)


def ladder(country: str) -> tuple[Rung, ...]:
    """Return the steps that are valid in a country; without one, those that are valid everywhere."""
    return tuple(one for one in rungs() if one.holds_in(country))
