"""Bills of the two wallets: WeChat's trade bill and fund bill, Alipay's business bill."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from daozhang.money import to_text
from daozhang.world.acquirer import Cleared
from daozhang.world.cast import Shop
from daozhang.world.payout import Payout

_TRADE_HEADER: Final = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
_TRADE_SUMMARY: Final = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
_FUND_HEADER: Final = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
_FUND_SUMMARY: Final = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"


def yuan(minor: int) -> str:
    """Return an amount in yuan with two decimals and no thousands commas."""
    return to_text(minor, symbol=False).replace(",", "")


def _ticked(values: Iterable[str]) -> str:
    return ",".join("`" + value for value in values)


def wechat_trade_bill(rows: Sequence[Cleared]) -> bytes:
    """Return the day's trade bill of all trades: BOM, CR LF, a back-tick before every value, two summary lines."""
    lines = [_TRADE_HEADER, *(_ticked(_wechat_trade(one)) for one in rows), _TRADE_SUMMARY]
    gross = sum(one.gross_minor for one in rows if one.gross_minor > 0)
    refunds = -sum(one.gross_minor for one in rows if one.gross_minor < 0)
    fees = sum(one.fee_minor for one in rows)
    totals = (yuan(gross), yuan(refunds), "0.00", yuan(fees), yuan(gross), yuan(refunds))
    lines.append(_ticked((f"{len(rows)}.0", *totals)))
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def trade_no(one: Cleared) -> str:
    """Return the wallet's own number of the sale that a row is, or gives back."""
    sale = one.payment.original or one.payment
    if one.payment.shop.acquirer == "wechat":
        return f"42000026{sale.occurred_at:%Y%m%d}{sale.terminal_no[-2:]}{sale.trace_no}0001"
    return f"{sale.occurred_at:%Y%m%d}2200140000{sale.terminal_no[-2:]}{sale.trace_no}00"


def refund_no(one: Cleared) -> str:
    """Return the wallet's number of a refund."""
    return f"50301109{one.payment.occurred_at:%Y%m%d}{one.payment.terminal_no[-2:]}{one.payment.trace_no}0001"


def _wechat_trade(one: Cleared) -> tuple[str, ...]:
    payment, is_refund = one.payment, one.gross_minor < 0
    gross, back = ("0.00", yuan(-one.gross_minor)) if is_refund else (yuan(one.gross_minor), "0.00")
    refund = (refund_no(one), "R" + payment.order_no, back, "0.00", "ORIGINAL", "SUCCESS")
    return (
        f"{payment.occurred_at:%Y-%m-%d %H:%M:%S}",
        "wx8888aaaa9999bbbb",
        payment.shop.merchant_no,
        "0",
        payment.terminal_no,
        trade_no(one),
        payment.order_no,
        f"o1Uw{int(payment.trace_no) * 7919:016d}",
        "MICROPAY",
        "REFUND" if is_refund else "SUCCESS",
        "OTHERS",
        "CNY",
        gross,
        "0.00",
        *(refund if is_refund else ("0", "0", "0.00", "0.00", "", "")),
        "门店消费",
        "",
        f"{'-' if one.fee_minor < 0 else ''}{yuan(abs(one.fee_minor))}000",
        "0.60%",
        gross,
        back,
        "",
    )


