"""How a shop goes on taking money when something is down: the means it has, which of them help, and in what order.

A means helps in a situation when it does not need what is missing: the card of a shop names those of its own that do,
the least trouble first, and nothing the shop does not have.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Means(StrEnum):
    """Ways to take money beside the terminal on its usual line, in the order in which they are tried."""

    BACKUP_TERMINAL = "backup_terminal"
    SIM_4G = "sim_4g"
    QR = "qr"
    OFFLINE = "offline"
    CASH = "cash"
    MANUAL_SLIP = "manual_slip"


class Situation(StrEnum):
    """What is down."""

    FIXED_LINE_DOWN = "fixed_line_down"
    TERMINAL_DOWN = "terminal_down"
    POWER_CUT = "power_cut"
    ACQUIRER_DOWN = "acquirer_down"
    NO_NETWORK = "no_network"


HELPS: Final[dict[Situation, tuple[Means, ...]]] = {
    Situation.FIXED_LINE_DOWN: (Means.SIM_4G, Means.QR, Means.OFFLINE, Means.CASH, Means.MANUAL_SLIP),
    Situation.TERMINAL_DOWN: (Means.BACKUP_TERMINAL, Means.QR, Means.CASH, Means.MANUAL_SLIP),
    Situation.POWER_CUT: (Means.QR, Means.CASH, Means.MANUAL_SLIP),
    Situation.ACQUIRER_DOWN: (Means.OFFLINE, Means.CASH, Means.MANUAL_SLIP),
    Situation.NO_NETWORK: (Means.OFFLINE, Means.CASH, Means.MANUAL_SLIP),
}
"""A second terminal on the same line does not help when the line is down; a printed QR code needs the customer's phone alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What a shop has. ``offline_limit_minor`` is the most one payment may be without the acquirer, None where nobody agreed to any."""

    store_no: str
    name: str = ""
    means: frozenset[Means] = frozenset()
    offline_limit_minor: int | None = None

    def has(self, means: Means) -> bool:
        """Return whether the shop can use a means; offline sales need an agreed limit."""
        return means in self.means and (means is not Means.OFFLINE or self.offline_limit_minor is not None)


def means_for(shop: Shop, situation: Situation) -> tuple[Means, ...]:
    """Return the means of this shop that help, the first to try first; nothing where it has none."""
    return tuple(one for one in HELPS[situation] if shop.has(one))


def card_of(shop: Shop) -> dict[Situation, tuple[Means, ...]]:
    """Return the continuity card of a shop: every situation with what the shop can do in it."""
    return {situation: means_for(shop, situation) for situation in Situation}


def without_means(shops: Iterable[Shop], situation: Situation) -> list[Shop]:
    """Return the shops that can take no money in a situation."""
    return [shop for shop in shops if not means_for(shop, situation)]
