"""Who must be told of a case, and within how many working hours.

Roles are the codes of the contact book (``contacts.party``). The order of the ladder and its times follow common
practice: the service provider in the same hour, the acquirer's service within four hours, bank and desks on the
same working day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

OWN: Final = "FINANCE"
"""The role of the own people who work on cases."""

INSIDE: Final = frozenset({"SELF", "FINANCE", "HQ_FINANCE", "SHOP_LEAD", "ENGINEER", "ADMIN"})
"""Roles inside the merchant or the product's own team."""

NOT_BY_US: Final = frozenset(
    {"CARDHOLDER", "ISSUER", "ACQ_NOTICE", "POLICE", "AUTHORITY", "REGULATOR", "REGULATOR_PBOC"}
)
"""Parties that are never written to by a product: a person decides on that, or there is nothing to write to."""

WITHIN_WORKING_HOURS: Final[Mapping[str, int]] = {"FINANCE": 0, "SHOP_LEAD": 1, "ISV": 1, "ACQ_CS": 4, "PSP_SUPPORT": 4}
OTHERS_WITHIN_WORKING_HOURS: Final = 9
"""One working day."""

BY_CATEGORY: Final[Mapping[str, tuple[str, ...]]] = {
    "system": ("ACQ_CS",),
    "network": ("ISV",),
    "operator": ("SHOP_LEAD",),
    "third_party": ("ACQ_CS",),
    "force_majeure": ("ACQ_CS", "ISV"),
    "risk_hold": ("ACQ_RISK",),
    "fee": ("ACQ_CS",),
    "dispute": ("ACQ_DISPUTE",),
    "data": ("ACQ_OPS",),
    "unknown": ("ACQ_CS",),
}
"""Whom to tell when the cause names nobody."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One role to tell, and the working hours within which it should be told. ``is_own``: our own people."""

    role: str
    within_working_hours: int
    is_own: bool


def must_tell(contact_roles: Iterable[str], category: str) -> tuple[Telling, ...]:
    """Return whom to tell, the most urgent first; the own finance desk is always among them."""
    outside = [role for role in contact_roles if role not in NOT_BY_US and role not in {"SELF", OWN}]
    roles = dict.fromkeys((OWN, *(outside or BY_CATEGORY.get(category, ()))))
    tellings = [
        Telling(role, WITHIN_WORKING_HOURS.get(role, OTHERS_WITHIN_WORKING_HOURS), role in INSIDE) for role in roles
    ]
    return tuple(sorted(tellings, key=lambda telling: telling.within_working_hours))
