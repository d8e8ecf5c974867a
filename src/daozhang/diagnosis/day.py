"""What a rule may know about the day beside the break it looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Of many: how many there are, how many did not arrive, how many were paid."""

    all: int = 0
    failed: int = 0
    paid: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A public notice somebody put on record: ``kind`` is ``rail_maintenance``, ``bank_maintenance``, ``disaster`` or ``sanction``.

    ``scope`` names whom it is about: a bank's name, a region code, or empty for everybody. Moments are local.
    """

    kind: str
    from_at: datetime
    to_at: datetime
    scope: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """The day as the engine knows it. Everything but ``as_of`` may be left out; a rule that lacks a fact says nothing.

    ``counts`` holds ``payouts_by_acquirer`` and ``payouts_by_bank``: name → ``{"all": n, "failed": n, "paid": n}``.
    ``accounts`` holds the reference book's rows of (acquirer, merchant_no); ``payers`` the names an acquirer pays under;
    ``answers`` what people answered: finding id → name of the question → answer.
    """

    as_of: datetime
    counts: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    accounts: Mapping[tuple[str, str], tuple[Mapping[str, object], ...]] = field(default_factory=dict)
    payers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    answers: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def tally(self, kind: str, name: str) -> Tally | None:
        """Return the count of ``kind`` for ``name``, or None when the engine did not count it."""
        row = self.counts.get(kind, {}).get(name)
        if row is None:
            return None
        return Tally(all=int(row.get("all", 0)), failed=int(row.get("failed", 0)), paid=int(row.get("paid", 0)))

    def notice(self, kind: str, *, at: datetime, scope: str = "") -> Notice | None:
        """Return the notice of ``kind`` that covers ``at`` for ``scope`` (or for everybody)."""
        for item in self.notices:
            if item.kind == kind and item.scope in {"", scope} and item.from_at <= at <= item.to_at:
                return item
        return None
