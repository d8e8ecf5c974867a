"""中国农业银行 statement: days as 20240101, signed amounts with a plus, rows that end early."""

from __future__ import annotations

from daozhang.formats.statement import Layout, statement_format

FORMAT = statement_format(
    "bank_abc",
    Layout(
        known_by=("交易日期", "交易摘要", "交易金额", "本次余额", "对手信息"),
        day=("交易日期",),
        clock=("交易时间",),
        amount=("交易金额",),
        currency=("币种",),
        balance=("本次余额",),
        both=("对手信息",),
        texts=(("交易摘要",), ("交易附言",)),
        reference=("日志号",),
        own_account=("账号", "卡号"),
    ),
)
