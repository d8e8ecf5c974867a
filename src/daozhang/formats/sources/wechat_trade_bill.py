"""微信支付 trade bill 交易账单 (ALL, SUCCESS, REFUND, and the older 24-column form) → clearings.

Amounts are in yuan; 手续费 is printed with five decimals but is whole fen per row. A day ends at 24:00. A refund row
stands on the day the refund was accepted (REFUND names that moment in a column of its own), with its amount positive: it
is turned to negative here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from daozhang.formats.base import Format, Projection, Sink, Source
from daozhang.formats.cells import UnreadableError, currency
from daozhang.formats.lines import Row
from daozhang.formats.totals import compare_amount, compare_count
from daozhang.formats.wallet import Bill, read_bill, read_rows, starts_with_header, take_bill
from daozhang.formats.wechat_projection import project

KNOWN_BY: Final = ("交易时间", "商户号", "微信订单号", "商户订单号", "交易状态", "手续费", "费率")
GROSS: Final = ("应结订单金额", "总金额")
REFUND: Final = ("退款金额",)
COUPON_REFUND: Final = ("充值券退款金额", "企业红包退款金额", "代金券或立减优惠退款金额")
FEE: Final = ("手续费",)
REFUNDED_AT: Final = ("退款申请时间",)
SUB_MERCHANT: Final = ("特约商户号", "子商户号")

SUMMED: Final = (
    ("应结订单总金额", GROSS),
    ("总交易额", GROSS),
    ("退款总金额", REFUND),
    ("总退款金额", REFUND),
    ("充值券退款总金额", COUPON_REFUND),
    ("总企业红包退款金额", COUPON_REFUND),
    ("手续费总金额", FEE),
    ("订单总金额", ("订单金额",)),
    ("申请退款总金额", ("申请退款金额",)),
)
"""Names of the summary and the columns each adds up (newer and older form)."""

SUMMARY: Final = "总交易单数"
"""First name of the summary's header."""
KINDS: Final = {"SUCCESS": "sale", "REFUND": "refund", "REVOKED": "void"}


@dataclass(slots=True)
class _Sums:
    """Totals over all data rows, signs as printed, also over the ones set aside as far as they can be read."""

    stated: Mapping[str, str]
    rows: int = 0
    amounts: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        self.rows += 1
        for name, columns in SUMMED:
            if name not in self.stated:
                continue
            try:
                self.amounts[name] = self.amounts.get(name, 0) + (row.yuan_or_none(*columns) or 0)
            except UnreadableError:
                continue


def _knows(source: Source) -> bool:
    return starts_with_header(source, KNOWN_BY)


def _read(source: Source, sink: Sink) -> None:
    _finish(source, read_bill(source, sink, SUMMARY), sink, {})


def _project(source: Source) -> Projection | None:
    def rest(lines: Iterable[tuple[int, str]], sums: Mapping[str, object], sink: Sink) -> None:
        _finish(source, take_bill(lines, sink, SUMMARY), sink, sums)

    return project(source, KNOWN_BY, dict(SUMMED), rest)


def _finish(source: Source, bill: Bill, sink: Sink, before: Mapping[str, object]) -> None:
    """Read the rows of a bill and compare the summary; ``before`` is what rows that were read set-wise add up to."""
    sums = _Sums(bill.summary)
    days: set[object] = set()
    merchants: set[str] = set()
    if rows := before.get("rows"):
        sums.rows = int(str(rows))
        sums.amounts = {name: int(str(before[name])) for name, _ in SUMMED if name in bill.summary and name in before}
        days = {date.fromisoformat(str(before[name])) for name in ("first_on", "last_on")}
        merchants = {str(before[name]) for name in ("first_merchant", "last_merchant")}

    def one(row: Row) -> None:
        sums.add(row)
        values = _clearing(row, source)
        days.add(values["cleared_on"])
        merchants.add(str(values["merchant_no"]))
        sink.row("clearings", row.record.line_no, values)

    gaps = read_rows(bill, sink, one)
    agrees = _compare(bill, sums, sink)
    only = days.pop() if len(days) == 1 else None
    if agrees and not gaps and isinstance(only, date) and _holds_both_directions(bill):
        sink.covers("clearings", first_on=only, last_on=only, merchant_no=_only(merchants))


