"""camt.053 as events: statements, balances and entries are put together and said to the sink one entry at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from daozhang.formats.base import Given, Sink
from daozhang.formats.camt_checks import Balance, check_balances, is_checkable, read_balance
from daozhang.formats.cells import UnreadableError, currency, day, moment, tail_of, yuan, zone_named

STATEMENT: Final = "/BkToCstmrStmt/Stmt"
DETAIL: Final = "Ntry/NtryDtls/TxDtls"
NOT_BOOKED: Final = frozenset({"PDNG", "INFO", "FUTR"})
REPEATED: Final = frozenset({"RmtInf/Ustrd", "AddtlTxInf", "AddtlNtryInf", "RmtInf/Strd/CdtrRefInf/Ref"})
"""Elements that may stand several times and whose texts are joined; of all others the first counts."""
UNSAID: Final = frozenset({"", "NOTPROVIDED"})

_KEPT: Final = ("Refs/", "Amt", "CdtDbtInd", "RltdPties/", "RmtInf/", "AddtlTxInf", "RtrInf/")
_DROPPED: Final = ("PstlAdr", "CtctDtls", "PrvtId", "OrgId")

Fields = dict[str, str]


@dataclass(slots=True)
class Entry:
    """One Ntry: the line it starts on, its elements by path, and its TxDtls each with its own line."""

    line_no: int
    fields: Fields = field(default_factory=dict)
    details: list[tuple[int, Fields]] = field(default_factory=list)


@dataclass(slots=True)
class Statement:
    """One Stmt: its own elements, its balances, and per currency what its booked entries add up to by value day."""

    fields: Fields = field(default_factory=dict)
    balances: list[Balance] = field(default_factory=list)
    booked: dict[str, list[tuple[int, date | None]]] = field(default_factory=dict)
    outside_period: int = 0
    rejected: int = 0


class Camt053:
    """Takes the events of one file; ``finish`` says what the file leaves out."""

    def __init__(self, given: Given, sink: Sink) -> None:
        self._given = given
        self._sink = sink
        self._zone = zone_named(given.timezone)
        self._statement: Statement | None = None
        self._entry: Entry | None = None
        self._fields: Fields = {}
        self._base = self._prefix = 0
        self._counts = dict.fromkeys(("statements", "unsplit", "pending", "accountless", "blind"), 0)
        self._unsplit_line = 0

    def open(self, path: str, attributes: Mapping[str, str], line_no: int) -> None:
        """Take the start of an element."""
        if path.endswith(STATEMENT):
            self._statement = Statement()
            self._counts["statements"] += 1
            self._base = len(path) + 1
            self._enter(path, self._statement.fields)
        if self._statement is None:
            return
        relative = path[self._base :]
        if relative == "Ntry":
            self._entry = Entry(line_no)
            self._enter(path, self._entry.fields)
        elif relative == "Bal":
            self._enter(path, {})
        elif relative == DETAIL and self._entry:
            self._entry.details.append((line_no, {}))
            self._enter(path, self._entry.details[-1][1])
        if "Ccy" in attributes:
            self._keep(path[self._prefix :] + "@Ccy", attributes["Ccy"])

    def close(self, path: str, text: str) -> None:
        """Take the end of an element with its text."""
        if self._statement is None:
            return
        if text:
            self._keep(path[self._prefix :], text)
        relative = path[self._base :]
        if relative == DETAIL and self._entry:
            self._enter(path[: self._base + len("Ntry")], self._entry.fields)
        elif relative == "Ntry" and self._entry:
            self._say(self._statement, self._entry)
            self._entry = None
            self._enter(path[: self._base - 1], self._statement.fields)
        elif relative == "Bal":
            self._take_balance(self._statement, self._fields)
            self._enter(path[: self._base - 1], self._statement.fields)
        elif path.endswith(STATEMENT):
            self._end_statement(self._statement)
            self._statement = None

    def _enter(self, path: str, fields: Fields) -> None:
        self._fields, self._prefix = fields, len(path) + 1

    def _keep(self, name: str, text: str) -> None:
        if self._entry and self._fields is not self._entry.fields and not _is_wanted(name):
            return
        if name in self._fields:
            if name in REPEATED:
                self._fields[name] += f" {text}"
            return
        self._fields[name] = text

    def _take_balance(self, statement: Statement, fields: Fields) -> None:
        try:
            statement.balances.append(read_balance(fields))
        except UnreadableError:
            self._counts["blind"] += 1

    def _say(self, statement: Statement, entry: Entry) -> None:
        if _status(entry.fields) in NOT_BOOKED:
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
        code = currency("Amt", fields.get("Amt@Ccy") or statement.fields.get("Acct/Ccy", "")) or "CNY"
        amount = _signed("Ntry", fields.get("Amt", ""), code, fields.get("CdtDbtInd", ""))
        booked_at, value_on = self._booked_at(fields), _value_on(fields)
        parts = _parts(entry, amount, code)
        if parts is None:
            self._counts["unsplit"] += 1
            self._unsplit_line = self._unsplit_line or entry.line_no
        account = self._account_tail(statement)
        common = {"account_tail": account, "booked_at": booked_at, "value_on": value_on, "currency": code}
        for line_no, part, detail in parts or [(entry.line_no, amount, {})]:
            yield line_no, common | {"amount_minor": part} | _described(fields, detail, part)
        statement.booked.setdefault(code, []).append((amount, value_on))
        period = _period(statement.fields)
        statement.outside_period += bool(period and not period[0] <= _written_day(fields, booked_at) <= period[1])
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
        period = _period(statement.fields)
        if period:
            self._sink.covers(
                "bank_entries", first_on=period[0], last_on=period[1], account_tail=self._account_tail(statement)
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


def _is_wanted(name: str) -> bool:
    return name.startswith(_KEPT) and not any(part in name for part in _DROPPED)


def _status(fields: Fields) -> str:
    """Return the entry's status: text in versions 2 to 6, an element ``Cd`` from version 8."""
    return fields.get("Sts/Cd") or fields.get("Sts", "")


