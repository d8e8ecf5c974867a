"""OFX and QFX downloads of bank and card accounts → bank_entries.

TRNAMT is signed, in major units, and the posting day is taken as written: the time behind it is a filler at most banks.
There is no opening balance in OFX. Investment accounts, sign-on answers and account lists hold nothing to take.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from bankfile.normalize import parse_amount, parse_date
from bankfile.ofx.sgml import Node, parse_tags

from daozhang.formats import base
from daozhang.formats.base import Format, Given, Sink, Source
from daozhang.formats.cells import LARGEST_MINOR, NO_CURRENCY, UnreadableError, currency, tail_of
from daozhang.formats.ofx_blocks import Statement, Transaction, parts
from daozhang.money import to_minor

_ROOT = re.compile(rb"<OFX[\s>]", re.IGNORECASE)
EARLIEST: Final = 1990


@dataclass(slots=True)
class _Account:
    tail: str
    currency: str
    days: list[date] = field(default_factory=list)
    references: Counter[str] = field(default_factory=Counter)
    rejected: int = 0


def _knows(source: Source) -> bool:
    head = source.head(8192)
    return bool(_ROOT.search(head)) and (b"OFXHEADER" in head.upper() or head.lstrip().upper().startswith(b"<"))


class _Reading:
    """One file."""

    def __init__(self, given: Given, sink: Sink, front: Node) -> None:
        self._given, self._sink, self._front = given, sink, front
        self._asked_on = _day_or_none(front.text("DTSERVER"))
        self._counts = dict.fromkeys(("taken", "invested", "investments", "doubtful", "accountless", "currencyless",
                                      "repeated", "outside"), 0)  # fmt: skip

    def take(self, statement: Statement) -> None:
        """Read one statement."""
        if statement.kind == "INVSTMTRS":
            self._counts["investments"] += 1
            self._counts["invested"] += len(statement.transactions)
            for one in statement.transactions:
                self._sink.control(one.line_no)
            return
        self._counts["taken"] += 1
        about = statement.node()
        account = self._account(statement, about)
        for one in statement.transactions:
            try:
                self._sink.row("bank_entries", one.line_no, self._values(account, one))
            except UnreadableError as bad:
                account.rejected += 1
                self._sink.reject(one.line_no, bad.column, bad.value, bad.reason, **bad.facts)
        self._counts["repeated"] += sum(count - 1 for count in account.references.values())
        self._state(statement, about, account)

    def _account(self, statement: Statement, about: Node) -> _Account:
        own = about.find("CCACCTFROM" if statement.kind == "CCSTMTRS" else "BANKACCTFROM")
        number = (own.child_text("ACCTID") if own else None) or about.text("ACCTID") or ""
        try:
            code = currency("CURDEF", about.text("CURDEF") or "")
        except UnreadableError:
            code = None
        return _Account(self._given.account_tail or tail_of(number) or "unknown", code or NO_CURRENCY)

    def _values(self, account: _Account, one: Transaction) -> dict[str, object]:
        node = one.node()
        if node is None:
            raise UnreadableError("STMTTRN", one.text[:60], "reject-empty")
        other = node.child("CURRENCY")
        code = currency("CURSYM", (other.child_text("CURSYM") if other else None) or "") or account.currency
        posted_on, is_doubtful = _day(node)
        amount = _minor(node, code)
        reference = node.child_text("FITID")
        counts = self._counts
        counts["doubtful"] += is_doubtful
        counts["accountless"] += account.tail == "unknown"
        counts["currencyless"] += code == NO_CURRENCY
        account.days.append(posted_on)
        if reference:
            account.references[reference] += 1
        target = node.find("BANKACCTTO") or node.find("CCACCTTO")
        return {
            "account_tail": account.tail,
            "booked_at": datetime.combine(posted_on, time()),
            "amount_minor": amount,
            "currency": code,
            "counterparty_name": _name(node),
            "counterparty_tail": tail_of(target.text("ACCTID") or "") if target else None,
            "text": _words(node),
            "bank_reference": reference,
        }

    def _state(self, statement: Statement, about: Node, account: _Account) -> None:
        ledger = about.find("LEDGERBAL")
        closing_on = _day_or_none(ledger.child_text("DTASOF") if ledger else None)
        first_on, last_on = _day_or_none(about.text("DTSTART")), _day_or_none(about.text("DTEND"))
        self._sink.statement(
            base.Statement(
                account_tail=account.tail, currency=account.currency, closing_minor=_balance(ledger, account.currency),
                first_on=first_on, last_on=closing_on or last_on, line_no=statement.line_no,
            )
        )  # fmt: skip
        if first_on is None or last_on is None:
            return
        outside = sum(not first_on <= day <= last_on for day in account.days)
        self._counts["outside"] += outside
        if account.rejected or (account.days and outside == len(account.days)):
            return  # not all was read, or the period is a slip
        if self._asked_on is not None:
            last_on = min(last_on, self._asked_on - timedelta(days=1))  # the day of asking was not over
        if first_on <= last_on:
            self._sink.covers("bank_entries", first_on=first_on, last_on=last_on, account_tail=account.tail)

    def finish(self) -> None:
        """Say once per file what was left out or could not be told."""
        counts, warn = self._counts, self._sink.warn
        if counts["investments"]:
            warn("warn-ofx-investment", count=counts["investments"], entries=counts["invested"])
        elif not counts["taken"]:
            self._say_why_empty()
        for key, name in (
            ("warn-account-unknown", "accountless"), ("warn-currency-unknown", "currencyless"),
            ("warn-ofx-date-doubt", "doubtful"), ("warn-ofx-reference-repeated", "repeated"),
            ("warn-outside-period", "outside"),
        ):  # fmt: skip
            if counts[name]:
                warn(key, count=counts[name])

    def _say_why_empty(self) -> None:
        for status in self._front.find_all("STATUS"):
            if (status.child_text("SEVERITY") or "").upper() == "ERROR":
                message = status.child_text("MESSAGE") or ""
                self._sink.warn("warn-ofx-answer", code=(status.child_text("CODE") or "")[:20], message=message[:200])
                return
        self._sink.warn("warn-no-statement")


def _minor(node: Node, code: str) -> int:
    text = node.child_text("TRNAMT")
    if not text:
        raise UnreadableError("TRNAMT", "", "reject-empty")
    value, doubts = parse_amount(text, field="TRNAMT")
    if value is not None and doubts:
        raise UnreadableError("TRNAMT", text, "reject-amount-ambiguous")
    minor = to_minor(format(value, "f"), code) if value is not None else None
    if minor is None or abs(minor) > LARGEST_MINOR:
        raise UnreadableError("TRNAMT", text[:60], "reject-amount")
    return minor


def _day(node: Node) -> tuple[date, bool]:
    """Return the posting day, and whether it was written so that another day could be meant (six digits)."""
    text = node.child_text("DTPOSTED")
    if not text:
        raise UnreadableError("DTPOSTED", "", "reject-empty")
    value, doubts = parse_date(text, field="DTPOSTED")
    if value is None or value.year < EARLIEST:
        raise UnreadableError("DTPOSTED", text[:60], "reject-day")
    return value, bool(doubts)


def _day_or_none(text: str | None) -> date | None:
    value = parse_date(text, field="")[0] if text else None
    return value if value is not None and value.year >= EARLIEST else None


def _balance(ledger: Node | None, code: str) -> int | None:
    text = ledger.child_text("BALAMT") if ledger else None
    value, doubts = parse_amount(text, field="BALAMT") if text else (None, [])
    minor = to_minor(format(value, "f"), code) if value is not None and not doubts else None
    return minor if minor is not None and abs(minor) <= LARGEST_MINOR else None


def _name(node: Node) -> str | None:
    payee = node.child("PAYEE")
    return node.child_text("NAME") or (payee.child_text("NAME") if payee else None)


def _words(node: Node) -> str | None:
    number = node.child_text("CHECKNUM") or node.child_text("CHKNUM")
    check = f"CHECKNUM {number}" if number and number.strip("0") else ""
    words = [node.child_text("MEMO") or "", check, node.child_text("REFNUM") or ""]
    return " ".join(filter(None, words)) or None


def _read(source: Source, sink: Sink) -> None:
    front, statements = parts(source.data)
    reading = _Reading(source.given, sink, parse_tags(front)[0])
    for statement in statements:
        reading.take(statement)
    reading.finish()


FORMAT = Format(code="ofx", knows=_knows, tables=("bank_entries",), read=_read)
