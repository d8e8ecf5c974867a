"""Bank statements as comma-separated tables: a bank declares where its columns are, this reads them.

Shared by the bank formats; one row is one ``bank_entries`` row, credit positive, booked in local Shanghai time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from daozhang.formats import cells as read
from daozhang.formats.base import Format, Projection, Sink, Source, Statement
from daozhang.formats.cells import UnreadableError, clean, clean_dashes, column_name, name_and_tail, tail_of
from daozhang.formats.decoding import decode
from daozhang.formats.lines import Columns, Record, Row, check_width, first_records, records, take
from daozhang.formats.sql_lines import balanced
from daozhang.formats.statement_projection import check_is_last, project
from daozhang.formats.totals import Balanced, check_running_balance, compare_amount, in_order_of_time

_ACCOUNT_LINE = re.compile(r"(?:卡号|账号|帐号|账户)\s*[:：]?\s*\[?\s*([0-9][0-9* ]{2,}[0-9])")

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a bank writes what; each field lists the names a column goes by. ``known_by`` must all be in the header.

    The amount is either one signed column (``amount``), or an unsigned one with ``direction``, or ``income`` and
    ``outgo`` side by side. ``both`` holds a counterparty's name and account in one cell.
    """

    known_by: Names
    day: Names
    clock: Names = ()
    amount: Names = ()
    direction: Names = ()
    income: Names = ()
    outgo: Names = ()
    currency: Names = ()
    balance: Names
    name: Names = ()
    account: Names = ()
    both: Names = ()
    texts: tuple[Names, ...]
    reference: Names = ()
    own_account: Names = ()
    total_label: str = "合计"


def statement_format(code: str, layout: Layout) -> Format:
    """Return the format of one bank's statement."""

    def knows(source: Source) -> bool:
        return any(columns.has(*layout.known_by) for _, columns in first_records(source))

    def read_file(source: Source, sink: Sink) -> None:
        _Reading(layout, source, sink).read()

    def project_file(source: Source) -> Projection | None:
        def rest(left: Iterator[Record], sums: Mapping[str, object], sink: Sink) -> None:
            _Reading(layout, source, sink, taken=sums).read_records(left)

        return project(layout, source, _account_in, rest)

    return Format(
        code=code, knows=knows, tables=("bank_entries",), read=read_file, project=project_file,
        unsure=("unsure-retail-statement",),
    )  # fmt: skip


def _account_in(text: str) -> str:
    """Return the account that a line above the table names, empty when it names none."""
    match = _ACCOUNT_LINE.search(text)
    return match[1] if match else ""


