"""The settlement day without an engine: a few dozen rows read as values and judged by the same rules.

It answers what ``engine.settle`` answers for a workspace that holds clearing lines, payouts and statements and no terminal
journal. A query engine's fixed cost of half a second a run would leave a simulation two days a second; this takes
milliseconds. ``differences`` puts both answers side by side, and the tests see to it that they are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from daozhang.breaks import Break
from daozhang.breaks.lumps import of_lumps
from daozhang.breaks.money_side import judge_merchant
from daozhang.breaks.owed import OwedDay
from daozhang.calendars import Calendar
from daozhang.diagnosis.day import DayFacts
from daozhang.engine.agreed import Book, Who
from daozhang.engine.answers import STATE_ORDER
from daozhang.engine.bank_left import left_lines
from daozhang.engine.company import Company
from daozhang.engine.due_days import Dues
from daozhang.engine.file_leg import FileLeg, Plans, replaced_files
from daozhang.engine.lake import Part, SourceFile
from daozhang.engine.money_leg import note_settled
from daozhang.engine.money_values import merchant_of, new_day, payout_of
from daozhang.engine.settle import Names
from daozhang.expectations.statements import broken_chains
from daozhang.flows.settlement_day import Settled, Terms
from daozhang.matching.bank import BankLine, match_bank
from daozhang.matching.coverage import Coverage
from daozhang.matching.payouts import Payout, chains_of
from daozhang.records import Evidence

Rows = list[dict[str, Any]]
TABLES: Final = ("clearings", "payouts", "bank_entries", "contracts", "accounts", "merchants")


@dataclass(slots=True)
class PartReader:
    """Reads parts as rows and remembers them: a part never changes."""

    known: dict[Path, Rows] = field(default_factory=dict)

    def rows(self, path: Path) -> Rows:
        """Return the rows of one part."""
        if path not in self.known:
            self.known[path] = pq.ParquetFile(path).read().to_pylist()
        return self.known[path]


PARTS: Final = PartReader()


@dataclass(slots=True, kw_only=True)
class PlainLedger:
    """The facts of one workspace as values; takes what ``DuckLedger`` takes and uses what it needs of it."""

    root: Path
    parts: Sequence[Part]
    files: Sequence[SourceFile]
    calendars: Mapping[str, Calendar]
    defaults: Terms = field(default_factory=Terms)
    expected: Plans = field(default_factory=dict)
    keep: Path | None = None
    memory: str = ""
    threads: int = 1
    spill: Path | None = None
    cluster: object = None
    closed: Path | None = None
    stop: object = None

    def settle(self, as_of: datetime) -> Settled:
        """Match clearing, payouts and bank lines as they were known at ``as_of``."""
        facts = self._facts()
        clearings = [row for row in facts["clearings"] if row["cleared_on"] <= as_of.date()]
        lines = [row for row in facts["bank_entries"] if row["booked_at"] <= as_of]
        orders = [row for row in facts["payouts"] if (row["created_at"] or row["finished_at"]) <= as_of]
        named = Names(self.files)
        leg = PlainFileLeg(self.files, as_of, clearings, orders, lines)
        cover = leg.coverage()
        book = PlainBook(facts, Dues(self.defaults, self.calendars))
        breaks, money, settled, counts = _money(_Day(as_of, cover, named, book, clearings, orders, lines))
        if self.keep is not None:
            self.keep.mkdir(parents=True, exist_ok=True)
        calendar = self.calendars.get("CN") or Calendar("CN", {})
        accounts = {who: tuple(rows) for who, rows in _by_merchant(facts["accounts"]).items()}
        return Settled(
            breaks=[*breaks, *leg.breaks(calendar, self.expected)], money=money, settled_payouts=settled,
            facts=DayFacts(as_of=as_of, counts=counts, accounts=accounts, payers={}),
        )  # fmt: skip

    def _facts(self) -> dict[str, Rows]:
        """Return the visible rows of each table, oldest import first; of files sent again only what still holds."""
        order = {file.import_id: file.seq for file in self.files}
        found: dict[str, Rows] = {name: [] for name in TABLES}
        for part in self.parts:
            if part.table not in found:
                continue
            rows = PARTS.rows(self.root / part.path)
            if part.unless:
                held = {row["fp"] for path in part.unless for row in PARTS.rows(self.root / path)}
                rows = [row for row in rows if row["fp"] in held]
            found[part.table] += [{**row, "seq": order.get(row["import_id"], 0)} for row in rows]
        for row in found["payouts"]:
            row["known_at"] = row["finished_at"] or row["created_at"]
        for rows in found.values():
            rows.sort(key=lambda row: (row["seq"], row["line_no"]))
        return found


class PlainFileLeg(FileLeg):
    """What the files say of themselves, from rows that are here as values."""

    def __init__(
        self, files: Sequence[SourceFile], as_of: datetime, clearings: Rows, orders: Rows, lines: Rows
    ) -> None:
        """Count the lines of each file by what they are about."""
        self._cover: Coverage | None = None
        self._files, self._as_of = files, as_of
        self._seen = {
            "transactions": [],
            "clearings": _seen(clearings, "cleared_on"),
            "payouts": _seen(orders, "settled_on"),
        }
        booked: dict[tuple[str, str, date], int] = {}
        for row in lines:
            key = (row["import_id"], row["account_tail"], row["booked_at"].date())
            booked[key] = booked.get(key, 0) + 1
        self._booked = [(*key, count) for key, count in sorted(booked.items())]
        self._sold = []
        self._lines = self._lines_of_files()
        self._chains = broken_chains([])
        self._replaced = replaced_files(files)

    def _sums(self) -> list[Break]:
        return []


class PlainBook(Book):
    """What was agreed, from rows that are here as values."""

    def __init__(self, facts: Mapping[str, Rows], dues: Dues) -> None:
        """Take the newest row of each key."""
        self.defaults, self._dues = dues.defaults, dues
        terms: dict[tuple[str, str], dict[date, dict[str, Any]]] = {}
        for row in facts["contracts"]:
            terms.setdefault((row["acquirer"], row["merchant_no"]), {})[row["from_on"]] = row
        self.terms = {who: [rows[on] for on in sorted(rows)] for who, rows in terms.items()}
        self.accounts = {
            who: [(row["account_tail"], row["from_on"], row["to_on"], row["kind"] or "") for row in rows]
            for who, rows in _by_merchant(facts["accounts"]).items()
        }
        self.status = {(row["acquirer"], row["merchant_no"]): row["status"] or "" for row in facts["merchants"]}


@dataclass(frozen=True, slots=True)
class _Day:
    as_of: datetime
    cover: Coverage
    named: Names
    book: PlainBook
    clearings: Rows
    orders: Rows
    lines: Rows


def _money(day: _Day) -> tuple[list[Break], list[Any], dict[str, tuple[Evidence, ...]], Any]:
    """Return breaks, the money of every merchant-day, what the bank proves, and how others fared."""
    owed, payouts = _owed(day), _payouts(day)
    merchants, asked = [], []
    for who in sorted({*owed, *payouts}):
        days = [owed[who][on] for on in sorted(owed.get(who, {}))]
        last_on = days[-1].settled_on if days else None
        merchant = merchant_of(who, days, chains_of(payouts.get(who, [])), day.book, last_on)
        merchant.has_payout_source = bool(day.orders)
        asked += [link for chain in merchant.chains for link in chain.links if "claimed" in link.states]
        merchants.append(merchant)
    leg = match_bank(asked, [_bank_line(row, day.named) for row in day.lines])
    breaks: list[Break] = []
    money: list[Any] = []
    settled: dict[str, tuple[Evidence, ...]] = {}
    for merchant in merchants:
        said = judge_merchant(merchant, leg, day.cover, day.as_of)
        breaks += said.breaks
        money += [one for _, one in sorted(said.money.items())]
        note_settled(settled, merchant, said.settled, said.money)
    breaks += left_lines(leg, asked, money) + of_lumps(leg.lumps, day.as_of)
    company = Company(None, day.as_of)
    company.add(merchants, settled)
    return [company.beside(one) for one in breaks], money, settled, company.counts


def _owed(day: _Day) -> dict[Who, dict[date, OwedDay]]:
    found: dict[Who, dict[date, OwedDay]] = {}
    first: dict[tuple[Who, date], str] = {}
    for row in day.clearings:
        who, on = _who(row), row["cleared_on"]
        one = found.setdefault(who, {}).setdefault(on, new_day(who, on, day.book))
        one.net_minor += row["net_minor"]
        one.expected_minor += row["net_minor"]
        first[who, on] = min(first.get((who, on), row["import_id"]), row["import_id"])
    for (who, on), import_id in first.items():
        found[who][on].evidence = (day.named(import_id, 0),)
    return found


def _payouts(day: _Day) -> dict[Who, list[Payout]]:
    versions: dict[tuple[str, str, str], Rows] = {}
    for row in day.orders:
        versions.setdefault((row["acquirer"], row["merchant_no"], row["payout_no"]), []).append(row)
    found: dict[Who, list[Payout]] = {}
    for _, seen in sorted(versions.items()):
        known = [row for row in seen if row["known_at"] is None or row["known_at"] <= day.as_of]
        known.sort(
            key=lambda row: (row["known_at"] or datetime.min, STATE_ORDER[row["state"]], row["seq"], row["line_no"])
        )
        waits = [seen[0] | {"state": "pending", "paid_minor": 0, "finished_at": None, "reason_text": None}]
        found.setdefault(_who(seen[0]), []).append(payout_of(known or waits, day.named))
    return found


def _bank_line(row: Mapping[str, Any], named: Names) -> BankLine:
    text = " ".join(filter(None, (row["text"], row["bank_reference"], row["counterparty_name"])))
    return BankLine(
        account_tail=row["account_tail"], booked_at=row["booked_at"], amount_minor=row["amount_minor"],
        currency=row["currency"] or "CNY", counterparty=row["counterparty_name"] or "", text=text,
        evidence=named(row["import_id"], row["line_no"]),
    )  # fmt: skip


def _seen(rows: Rows, day: str) -> list[tuple[str, str, str, str, date, int]]:
    """Return (import, acquirer, first merchant, last merchant, day, lines) as the file leg counts them."""
    whole: dict[tuple[str, str], set[str]] = {}
    many: dict[tuple[str, str, date], int] = {}
    for row in rows:
        whole.setdefault((row["import_id"], row["acquirer"]), set()).add(row["merchant_no"])
        key = (row["import_id"], row["acquirer"], row[day])
        many[key] = many.get(key, 0) + 1
    return [
        (import_id, acquirer, min(whole[import_id, acquirer]), max(whole[import_id, acquirer]), on, count)
        for (import_id, acquirer, on), count in sorted(many.items())
    ]


def _by_merchant(rows: Rows) -> dict[tuple[str, str], Rows]:
    newest: dict[tuple[str, str], dict[tuple[str, date], dict[str, Any]]] = {}
    for row in rows:
        newest.setdefault((row["acquirer"], row["merchant_no"]), {})[row["account_tail"], row["from_on"]] = row
    return {who: [found[key] for key in sorted(found)] for who, found in newest.items()}


def _who(row: Mapping[str, Any]) -> Who:
    return (row["acquirer"], row["merchant_no"], row["currency"] or "CNY")
