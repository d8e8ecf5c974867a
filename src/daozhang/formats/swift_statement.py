"""MT940 and MT942 statements said to the sink: entries, balances against entries, what a statement states of itself.

An interim report (MT942) says during the day what the statement says again: its entries are notices until that comes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from daozhang.formats.base import Given, Sink, Source, Statement
from daozhang.formats.cells import NO_CURRENCY, UnreadableError, tail_of
from daozhang.formats.swift import Block, Tagged, blocks, decoded
from daozhang.formats.swift_entry import Line, read_field, read_line
from daozhang.money import to_minor, to_text

_OPENING: Final = ("final_opening_balance", "opening_balance", "intermediate_opening_balance")
_CLOSING: Final = ("final_closing_balance", "closing_balance", "intermediate_closing_balance")
_SUMS: Final = ("c_floor_limit", "d_floor_limit", "sum_credit_entries", "sum_debit_entries")
_ACCOUNT_CURRENCY = re.compile(r"(?<=\d)([A-Z]{3})$")
_NUMBER = re.compile(r"(\d{1,9})(?:/(\d{1,9}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Balance:
    """A book balance: its currency, signed minor units and day."""

    currency: str
    minor: int
    on: date


@dataclass(slots=True)
class _State:
    """What was read of one statement so far."""

    values: dict[str, Any]
    currency: str
    account: str
    is_report: bool
    lines: list[Line] = field(default_factory=list)
    rejected: int = 0


class Statements:
    """Takes the statements of one file; ``finish`` says what the file leaves out."""

    def __init__(self, given: Given, sink: Sink) -> None:
        self._given, self._sink = given, sink
        self._counts = dict.fromkeys(("statements", "days", "blind", "accountless", "currencyless"), 0)
        self._day_line = 0
        self._is_cut = False

    def take(self, block: Block) -> None:
        """Read one statement; every line of it is said once."""
        for line_no in block.frame:
            self._sink.control(line_no)
        groups, about = _grouped(block)
        self._counts["statements"] += bool(block.fields)
        for one in about:
            self._control(one)
        self._is_cut = block.has("60") and not block.has("62")
        state = self._opened(block, about)
        for group in groups:
            self._entry(state, group)
        if block.has("28", "60", "62") and not state.is_report:
            self._closed(block, state)

    def _control(self, one: Tagged) -> None:
        self._sink.control(one.line_no)
        for line_no in one.behind:
            self._sink.control(line_no)

    def _opened(self, block: Block, about: list[Tagged]) -> _State:
        values: dict[str, Any] = {}
        for one in about:
            if one.tag in {"60", "62", "34", "90", "25"} and not read_field(values, one):
                self._counts["blind"] += one.tag in {"60", "62"}
        own = (block.first("25").split("\n")[0]).strip()
        account = _ACCOUNT_CURRENCY.sub("", own)
        tail = self._given.account_tail or tail_of(account.rsplit("/", 1)[-1]) or "unknown"
        return _State(values, _currency(values, own), tail, block.is_intraday)

    def _entry(self, state: _State, group: list[Tagged]) -> None:
        head = group[0]
        try:
            line = read_line(group, state.values, state.currency)
        except UnreadableError as bad:
            state.rejected += 1
            self._sink.reject(head.line_no, bad.column, bad.value, bad.reason, **bad.facts)
        else:
            state.lines.append(line)
            self._sink.row("bank_notices" if state.is_report else "bank_entries", head.line_no, _row(state, line))
            self._count(state, line, head.line_no)
        for line_no in head.behind:
            self._sink.control(line_no)
        for one in group[1:]:
            self._control(one)

    def _count(self, state: _State, line: Line, line_no: int) -> None:
        counts = self._counts
        if line.value_on is None:
            counts["days"] += 1
            self._day_line = self._day_line or line_no
        counts["accountless"] += state.account == "unknown"
        counts["currencyless"] += state.currency == NO_CURRENCY

    def _closed(self, block: Block, state: _State) -> None:
        opening, closing = _balance(state.values, _OPENING), _balance(state.values, _CLOSING)
        number = " ".join(block.first("28").split())
        counted = _NUMBER.match(number)
        is_first_page = counted is not None and int(counted[2] or 1) <= 1
        agrees = self._check(number or block.first("20"), state, opening, closing)
        self._sink.statement(
            Statement(
                account_tail=state.account, currency=state.currency, statement_no=number or block.first("20").strip(),
                sequence=int(counted[1]) if counted and is_first_page else 0,
                opening_minor=opening.minor if opening else None, closing_minor=closing.minor if closing else None,
                first_on=opening.on if opening else None, last_on=closing.on if closing else None,
                line_no=block.fields[0].line_no,
            )
        )  # fmt: skip
        is_final = closing is not None and _CLOSING[2] not in state.values
        if agrees and opening and closing and is_final and opening.on <= closing.on:
            first_on = min(opening.on + timedelta(days=1), closing.on)
            self._sink.covers("bank_entries", first_on=first_on, last_on=closing.on, account_tail=state.account)

    def _check(self, name: str, state: _State, opening: Balance | None, closing: Balance | None) -> bool:
        """Return whether every entry was read and leads from one balance to the other; warn where it does not."""
        if opening is None or closing is None or state.rejected:
            return False
        if opening.currency != closing.currency:
            self._sink.warn(
                "warn-statement-currencies", statement=name, opening=opening.currency, closing=closing.currency
            )
            return False
        moved = sum(line.minor for line in state.lines)
        if opening.minor + moved == closing.minor:
            return True
        code = opening.currency
        shown = {"opening": to_text(opening.minor, code), "entries": to_text(moved, code, sign=True)}
        self._sink.warn("warn-statement-balance", statement=name, closing=to_text(closing.minor, code), **shown)
        return False

    def finish(self) -> None:
        """Say once per file what was left out or could not be told."""
        counts = self._counts
        if not counts["statements"]:
            self._sink.warn("warn-no-statement")
        if counts["days"]:
            self._sink.warn("warn-value-day-impossible", count=counts["days"], line_no=self._day_line)
        if counts["accountless"]:
            self._sink.warn("warn-account-unknown", count=counts["accountless"])
        if counts["currencyless"]:
            self._sink.warn("warn-currency-unknown", count=counts["currencyless"])
        if self._is_cut:
            self._sink.warn("warn-summary-missing")
        if counts["blind"]:
            self._sink.warn("warn-statement-balance-unreadable", count=counts["blind"])


def read_statements(source: Source, sink: Sink) -> None:
    """Read every statement of a file; the entries of interim reports among them are notices."""
    reading = Statements(source.given, sink)
    for block in blocks(decoded(source.data)):
        reading.take(block)
    reading.finish()


def _row(state: _State, line: Line) -> dict[str, object]:
    row: dict[str, object] = {
        "account_tail": state.account,
        "booked_at": datetime.combine(line.booked_on, time()),
        "value_on": line.value_on,
        "amount_minor": line.minor,
        "currency": state.currency,
        **line.described,
    }
    return row | {"kind": "report"} if state.is_report else row


def _grouped(block: Block) -> tuple[list[list[Tagged]], list[Tagged]]:
    """Return the entries, each ``:61:`` with the narrative behind it, and the fields about the whole statement."""
    groups: list[list[Tagged]] = []
    about: list[Tagged] = []
    is_open = False
    for one in block.fields:
        if one.tag == "61":
            groups.append([one])
            is_open = True
        elif is_open and one.tag in {"86", "NS"}:
            groups[-1].append(one)
        else:
            is_open = False
            about.append(one)
    return groups, about


def _balance(values: dict[str, Any], names: tuple[str, ...]) -> Balance | None:
    for name in names:
        found = values.get(name)
        amount = getattr(found, "amount", None)
        if found is None or amount is None or not re.fullmatch("[A-Z]{3}", str(amount.currency)):
            continue
        minor = to_minor(format(amount.amount, "f"), amount.currency)
        if minor is not None:
            return Balance(amount.currency, minor, date(found.date.year, found.date.month, found.date.day))
    return None


def _currency(values: dict[str, Any], account: str) -> str:
    """Return the currency of the balances, else of the floor limits and sums, else the one behind the account number."""
    for names in (_OPENING, _CLOSING):
        balance = _balance(values, names)
        if balance:
            return balance.currency
    for name in _SUMS:
        code = str(getattr(values.get(name), "currency", ""))
        if re.fullmatch("[A-Z]{3}", code):
            return code
    behind = _ACCOUNT_CURRENCY.search(account)
    return behind[1] if behind else NO_CURRENCY
