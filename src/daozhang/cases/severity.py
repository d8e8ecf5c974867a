"""How large a case is, and so how often somebody talks to the other side.

The four sizes mirror the rule by which acquirers report to the central bank; they are planning values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Size(StrEnum):
    """SEV1 is the largest."""

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"
    SEV4 = "sev4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What a case touches. ``gap_minor`` is signed; ``known_merchants`` is how many of that acquirer are known, 0 when nobody said."""

    scope: str
    merchants: int
    transactions: int
    gap_minor: int
    is_paid_twice: bool = False
    known_merchants: int = 0


MANY_TRANSACTIONS: Final = 100_000
SEV2_MINOR: Final = 1_000_000_00
SEV2_SHARE_PCT: Final = 20
SEV3_MINOR: Final = 50_000_00
WIDE: Final = frozenset({"acquirer", "region"})

CADENCE_HOURS: Final[Mapping[Size, int]] = {Size.SEV1: 2, Size.SEV2: 4, Size.SEV3: 9, Size.SEV4: 27}
"""Working hours within which somebody talks to the other side again; the setting ``contact_cadence`` goes over them."""


def size_of(extent: Extent) -> Size:
    """Return the size of a case. Money paid twice is SEV1 where it touches several merchants, SEV3 where it is one's own."""
    missing = max(-extent.gap_minor, 0)
    is_wide = extent.scope in WIDE or extent.merchants > 1
    share = extent.merchants * 100 // extent.known_merchants if extent.known_merchants else 0
    if extent.transactions >= MANY_TRANSACTIONS or (extent.is_paid_twice and is_wide):
        return Size.SEV1
    if missing >= SEV2_MINOR or (is_wide and share >= SEV2_SHARE_PCT):
        return Size.SEV2
    if extent.merchants > 1 or missing > SEV3_MINOR or extent.is_paid_twice:
        return Size.SEV3
    return Size.SEV4
