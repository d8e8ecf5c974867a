"""招商银行 statement: signed amounts with thousands commas, the counterparty's name and account in one cell."""

from __future__ import annotations

from daozhang.formats.statement import Layout, statement_format

FORMAT = statement_format(
    "bank_cmb",
    Layout(
        known_by=("记账日期", "货币", "交易金额", "联机余额", "交易摘要"),
        day=("记账日期",),
        clock=("记账时间", "交易时间"),
        amount=("交易金额",),
        currency=("货币",),
        balance=("联机余额",),
        both=("对手信息",),
        texts=(("交易摘要",), ("客户摘要",)),
        reference=("交易流水号", "流水号"),
        own_account=("账号", "卡号"),
    ),
)