def _holds_both_directions(bill: Bill) -> bool:
    """Return whether the bill lists sales and refunds (ALL). SUCCESS and REFUND are complete for half of a day only."""
    return bill.columns.has("微信退款单号") and not bill.columns.has(*REFUNDED_AT)


def _only(merchants: set[str]) -> str:
    """Return the one merchant number of a bill; empty for a service provider's bill over several."""
    return next(iter(merchants)) if len(merchants) == 1 else ""


def _compare(bill: Bill, sums: _Sums, sink: Sink) -> bool:
    agrees = [bool(bill.summary)]
    if stated := bill.summary.get("总交易单数"):
        agrees.append(compare_count(sink, "总交易单数", stated, sums.rows))
    for name, _ in SUMMED:
        if stated := bill.summary.get(name):
            agrees.append(compare_amount(sink, name, stated, sums.amounts.get(name, 0)))
    return all(agrees)


def _clearing(row: Row, source: Source) -> dict[str, object]:
    """Return one clearing: gross towards the merchant (a refund negative), fee as charged, net = gross - fee."""
    state = row.must("交易状态")
    occurred_at = row.moment(*(REFUNDED_AT if state == "REFUND" and row.text(*REFUNDED_AT) else ("交易时间",)))
    gross = _gross(row, state)
    fee = row.yuan(*FEE)
    refund_no = row.text("微信退款单号")
    return {
        "acquirer": source.given.acquirer or "wechat",
        "merchant_no": _number(row.text(*SUB_MERCHANT)) or row.must("商户号"),
        "terminal_no": _number(row.text("设备号")),
        "network_no": _number(refund_no) if state != "SUCCESS" and _number(refund_no) else row.must("微信订单号"),
        "order_no": row.text("商户订单号") or None,
        "occurred_at": occurred_at,
        "cleared_on": occurred_at.date(),
        "kind": KINDS[state],
        "gross_minor": gross,
        "fee_minor": fee,
        "net_minor": gross - fee,
        "currency": currency("货币种类", row.text("货币种类")),
        "channel": "wechat",
        "card_kind": _card_kind(row.text("付款银行")),
    }


def _gross(row: Row, state: str) -> int:
    if state not in KINDS:
        raise UnreadableError("交易状态", state, "reject-value", expected=" ".join(KINDS))
    settled = row.yuan(*GROSS) if state != "REFUND" else (row.yuan_or_none(*GROSS) or 0)
    refunded = row.yuan_or_none(*REFUND) or 0
    if state == "SUCCESS":
        if refunded:
            raise UnreadableError(REFUND[0], row.text(*REFUND), "reject-both-directions")
        return settled
    if settled:
        # A refund or a void that also states an amount to settle leaves open which of the two moved.
        raise UnreadableError(GROSS[0], row.text(*GROSS), "reject-both-directions")
    if refunded <= 0:
        raise UnreadableError(REFUND[0], row.text(*REFUND), "reject-amount")
    return -refunded


def _number(text: str) -> str | None:
    """Return a number, None for the ``0`` that stands for none."""
    return text if text.strip("0") else None


def _card_kind(bank: str) -> str | None:
    """Return the kind of card behind a payer's bank code such as ``ICBC_DEBIT``; None when it does not say."""
    return {"DEBIT": "debit", "CREDIT": "credit"}.get(bank.rpartition("_")[2])


FORMAT = Format(
    code="wechat_trade_bill",
    knows=_knows,
    tables=("clearings",),
    read=_read,
    project=_project,
    unsure=("unsure-wechat-fee-refund", "unsure-wechat-revoked", "unsure-wechat-old-layout"),
)