class WechatFunds:
    """The running ledger of the WeChat account, from which a fund bill is written every day."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.balance_minor = 0
        self._number = 0

    def bill(self, day: date, rows: Sequence[Cleared], payouts: Sequence[Payout]) -> bytes:
        """Return the fund bill of ``day``: every sale and refund with its fee, and the day's withdrawal to the bank."""
        moves: list[tuple[datetime, str, str, str, int]] = []
        for one in rows:
            number = refund_no(one) if one.gross_minor < 0 else trade_no(one)
            name = "退款" if one.gross_minor < 0 else "交易"
            moves.append((one.payment.occurred_at, number, name, name, one.gross_minor))
            if one.fee_minor:
                kind = "退还交易手续费" if one.fee_minor < 0 else "扣除交易手续费"
                moves.append((one.payment.occurred_at + timedelta(seconds=1), number, kind, kind, -one.fee_minor))
        for payout in payouts:
            moves.append((payout.states[0].at, payout.number, "提现", "提现", -payout.paid_minor))  # noqa: PERF401 - read beside the loop above
        lines = [self._line(day, move) for move in sorted(moves)]
        income = [amount for *_, amount in moves if amount > 0]
        spent = [-amount for *_, amount in moves if amount < 0]
        totals = (f"{len(moves)}.0", f"{len(income)}.0", yuan(sum(income)), f"{len(spent)}.0", yuan(sum(spent)))
        body = [_FUND_HEADER, *lines, _FUND_SUMMARY, _ticked(totals)]
        return ("\ufeff" + "\r\n".join(body) + "\r\n").encode()

    def _line(self, day: date, move: tuple[datetime, str, str, str, int]) -> str:
        at, number, name, kind, amount = move
        self.balance_minor += amount
        self._number += 1
        flow = f"{self.shop.merchant_no}{day:%Y%m%d}{self._number:012d}"
        way = "收入" if amount > 0 else "支出"
        return _ticked(
            (
                f"{at:%Y-%m-%d %H:%M:%S}",
                number,
                flow,
                name,
                kind,
                way,
                yuan(abs(amount)),
                yuan(self.balance_minor),
                "system",
                "",
                number[-12:],
            )
        )


_ALIPAY_HEADER: Final = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
    "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,"
    "商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)


def alipay_bill(shop: Shop, day: date, rows: Sequence[Cleared]) -> bytes:
    """Return the business bill of ``day`` in GBK: comment lines around a table whose ids end in a TAB."""
    end = datetime.combine(day, time()) + timedelta(days=1)
    sales = [one for one in rows if one.gross_minor > 0]
    refunds = [one for one in rows if one.gross_minor < 0]
    taken, given = (yuan(sum(one.gross_minor for one in part)) for part in (sales, refunds))
    lines = [
        "#支付宝业务明细查询",
        f"#账号：[{shop.merchant_no}0156]",
        f"#起始日期：[{day:%Y年%m月%d日} 00:00:00]   终止日期：[{end:%Y年%m月%d日} 00:00:00]",
        "#-----------------------------------------业务明细列表----------------------------------------",
        _ALIPAY_HEADER,
        *(_alipay_line(one) for one in rows),
        "#-----------------------------------------业务明细列表结束------------------------------------",
        f"#交易合计：{len(sales)}笔，商家实收共{taken}元，商家优惠共0.00元",
        f"#退款合计：{len(refunds)}笔，商家实收退款共{given}元，商家优惠退款共0.00元",
        f"#导出时间：[{end:%Y年%m月%d日} 09:12:40]",
    ]
    return ("\r\n".join(lines) + "\r\n").encode("gbk")


def _alipay_line(one: Cleared) -> str:
    payment, is_refund = one.payment, one.gross_minor < 0
    made_at = (payment.original or payment).occurred_at
    ids = (trade_no(one), payment.order_no, "退款" if is_refund else "交易")
    moments = (f"{made_at:%Y-%m-%d %H:%M:%S}", f"{payment.occurred_at:%Y-%m-%d %H:%M:%S}")
    amount = yuan(one.gross_minor)
    request = f"R{payment.trace_no}{payment.occurred_at:%m%d}\t" if is_refund else "\t"
    return ",".join(
        (
            ids[0] + "\t",
            ids[1] + "\t",
            ids[2],
            "门店消费",
            *moments,
            payment.shop.store_no + "\t",
            payment.shop.name + "\t",
            payment.operator_no + "\t",
            payment.terminal_no + "\t",
            "*客(138****0001)\t",
            amount,
            amount,
            "0.00",
            "0.00",
            "0.00",
            "0.00",
            "0.00",
            "",
            "0.00\t",
            "0.00",
            request,
            yuan(-one.fee_minor),
            "0.00",
            "",
        )
    )
