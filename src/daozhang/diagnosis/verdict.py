"""What a rule answers: a cause with its certainty, the scope that it explains, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from daozhang.breaks import Severity
from daozhang.diagnosis.finding import CauseCategory


class Certainty(IntEnum):
    """How sure a cause is, as per cent: the evidence names it, fits it better than any other, or only fits it."""

    PROVEN = 95
    LIKELY = 75
    POSSIBLE = 50


class Scope(StrEnum):
    """The smallest thing one cause explains; breaks of one cause and one scope are one incident."""

    TRANSACTION = "transaction"
    TERMINAL = "terminal"
    BATCH = "batch"
    MERCHANT_DAY = "merchant_day"
    PAYOUT = "payout"
    ACCOUNT = "account"
    MERCHANT = "merchant"
    BANK_ENTRY = "bank_entry"
    FILE = "file"
    POPULATION = "population"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A cause with evidence. ``why`` is a text key ``why-…`` filled with ``facts``.

    ``cause`` is empty only where nothing is wrong and no catalogue entry says it better (``category`` is set then).
    ``severity`` may only lower what the break says. ``population`` is set when the cause is about many.
    """

    why: str
    certainty: Certainty
    scope: Scope
    cause: str = ""
    category: CauseCategory | None = None
    severity: Severity | None = None
    population: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    follows: bool = False
    """Whether it was taken over from a neighbour that is explained."""
