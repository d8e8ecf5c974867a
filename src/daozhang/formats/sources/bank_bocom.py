"""交通银行 statement: unsigned amounts, the direction in its own column (``贷 Cr`` in, ``借 Dr`` out)."""

from __future__ import annotations

from daozhang.formats.statement import Layout, statement_format

FORMAT = statement_format(
    "bank_bocom",
    Layout(
        known_by=("交易日期", "借贷", "交易金额", "余额", "对方户名"),
        day=("交易日期",),
        clock=("交易时间",),
        amount=("交易金额",),
        direction=("借贷",),
        currency=("币种", "交易币种"),
        balance=("余额",),
        name=("对方户名",),
        account=("对方账号",),
        texts=(("交易类型",), ("摘要",), ("交易地点",)),
        reference=("交易流水号", "流水号"),
        own_account=("账号", "卡号"),
    ),
)
