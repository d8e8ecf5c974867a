"""camt.053 as events: statements, balances and entries are put together and said to the sink one entry at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from daozhang.formats.base import Given, Sink
from daozhang.formats.camt_checks import Balance, check_balances, is_checkable, read_balance
from daozhang.formats.camt_entry import (
    Entry,
    Fields,
    described,
    parts_of,
    signed,
    stated_period,
    status,
    value_day,
    written_day,
)
from daozhang.formats.camt_places import Place, Role, place_of
from daozhang.formats.cells import UnreadableError, currency, moment, tail_of, zone_named

NOT_BOOKED: Final = frozenset({"PDNG", "INFO", "FUTR"})
REPEATED: Final = frozenset({"RmtInf/Ustrd", "AddtlTxInf", "AddtlNtryInf", "RmtInf/Strd/CdtrRefInf/Ref"})
"""Elements that may stand several times and whose texts are joined; of all others the first counts."""


@dataclass(slots=True)
class Statement:
    """One Stmt: its own elements, its balances, and per currency what its booked entries add up to by value day."""

    fields: Fields = field(default_factory=dict)
    balances: list[Balance] = field(default_factory=list)
    booked: dict[str, list[tuple[int, date | None]]] = field(default_factory=dict)
    account: str = ""
    period: tuple[date, date] | None = None
    entries: int = 0
    rejected: int = 0
    outside_period: int = 0


class Camt053:
    """Takes the events of one file; ``finish`` says what the file leaves out."""

    def __init__(self, given: Given, sink: Sink) -> None:
        self._given = given
        self._sink = sink
        self._zone = zone_named(given.timezone)
        self._places: dict[str, Place] = {}
        self._statement = Statement()
        self._entry = Entry(0)
        self._open: list[Fields] = [{}]
        self._counts = dict.fromkeys(("statements", "unsplit", "pending", "accountless", "blind"), 0)
        self._unsplit_line = 0

    def open(self, path: str, attributes: Mapping[str, str], line_no: int) -> None:
        """Take the start of an element."""
        place = self._places.get(path)
        if place is None:
            place = self._places[path] = place_of(path)
        if place.role is Role.STATEMENT:
            self._statement = Statement()
            self._counts["statements"] += 1
            self._open.append(self._statement.fields)
        elif place.role is Role.BALANCE:
            self._open.append({})
        elif place.role is Role.ENTRY:
            self._entry = Entry(line_no)
            self._open.append(self._entry.fields)
        elif place.role is Role.DETAIL:
            self._entry.details.append((line_no, {}))
            self._open.append(self._entry.details[-1][1])
        elif place.is_kept and "Ccy" in attributes:
            self._open[-1].setdefault(f"{place.name}@Ccy", attributes["Ccy"])

    def close(self, path: str, text: str) -> None:
        """Take the end of an element with its text."""
        place = self._places[path]
        if place.role is None:
            if text and place.is_kept:
                self._keep(place.name, text)
            return
        fields = self._open.pop()
        if place.role is Role.BALANCE:
            self._take_balance(self._statement, fields)
        elif place.role is Role.ENTRY:
            self._say(self._statement, self._entry)
        elif place.role is Role.STATEMENT:
            self._end_statement(self._statement)

    def _keep(self, name: str, text: str) -> None:
        fields = self._open[-1]
        if name not in fields:
            fields[name] = text
        elif name in REPEATED:
            fields[name] += f" {text}"

    def _take_balance(self, statement: Statement, fields: Fields) -> None:
        try:
            statement.balances.append(read_balance(fields))
        except UnreadableError:
            self._counts["blind"] += 1

    def _say(self, statement: Statement, entry: Entry) -> None:
        if status(entry.fields) in NOT_BOOKED:
            self._counts["pending"] += 1
            self._sink.control(entry.line_no)
            return
        try:
            rows = list(self._rows(statement, entry))
        except UnreadableError as bad:
            statement.rejected += 1
            self._sink.reject(entry.line_no, bad.column, bad.value, bad.reason, **bad.facts)
            return
        for line_no, values in rows:
            self._sink.row("bank_entries", line_no, values)

    def _rows(self, statement: Statement, entry: Entry) -> Iterator[tuple[int, dict[str, object]]]:
        """Yield the rows of one entry: itself, or its details when there are several and they add up to it."""
        fields = entry.fields
        code = currency("Ntry/Amt@Ccy", fields.get("Amt@Ccy") or statement.fields.get("Acct/Ccy", "")) or "CNY"
        amount = signed("Ntry", fields.get("Amt", ""), code, fields.get("CdtDbtInd", ""))
        booked_at, value_on = self._booked_at(fields), value_day(fields)
        pieces, adds_up = parts_of(entry, amount, code)
        if not adds_up:
            self._counts["unsplit"] += 1
            self._unsplit_line = self._unsplit_line or entry.line_no
        if not statement.entries:
            # Account and period stand before the entries in every version; they are worked out once.
            statement.account, statement.period = self._account_tail(statement), stated_period(statement.fields)
        account, stated = statement.account, statement.period
        common = {"account_tail": account, "booked_at": booked_at, "value_on": value_on, "currency": code}
        for line_no, part, detail in pieces:
            yield line_no, common | {"amount_minor": part} | described(fields, detail, part)
        statement.booked.setdefault(code, []).append((amount, value_on))
        statement.entries += 1
        statement.outside_period += bool(stated and not stated[0] <= written_day(fields, booked_at) <= stated[1])
        self._counts["accountless"] += account == "unknown"

    def _booked_at(self, fields: Fields) -> datetime:
        text = fields.get("BookgDt/DtTm") or fields.get("BookgDt/Dt") or fields.get("BookgDt", "")
        if not text:
            raise UnreadableError("BookgDt", "", "reject-empty")
        return moment("BookgDt", text, self._zone)

    def _account_tail(self, statement: Statement) -> str:
        own = statement.fields.get("Acct/Id/IBAN") or statement.fields.get("Acct/Id/Othr/Id", "")
        return self._given.account_tail or tail_of(own) or "unknown"

    def _end_statement(self, statement: Statement) -> None:
        if is_checkable(statement.fields):
            check_balances(self._sink, statement.fields.get("Id", ""), statement.balances, statement.booked)
        stated = stated_period(statement.fields)
        # Complete is a statement all of whose entries were read; a period that none of them lies in is a slip.
        if (
            stated
            and not statement.rejected
            and (not statement.entries or statement.outside_period < statement.entries)
        ):
            self._sink.covers(
                "bank_entries", first_on=stated[0], last_on=stated[1], account_tail=self._account_tail(statement)
            )
        if statement.outside_period:
            self._sink.warn("warn-outside-period", count=statement.outside_period)

    def finish(self) -> None:
        """Say once per file what was left out or could not be told."""
        counts = self._counts
        if not counts["statements"]:
            self._sink.warn("warn-no-statement")
        if counts["unsplit"]:
            self._sink.warn("warn-details-not-split", count=counts["unsplit"], line_no=self._unsplit_line)
        if counts["pending"]:
            self._sink.warn("warn-entries-not-booked", count=counts["pending"])
        if counts["accountless"]:
            self._sink.warn("warn-account-unknown", count=counts["accountless"])
        if counts["blind"]:
            self._sink.warn("warn-statement-balance-unreadable", count=counts["blind"])
