"""camt.052, camt.053 and camt.054: the records of one message are put together and said to the sink, entry by entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from daozhang.formats.base import Given, Sink, Source
from daozhang.formats.camt_checks import Balance, check_balances, read_balance, said_of_itself, stated_period
from daozhang.formats.camt_details import Details, signed
from daozhang.formats.camt_entry import Days, answer, row_of
from daozhang.formats.camt_places import (
    ACCOUNT_CURRENCY,
    AMOUNT,
    BOOKED_DAY,
    BOOKED_MOMENT,
    CREATED_AT,
    CURRENCY,
    DETAIL,
    DETAIL_MINOR,
    IBAN,
    LINE,
    MESSAGE_AT,
    OTHER_ACCOUNT,
    SIDE,
    STATEMENT_ID,
    STATUS,
    message,
)
from daozhang.formats.cells import UnreadableError, currency, tail_of, zone_named
from daozhang.formats.xml_source import decoded
from daozhang.formats.xml_stream import Record, Stream

NOT_BOOKED: Final = frozenset({"PDNG", "INFO", "FUTR"})
MOST_CODES: Final = 300
NOBODY: Final[Record] = [None] * (DETAIL_MINOR + 1)
"""The detail of an entry that has none."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the three messages: its element, and where its entries go. ``word`` stands in the column ``kind``, if any."""

    element: str
    table: str
    word: str = ""

    @property
    def is_statement(self) -> bool:
        """Return whether the message states balances and is complete for its period."""
        return not self.word


@dataclass(slots=True)
class Known:
    """What is known of the statement that is being read, and what its booked entries add up to."""

    account: str
    currency: str
    period: tuple[date, date] | None
    balances: list[Balance] = field(default_factory=list)
    booked: dict[str, dict[date | None, int]] = field(default_factory=dict)
    entries: int = 0
    rejected: int = 0
    outside_period: int = 0


