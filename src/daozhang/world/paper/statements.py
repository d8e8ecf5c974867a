"""Bank statements: five banks' own CSV forms and ISO 20022 camt.053, each as that bank's export looks."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

from daozhang.money import to_text
from daozhang.world.bank import Entry
from daozhang.world.cast import Account
from daozhang.world.paper.wallets import yuan


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines of one account from ``first_on`` to ``last_on``, in order of booking, each with the balance after it."""

    account: Account
    first_on: date
    last_on: date
    opening_minor: int
    lines: tuple[tuple[Entry, int], ...]

    @property
    def closing_minor(self) -> int:
        """Return the balance at the end of the last day."""
        return self.lines[-1][1] if self.lines else self.opening_minor


def commas(minor: int) -> str:
    """Return an amount in yuan with thousands commas, without a currency sign."""
    return to_text(minor, symbol=False)


def _csv(rows: Sequence[Sequence[str]], encoding: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


_ICBC_HEADER: Final = (
    "交易日期,摘要,交易详情,交易场所,交易国家或地区简称,钞/汇,交易金额(收入),交易金额(支出),交易币种,"
    "记账金额(收入),记账金额(支出),记账币种,余额,对方户名,对方账户"
)


def icbc(statement: Statement) -> bytes:
    """Return the ICBC export: a preamble, cells padded with blanks and a TAB, newest line first, totals at the end."""
    account = statement.account
    out = [
        "明细查询文件下载",
        "",
        f'卡号: {account.number},"卡别名: 结算户"',
        "",
        '子账户序号: 00000,子账户类别: 活期,"子账户别名: "',
        "",
        _ICBC_HEADER,
    ]
    for entry, balance in reversed(statement.lines):
        credit, debit = _in_and_out(entry, commas)
        cells = (
            entry.text,
            "",
            "",
            "CHN",
            "钞",
            "-",
            "-",
            "-",
            credit,
            debit,
            "人民币",
            commas(balance),
            entry.counterparty,
            f"****{entry.counterparty_tail}",
        )
        out.append(f"{entry.booked_at:%Y-%m-%d}     \t," + ",".join(f'"{cell:<20}\t"' for cell in cells) + ",")
    income = sum(entry.amount_minor for entry, _ in statement.lines if entry.amount_minor > 0)
    spent = -sum(entry.amount_minor for entry, _ in statement.lines if entry.amount_minor < 0)
    out += [" ", f'人民币合计,,,,,,,,,"{commas(income):<20}\t","{commas(spent):<20}\t",']
    return ("\n".join(out) + "\n").encode()


def _in_and_out(entry: Entry, shown: Callable[[int], str]) -> tuple[str, str]:
    return (shown(entry.amount_minor), "") if entry.amount_minor > 0 else ("", shown(-entry.amount_minor))


def cmb(statement: Statement) -> bytes:
    """Return the CMB export: signed amounts with commas, the other side's name and number in one cell."""
    rows = [["记账日期", "货币", "交易金额", "联机余额", "交易摘要", "对手信息", "客户摘要"]]
    for entry, balance in statement.lines:
        summary = "汇入汇款" if entry.amount_minor > 0 else "转账汇款"
        rows.append(
            [
                f"{entry.booked_at:%Y-%m-%d}",
                "CNY",
                commas(entry.amount_minor),
                commas(balance),
                summary,
                f"{entry.counterparty} 91****{entry.counterparty_tail}",
                entry.text,
            ]
        )
    return _csv(rows, "utf-8")


def boc(statement: Statement) -> bytes:
    """Return the BOC export: a title line, then dashes where a cell is empty, newest line first."""
    rows = [
        ["中国银行交易流水明细单"],
        [
            "记账日期",
            "记账时间",
            "币别",
            "金额",
            "余额",
            "交易名称",
            "渠道",
            "网点名称",
            "附言",
            "对方账户名",
            "对方卡号/账号",
            "对方开户行",
            "借记卡号",
        ],
    ]
    dashes = "-" * 19
    for entry, balance in reversed(statement.lines):
        rows.append(
            [
                f"{entry.booked_at:%Y-%m-%d}",
                f"{entry.booked_at:%H:%M:%S}",
                "人民币",
                commas(entry.amount_minor),
                commas(balance),
                "来账" if entry.amount_minor > 0 else "往账",
                "银企对接",
                dashes,
                entry.text,
                entry.counterparty,
                f"9100******{entry.counterparty_tail}",
                dashes,
                statement.account.tail,
            ]
        )
    return _csv(rows, "utf-8")


def abc(statement: Statement) -> bytes:
    """Return the ABC export in GB18030: plus and minus signs, the log number as reference."""
    rows = [
        ["交易日期", "交易时间", "交易摘要", "交易金额", "本次余额", "对手信息", "日 志 号", "交易渠道", "交易附言"]
    ]
    for entry, balance in statement.lines:
        sign = "+" if entry.amount_minor > 0 else ""
        rows.append(
            [
                f"{entry.booked_at:%Y%m%d}",
                f"{entry.booked_at:%H%M%S}",
                "转存" if sign else "转支",
                sign + yuan(entry.amount_minor),
                yuan(balance),
                entry.counterparty,
                entry.reference[-9:],
                "超级网银",
                entry.text,
            ]
        )
    return _csv(rows, "gb18030")


def bocom(statement: Statement) -> bytes:
    """Return the BOCOM export in GB18030: unsigned amounts, ``贷 Cr`` for money in and ``借 Dr`` for money out."""
    rows = [
        [
            "序号",
            "交易日期",
            "交易时间",
            "交易类型",
            "借贷",
            "交易金额",
            "余额",
            "对方账号",
            "对方户名",
            "交易地点",
            "摘要",
        ]
    ]
    for number, (entry, balance) in enumerate(statement.lines, start=1):
        is_credit = entry.amount_minor > 0
        rows.append(
            [
                str(number),
                f"{entry.booked_at:%Y-%m-%d}",
                f"{entry.booked_at:%H:%M:%S}",
                "跨行汇入" if is_credit else "转账汇款",
                "贷 Cr" if is_credit else "借 Dr",
                yuan(abs(entry.amount_minor)),
                yuan(balance),
                f"91****{entry.counterparty_tail}",
                entry.counterparty,
                "网络支付",
                entry.text,
            ]
        )
    return _csv(rows, "gb18030")


def camt(statement: Statement) -> bytes:
    """Return a camt.053.001.08 of one account: opening and closing balance, one entry per line."""
    account = statement.account
    number = f"{account.tail}-{statement.last_on:%Y%m%d}"
    made_at = f"{statement.last_on:%Y-%m-%d}T23:59:00"
    entries = "\n".join(_camt_entry(entry) for entry, _ in statement.lines)
    balances = "".join(
        _camt_balance(code, minor, day)
        for code, minor, day in (
            ("OPBD", statement.opening_minor, statement.first_on),
            ("CLBD", statement.closing_minor, statement.last_on),
        )
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
 <BkToCstmrStmt>
  <GrpHdr><MsgId>{number}</MsgId><CreDtTm>{made_at}</CreDtTm></GrpHdr>
  <Stmt>
   <Id>{number}</Id><ElctrncSeqNb>{statement.last_on:%j}</ElctrncSeqNb><CreDtTm>{made_at}</CreDtTm>
   <FrToDt><FrDtTm>{statement.first_on}T00:00:00</FrDtTm><ToDtTm>{statement.last_on}T23:59:59</ToDtTm></FrToDt>
   <Acct><Id><Othr><Id>{account.number}</Id></Othr></Id><Ccy>CNY</Ccy><Ownr><Nm>{escape(account.holder)}</Nm></Ownr></Acct>
{balances}{entries}
  </Stmt>
 </BkToCstmrStmt>
</Document>
""".encode()


def _camt_balance(code: str, minor: int, day: date) -> str:
    side = "DBIT" if minor < 0 else "CRDT"
    return (
        f'   <Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{yuan(abs(minor))}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _camt_entry(entry: Entry) -> str:
    side, party = ("CRDT", "Dbtr") if entry.amount_minor > 0 else ("DBIT", "Cdtr")
    amount = f'<Amt Ccy="CNY">{yuan(abs(entry.amount_minor))}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
    return f"""   <Ntry>{amount}<Sts><Cd>BOOK</Cd></Sts>
    <BookgDt><DtTm>{entry.booked_at.isoformat()}</DtTm></BookgDt><ValDt><Dt>{entry.booked_at.date()}</Dt></ValDt>
    <AcctSvcrRef>{entry.reference}</AcctSvcrRef>
    <NtryDtls><TxDtls>{amount}
     <RltdPties><{party}><Pty><Nm>{escape(entry.counterparty)}</Nm></Pty></{party}>
      <{party}Acct><Id><Othr><Id>91****{entry.counterparty_tail}</Id></Othr></Id></{party}Acct></RltdPties>
     <RmtInf><Ustrd>{escape(entry.text)}</Ustrd></RmtInf></TxDtls></NtryDtls>
   </Ntry>"""


WRITERS: Final = {"icbc": icbc, "cmb": cmb, "boc": boc, "abc": abc, "bocom": bocom, "camt": camt}
