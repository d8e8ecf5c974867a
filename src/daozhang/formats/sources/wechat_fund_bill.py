"""微信支付 fund bill 资金账单 → bank_entries of the wallet's own ledger, and payouts for its withdrawals (提现).

Amounts are in yuan and unsigned, 收支类型 gives the direction. Every row is a ledger entry; a withdrawal is at the same
time the order that pays the merchant's bank account. Wallets have no other payout file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from daozhang.formats.base import Format, Projection, Sink, Source
from daozhang.formats.cells import UnreadableError
from daozhang.formats.lines import Row
from daozhang.formats.sql_lines import CHAIN, balanced, joined_once, literal
from daozhang.formats.sql_steps import Form, Steps, Test, all_true
from daozhang.formats.totals import Balanced, check_running_balance, compare_amount, compare_count
from daozhang.formats.wallet import Bill, read_bill, read_rows, say_ledger, starts_with_header, take_bill
from daozhang.formats.wechat_projection import AMOUNT as AMOUNT_FORM
from daozhang.formats.wechat_projection import NUMBER, WORD, TickedCells, ticked_columns

KNOWN_BY: Final = ("记账时间", "微信支付业务单号", "资金流水单号", "收支类型")
AMOUNT: Final = ("收支金额(元)", "收支金额")
BALANCE: Final = ("账户结余(元)", "账户结余")
SUBMITTED_BY: Final = "资金变更提交申请人"
SUMMARY: Final = "资金流水总笔数"
"""First name of the summary's header."""
LEDGERS: Final = ("BASIC", "OPERATION", "FEES", "DEPOSIT")

_SUBMITTER = re.compile(r"(\d{8,10})API", re.ASCII)


@dataclass(slots=True)
class _Ledger:
    """The state while one bill is read."""

    source: Source
    sink: Sink
    account: str
    merchant_no: str
    chain: list[Balanced] = field(default_factory=list)
    days: set[date] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=lambda: {"收入": 0, "支出": 0})
    sums: dict[str, int] = field(default_factory=lambda: {"收入": 0, "支出": 0})
    unpaid_withdrawals: int = 0

    def entry(self, row: Row) -> None:
        """Say one ledger entry; a withdrawal a second time, as the payout it is."""
        line_no = row.record.line_no
        direction = row.must("收支类型")
        if direction not in self.sums:
            raise UnreadableError("收支类型", direction, "reject-value", expected="收入 支出")
        size = row.yuan(*AMOUNT)
        amount = size if direction == "收入" else -size
        booked_at = row.moment("记账时间")
        balance = row.yuan_or_none(*BALANCE)
        self.sink.row("bank_entries", line_no, self._bank_entry(row, booked_at, amount, balance))
        self.counts[direction] += 1
        self.sums[direction] += size
        self.days.add(booked_at.date())
        self.chain.append(Balanced(line_no, booked_at, amount, balance))
        state = _withdrawal_state(row, amount)
        if state and self.merchant_no and row.text("微信支付业务单号"):
            self.sink.row("payouts", line_no, self._payout(row, booked_at, size, state))
        elif state:
            self.unpaid_withdrawals += 1

    def add(self, sums: Mapping[str, object]) -> None:
        """Take what entries add up to that were read set-wise; called when all others were read."""
        for label in self.sums:
            self.counts[label] += int(str(sums[f"count {label}"]))
            self.sums[label] += int(str(sums[f"sum {label}"] or 0))
        self.days |= {date.fromisoformat(str(sums[name])) for name in ("first_on", "last_on") if sums[name]}
        self.chain = balanced(sums, self.chain)

    def _bank_entry(self, row: Row, booked_at: datetime, amount: int, balance: int | None) -> dict[str, object]:
        parts = dict.fromkeys(filter(None, (row.text("业务名称"), row.text("业务类型"), row.text("备注"))))
        return {
            "account_tail": self.account,
            "booked_at": booked_at,
            "amount_minor": amount,
            "balance_minor": balance,
            "text": " ".join(parts) or None,
            "bank_reference": row.must("资金流水单号"),
        }

    def _payout(self, row: Row, booked_at: datetime, size: int, state: str) -> dict[str, object]:
        """Return the payout: amounts positive (money to the merchant's bank); it pays the day before (not official)."""
        return {
            "acquirer": self.source.given.acquirer or "wechat",
            "merchant_no": self.merchant_no,
            "payout_no": row.text("微信支付业务单号"),
            "settled_on": booked_at.date() - timedelta(days=1),
            "planned_minor": size,
            "paid_minor": size,
            "state": state,
            "reason_text": row.text("备注") or None if state == "returned" else None,
            "created_at": booked_at if state == "claimed" else None,
            "finished_at": booked_at if state == "returned" else None,
        }


def _withdrawal_state(row: Row, amount: int) -> str:
    """Return ``claimed`` for a withdrawal, ``returned`` for one the bank sent back, empty for anything else.

    业务名称 groups top-ups and withdrawals as 充值/提现; 业务类型 tells them apart.
    """
    name, kind = row.text("业务名称"), row.text("业务类型")
    if "提现" not in kind and ("提现" not in name or "充值" in kind):
        return ""
    if amount < 0:
        return "claimed"
    return "returned" if "退" in name + kind + row.text("备注") else ""


def _knows(source: Source) -> bool:
    return starts_with_header(source, KNOWN_BY)


def _read(source: Source, sink: Sink) -> None:
    _finish(source, read_bill(source, sink, SUMMARY), sink, {})


