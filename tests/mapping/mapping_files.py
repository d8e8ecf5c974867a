"""Three tables made the way three different senders make them, and what a person must find in the lake afterwards, to the fen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MERCHANT = "898310058120042"
CARD = "6222021234567894"


@dataclass(frozen=True)
class Made:
    """One file and its truth: rows of one table (column → value) in the order of the file."""

    path: Path
    table: str
    rows: list[dict[str, Any]]


def clearing_workbook(folder: Path) -> Made:
    """An unknown acquirer's xlsx: title lines, Chinese headers, yuan, refunds written positive, a total at the end."""
    import xlsxwriter

    path = folder / "鑫汇付商户清算20260615.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("清算明细")
    sheet.write(0, 0, "鑫汇付 商户清算明细表")
    sheet.write(1, 0, "清算周期：2026-06-15")
    header = [
        "清算日期", "交易日期", "交易时间", "商户编号", "终端编号", "交易类型", "支付方式", "卡号", "检索参考号", "凭证号",
        "交易金额(元)", "手续费(元)", "清算金额(元)", "备注",
    ]  # fmt: skip
    for place, name in enumerate(header):
        sheet.write(3, place, name)
    rows, sums = [], [0, 0, 0]
    for number in range(24):
        gross = 1234 + 777 * number
        fee = (gross * 60 + 5000) // 10000
        sign = -1 if number in {7, 19} else 1
        texts = [
            "2026-06-16", "2026-06-15", f"{9 + number // 6:02d}:{number:02d}:07", MERCHANT, f"2000100{number % 3}",
            "退货" if sign < 0 else "消费", ("银行卡", "微信", "支付宝")[number % 3], CARD if number % 3 == 0 else "",
            f"0615{number:08d}", f"{number + 1:06d}",
        ]  # fmt: skip
        for place, text in enumerate(texts):
            sheet.write_string(4 + number, place, text)
        for place, amount in enumerate((gross, fee, gross - fee)):
            sheet.write_number(4 + number, 10 + place, amount / 100)
            sums[place] += sign * amount
        rows.append(
            {
                "acquirer": "XINHUIFU", "merchant_no": MERCHANT, "terminal_no": f"2000100{number % 3}", "trace_no": f"{number + 1:06d}",
                "rrn": f"0615{number:08d}", "kind": "refund" if sign < 0 else "sale", "gross_minor": sign * gross,
                "fee_minor": sign * fee, "net_minor": sign * (gross - fee), "cleared_on": dt.date(2026, 6, 16),
                "occurred_at": dt.datetime(2026, 6, 15, 9 + number // 6, number, 7),
                "channel": ("card", "wechat", "alipay")[number % 3], "card_tail": "7894" if number % 3 == 0 else None,
            }
        )  # fmt: skip
    sheet.write(28, 0, "合计")
    for place, amount in enumerate(sums):
        sheet.write_number(28, 10 + place, amount / 100)
    book.close()
    return Made(path, "clearings", rows)


def fen_text(folder: Path) -> Made:
    """A processor's text: GBK, semicolons, whole fen, a D/C column, no kind, no clearing day."""
    path = folder / "YF_CLR_0615.txt"
    lines = ["门店号;商户号;终端号;订单号;交易时间;借贷标志;发生额;服务费;净额"]
    rows = []
    for number in range(18):
        gross = 100 + 4321 * number
        fee = (gross * 38 + 5000) // 10000
        sign = -1 if number % 8 == 5 else 1
        at = dt.datetime(2026, 6, 10 + number % 5, 10 + number % 12, number, 30)
        lines.append(
            f"S{number % 3:03d};M100{number % 2};T000000{number % 4};OD2026{number:06d};{at:%Y%m%d %H%M%S};"
            f"{'D' if sign < 0 else 'C'};{gross};{fee};{gross - fee}"
        )
        rows.append(
            {
                "acquirer": "YUNFU", "merchant_no": f"M100{number % 2}", "terminal_no": f"T000000{number % 4}",
                "order_no": f"OD2026{number:06d}", "occurred_at": at, "cleared_on": at.date(),
                "kind": "refund" if sign < 0 else "sale", "gross_minor": sign * gross, "fee_minor": sign * fee,
                "net_minor": sign * (gross - fee),
            }
        )  # fmt: skip
    path.write_bytes("\r\n".join(lines).encode("gbk") + b"\r\n")
    return Made(path, "clearings", rows)


def bank_workbook(folder: Path) -> Made:
    """A bank's ods: the account above the table, money in and money out apart, days written 15/06/2026, newest first."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    path = folder / "statement-june.ods"
    book = OpenDocumentSpreadsheet()
    table = Table(name="Statement")
    book.spreadsheet.addElement(table)

    def line(*cells: str) -> None:
        row = TableRow()
        table.addElement(row)
        for text in cells:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            row.addElement(cell)

    line("Account number: 1234 5678 9012 6217")
    line("Booking date", "Description", "Counterparty", "Money in", "Money out", "Balance", "Bank reference")
    balance, made = 500_000, []
    for number in range(14):
        amount = -(3_050 + number) if number % 4 == 2 else 18_289 + 100 * number
        balance += amount
        day = dt.date(2026, 6, 2 + 2 * number)
        made.append((day, amount, balance, number))
    rows = []
    for day, amount, after, number in reversed(made):
        into, out = (f"{amount / 100:,.2f}", "") if amount > 0 else ("", f"{-amount / 100:,.2f}")
        line(f"{day:%d/%m/%Y}", f"Settlement {number}", "YUNFU PAY", into, out, f"{after / 100:,.2f}", f"B{number:06d}")
        rows.append(
            {
                "account_tail": "6217", "booked_at": dt.datetime(day.year, day.month, day.day), "amount_minor": amount,
                "balance_minor": after, "text": f"Settlement {number}", "counterparty_name": "YUNFU PAY",
                "bank_reference": f"B{number:06d}",
            }
        )  # fmt: skip
    book.save(str(path))
    return Made(path, "bank_entries", rows)


def nameless_text(folder: Path) -> Made:
    """An acquirer's export without a row of names: tabs, two-digit years, refunds in brackets, blanks between thousands."""
    path = folder / "jiesuan0615.txt"
    lines, rows = [], []
    for number in range(15):
        gross, at = 98_765 + 13_131 * number, dt.datetime(2026, 6, 15 + number // 8, 9 + number // 4, 3 * number, 5)
        fee = (gross * 38 + 5000) // 10000
        sign = -1 if number in {4, 11} else 1
        written = [_in_brackets(sign * one) for one in (gross, fee, gross - fee)]
        day = at.date() + dt.timedelta(days=1)
        lines.append(
            "\t".join(
                [MERCHANT, f"3100200{number % 2}", f"{at:%y/%m/%d}", f"{at:%H:%M:%S}", f"0616{number:08d}", f"{number + 1:06d}",
                 "退货" if sign < 0 else "消费", *written, f"{day:%y/%m/%d}"]
            )
        )  # fmt: skip
        rows.append(
            {
                "acquirer": "HUIJU", "merchant_no": MERCHANT, "terminal_no": f"3100200{number % 2}", "rrn": f"0616{number:08d}",
                "trace_no": f"{number + 1:06d}", "kind": "refund" if sign < 0 else "sale", "gross_minor": sign * gross,
                "fee_minor": sign * fee, "net_minor": sign * (gross - fee), "occurred_at": at, "cleared_on": day,
            }
        )  # fmt: skip
    path.write_text("\n".join(lines) + "\n", encoding="gb18030")
    return Made(path, "clearings", rows)


def _in_brackets(minor: int) -> str:
    written = f"{abs(minor) / 100:,.2f}".replace(",", " ")
    return f"({written})" if minor < 0 else written


def debit_credit_workbook(folder: Path) -> Made:
    """A bank's xlsx: six-digit days, amounts with CR and DR behind them, a balance with a minus behind it."""
    import xlsxwriter

    path = folder / "statement-6217.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Statement")
    sheet.write(0, 0, "Account number: 6222021234566217")
    for place, name in enumerate(("Posting Date", "Description", "Counterparty", "Amount", "Balance")):
        sheet.write(1, place, name)
    balance, rows = -50_000, []
    for number in range(12):
        amount = (-1 if number % 5 == 3 else 1) * (123_456 + 789 * number)
        balance += amount
        on = dt.date(2026, 5, 25) + dt.timedelta(days=number)
        texts = [
            f"{on:%y%m%d}", f"Settlement {number}", "HUIJU PAY", f"{abs(amount) / 100:,.2f} {'DR' if amount < 0 else 'CR'}",
            f"{abs(balance) / 100:,.2f}{'-' if balance < 0 else ''}",
        ]  # fmt: skip
        for place, text in enumerate(texts):
            sheet.write_string(2 + number, place, text)
        rows.append(
            {
                "account_tail": "6217", "booked_at": dt.datetime(on.year, on.month, on.day), "amount_minor": amount,
                "balance_minor": balance, "text": f"Settlement {number}", "counterparty_name": "HUIJU PAY",
            }
        )  # fmt: skip
    book.close()
    return Made(path, "bank_entries", rows)


def rows_in_lake(root: Path, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table in a workspace's lake, import by import, in the order of their lines."""
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = []
    for path in sorted(root.glob(f"lake/im_*/{table}*.parquet")):
        rows += pq.read_table(path).to_pylist()
    return sorted(rows, key=lambda row: (row["import_id"], row["line_no"]))


def as_made(rows: list[dict[str, Any]], made: Made) -> list[dict[str, Any]]:
    """Return rows of the lake with nothing but the columns the truth names."""
    return [{name: row[name] for name in made.rows[0]} for row in rows]
