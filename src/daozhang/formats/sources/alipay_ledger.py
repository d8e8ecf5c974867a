"""支付宝 ledger 账务明细 (old and newer columns, in any order) → bank_entries of the wallet, and payouts for withdrawals.

GB18030 or UTF-8, ``#`` lines before and after the table, tabs after identifiers. Amounts are in yuan in two columns: 收入
positive, 支出 negative. Every row carries the balance after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from daozhang.formats.alipay import header_of, stated_account, stated_period, text_of
from daozhang.formats.alipay_projection import table_of
from daozhang.formats.base import Format, NotSetWiseError, Projection, Sink, Source
from daozhang.formats.cells import UnreadableError
from daozhang.formats.lines import Columns, Record, Row, check_width, records, take
from daozhang.formats.projected_table import lines_as_records
from daozhang.formats.sql_lines import CHAIN, LineCells, balanced, joined_once, literal
from daozhang.formats.sql_steps import Steps, Test, all_true
from daozhang.formats.totals import Balanced, check_running_balance, compare_amount, compare_count
from daozhang.formats.wallet import say_ledger

KNOWN_BY: Final = ("账务流水号", "业务流水号", "发生时间")
INCOME: Final = ("收入金额(+元)", "收入金额(元)", "收入金额", "收入(+元)")
OUTGO: Final = ("支出金额(-元)", "支出金额(元)", "支出金额", "支出(-元)")
BALANCE: Final = ("账户余额(元)", "账户余额")
PARTY: Final = ("对方账号", "对方账户", "对方名称")
TEXTS: Final = ("业务类型", "业务描述", "商品名称", "备注")

_TOTALS = re.compile(r"#\s*(收入|支出)合计[:：]\s*([\d,]+)\s*笔[,，]\s*共\s*([+-]?[\d.,]+)\s*元")


@dataclass(slots=True)
class _Ledger:
    """The state while one ledger is read; sums are over rows that could be read, by direction, signed."""

    source: Source
    sink: Sink
    columns: Columns | None = None
    header: tuple[str, ...] = ()
    merchant_no: str = ""
    period: tuple[date, date] | None = None
    totals: dict[str, tuple[str, str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: {"收入": 0, "支出": 0})
    sums: dict[str, int] = field(default_factory=lambda: {"收入": 0, "支出": 0})
    chain: list[Balanced] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    unpaid_withdrawals: int = 0

    @property
    def account(self) -> str:
        """Return the ledger's name: given, else the wallet and its partner number."""
        return _account(self.source, self.merchant_no)

    def record(self, record: Record) -> None:
        """Say what one record is."""
        if record.text.startswith("#"):
            self._comment(record.text)
            self.sink.control(record.line_no)
        elif self.columns is None or record.is_blank or record.cells == self.header:
            columns = Columns.of(record.cells)
            if columns.has(*KNOWN_BY):
                self.columns, self.header = columns, record.cells
            self.sink.control(record.line_no)
        elif not take(self.sink, record, self._entry):
            self.gaps.append(record.line_no)

    def _comment(self, text: str) -> None:
        self.merchant_no = stated_account(text) or self.merchant_no
        self.period = stated_period(text) or self.period
        if match := _TOTALS.match(text):
            self.totals[match[1]] = (match[2].replace(",", ""), match[3])

    def _entry(self, record: Record) -> None:
        assert self.columns is not None
        check_width(record, self.columns)
        row = Row(record, self.columns)
        amount, booked_at, balance = _amount(row), row.moment("发生时间"), row.yuan_or_none(*BALANCE)
        texts = dict.fromkeys(filter(None, (row.text(name) for name in TEXTS)))
        self.sink.row(
            "bank_entries",
            record.line_no,
            {
                "account_tail": self.account,
                "booked_at": booked_at,
                "amount_minor": amount,
                "balance_minor": balance,
                "counterparty_name": re.split("[(（]", row.text(*PARTY))[0].strip() or None,
                "text": " ".join(texts) or None,
                "bank_reference": row.must("账务流水号"),
            },
        )
        label = "收入" if amount >= 0 else "支出"
        self.counts[label] += 1
        self.sums[label] += amount
        self.chain.append(Balanced(record.line_no, booked_at, amount, balance))
        if state := _withdrawal_state(row, amount):
            self._withdrawal(row, booked_at, abs(amount), state)

    def _withdrawal(self, row: Row, booked_at: datetime, size: int, state: str) -> None:
        """Say a withdrawal a second time, as the payout it is: it pays the day before (not official)."""
        number = row.text("业务流水号")
        if not (number and self.merchant_no):
            self.unpaid_withdrawals += 1
            return
        self.sink.row(
            "payouts",
            row.record.line_no,
            {
                "acquirer": self.source.given.acquirer or "alipay",
                "merchant_no": self.merchant_no,
                "payout_no": number,
                "settled_on": booked_at.date() - timedelta(days=1),
                "planned_minor": size,
                "paid_minor": size,
                "state": state,
                "reason_text": row.text("备注") or None if state == "returned" else None,
                "created_at": booked_at if state == "claimed" else None,
                "finished_at": booked_at if state == "returned" else None,
            },
        )

    def add(self, sums: Mapping[str, object]) -> None:
        """Take what entries add up to that were read set-wise; called when all others were read."""
        for label in self.sums:
            self.counts[label] += int(str(sums[f"count {label}"]))
            self.sums[label] += int(str(sums[f"sum {label}"] or 0))
        self.chain = balanced(sums, self.chain)

    def finish(self) -> None:
        """Compare the footer with the rows, and say what days the file is complete for."""
        if self.columns is None:
            self.sink.warn("warn-header-missing")
        check_running_balance(self.sink, self.chain, self.gaps)
        if self.merchant_no or self.source.given.account_tail:
            say_ledger(self.sink, self.account, self.chain, self.gaps)
        if self.unpaid_withdrawals:
            self.sink.warn("warn-merchant-unknown", count=self.unpaid_withdrawals)
        if not self.totals:
            self.sink.warn("warn-summary-missing")
        agrees = [bool(self.totals)]
        for label, (count, amount) in self.totals.items():
            agrees.append(compare_count(self.sink, f"{label}合计 笔数", count, self.counts[label]))
            agrees.append(compare_amount(self.sink, f"{label}合计", amount, self.sums[label]))
        if all(agrees) and not self.gaps and self.period:
            first_on, last_on = self.period
            self.sink.covers("bank_entries", first_on=first_on, last_on=last_on, account_tail=self.account)