def _finish(source: Source, bill: Bill, sink: Sink, before: Mapping[str, object]) -> None:
    """Read the rows of a bill and compare the summary; ``before`` is what rows that were read set-wise add up to."""
    ledger = _Ledger(source, sink, _account(source), source.given.merchant_no or _submitter(bill, before))
    gaps = read_rows(bill, sink, ledger.entry)
    if before:
        ledger.add(before)
    check_running_balance(sink, ledger.chain, gaps)
    if source.given.account_tail or source.given.merchant_no:
        # Bills of two merchants that nobody told apart are two ledgers: their balances prove nothing about each other.
        say_ledger(sink, ledger.account, ledger.chain, gaps)
    if ledger.unpaid_withdrawals:
        sink.warn("warn-merchant-unknown", count=ledger.unpaid_withdrawals)
    rows = len(bill.rows) + int(str(before.get("rows", 0)))
    if _compare(bill, ledger, rows, sink) and not gaps and len(ledger.days) == 1:
        (only,) = ledger.days
        sink.covers("bank_entries", first_on=only, last_on=only, account_tail=ledger.account)


def _account(source: Source) -> str:
    """Return the ledger's name: given, else of the merchant said with the file; which of its ledgers the name says.

    The content says neither. BASIC is what merchants download; a file whose merchant nobody said is some WeChat ledger.
    """
    if source.given.account_tail:
        return source.given.account_tail
    named = [ledger for ledger in LEDGERS if ledger in source.name.upper()]
    return f"wallet:{source.given.merchant_no or 'wechat'}:{named[0] if named else LEDGERS[0]}"


def _submitter(bill: Bill, before: Mapping[str, object]) -> str:
    """Return the merchant number that submitted a request (``1900000001API``), when all such rows name the same."""
    submitters = (Row(row, bill.columns).text(SUBMITTED_BY) for row in bill.rows)
    found = {match[1] for text in submitters if (match := _SUBMITTER.fullmatch(text))}
    found |= {str(name) for name in (before.get("first_submitter"), before.get("last_submitter")) if name}
    return found.pop() if len(found) == 1 else ""


def _compare(bill: Bill, ledger: _Ledger, rows: int, sink: Sink) -> bool:
    counts = {"资金流水总笔数": rows, "收入笔数": ledger.counts["收入"], "支出笔数": ledger.counts["支出"]}
    agrees = [bool(bill.summary)]
    for name, count in counts.items():
        if stated := bill.summary.get(name):
            agrees.append(compare_count(sink, name, stated, count))
    for name, label in (("收入金额", "收入"), ("支出金额", "支出")):
        if stated := bill.summary.get(name):
            agrees.append(compare_amount(sink, name, stated, ledger.sums[label]))
    return all(agrees)


def _project(source: Source) -> Projection | None:
    columns = ticked_columns(source, KNOWN_BY)
    if columns is None:
        return None

    def rest(lines: Iterable[tuple[int, str]], sums: Mapping[str, object], sink: Sink) -> None:
        _finish(source, take_bill(lines, sink, SUMMARY), sink, sums)

    steps = Steps()
    cells = TickedCells(columns, steps)
    texts, tests = _texts(cells, _account(source))
    direction, size = cells.first("收支类型"), cells.fen(*AMOUNT)
    submitter = f"nullif(regexp_extract({cells.first(SUBMITTED_BY)}, '^([0-9]{{8,10}})API$', 1), '')"
    sums = {"rows": "count(*)", **CHAIN, "first_on": "left(min(booked_at), 10)", "last_on": "left(max(booked_at), 10)"}
    sums |= {"first_submitter": f"min({submitter})", "last_submitter": f"max({submitter})"}
    for label in ("收入", "支出"):
        sums[f"count {label}"] = f"count(*) FILTER (WHERE {direction} = {literal(label)})"
        sums[f"sum {label}"] = f"sum({size}) FILTER (WHERE {direction} = {literal(label)})"
    return Projection(
        table="bank_entries", width=columns.width, delimiter=",`", quote="", columns=texts, rest=rest,
        sure=all_true(tests), steps=steps.layers(), sums=sums,
    )  # fmt: skip


def _texts(cells: TickedCells, account: str) -> tuple[dict[str, str], list[Test]]:
    """Return the columns of an entry as SQL, and what must be true of its line; a withdrawal is the row reader's."""
    direction, size, at, number = (
        cells.first("收支类型"), cells.fen(*AMOUNT), cells.first("记账时间"), cells.first("资金流水单号")
    )  # fmt: skip
    balance, words = cells.first(*BALANCE), [cells.first(name) for name in ("业务名称", "业务类型", "备注")]
    tests: list[Test] = [
        "starts_with(c0, '`')", f"{direction} IN ('收入', '支出')", f"{cells.first(*AMOUNT)} <> ''",
        f"strlen({at}) = 19 AND {at} >= '1990'", f"{number} <> ''", Form(number, NUMBER),
        f"NOT contains({words[0]}, '提现') AND NOT contains({words[1]}, '提现')",
        *(Form(cell, AMOUNT_FORM) for cell in (cells.first(*AMOUNT), balance)),
        *(Form(cell, WORD) for cell in (cells.first(SUBMITTED_BY), *words)),
    ]  # fmt: skip
    return {
        "account_tail": literal(account),
        "booked_at": at,
        "amount_minor": f"(CASE WHEN {direction} = '收入' THEN {size} ELSE -{size} END)::VARCHAR",
        "balance_minor": f"CASE WHEN {balance} <> '' THEN ({cells.fen(*BALANCE)})::VARCHAR END",
        "text": joined_once(words),
        "bank_reference": number,
    }, tests


FORMAT = Format(
    code="wechat_fund_bill",
    knows=_knows,
    tables=("bank_entries", "payouts"),
    read=_read,
    project=_project,
    unsure=("unsure-wechat-payout-day", "unsure-wechat-return"),
    evidence="documentation",
)
