"""BAI2 balance reports of banks in North America → bank_entries, bank_notices.

Amounts are whole minor units; the type code says the direction. Totals are computed again at every level and only
warned about: real files contradict themselves. Interim reports of a day say the money that the final one says again: their
entries are notices until it comes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

from daozhang.errors import InputError
from daozhang.formats.bai2_records import WITHOUT_MONEY, Detail, Record, day, detail, records, summaries
from daozhang.formats.base import Format, Given, Sink, Source, Statement
from daozhang.formats.cells import UnreadableError, currency, tail_of
from daozhang.formats.control_totals import ControlTotals
from daozhang.formats.decoding import decode, peek
from daozhang.money import to_text

_HEAD = re.compile(r"\s*01,[^\n]{1,200}?(?:/?\s*\n\s*|/[ \t]+)(?:88,[^\n]*\n\s*)*02,", re.ASCII)
INTERIM: Final = frozenset({"1", "3"})
FINAL: Final = frozenset({"2", "4"})
"""As-of-date modifier of a group: previous day interim 1 and final 2, same day interim 3 and final 4."""
NOT_DATA: Final = {"2": "deletion", "4": "test"}
CORRECTION: Final = "3"


@dataclass(slots=True)
class _Group:
    on: date | None = None
    currency: str = "USD"
    status: str = ""
    modifier: str = ""
    total: int = 0
    accounts: int = 0
    records: int = 0


@dataclass(slots=True)
class _Account:
    line_no: int
    number: str
    currency: str
    total: int = 0
    moved: int = 0
    records: int = 0
    rejected: int = 0
    balances: dict[str, int] = field(default_factory=dict)


def _knows(source: Source) -> bool:
    return bool(_HEAD.match(peek(source).lstrip("\ufeff")))


class _Reading:
    """One file; the totals are kept beside the rows."""

    def __init__(self, given: Given, sink: Sink) -> None:
        self._given, self._sink = given, sink
        self._totals = ControlTotals(sink)
        self._group: _Group | None = None
        self._account: _Account | None = None
        self._file_no = ""
        self._file = [0, 0, 0]
        self._counts = dict.fromkeys(("not_data", "corrected"), 0)
        self._is_ended = False

    def take(self, record: Record, behind: list[int]) -> None:
        """Read one record and say its lines."""
        self._file[2] += record.physical
        if self._group is not None:
            self._group.records += record.physical if record.code != "99" else 0
        if self._account is not None:
            self._account.records += record.physical if record.code not in {"98", "99"} else 0
        try:
            self._say(record)
        except UnreadableError as bad:
            if self._account is not None:
                self._account.rejected += 1
            self._sink.reject(record.line_no, bad.column, bad.value, bad.reason, **bad.facts)
        for line_no in behind:
            self._sink.control(line_no)

    def _say(self, record: Record) -> None:
        if record.code == "16":
            self._entry(record)
            return
        step = {"01": self._header, "02": self._open_group, "03": self._open_account,
                "49": self._close_account, "98": self._close_group, "99": self._trailer}.get(record.code)  # fmt: skip
        if step is None:
            raise UnreadableError("Record Code", record.body[:60] or record.code, "reject-value", expected="01 … 99")
        step(record)
        self._sink.control(record.line_no)

    def _header(self, record: Record) -> None:
        fields = record.stream()
        self._file_no = "-".join(filter(None, [*fields[2:3], *fields[4:5]]))

    def _open_group(self, record: Record) -> None:
        fields = [*record.stream(), *[""] * 8]
        self._group = _Group(status=fields[2], modifier=fields[6], records=record.physical)
        self._account = None
        self._group.currency = currency("Currency Code", fields[5]) or "USD"
        self._group.on = day("As-of-Date", fields[3])

    def _open_account(self, record: Record) -> None:
        group = self._group
        if group is None:
            raise UnreadableError("Record Code", "03", "reject-order", expected="02")
        group.accounts += 1
        self._account = _Account(record.line_no, record.stream()[0], group.currency, records=record.physical)
        _, code, amounts = summaries(record)
        self._account.currency = currency("Currency Code", code) or group.currency
        self._account.total = sum(one.minor for one in amounts)
        for one in amounts:
            self._account.balances.setdefault(one.type_code, one.minor)

    def _entry(self, record: Record) -> None:
        group, account = self._group, self._account
        if group is None or account is None:
            raise UnreadableError("Record Code", "16", "reject-order", expected="03")
        if group.on is None:
            raise UnreadableError("As-of-Date", "", "reject-empty")
        read = detail(record)
        account.total += read.minor
        if read.type_code == WITHOUT_MONEY:
            self._sink.control(record.line_no)
            return
        amount = read.minor * _direction(read.type_code)
        account.moved += amount
        if group.status in NOT_DATA:
            self._counts["not_data"] += 1
            self._sink.control(record.line_no)
            return
        self._counts["corrected"] += group.status == CORRECTION
        values = self._values(group.on, account, read, amount)
        if group.modifier in INTERIM:
            self._sink.row("bank_notices", record.line_no, values | {"kind": "report"})
        else:
            self._sink.row("bank_entries", record.line_no, values)

    def _values(self, on: date, account: _Account, read: Detail, amount: int) -> dict[str, object]:
        return {
            "account_tail": self._tail(account),
            "booked_at": datetime.combine(on, time()),
            "value_on": read.value_on,
            "amount_minor": amount,
            "currency": account.currency,
            "text": read.text or None,
            "bank_reference": read.customer_reference or read.bank_reference or None,
        }

    def _tail(self, account: _Account) -> str:
        return self._given.account_tail or tail_of(account.number) or "unknown"

    def _close_account(self, record: Record) -> None:
        account, group = self._account, self._group
        if account is None or group is None:
            raise UnreadableError("Record Code", "49", "reject-order", expected="03")
        name = f"49 ({record.line_no})"
        self._compare(name, record, account.total, account.records)
        group.total += _whole(record)
        self._check_balance(account)
        self._state(group, account)
        self._account = None

    def _check_balance(self, account: _Account) -> None:
        opening, closing = account.balances.get("010"), account.balances.get("015")
        if opening is None or closing is None or account.rejected or opening + account.moved == closing:
            return
        self._sink.warn(
            "warn-statement-balance",
            statement=f"{self._tail(account)} ({account.line_no})",
            opening=to_text(opening, account.currency),
            entries=to_text(account.moved, account.currency, sign=True),
            closing=to_text(closing, account.currency),
        )

    def _state(self, group: _Group, account: _Account) -> None:
        if group.on is None or group.status in NOT_DATA or group.modifier in INTERIM:
            return
        self._sink.statement(
            Statement(
                account_tail=self._tail(account), currency=account.currency, statement_no=self._file_no,
                opening_minor=account.balances.get("010"), closing_minor=account.balances.get("015"),
                first_on=group.on, last_on=group.on, line_no=account.line_no,
            )
        )  # fmt: skip
        if group.modifier in FINAL and not account.rejected:
            self._sink.covers("bank_entries", first_on=group.on, last_on=group.on, account_tail=self._tail(account))

    def _close_group(self, record: Record) -> None:
        group = self._group
        if group is None:
            raise UnreadableError("Record Code", "98", "reject-order", expected="02")
        self._compare(f"98 ({record.line_no})", record, group.total, group.accounts, group.records)
        self._file[0] += _whole(record)
        self._file[1] += 1
        self._group = self._account = None

    def _trailer(self, record: Record) -> None:
        self._is_ended = True
        self._compare(f"99 ({record.line_no})", record, *self._file)

    def _compare(self, name: str, record: Record, *computed: int) -> None:
        """Compare the stated amount and counts, in the order of the record, with what the records before it add up to."""
        for stated, value in zip(record.stream(), computed, strict=False):
            self._totals.compare(name, stated, value)

    def finish(self) -> None:
        """Say once per file what was left out."""
        self._totals.finish()
        counts = self._counts
        if counts["not_data"]:
            self._sink.warn("warn-bai-not-data", count=counts["not_data"])
        if counts["corrected"]:
            self._sink.warn("warn-bai-correction", count=counts["corrected"])
        if not self._is_ended:
            self._sink.warn("warn-summary-missing")


def _whole(record: Record) -> int:
    """Return the total a trailer states, for the level above it: that level adds up what is stated, as banks do."""
    text = record.stream()[0]
    return int(text) if re.fullmatch(r"[+-]?\d{1,30}", text, re.ASCII) else 0


def _direction(type_code: str) -> int:
    """Return 1 for money in, -1 for money out; a reject for a code that is neither (loans, what banks define freely)."""
    number = int(type_code)
    if 100 <= number <= 399 or 920 <= number <= 959:
        return 1
    if 400 <= number <= 699 or 960 <= number <= 999:
        return -1
    raise UnreadableError("Type Code", type_code, "reject-direction")


def _read(source: Source, sink: Sink) -> None:
    text = decode(source.data).lstrip("\ufeff")
    reading = _Reading(source.given, sink)
    for place, (record, behind) in enumerate(records(text)):
        if place == 0 and record.code != "01":
            raise InputError("input-bai2-start", line=record.line_no, value=(record.code + record.body)[:40])
        reading.take(record, behind)
    reading.finish()


FORMAT = Format(
    code="bai2", knows=_knows, tables=("bank_entries", "bank_notices"), read=_read, unsure=("unsure-bai2-corrections",)
)
