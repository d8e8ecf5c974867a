"""For which days each source is complete. An absent file is not an absent payment.

A day is complete for a source when the delivery list or the file itself says so, or when the file has lines of that
day. Nothing is ever concluded from the absence of a line on a day that is not complete.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from daozhang.matching.aside_lines import AsideLine, WaitingLines
from daozhang.records import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Lines of one file that nobody could read yet: whom the file is about, on which days, and how many lines wait.

    Empty ``merchant_no`` means all merchants of the acquirer; ``evidence`` names the file.
    """

    table: str
    acquirer: str
    merchant_no: str
    account_tail: str
    days: frozenset[date]
    lines: int
    evidence: Evidence
    waiting: WaitingLines = field(default_factory=WaitingLines, compare=False)
    """The lines themselves, the same value for every table and account the file may speak of."""

    def at(self, line: AsideLine) -> Evidence:
        """Return the evidence of one line, of the file when nothing can be read of it."""
        return Evidence(self.evidence.file, line.line_no, self.evidence.import_id)


@dataclass(slots=True)
class Coverage:
    """Days for which sources are complete; ask it before concluding anything from an absence.

    ``by_merchant`` holds (table, acquirer, merchant, day), ``by_acquirer`` (table, acquirer, day) for files about all
    merchants of an acquirer, ``by_account`` (account tail, day). ``doubtful`` holds days of files that contradict
    themselves, as (table, acquirer, merchant or empty, day): they count as incomplete until a sound file speaks of them.
    """

    by_merchant: set[tuple[str, str, str, date]] = field(default_factory=set)
    by_acquirer: set[tuple[str, str, date]] = field(default_factory=set)
    by_account: set[tuple[str, date]] = field(default_factory=set)
    doubtful: set[tuple[str, str, str, date]] = field(default_factory=set)
    doubtful_accounts: set[tuple[str, date]] = field(default_factory=set)
    set_aside: list[SetAside] = field(default_factory=list)
    _sound: set[tuple[str, str, str, date]] = field(default_factory=set)
    _sound_accounts: set[tuple[str, date]] = field(default_factory=set)
    _broken: set[tuple[str, date]] = field(default_factory=set)
    _sources: set[tuple[str, str]] = field(default_factory=set)
    _single: set[tuple[str, str]] = field(default_factory=set)
    _accounts: set[str] = field(default_factory=set)
    _stated: dict[tuple[str, str], set[date]] = field(default_factory=dict)
    _last: dict[tuple[str, str], date] = field(default_factory=dict)

    def add(self, table: str, acquirer: str, merchant_no: str, days: Iterable[date], *, is_sound: bool = True) -> None:
        """Note that a file speaks for these days, of one merchant or (empty) of all.

        ``is_sound`` false says that the file is cut or contradicts itself.
        """
        known = self._sound if is_sound else self.doubtful
        for day in days:
            known.add((table, acquirer, merchant_no, day))
            if merchant_no:
                self.by_merchant.add((table, acquirer, merchant_no, day))
                self._single.add((table, acquirer))
            else:
                self.by_acquirer.add((table, acquirer, day))
            self._sources.add((table, acquirer))
            if day > self._last.get((table, acquirer), date.min):
                self._last[table, acquirer] = day

    def state(self, table: str, acquirer: str, days: Iterable[date]) -> None:
        """Note that a file was said to be about these days, by its sender or by itself, whatever days its lines name."""
        self._stated.setdefault((table, acquirer), set()).update(days)

    def is_skipped(self, table: str, acquirer: str, day: date) -> bool:
        """Return whether files about days before and after ``day`` are here and none about it: it is still to come."""
        stated = self._stated.get((table, acquirer), set())
        return bool(stated) and day not in stated and min(stated) < day < max(stated)

    def add_account(self, account_tail: str, first_on: date, last_on: date, *, is_sound: bool = True) -> None:
        """Note that a statement speaks for ``first_on`` to ``last_on``, both included."""
        self._accounts.add(account_tail)
        known = self._sound_accounts if is_sound else self.doubtful_accounts
        day = first_on
        while day <= last_on:
            self.by_account.add((account_tail, day))
            known.add((account_tail, day))
            day += timedelta(days=1)

    def doubt_account(self, account_tail: str, first_on: date, last_on: date) -> None:
        """Note that statements of these days do not follow from each other: no single one of them can say it is whole."""
        self._broken |= {
            (account_tail, first_on + timedelta(days=step)) for step in range((last_on - first_on).days + 1)
        }

    def aside(self, table: str, acquirer: str, merchant_no: str, days: Iterable[date]) -> tuple[SetAside, ...]:
        """Return what is set aside in files of this kind about the merchant (or all of the acquirer) and any of the days."""
        wanted = frozenset(days)
        return tuple(
            one
            for one in self.set_aside
            if one.table == table
            and one.acquirer in {"", acquirer}
            and one.merchant_no in {"", merchant_no}
            and one.days & wanted
        )

    def aside_on_account(self, account_tail: str, first_on: date, last_on: date) -> tuple[SetAside, ...]:
        """Return what is set aside in statements of the account that touch the range of days, both included."""
        return tuple(
            one
            for one in self.set_aside
            if one.table == "bank_entries"
            and one.account_tail in {"", account_tail}
            and any(first_on <= day <= last_on for day in one.days)
        )

    def has_source(self, table: str, acquirer: str) -> bool:
        """Return whether any file of this kind ever came from the acquirer."""
        return (table, acquirer) in self._sources

    def is_about_all(self, table: str, acquirer: str) -> bool:
        """Return whether no file of this kind is about one merchant alone: then its days are complete for all or none."""
        return (table, acquirer) not in self._single

    def is_complete(self, table: str, acquirer: str, merchant_no: str, day: date) -> bool:
        """Return whether an absent line of that day would mean something."""
        if self._is_doubtful(table, acquirer, merchant_no, day):
            return False
        return (table, acquirer, day) in self.by_acquirer or (table, acquirer, merchant_no, day) in self.by_merchant

    def next_complete_day(
        self, table: str, acquirer: str, merchant_no: str, after: date, within: int = 10
    ) -> date | None:
        """Return the first complete day later than ``after``, at most ``within`` days later; None when there is none."""
        for step in range(1, within + 1):
            day = after + timedelta(days=step)
            if self.is_complete(table, acquirer, merchant_no, day):
                return day
        return None

    def last_day(self, table: str, acquirer: str) -> date | None:
        """Return the last day that any file of this kind from the acquirer speaks of."""
        return self._last.get((table, acquirer))

    def account_is_complete(self, account_tail: str, first_on: date, last_on: date) -> bool:
        """Return whether the statement of the account is complete on every day of the range."""
        return not self.account_gaps(account_tail, first_on, last_on)

    def account_gaps(self, account_tail: str, first_on: date, last_on: date) -> list[date]:
        """Return the days of the range for which the statement is absent."""
        days = (first_on + timedelta(days=step) for step in range((last_on - first_on).days + 1))
        return [day for day in days if not self._account_day(account_tail, day)]

    def has_account(self, account_tail: str) -> bool:
        """Return whether any statement of the account ever came."""
        return account_tail in self._accounts

    def _is_doubtful(self, table: str, acquirer: str, merchant_no: str, day: date) -> bool:
        """Return whether only files that are not whole speak of the day; a sound one about all covers each merchant."""
        everyone, one = (table, acquirer, "", day), (table, acquirer, merchant_no, day)
        if everyone in self._sound or (one in self._sound and everyone not in self.doubtful):
            return False
        return everyone in self.doubtful or one in self.doubtful

    def _account_day(self, account_tail: str, day: date) -> bool:
        known = (account_tail, day)
        return known in self._sound_accounts and known not in self._broken