def _signed(column: str, text: str, code: str, indicator: str) -> int:
    if not text:
        raise UnreadableError(f"{column}/Amt", "", "reject-empty")
    if indicator not in {"CRDT", "DBIT"}:
        raise UnreadableError(f"{column}/CdtDbtInd", indicator, "reject-value", expected="CRDT DBIT")
    return yuan(f"{column}/Amt", text, code) * (1 if indicator == "CRDT" else -1)


def _value_on(fields: Fields) -> date | None:
    text = fields.get("ValDt/Dt") or fields.get("ValDt/DtTm", "")
    return day("ValDt", text[:10]) if text else None


def _written_day(fields: Fields, booked_at: datetime) -> date:
    """Return the booking day as the bank wrote it: periods are days of the bank, not of Shanghai."""
    text = fields.get("BookgDt/DtTm", "")[:10]
    return day("BookgDt", text) if text else booked_at.date()


def _period(fields: Fields) -> tuple[date, date] | None:
    """Return the first and last day the statement says it is complete for, as written; None when it does not say."""
    start = fields.get("FrToDt/FrDtTm") or fields.get("FrToDt/FrDt", "")
    end = fields.get("FrToDt/ToDtTm") or fields.get("FrToDt/ToDt", "")
    try:
        first_on, last_on = day("", start[:10]), day("", end[:10])
    except UnreadableError:
        return None
    return (first_on, last_on) if first_on <= last_on else None


def _parts(entry: Entry, amount: int, code: str) -> list[tuple[int, int, Fields]] | None:
    """Return (line, signed amount, elements) of what the entry is made of; None when details do not add up to it."""
    if not entry.details:
        return [(entry.line_no, amount, {})]
    parts = []
    for line_no, detail in entry.details:
        prefix = "Amt" if "Amt" in detail else "AmtDtls/TxAmt/Amt"
        text, in_code = detail.get(prefix, ""), detail.get(f"{prefix}@Ccy", code)
        if len(entry.details) == 1 and (not text or in_code != code):
            return [(entry.line_no, amount, detail)]
        if not text or in_code != code:
            return None
        indicator = detail.get("CdtDbtInd") or entry.fields.get("CdtDbtInd", "")
        parts.append((line_no, _signed("TxDtls", text, code, indicator), detail))
    if sum(part for _, part, _ in parts) == amount:
        return parts if len(parts) > 1 else [(entry.line_no, amount, parts[0][2])]
    return None


def _described(fields: Fields, detail: Fields, amount: int) -> dict[str, object]:
    """Return the other side, the texts, and the reference: end-to-end, instruction, transaction, then the bank's."""
    role = "Dbtr" if amount >= 0 else "Cdtr"
    names = (f"RltdPties/{who}/{where}" for who in (role, f"Ultmt{role}") for where in ("Nm", "Pty/Nm"))
    account = _first(detail, f"RltdPties/{role}Acct/Id/IBAN", f"RltdPties/{role}Acct/Id/Othr/Id")
    references = [
        detail.get(name, "") for name in ("Refs/EndToEndId", "Refs/InstrId", "Refs/TxId", "Refs/AcctSvcrRef")
    ] + [fields.get("AcctSvcrRef", ""), fields.get("NtryRef", "")]
    texts = [
        detail.get(name, "")
        for name in ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "AddtlTxInf", "RtrInf/Rsn/Cd", "RtrInf/AddtlInf")
    ] + [fields.get("AddtlNtryInf", "")]
    return {
        "counterparty_name": _first(detail, *names),
        "counterparty_tail": tail_of(account) if account else None,
        "text": " ".join(dict.fromkeys(filter(None, texts))) or None,
        "bank_reference": next((text for text in references if text.upper() not in UNSAID), None),
    }


def _first(fields: Fields, *names: str) -> str | None:
    return next((fields[name] for name in names if fields.get(name)), None)
