"""The parties of a case, each with a part of its own: who is asked, who answered, who is done with it.

A party that closes its part ends its part and nothing else: a case ends on bank lines or on a write-off (``cases.life``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from daozhang.errors import RefusedError


class Party(StrEnum):
    """Who can have a part in a case, in the order of the board."""

    MERCHANT = "merchant"
    PROVIDER = "provider"
    ACQUIRER = "acquirer"
    BANK = "bank"
    NETWORK = "network"


class PartState(StrEnum):
    """Where one party's part stands."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"


class PartStep(StrEnum):
    """What can happen to one part; each is a step of the case's history too."""

    ASKED = "party_asked"
    ANSWERED = "party_answered"
    CLOSED = "party_closed"


@dataclass(frozen=True, slots=True)
class PartRule:
    """From which states of a part a step is possible, and where it leads."""

    sources: frozenset[PartState]
    to: PartState


PART_TABLE: Final[Mapping[PartStep, PartRule]] = {
    PartStep.ASKED: PartRule(frozenset(PartState), PartState.ASKED),
    PartStep.ANSWERED: PartRule(frozenset({PartState.ASKED, PartState.OPEN}), PartState.ANSWERED),
    PartStep.CLOSED: PartRule(frozenset({PartState.OPEN, PartState.ASKED, PartState.ANSWERED}), PartState.CLOSED),
}
"""Asking is possible at any time, also of a party that had answered or closed: then its part runs again."""

BY_ROLE: Final[Mapping[str, Party]] = {
    "SELF": Party.MERCHANT, "FINANCE": Party.MERCHANT, "HQ_FINANCE": Party.MERCHANT, "SHOP_LEAD": Party.MERCHANT,
    "ENGINEER": Party.MERCHANT, "ADMIN": Party.MERCHANT, "CARDHOLDER": Party.MERCHANT, "PROPERTY": Party.MERCHANT,
    "ISV": Party.PROVIDER,
    "PAYEE_BANK": Party.BANK, "ISSUER": Party.BANK,
    "CARRIER": Party.NETWORK, "SCHEME_CS": Party.NETWORK, "PROCESSOR": Party.NETWORK,
}  # fmt: skip
"""Contact role → party. Every desk of an acquirer or payment platform, and who watches over it, belongs to the acquirer's part."""

FIRST_ROLE: Final[Mapping[Party, str]] = {
    Party.MERCHANT: "FINANCE",
    Party.PROVIDER: "ISV",
    Party.ACQUIRER: "ACQ_CS",
    Party.BANK: "PAYEE_BANK",
    Party.NETWORK: "SCHEME_CS",
}
"""The role of a party that is asked when the cause names none of its desks."""


def party_of(role: str) -> Party:
    """Return the party to which a contact role belongs."""
    return BY_ROLE.get(role, Party.ACQUIRER)


def parties_of(roles: Iterable[str]) -> dict[Party, str]:
    """Return the parties that have a part, each with the role that is asked; the merchant always has one."""
    found: dict[Party, str] = {Party.MERCHANT: FIRST_ROLE[Party.MERCHANT]}
    for role in roles:
        found.setdefault(party_of(role), role)
    return {party: found[party] for party in Party if party in found}


def after_part(state: PartState, step: PartStep, party: Party) -> PartState:
    """Return the state of a part after ``step``; RefusedError names the states from which it is possible."""
    rule = PART_TABLE[step]
    if state not in rule.sources:
        possible = ", ".join(one.value for one in PartState if one in rule.sources)
        raise RefusedError("error-part-step", step=step.value, party=party.value, state=state.value, possible=possible)
    return rule.to


def is_whose_turn(party: Party, states: Mapping[Party, PartState]) -> bool:
    """Return whether the clock of ``party`` runs: an outside party's while it is asked, the merchant's while nobody else is."""
    outside = [one for one, state in states.items() if one is not Party.MERCHANT and state is PartState.ASKED]
    if party is Party.MERCHANT:
        return not outside and states.get(party) is not PartState.CLOSED
    return party in outside
