"""Clearing → payout: chains of re-issued payouts, and which clearing days each chain pays.

One payout may pay one day, several days at once (after a holiday, after reaching a minimum, with a negative day
netted), or a part of a day (a hold that is released later). Amounts decide; nothing is guessed: what does not fit
stays as a signed difference on the day that the payout names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from daozhang.records import Evidence

BROKEN_STATES = frozenset({"failed", "returned", "closed"})


@dataclass(slots=True, kw_only=True)
class Payout:
    """One payout number with its last state; ``claimed_on`` is the first moment at which it was said to be paid."""

    acquirer: str
    merchant_no: str
    payout_no: str
    replaces: str
    settled_on: date
    currency: str
    planned_minor: int
    held_minor: int
    deducted_minor: int
    paid_minor: int
    state: str
    reason_code: str
    reason_text: str
    account_tail: str
    account_holder: str
    bank_name: str
    created_at: datetime | None
    finished_at: datetime | None
    claimed_at: datetime | None = None
    states: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    replaced_by: str = ""
    reason_scheme: str = ""
    """Whose code book ``reason_code`` is of, where a bank or network answered; empty: the acquirer's own."""

    @property
    def sent_on(self) -> date:
        """Return the day from which a credit may be seen."""
        moment = self.created_at or self.claimed_at or self.finished_at
        return moment.date() if moment else self.settled_on


@dataclass(slots=True)
class Chain:
    """Payouts that stand for the same money, oldest first; only the last one counts."""

    links: list[Payout]
    days: dict[date, int] = field(default_factory=dict)
    short_minor: int = 0
    over_minor: int = 0
    duplicate_of: str = ""
    released_from: str = ""

    @property
    def head(self) -> Payout:
        """Return the payout that counts now."""
        return self.links[-1]


def chains_of(payouts: Iterable[Payout]) -> list[Chain]:
    """Return the chains of one merchant's payouts, in order of clearing day and creation.

    A link is stated (``replaces``) or follows from the facts: a broken payout and a later one of the same clearing
    day, plan and currency are one order and its re-issue, if the first was broken when the second was made. Two orders that
    were both alive are never linked: the day was paid twice, whatever became of the first one afterwards.
    """
    ordered = sorted(payouts, key=lambda one: (one.settled_on, one.created_at or datetime.min, one.payout_no))
    chain_of: dict[str, Chain] = {}
    chains: list[Chain] = []
    for payout in ordered:
        before = chain_of.get(payout.replaces) if payout.replaces else _broken_twin(chains, payout)
        if before is None:
            before = Chain([])
            chains.append(before)
        elif before.links:
            before.head.replaced_by = payout.payout_no
        before.links.append(payout)
        chain_of[payout.payout_no] = before
    return chains


def _broken_twin(chains: Sequence[Chain], payout: Payout) -> Chain | None:
    for chain in reversed(chains):
        head = chain.head
        if (
            head.state in BROKEN_STATES
            and (head.settled_on, head.planned_minor, head.currency)
            == (payout.settled_on, payout.planned_minor, payout.currency)
            and _known_broken(head) <= (payout.created_at or datetime.max)
        ):
            return chain
    return None


def _known_broken(payout: Payout) -> datetime:
    """Return when a payout was known to be broken: what was ordered before that is no second attempt at it."""
    return payout.finished_at or payout.created_at or datetime.min


def assign_days(nets: dict[date, int], chains: Sequence[Chain]) -> dict[date, int]:
    """Give each chain the clearing days it pays; return what no payout speaks of, by day.

    nets     what each clearing day owes the merchant, signed minor units
    returns  the days (with their open net) for which there is no payout at all
    """
    open_net = {day: net for day, net in sorted(nets.items()) if net}
    for chain in chains:
        planned, own_day = chain.head.planned_minor, chain.head.settled_on
        days = _exact_days(open_net, own_day, planned)
        if days:
            chain.days = {day: open_net.pop(day) for day in days}
        elif own_day in open_net:
            own = open_net.pop(own_day)
            chain.days = {own_day: own}
            chain.short_minor, chain.over_minor = max(0, own - planned), max(0, planned - own)
        else:
            _second_payout_of_a_day(chain, chains)
    return open_net


def _exact_days(open_net: dict[date, int], own_day: date, planned: int) -> list[date]:
    """Return the run of open days that ends on ``own_day`` and adds up to ``planned``; the shortest one wins."""
    total = 0
    run: list[date] = []
    for day in sorted((day for day in open_net if day <= own_day), reverse=True):
        run.append(day)
        total += open_net[day]
        if total == planned:
            return run
    return []


def _second_payout_of_a_day(chain: Chain, chains: Sequence[Chain]) -> None:
    """Tell a released hold from a day that is paid twice."""
    for other in chains:
        if other is chain:
            break
        if other.head.settled_on != chain.head.settled_on or other.duplicate_of or other.released_from:
            continue
        if other.head.held_minor and other.head.held_minor == chain.head.planned_minor:
            chain.released_from = other.head.payout_no
            return
        if other.head.planned_minor == chain.head.planned_minor:
            chain.duplicate_of = other.head.payout_no
            return
    chain.over_minor = chain.head.planned_minor
