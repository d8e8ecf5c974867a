"""中国银行 statement: a title line, signed amounts, dashes for empty cells, newest entry first."""

from __future__ import annotations

from daozhang.formats.statement import Layout, statement_format

FORMAT = statement_format(
    "bank_boc",
    Layout(
        known_by=("记账日期", "币别", "金额", "余额", "交易名称"),
        day=("记账日期",),
        clock=("记账时间",),
        amount=("金额",),
        currency=("币别",),
        balance=("余额",),
        name=("对方账户名",),
        account=("对方卡号/账号",),
        texts=(("交易名称",), ("网点名称",), ("附言",)),
        reference=("交易流水号", "流水号"),
        own_account=("借记卡号", "账号"),
    ),
)