def _account(source: Source, merchant_no: str) -> str:
    return source.given.account_tail or f"wallet:alipay:{merchant_no or 'unknown'}"


def _amount(row: Row) -> int:
    """Return the amount, 收入 as printed and 支出 always out; a reject when both or neither are there."""
    income, outgo = row.yuan_or_none(*INCOME), row.yuan_or_none(*OUTGO)
    if income is None and outgo is None:
        raise UnreadableError(INCOME[0], "", "reject-empty")
    if income and outgo:
        raise UnreadableError(OUTGO[0], row.text(*OUTGO), "reject-both-directions")
    return (income or 0) - abs(outgo or 0)


def _withdrawal_state(row: Row, amount: int) -> str:
    """Return ``claimed`` for a withdrawal 提现, ``returned`` for one that came back, empty for anything else."""
    kind = row.text("业务类型")
    if "提现" not in kind + row.text("业务描述"):
        return ""
    if amount < 0:
        return "claimed" if "费" not in kind else ""
    return "returned" if "退" in kind + row.text("业务描述") + row.text("备注") else ""


def _knows(source: Source) -> bool:
    found = header_of(source)
    return found is not None and found[1].has(*KNOWN_BY)


def _read(source: Source, sink: Sink) -> None:
    ledger = _Ledger(source, sink, merchant_no=source.given.merchant_no)
    for record in records(text_of(source)):
        ledger.record(record)
    ledger.finish()


def _project(source: Source) -> Projection | None:
    table = table_of(source, KNOWN_BY)
    if table is None:
        return None

    merchant_no = table.account or source.given.merchant_no

    def rest(lines: Iterable[tuple[int, str]], sums: Mapping[str, object], sink: Sink) -> None:
        ledger = _Ledger(source, sink, merchant_no=source.given.merchant_no)
        for record in lines_as_records(lines):
            ledger.record(record)
            if record.line_no >= table.first_line and ledger.merchant_no != merchant_no:
                raise NotSetWiseError  # a second account is named within the table
        ledger.add(sums)
        ledger.finish()

    steps = Steps()
    texts, tests = _texts(table.cells(steps), _account(source, merchant_no))
    return Projection(
        table="bank_entries", width=table.width, least=table.columns.width, columns=texts, rest=rest, steps=steps.layers(),
        sure=all_true([*tests, *table.extra, "NOT starts_with(c0, '#')"]), first_line=table.first_line,
        sums={
            **CHAIN, "count 收入": "count(*) FILTER (WHERE try_cast(amount_minor AS BIGINT) >= 0)",
            "sum 收入": "sum(greatest(try_cast(amount_minor AS BIGINT), 0))",
            "count 支出": "count(*) FILTER (WHERE try_cast(amount_minor AS BIGINT) < 0)",
            "sum 支出": "sum(least(try_cast(amount_minor AS BIGINT), 0))",
        },
    )  # fmt: skip


def _texts(cells: LineCells, account: str) -> tuple[dict[str, str], list[Test]]:
    """Return the columns of an entry as SQL, and what must be true of its line; a withdrawal is the row reader's."""
    income, outgo, at = cells.fen(*INCOME), cells.fen(*OUTGO), cells.text("发生时间")
    party, number = cells.text(*PARTY), cells.text("账务流水号")
    amount = cells.steps.named(f"coalesce({income}, 0) - abs(coalesce({outgo}, 0))")
    texts = [cells.text(name) for name in TEXTS]
    tests: list[Test] = [
        f"({income} IS NOT NULL OR {outgo} IS NOT NULL)", f"(coalesce({income}, 0) = 0 OR coalesce({outgo}, 0) = 0)",
        f"strlen({at}) = 19 AND {at} >= '1990'", f"{number} <> ''",
        f"NOT contains(concat({cells.text('业务类型')}, {cells.text('业务描述')}), '提现')",
        *(cells.amount(*names) for names in (INCOME, OUTGO, BALANCE)),
    ]  # fmt: skip
    return {
        "account_tail": literal(account),
        "booked_at": at,
        "amount_minor": f"({amount})::VARCHAR",
        "balance_minor": f"({cells.fen(*BALANCE)})::VARCHAR",
        "counterparty_name": f"trim(split_part(split_part({party}, '(', 1), '（', 1))",
        "text": joined_once(texts),
        "bank_reference": number,
    }, tests


FORMAT = Format(
    code="alipay_ledger",
    knows=_knows,
    tables=("bank_entries", "payouts"),
    read=_read,
    project=_project,
    unsure=("unsure-alipay-withdrawal", "unsure-alipay-ledger-sample"),
    evidence="documentation",
)
