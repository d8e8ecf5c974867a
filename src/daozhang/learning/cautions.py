"""Caution cards: one for each risky moment, and the rules that say which moments stand before somebody.

A card never forbids; it says what is safe, and opens the steps. Texts are ``caution-<code>`` and ``caution-<code>-text``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

OLD_SALE: Final = timedelta(days=30)
"""A refund of a sale older than this is asked about: many acquirers refuse it, and it is a way of fraud."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """One card: its code, the manual page with the steps, and the causes of cases on which people are tempted to do it."""

    code: str
    page: str
    causes: frozenset[str] = frozenset()

    @property
    def title_key(self) -> str:
        """Return the text key of its heading."""
        return f"caution-{self.code.replace('_', '-')}"

    @property
    def text_key(self) -> str:
        """Return the text key of what it says."""
        return f"{self.title_key}-text"


CARDS: Final = (
    Caution(code="void", page="void-or-refund", causes=frozenset({"D078"})),
    Caution(code="refund", page="void-or-refund", causes=frozenset({"D079"})),
    Caution(code="refund_old", page="void-or-refund"),
    Caution(code="swipe_again", page="timeout", causes=frozenset({"D021", "D067", "D068", "D069", "D075", "D094"})),
    Caution(code="clear_memory", page="clear-memory", causes=frozenset({"D050", "D051", "D083", "D084"})),
    Caution(code="close_unbalanced", page="batch-unbalanced", causes=frozenset({"D050", "D051"})),
    Caution(code="offline", page="offline", causes=frozenset({"D082", "D083"})),
    Caution(code="preauth", page="preauth", causes=frozenset({"D080"})),
    Caution(code="account_change", page="account-change", causes=frozenset({"D001", "D002", "D006", "D022", "D023"})),
    Caution(code="pay_again", page="payout-failed", causes=frozenset({"D014", "D017", "D018", "D096"})),
)
"""Every card, in the order shown."""


def card(code: str) -> Caution:
    """Return the card of a code; KeyError where there is none."""
    return {one.code: one for one in CARDS}[code]


def of_cause(cause: str) -> tuple[Caution, ...]:
    """Return the cards that belong on a case of this cause."""
    return tuple(one for one in CARDS if cause in one.causes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What somebody is about to do at the counter.

    ``act`` is void, refund, swipe_again, close, clear_memory, account_change or another card's code. ``sold_at`` and ``batch_closed``
    are of the sale that is to be taken back, ``unanswered`` says that a payment on the terminal has no outcome yet.
    """

    act: str
    now: datetime
    sold_at: datetime | None = None
    batch_closed: bool = False
    unanswered: bool = False
    balances: bool = True


def applying(moment: Moment) -> tuple[Caution, ...]:
    """Return the cards that apply to a moment, the most pressing first; nothing for an act without risk."""
    found: list[str] = []
    if moment.unanswered and moment.act in {"swipe_again", "close", "clear_memory"}:
        found.append("swipe_again")
    if moment.act == "void" and moment.batch_closed:
        found.append("refund")
    if moment.act == "refund" and moment.sold_at is not None:
        if moment.now - moment.sold_at > OLD_SALE:
            found.append("refund_old")
        elif moment.sold_at.date() == moment.now.date() and not moment.batch_closed:
            found.append("void")
    if moment.act == "close" and not moment.balances:
        found.append("close_unbalanced")
    if moment.act in {one.code for one in CARDS}:
        found.append(moment.act)
    return tuple(card(code) for code in dict.fromkeys(found))
