"""What a mapped file must agree with itself about: balances that follow each other, sums per group, totals at its foot."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Values
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from daozhang.formats.base import Sink, Statement
from daozhang.formats.cells import UnreadableError
from daozhang.formats.lines import Record
from daozhang.formats.mapped import values as cell
from daozhang.formats.mapped.columns import UNKNOWN_ACCOUNT
from daozhang.formats.mapped.spec import Amount, Check, ColumnRule, Mapping
from daozhang.formats.totals import Balanced, check_running_balance
from daozhang.money import to_text

_TOTAL: Final = ("合计", "总计", "total", "sum", "grand total")
"""How a footer begins that adds up the whole file; a subtotal (小计) does not."""

Cells = Callable[[Record, str], str]


@dataclass(slots=True)
class SelfChecks:
    """Takes every row that was read; ``finish`` says where the file contradicts itself."""

    mapping: Mapping
    cells: Cells
    sink: Sink
    chains: dict[tuple[str, str], list[Balanced]] = field(default_factory=dict)
    sums: dict[str, tuple[int, int]] = field(default_factory=dict)
    groups: dict[tuple[int, tuple[str, ...]], int] = field(default_factory=dict)
    unequal: dict[int, list[int]] = field(default_factory=dict)
    footers: list[Record] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    currencies: set[str] = field(default_factory=set)

    def row(self, record: Record, rows: list[tuple[str, dict[str, object]]]) -> None:
        """Take one record and what it became."""
        for table, values in rows:
            currency = str(values.get("currency") or "CNY")
            self.currencies.add(currency)
            if table == "bank_entries":
                self._balanced(record, values, currency)
        for number, check in enumerate(self.mapping.checks):
            self._check(number, check, record, rows)
        if self.mapping.shape.footers:
            self._add_up(record, rows)

    def _add_up(self, record: Record, rows: list[tuple[str, dict[str, object]]]) -> None:
        """Add a row to the sums of its columns, as written and as it counts: a footer may state either."""
        counted = {
            one.columns[0]: values.get(name)
            for rule in self.mapping.tables
            for name, one in rule.columns
            for table, values in rows
            if table == rule.table and one.amount is not None and len(one.columns) == 1
        }
        for name, how in amount_columns(self.mapping):
            written = self._amount(record, name, how) or 0
            worth = counted.get(name)
            so_far = self.sums.get(name, (0, 0))
            self.sums[name] = (so_far[0] + written, so_far[1] + (worth if isinstance(worth, int) else written))

    def footer(self, record: Record) -> None:
        """Take a control line at the foot of the file."""
        self.footers.append(record)

    def add(self, sums: Values[str, object]) -> None:
        """Take what rows add up to that were read set-wise: ``written`` and ``worth`` of each amount column.

        Adding up takes a second look at the file, so nothing is asked where no total stands at its foot.
        """
        if not self._totals():
            return
        for name, _ in amount_columns(self.mapping):
            written, worth = (sums.get(f"{what} {name}", 0) for what in ("written", "worth"))
            if isinstance(written, int) and isinstance(worth, int):
                so_far = self.sums.get(name, (0, 0))
                self.sums[name] = (so_far[0] + written, so_far[1] + worth)

    def finish(self) -> None:
        """Say everything that does not agree."""
        wants_chain = any(check.kind == "running_balance" for check in self.mapping.checks)
        for (account, currency), chain in self.chains.items():
            if wants_chain:
                check_running_balance(self.sink, chain, self.gaps)
            if wants_chain and account != UNKNOWN_ACCOUNT:
                self._statement(account, currency, chain)
        for number, check in enumerate(self.mapping.checks):
            self._say(number, check)
        self._compare_footers()

    def _balanced(self, record: Record, values: dict[str, object], currency: str) -> None:
        at, amount, balance = values["booked_at"], values["amount_minor"], values.get("balance_minor")
        assert isinstance(at, datetime)
        assert isinstance(amount, int)
        entry = Balanced(record.line_no, at, amount, balance if isinstance(balance, int) else None)
        self.chains.setdefault((str(values["account_tail"]), currency), []).append(entry)

    def _statement(self, account: str, currency: str, chain: list[Balanced]) -> None:
        """Say the balances before the first and after the last entry, where the order of the entries is plain."""
        ordered = chain if chain[0].at <= chain[-1].at else chain[::-1]
        rises = all(earlier.at <= later.at for earlier, later in pairwise(ordered))
        first, last = ordered[0], ordered[-1]
        if not rises or self.gaps or first.balance is None or last.balance is None:
            return
        if len(ordered) > 1 and first.at == last.at:
            return  # entries of one moment may stand either way round
        self.sink.statement(
            Statement(
                account_tail=account, currency=currency, opening_minor=first.balance - first.amount,
                closing_minor=last.balance, first_on=_day(first.at), last_on=_day(last.at), line_no=first.line_no,
            )
        )  # fmt: skip

    def _check(self, number: int, check: Check, record: Record, rows: list[tuple[str, dict[str, object]]]) -> None:
        if check.kind not in {"sum_zero", "row_sum"}:
            return
        how = _first_amount(self.mapping)
        currency = next((str(values["currency"]) for _, values in rows if values.get("currency")), "CNY")
        left = sum(self._amount(record, name, how, currency) or 0 for name in check.left)
        right = self._amount(record, check.right, how, currency) or 0
        if check.kind == "row_sum":
            if left != right:
                self.unequal.setdefault(number, []).append(record.line_no)
            return
        group = (number, (*(self.cells(record, name) for name in check.groups), currency))
        self.groups[group] = self.groups.get(group, 0) + left - right

    def _say(self, number: int, check: Check) -> None:
        if lines := self.unequal.get(number):
            self.sink.warn("warn-row-sum", column=check.right, count=len(lines), line_no=lines[0])
        uneven = [(key[1], total) for key, total in self.groups.items() if key[0] == number and total]
        if uneven:
            group, total = uneven[0]
            self.sink.warn(
                "warn-group-sum", columns=", ".join(check.groups) or check.right, count=len(uneven),
                group=" ".join(group[:-1]), difference=to_text(total, group[-1], symbol=False),
            )  # fmt: skip

    def _compare_footers(self) -> None:
        totals = self._totals()
        if len(totals) != 1 or len(self.currencies) > 1:
            return
        for name, how in amount_columns(self.mapping):
            stated = self.cells(totals[0], name)
            currency = next(iter(self.currencies), "CNY")
            found = self._amount(totals[0], name, how, currency) if stated != _label(totals[0]) else None
            written, worth = self.sums.get(name, (0, 0))
            if found is not None and abs(found) not in {abs(written), abs(worth)}:
                computed = to_text(worth, currency, symbol=False)
                self.sink.warn("warn-total-differs", name=name, stated=stated, computed=computed)

    def has_total(self) -> bool:
        """Return whether a line that adds up the whole file has been seen."""
        return bool(self._totals())

    def _totals(self) -> list[Record]:
        return [record for record in self.footers if _label(record).lower().startswith(_TOTAL)]

    def _amount(self, record: Record, name: str, how: Amount, currency: str = "CNY") -> int | None:
        text = self.cells(record, name)
        try:
            return cell.amount(name, text, how, currency) if text else None
        except UnreadableError:
            return None


def _label(record: Record) -> str:
    return next((text for one in record.cells if (text := one.strip())), "")


def amount_columns(mapping: Mapping) -> list[tuple[str, Amount]]:
    """Return the source columns that hold amounts, each once, balances left out: their sum means nothing."""
    found: dict[str, Amount] = {}
    for rule in mapping.tables:
        for name, one in rule.columns:
            if one.amount is not None and name != "balance_minor":
                found.update((source, one.amount) for source in one.columns if source not in found)
    return list(found.items())


def _first_amount(mapping: Mapping) -> Amount:
    rules: list[ColumnRule] = [one for table in mapping.tables for _, one in table.columns]
    return next((one.amount for one in rules if one.amount is not None), Amount())


def _day(at: datetime) -> date:
    return at.date()