@dataclass(slots=True)
class _Reading:
    """The state while one statement is read. ``taken`` is what entries add up to that were read set-wise."""

    layout: Layout
    source: Source
    sink: Sink
    taken: Mapping[str, object] = field(default_factory=dict)
    columns: Columns | None = None
    header: tuple[str, ...] = ()
    preamble_account: str = ""
    chains: dict[tuple[str, str], list[Balanced]] = field(default_factory=dict)
    gaps: list[int] = field(default_factory=list)
    income: int = 0
    outgo: int = 0
    blind_balances: int = 0
    blind_at: int = 0
    without_account: int = 0

    def read(self) -> None:
        """Say what every record is, then what the file says about itself."""
        self.read_records(records(decode(self.source.data)))

    def read_records(self, left: Iterable[Record]) -> None:
        """Say what these records are, which are all that were not read set-wise, then what the file says about itself."""
        self._add_taken()
        for record in left:
            self._read_record(record)
        self._in_order_of_file()
        if self.columns is None:
            self.sink.warn("warn-header-missing")
        for chain in self.chains.values():
            check_running_balance(self.sink, chain, self.gaps)
        self._say_statements()
        if self.blind_balances:
            self.sink.warn("warn-balance-unreadable", count=self.blind_balances, line_no=self.blind_at)
        if self.without_account:
            self.sink.warn("warn-account-unknown", count=self.without_account)

    def _add_taken(self) -> None:
        """Remember the entries that were read set-wise; they come before any total (``check_is_last``)."""
        places = zip(self._list("chain accounts"), self._list("chain currencies"), strict=True)
        for entry, (account, currency) in zip(balanced(self.taken, ()), places, strict=True):
            self._remember(str(account), str(currency), entry)

    def _list(self, name: str) -> list[object]:
        found = self.taken.get(name) or []
        assert isinstance(found, list)
        return found

    def _in_order_of_file(self) -> None:
        """Put the entries where they stand in the file, those that were read set-wise among the others."""
        if self.taken:
            chains = {key: sorted(chain, key=lambda entry: entry.line_no) for key, chain in self.chains.items()}
            self.chains = dict(sorted(chains.items(), key=lambda pair: pair[1][0].line_no))

    def _say_statements(self) -> None:
        """Say with which balance each account begins and ends, where every balance of the file proves it."""
        for (account, currency), chain in self.chains.items():
            ordered = in_order_of_time(chain) if not self.gaps and account != "unknown" else None
            if ordered is None:
                continue
            first, last = ordered[0], ordered[-1]
            assert first.balance is not None
            self.sink.statement(
                Statement(
                    account_tail=account, currency=currency, opening_minor=first.balance - first.amount, closing_minor=last.balance,
                    first_on=first.at.date(), last_on=last.at.date(), line_no=first.line_no,
                )
            )  # fmt: skip

    def _read_record(self, record: Record) -> None:
        if self.columns is None:
            columns = Columns.of(record.cells)
            if columns.has(*self.layout.known_by):
                self.columns, self.header = columns, record.cells
            else:
                self.preamble_account = _account_in(record.text) or self.preamble_account
            self.sink.control(record.line_no)
        elif record.is_blank or record.cells == self.header:
            self.sink.control(record.line_no)
        elif self.layout.total_label in column_name(record.cells[0]):
            check_is_last(record, self.taken)
            self.sink.control(record.line_no)
            self._compare_totals(Row(record, self.columns, clean_dashes))
        elif not take(self.sink, record, self._entry):
            self.gaps.append(record.line_no)

    def _entry(self, record: Record) -> None:
        assert self.columns is not None
        check_width(record, self.columns)
        row, layout = Row(record, self.columns, clean_dashes), self.layout
        currency = read.currency((*layout.currency, "currency")[0], row.text(*layout.currency))
        amount = self._amount(row, currency or "CNY")
        booked_at = self._booked_at(row)
        balance = self._balance(row, currency or "CNY")
        account = self._account_tail(row)
        name, tail = self._counterparty(row)
        parts = dict.fromkeys(text for names in layout.texts if (text := row.text(*names)))
        reference = row.text(*layout.reference)
        self.sink.row(
            "bank_entries",
            record.line_no,
            {
                "account_tail": account,
                "booked_at": booked_at,
                "amount_minor": amount,
                "currency": currency,
                "balance_minor": balance,
                "counterparty_name": name,
                "counterparty_tail": tail,
                "text": " ".join(parts) or None,
                "bank_reference": reference if reference.strip("0") else None,
            },
        )
        self._remember(account, currency or "CNY", Balanced(record.line_no, booked_at, amount, balance))

    def _remember(self, account: str, currency: str, entry: Balanced) -> None:
        self.chains.setdefault((account, currency), []).append(entry)
        if entry.amount > 0:
            self.income += entry.amount
        else:
            self.outgo -= entry.amount
        if account == "unknown":
            self.without_account += 1

    def _amount(self, row: Row, currency: str) -> int:
        layout = self.layout
        if layout.income:
            return self._amount_of_two(row, currency)
        amount = row.yuan(*layout.amount, currency=currency)
        if not layout.direction:
            return amount
        direction = row.must(*layout.direction)
        if "贷" in direction or direction.upper().endswith("CR"):
            return amount
        if "借" in direction or direction.upper().endswith("DR"):
            return -amount
        raise UnreadableError(layout.direction[0], direction, "reject-direction")

    def _amount_of_two(self, row: Row, currency: str) -> int:
        income = row.yuan_or_none(*self.layout.income, currency=currency)
        outgo = row.yuan_or_none(*self.layout.outgo, currency=currency)
        if income is None and outgo is None:
            raise UnreadableError(self.layout.income[0], "", "reject-empty")
        if income and outgo:
            raise UnreadableError(self.layout.income[0], row.text(*self.layout.income), "reject-both-directions")
        return (income or 0) - (outgo or 0)

    def _booked_at(self, row: Row) -> datetime:
        booked_at = row.moment(*self.layout.day)
        text = row.text(*self.layout.clock) if self.layout.clock else ""
        at: time = read.clock(self.layout.clock[0], text) if text else booked_at.time()
        return datetime.combine(booked_at.date(), at)

    def _balance(self, row: Row, currency: str) -> int | None:
        try:
            return row.yuan_or_none(*self.layout.balance, currency=currency)
        except UnreadableError:
            # The amount is what moved; a balance nobody can read must not keep the money out.
            self.blind_balances += 1
            self.blind_at = self.blind_at or row.record.line_no
            return None

    def _account_tail(self, row: Row) -> str:
        given = self.source.given.account_tail
        own = row.text(*self.layout.own_account) or self.preamble_account
        return given or tail_of(own) or "unknown"

    def _counterparty(self, row: Row) -> tuple[str | None, str | None]:
        if self.layout.both:
            return name_and_tail(row.text(*self.layout.both))
        return row.text(*self.layout.name) or None, tail_of(row.text(*self.layout.account))

    def _compare_totals(self, row: Row) -> None:
        for names, computed in ((self.layout.income, self.income), (self.layout.outgo, self.outgo)):
            stated = row.text(*names) if names else ""
            if stated:
                compare_amount(self.sink, f"{clean(row.record.cells[0])} {names[0]}", stated, computed)
