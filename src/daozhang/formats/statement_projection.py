"""Bank statements set-wise: the columns of ``statement.Layout`` as SQL, each as ``statement`` reads it.

A line that is written in any other way than usual (an unreadable balance, a currency without hundredths, a name behind a
row of dashes) is not sure and goes to the row reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from daozhang.formats.base import NotSetWiseError, Projection, Sink, Source
from daozhang.formats.cells import CURRENCIES, tail_of
from daozhang.formats.lines import Record, first_records
from daozhang.formats.mapped.spec import Moment
from daozhang.formats.mapped.sql_cells import moment
from daozhang.formats.projected_table import Table, lines_as_records
from daozhang.formats.sql_lines import CHAIN, LineCells, joined_once, literal, tail
from daozhang.formats.sql_steps import PARTING, Form, Steps, Test, all_true
from daozhang.money import MINOR_DIGITS

if TYPE_CHECKING:
    from daozhang.formats.statement import Layout, Names

SUMS: Final = {
    **CHAIN,
    "chain accounts": "list(account_tail)",
    "chain currencies": "list(coalesce(currency, 'CNY'))",
    "last line": "max(line_no)",
}
"""What the entries are checked by that were taken: balances per account and currency."""
UNKNOWN: Final = "unknown"
_AMOUNT: Final = r"[-+]?(?:[0-9]{1,10}|[0-9]{1,3}(?:,[0-9]{3}){1,2})(?:\.[0-9]{1,2})?"
_NO_DASHES: Final = f"-?[^-\u2010-\u2015\u2212\uff0d{PARTING}][^{PARTING}]*"
"""A text in front of which no dashes stand that would be taken off; one dash may be a sign."""
_ENDS_IN_NUMBER: Final = r"(?s)(.*?)\s*([0-9][0-9*]{4,}[0-9])"
_CODES: Final = {
    name: code
    for name, code in {**{code: code for code in CURRENCIES.values()}, **CURRENCIES}.items()
    if MINOR_DIGITS.get(code, 2) == 2
}


def project(
    layout: Layout, source: Source, account_in: Callable[[str], str], rest: Callable[[Iterator[Record], Mapping[str, object], Sink], None]
) -> Projection | None:  # fmt: skip
    """Return how a statement is read set-wise; None when its table does not stand among the first records.

    ``account_in`` reads the account that a line above the table names, ``rest`` reads the records that are left.
    """
    table = _table(layout, source, account_in)
    if table is None:
        return None
    steps = Steps()
    made = _Entry(layout, table.cells(steps), source.given.account_tail, table.account)
    columns = made.columns()
    tests = [*made.tests, *table.extra, "NOT (contains(c0, '合') AND contains(c0, '计'))"]

    def left(lines: Iterable[tuple[int, str]], sums: Mapping[str, object], sink: Sink) -> None:
        rest(lines_as_records(lines), sums, sink)

    return Projection(
        table="bank_entries", width=table.width, least=table.columns.width, columns=columns, rest=left, sums=SUMS,
        sure=all_true(tests), steps=steps.layers(), first_line=table.first_line,
    )  # fmt: skip


def check_is_last(record: Record, sums: Mapping[str, object]) -> None:
    """Raise ``NotSetWiseError`` for a total that does not stand below all entries: it speaks of those above it alone."""
    if record.line_no < int(str(sums.get("last line") or 0)):
        raise NotSetWiseError


def _table(layout: Layout, source: Source, account_in: Callable[[str], str]) -> Table | None:
    account, found = "", None
    for record, columns in first_records(source):
        if found is not None and not record.is_blank:
            line_no, header, width = found
            return Table(header, line_no + 1, max(width, len(record.cells)), account)
        if found is None and columns.has(*layout.known_by):
            found = (record.line_no, columns, len(record.cells))
        elif found is None:
            account = account_in(record.text) or account
    return None


@dataclass(slots=True)
class _Entry:
    """The columns of one entry as SQL; ``tests`` grows with what must be true of its line."""

    layout: Layout
    cells: LineCells
    given: str
    above: str
    tests: list[Test]

    def __init__(self, layout: Layout, cells: LineCells, given: str, above: str) -> None:
        self.layout, self.cells, self.given, self.above = layout, cells, given, above
        self.tests = []

    def columns(self) -> dict[str, str]:
        """Return the text of every column."""
        name, account = self._counterparty()
        reference = self._text(self.layout.reference)
        amount = self._amount()
        return {
            "account_tail": self._account(),
            "booked_at": self._booked_at(),
            "amount_minor": f"({amount})::VARCHAR",
            "currency": self._currency(),
            "balance_minor": f"({self._yuan(self.layout.balance)})::VARCHAR",
            "counterparty_name": name,
            "counterparty_tail": account,
            "text": joined_once([self._text(names) for names in self.layout.texts]),
            "bank_reference": f"CASE WHEN trim({reference}, '0') <> '' THEN {reference} END",
        }

    def _cell(self, names: Names) -> str:
        """Return a cell, empty when it holds only dashes."""
        text = self.cells.text(*names)
        if text == "''":
            return text
        named = self.cells.steps.named
        return named(f"CASE WHEN starts_with({text}, '-') AND trim({text}, '-') = '' THEN '' ELSE {text} END")

    def _text(self, names: Names) -> str:
        text = self._cell(names)
        if text != "''":
            self.tests.append(Form(text, _NO_DASHES))
        return text

    def _yuan(self, names: Names) -> str:
        """Return an amount in minor units of a currency that has hundredths, NULL when the cell is empty."""
        text = self._cell(names)
        if text == "''":
            return "NULL"
        self.tests.append(Form(text, _AMOUNT))
        plain = f"replace(replace({text}, ',', ''), '+', '')"
        return self.cells.steps.named(f"CAST(try_cast({plain} AS DECIMAL(14, 2)) * 100 AS BIGINT)")

    def _amount(self) -> str:
        layout, named = self.layout, self.cells.steps.named
        if layout.income:
            income, outgo = self._yuan(layout.income), self._yuan(layout.outgo)
            self.tests += [
                f"({income} IS NOT NULL OR {outgo} IS NOT NULL)", f"(coalesce({income}, 0) = 0 OR coalesce({outgo}, 0) = 0)",
            ]  # fmt: skip
            return named(f"coalesce({income}, 0) - coalesce({outgo}, 0)")
        amount = self._yuan(layout.amount)
        if layout.direction:
            said = self._cell(layout.direction)
            amount = named(
                f"CASE WHEN contains({said}, '贷') OR ends_with(upper({said}), 'CR') THEN {amount}"
                f" WHEN contains({said}, '借') OR ends_with(upper({said}), 'DR') THEN -{amount} END"
            )
        self.tests.append(f"{amount} IS NOT NULL")
        return amount

    def _booked_at(self) -> str:
        named = self.cells.steps.named
        day, clock = (self._cell(names) for names in (self.layout.day, self.layout.clock))
        texts = [named(f"nullif({text}, '')") for text in (day, clock) if text != "''"]
        read = moment(texts, Moment(), 0, self.cells.steps)
        # A time of day beside a day that has one already counts, unlike in a mapped table: for the row reader.
        self.tests += [*read.sure, f"{day} <> ''", f"(strlen({day}) <= 10 OR {clock} = '')"]
        return read.text

    def _currency(self) -> str:
        text = self._cell(self.layout.currency)
        if text == "''":
            return "NULL"
        self.tests.append(f"{text} IN ('', {', '.join(map(literal, _CODES))})")
        cases = " ".join(f"WHEN {literal(name)} THEN {literal(code)}" for name, code in _CODES.items() if name != code)
        return f"CASE {text} {cases} ELSE {text} END"

    def _account(self) -> str:
        if self.given:
            return literal(self.given)
        otherwise = literal(tail_of(self.above) or UNKNOWN)
        own = self._cell(self.layout.own_account)
        if own == "''":
            return otherwise
        last = tail(own)
        self.tests += last.sure
        return f"CASE WHEN {own} = '' THEN {otherwise} ELSE coalesce({last.text}, '{UNKNOWN}') END"

    def _counterparty(self) -> tuple[str, str]:
        named = self.cells.steps.named
        if not self.layout.both:
            account = tail(self._text(self.layout.account))
            self.tests += account.sure
            return self._text(self.layout.name), account.text
        text = self._text(self.layout.both)
        has_number = named(f"regexp_full_match({text}, {literal(_ENDS_IN_NUMBER)})")
        number = named(f"CASE WHEN {has_number} THEN regexp_extract({text}, '^{_ENDS_IN_NUMBER}$', 2) ELSE '' END")
        name = f"CASE WHEN {has_number} THEN regexp_extract({text}, '^{_ENDS_IN_NUMBER}$', 1) ELSE {text} END"
        account = tail(number)
        self.tests += account.sure
        return name, account.text
