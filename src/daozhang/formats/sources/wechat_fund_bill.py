"""微信支付 fund bill 资金账单 → bank_entries of the wallet's own ledger, and payouts for its withdrawals (提现).

Amounts are in yuan and unsigned, 收支类型 gives the direction. Every row is a ledger entry; a withdrawal is at the same
time the order that pays the merchant's bank account. Wallets have no other payout file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from daozhang.formats.base import Format, Sink, Source
from daozhang.formats.cells import UnreadableError
from daozhang.formats.lines import Row
from daozhang.formats.totals import Balanced, check_running_balance, compare_amount, compare_count
from daozhang.formats.wallet import Bill, read_bill, read_rows, say_ledger, starts_with_header

KNOWN_BY: Final = ("记账时间", "微信支付业务单号", "资金流水单号", "收支类型")
AMOUNT: Final = ("收支金额(元)", "收支金额")
BALANCE: Final = ("账户结余(元)", "账户结余")
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
    sums: dict[str, list[int]] = field(default_factory=lambda: {"收入": [], "支出": []})
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
        self.sums[direction].append(size)
        self.days.add(booked_at.date())
        self.chain.append(Balanced(line_no, booked_at, amount, balance))
        state = _withdrawal_state(row, amount)
        if state and self.merchant_no and row.text("微信支付业务单号"):
            self.sink.row("payouts", line_no, self._payout(row, booked_at, size, state))
        elif state:
            self.unpaid_withdrawals += 1

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
    bill = read_bill(source, sink, "资金流水总笔数")
    ledger = _Ledger(source, sink, _account(source), source.given.merchant_no or _submitter(bill))
    gaps = read_rows(bill, sink, ledger.entry)
    check_running_balance(sink, ledger.chain, gaps)
    if source.given.account_tail or source.given.merchant_no:
        # Bills of two merchants that nobody told apart are two ledgers: their balances prove nothing about each other.
        say_ledger(sink, ledger.account, ledger.chain, gaps)
    if ledger.unpaid_withdrawals:
        sink.warn("warn-merchant-unknown", count=ledger.unpaid_withdrawals)
    if _compare(bill, ledger, sink) and not gaps and len(ledger.days) == 1:
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


def _submitter(bill: Bill) -> str:
    """Return the merchant number that submitted a request (``1900000001API``), when all such rows name the same."""
    submitters = (Row(row, bill.columns).text("资金变更提交申请人") for row in bill.rows)
    found = {match[1] for text in submitters if (match := _SUBMITTER.fullmatch(text))}
    return found.pop() if len(found) == 1 else ""


def _compare(bill: Bill, ledger: _Ledger, sink: Sink) -> bool:
    incomes, outgos = ledger.sums["收入"], ledger.sums["支出"]
    counts = {"资金流水总笔数": len(bill.rows), "收入笔数": len(incomes), "支出笔数": len(outgos)}
    agrees = [bool(bill.summary)]
    for name, count in counts.items():
        if stated := bill.summary.get(name):
            agrees.append(compare_count(sink, name, stated, count))
    for name, sizes in (("收入金额", incomes), ("支出金额", outgos)):
        if stated := bill.summary.get(name):
            agrees.append(compare_amount(sink, name, stated, sum(sizes)))
    return all(agrees)


FORMAT = Format(
    code="wechat_fund_bill",
    knows=_knows,
    tables=("bank_entries", "payouts"),
    read=_read,
    unsure=("unsure-wechat-payout-day", "unsure-wechat-return"),
    evidence="documentation",
)