class Camt:
    """Takes the records of one file; ``finish`` says what the file leaves out."""

    def __init__(self, kind: Kind, given: Given, sink: Sink) -> None:
        self._kind, self._given, self._sink = kind, given, sink
        self._days = Days(zone_named(given.timezone))
        self._codes: dict[str, str] = {}
        self._known: Known | None = None
        self._details = Details()
        self._balances: list[Balance] = []
        self._counts = dict.fromkeys(("statements", "unsplit", "pending", "accountless", "blind", "dayless"), 0)
        self._unsplit_line = 0
        self._created_at = ""

    def stream(self) -> Stream:
        """Return what reads the file and tells this reader of each record."""
        shape = message(self._kind.element)
        handlers = {
            self._kind.element: _nothing, "GrpHdr": self._take_head, "Stmt": self._end_statement, "Bal": self._take_balance,
            "Ntry": self._end_entry, DETAIL.paths[0]: self._take_detail,
        }  # fmt: skip
        return Stream((shape,), handlers)

    def _take_head(self, head: Record, _message: Record) -> None:
        self._created_at = head[MESSAGE_AT] or ""

    def _take_detail(self, detail: Record, entry: Record) -> None:
        self._details.add(detail, entry[CURRENCY] or "", entry[SIDE] or "")

    def _take_balance(self, balance: Record, _statement: Record) -> None:
        try:
            self._balances.append(read_balance(balance))
        except UnreadableError:
            self._counts["blind"] += 1

    def _end_entry(self, entry: Record, statement: Record) -> None:
        details, self._details = self._details, Details()
        if entry[STATUS] in NOT_BOOKED:
            self._counts["pending"] += 1
            self._sink.control(entry[LINE])
            return
        # Account, currency and period stand before the entries in every version; they are worked out once.
        known = self._known = self._known or self._read_known(statement)
        try:
            self._say(known, statement, entry, details)
        except UnreadableError as bad:
            known.rejected += 1
            self._sink.reject(entry[LINE], bad.column, bad.value, bad.reason, **bad.facts)

    def _say(self, known: Known, statement: Record, entry: Record, details: Details) -> None:
        """Say the rows of one entry: itself, or its details when there are several and they add up to it.

        Whatever cannot be read raises before the first row is said.
        """
        code = self._code(entry[CURRENCY] or known.currency)
        amount = signed("Ntry", entry[AMOUNT], code, entry[SIDE])
        booked_at, value_on = self._booked_at(statement, entry), self._days.value_on(entry)
        booked_on = self._days.booked_on(entry, booked_at)
        total = details.total(code, entry[SIDE]) if details.count else amount
        if total != amount and details.count > (total is None):
            self._counts["unsplit"] += 1
            self._unsplit_line = self._unsplit_line or entry[LINE]
        is_split = total == amount and details.count > 1
        pieces = details if is_split else (details.common() or NOBODY,)
        for detail in pieces:
            minor, line_no = (detail[DETAIL_MINOR], detail[LINE]) if is_split else (amount, entry[LINE])
            row = row_of(known.account, booked_at, value_on, code, entry, detail, minor)
            if self._kind.word:
                row["kind"] = self._kind.word
            self._sink.row(self._kind.table, line_no, row)
            if said := answer(detail, minor, code, booked_at, statement[STATEMENT_ID]):
                self._sink.row("payout_answers", line_no, said)
        if known.account == "unknown":
            self._counts["accountless"] += details.count if is_split else 1
        by_day = known.booked.setdefault(code, {})
        by_day[value_on] = by_day.get(value_on, 0) + amount
        known.entries += 1
        known.outside_period += bool(known.period and not known.period[0] <= booked_on <= known.period[1])

    def _code(self, text: str) -> str:
        """Return the currency written as ``text``, which nearly every entry of a statement repeats."""
        if text not in self._codes:
            if len(self._codes) > MOST_CODES:
                self._codes.clear()
            self._codes[text] = currency("Ntry/Amt@Ccy", text) or "CNY"
        return self._codes[text]

    def _booked_at(self, statement: Record, entry: Record) -> datetime:
        """Return when the entry was booked. A notice may leave that out: what it says is booked when it is made."""
        if self._kind.is_statement or entry[BOOKED_MOMENT] or entry[BOOKED_DAY]:
            return self._days.booked_at(entry)
        booked_at = self._days.booked_at(entry, statement[CREATED_AT] or self._created_at)
        self._counts["dayless"] += 1
        return booked_at

    def _read_known(self, statement: Record) -> Known:
        own = tail_of(statement[IBAN] or statement[OTHER_ACCOUNT] or "")
        return Known(
            self._given.account_tail or own or "unknown", statement[ACCOUNT_CURRENCY] or "", stated_period(statement)
        )

    def _end_statement(self, statement: Record, _message: Record) -> None:
        known, self._known = self._known or self._read_known(statement), None
        known.balances, self._balances = self._balances, []
        self._counts["statements"] += 1
        if self._kind.is_statement:
            check_balances(self._sink, statement, known.balances, known.booked)
            self._sink.statement(said_of_itself(statement, known.balances, known.account, known.booked))
            self._cover(known)
        if known.outside_period:
            self._sink.warn("warn-outside-period", count=known.outside_period)

    def _cover(self, known: Known) -> None:
        """Say that the statement is complete: all its entries were read, and its period is not a slip that holds none."""
        if known.period and not known.rejected and (not known.entries or known.outside_period < known.entries):
            first_on, last_on = known.period
            self._sink.covers(self._kind.table, first_on=first_on, last_on=last_on, account_tail=known.account)

    def finish(self) -> None:
        """Say once per file what was left out or could not be told."""
        counts = self._counts
        if not counts["statements"]:
            self._sink.warn("warn-no-statement")
        if counts["unsplit"]:
            self._sink.warn("warn-details-not-split", count=counts["unsplit"], line_no=self._unsplit_line)
        if counts["pending"]:
            self._sink.warn("warn-entries-not-booked", count=counts["pending"])
        if counts["dayless"]:
            self._sink.warn("warn-notice-without-day", count=counts["dayless"])
        if counts["accountless"]:
            self._sink.warn("warn-account-unknown", count=counts["accountless"])
        if counts["blind"]:
            self._sink.warn("warn-statement-balance-unreadable", count=counts["blind"])


def _nothing(record: Record, around: Record) -> None:
    """Take the end of a message: there is nothing to say of it as a whole."""


def read_camt(kind: Kind, source: Source, sink: Sink) -> None:
    """Read one message and say its rows."""
    reading = Camt(kind, source.given, sink)
    reading.stream().read(*decoded(source))
    reading.finish()
