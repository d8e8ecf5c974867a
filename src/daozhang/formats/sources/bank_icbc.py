"""中国工商银行 statement: account lines, a header, entries padded with blanks and tabs, a total row per currency."""

from __future__ import annotations

from daozhang.formats.statement import Layout, statement_format

FORMAT = statement_format(
    "bank_icbc",
    Layout(
        known_by=("交易日期", "摘要", "记账金额(收入)", "记账金额(支出)", "余额"),
        day=("交易日期",),
        clock=("交易时间",),
        income=("记账金额(收入)",),
        outgo=("记账金额(支出)",),
        currency=("记账币种",),
        balance=("余额",),
        name=("对方户名",),
        account=("对方账户", "对方账号", "对方帐户"),
        texts=(("摘要",), ("交易详情",), ("交易场所",), ("附言",)),
        reference=("交易流水号", "流水号"),
    ),
)
