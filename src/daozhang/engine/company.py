"""Company: how many other payouts of an acquirer or bank fared the same way, for causes that are shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import duckdb

from daozhang.breaks import Break, BreakType
from daozhang.breaks.owed import Merchant
from daozhang.matching.payouts import BROKEN_STATES, Payout

RECENT: Final = timedelta(days=3)
"""How far back payouts count as company: a bank that was in maintenance last month explains nothing today."""


_PAYOUTS: Final = (
    "SELECT acquirer, bank_name, settled_on, sent_on FROM plain"
    " UNION ALL SELECT acquirer, bank_name, settled_on, sent_on FROM waiting WHERE payout_no IS NOT NULL"
)
"""Payouts that were not judged one by one; all of them are claimed."""


class Company:
    """The counts of one moment: of plain payouts by query, of all others one by one."""

    def __init__(self, con: duckdb.DuckDBPyConnection | None, as_of: datetime) -> None:
        """Count the payouts in ``plain`` and ``waiting``; without a connection there are none."""
        self._recent_from = as_of.date() - RECENT
        self._as_of = as_of
        self._by_acquirer = self._plain(con, "acquirer", recent=True)
        self._by_bank = self._plain(con, "bank_name", recent=True)
        self._by_bank_day = self._plain(con, "bank_name || '|' || settled_on::VARCHAR", recent=False)
        self._silent: Counter[tuple[str, date]] = Counter()
        self._paid: Counter[tuple[str, date]] = Counter()
        if con is not None:
            days = con.execute(f"SELECT acquirer, settled_on, count(*) FROM ({_PAYOUTS}) GROUP BY ALL").fetchall()
            self._paid.update({(acquirer, day): many for acquirer, day, many in days})

    def _plain(self, con: duckdb.DuckDBPyConnection | None, name: str, *, recent: bool) -> dict[str, dict[str, int]]:
        if con is None:
            return {}
        since = "sent_on >= ?" if recent else "?::DATE IS NOT NULL"
        counted = con.execute(
            f"SELECT {name} AS name, count(*) FROM ({_PAYOUTS}) WHERE {since} GROUP BY ALL HAVING name <> '' ORDER BY 1",
            [self._recent_from],
        ).fetchall()
        return {name: {"all": many, "failed": 0, "paid": many} for name, many in counted}

    def add(self, merchants: Sequence[Merchant], settled: Mapping[str, object]) -> None:
        """Count the payouts of judged merchants; ``settled`` holds the numbers that the bank proves."""
        for merchant in merchants:
            for chain in merchant.chains:
                head = chain.head
                is_paid = head.payout_no in settled or head.state == "claimed"
                if head.sent_on >= self._recent_from:
                    _tally(self._by_acquirer, head.acquirer, head, is_paid=is_paid)
                    _tally(self._by_bank, head.bank_name, head, is_paid=is_paid)
                _tally(self._by_bank_day, f"{head.bank_name}|{head.settled_on}", head, is_paid=is_paid)
                self._paid[merchant.acquirer, head.settled_on] += is_paid
            for day in merchant.days:
                is_open = merchant.open_net.get(day.settled_on, 0) > 0
                is_silent = is_open and day.due_at is not None and self._as_of > day.due_at
                self._silent[merchant.acquirer, day.settled_on] += is_silent

    @property
    def counts(self) -> dict[str, dict[str, dict[str, int]]]:
        """Return the counts that rules ask for."""
        return {"payouts_by_acquirer": self._by_acquirer, "payouts_by_bank": self._by_bank}

    def beside(self, one: Break) -> Break:
        """Put beside a break how many others of its acquirer or bank fared the same way."""
        if one.type is BreakType.PAYOUT_MISSING and one.keys.settled_on:
            key = (one.keys.acquirer, one.keys.settled_on)
            return replace(
                one,
                facts={**one.facts, "silent_merchants": self._silent[key], "paid_merchants": self._paid[key]},
            )
        if one.type in {BreakType.PAYOUT_FAILED, BreakType.PAYOUT_RETURNED}:
            bank = self._by_bank_day.get(f"{one.facts.get('bank_name') or ''}|{one.keys.settled_on}", {})
            more = {"same_bank_failed": bank.get("failed", 0), "same_bank_paid": bank.get("paid", 0)}
            return replace(one, facts={**one.facts, **more})
        return one


def _tally(table: dict[str, dict[str, int]], name: str, head: Payout, *, is_paid: bool) -> None:
    if name:
        row = table.setdefault(name, {"all": 0, "failed": 0, "paid": 0})
        row["all"] += 1
        row["failed"] += head.state in BROKEN_STATES
        row["paid"] += is_paid
