"""Bank statements read set-wise: accounts by row or above the table, totals, currencies, balances; the same as row by row."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from test_formats_set_wise import LEFT, SPOILT, read

from daozhang.formats.base import Given

HEADS = {
    "bank_icbc": "交易日期,摘要,交易详情,记账金额(收入),记账金额(支出),记账币种,余额,对方户名,对方账户",
    "bank_cmb": "记账日期,记账时间,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要,账号",
    "bank_boc": "记账日期,记账时间,币别,金额,余额,交易名称,网点名称,附言,对方账户名,对方卡号/账号,借记卡号",
    "bank_abc": "交易日期,交易时间,交易摘要,交易金额,本次余额,对手信息,日 志 号,交易附言",
    "bank_bocom": "交易日期,交易时间,交易类型,借贷,交易金额,余额,对方账号,对方户名,交易地点,摘要,币种,账号",
}
"""Headers with the columns that the samples do not have."""
GIVENS = (Given(), Given(account_tail="9876"))
CURRENCIES = ("人民币", "CNY", "RMB", "", "美元", "HKD", "JPY", "人民币元")
ACCOUNTS = ("6222021234567890123", "3167", "6226 **** 5669", "12*", "", "----------")
PARTIES = (
    "张三 66666666666666",
    "国网电力有限公司99999999999999",
    "哈哈",
    "6228****0010",
    "",
    "--",
    "---------- 张三",
    "支付宝-李四",
    "-a",
)


def yuan(minor: int, chance: random.Random) -> str:
    text = f"{abs(minor) // 100:,}.{abs(minor) % 100:02d}" if chance.random() < 0.5 else f"{abs(minor) / 100:.2f}"
    return f'"{"-" if minor < 0 else ""}{text}"'


def statement(code: str, rows: int, seed: int, *, only: bool = False) -> list[str]:
    """A statement of so many entries whose balances follow each other; with ``only`` one account and yuan alone."""
    chance = random.Random(seed)  # noqa: S311 - the same every time
    head = HEADS[code].split(",")
    lines = ["明细查询,卡号: 1234****9876", HEADS[code]]
    balance = 1_000_000
    for number in range(rows):
        minor = chance.choice([1, -1]) * chance.randint(1, 500_000)
        balance += minor
        income, outgo = (minor, 0) if minor > 0 else (0, -minor)
        signed = yuan(abs(minor) if code == "bank_bocom" else minor, chance)
        cells = {
            "交易日期": "2026-06-15" if code != "bank_abc" else "20260615", "记账日期": "2026/06/15", "记账时间": "10:15:30",
            "交易时间": "101530" if code == "bank_abc" else "10:15:30", "摘要": "网转\t", "记账金额(收入)": yuan(income, chance) if income else "-",
            "记账金额(支出)": yuan(outgo, chance) if outgo else "", "交易金额": signed, "金额": signed, "余额": yuan(balance, chance),
            "联机余额": yuan(balance, chance), "本次余额": yuan(balance, chance), "借贷": "贷 Cr" if minor > 0 else "借 Dr",
            "交易摘要": "转账", "交易名称": "转账", "交易类型": "转账", "网点名称": "-" * 19, "附言": "转账", "客户摘要": f"单 {number}",
            "日 志 号": str(number % 3), "交易详情": "  ", "对方户名": chance.choice(PARTIES), "对方账户名": "张三", "对手信息": chance.choice(PARTIES),
            "对方账号": chance.choice(ACCOUNTS), "对方账户": chance.choice(ACCOUNTS), "对方卡号/账号": chance.choice(ACCOUNTS),
        }  # fmt: skip
        for name in ("记账币种", "货币", "币别", "币种"):
            cells[name] = "人民币" if only else chance.choice(CURRENCIES)
        for name in ("账号", "借记卡号"):
            cells[name] = "3167" if only else chance.choice(ACCOUNTS)
        lines.append(",".join(cells.get(name, "") for name in head))
    return lines


def both(code: str, lines: list[str], folder: Path, said: Given, encoding: str = "utf-8") -> dict[str, Any]:
    data = "\n".join(lines).encode(encoding)
    slow = read(code, "s.csv", data, folder / "slow", is_set_wise=False, said=said)
    fast = read(code, "s.csv", data, folder / "fast", is_set_wise=True, said=said)
    assert fast == slow
    return fast


@pytest.mark.parametrize("said", GIVENS, ids=["unsaid", "said"])
@pytest.mark.parametrize("code", HEADS)
def test_accounts_currencies_and_parties_of_every_kind_read_alike(code: str, said: Given, tmp_path: Path) -> None:
    found = both(code, statement(code, 120, 1), tmp_path, said)
    assert len(found["rows"]) > 60


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("code", HEADS)
def test_a_statement_of_one_account_says_its_balances_and_none_is_broken(
    code: str, encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[int] = []

    def count(*asked: Any) -> list[tuple[int, int]]:
        found = LEFT(*asked)
        left.append(sum(after - first for first, after in found))
        return found

    monkeypatch.setattr("daozhang.intake.set_wise._lines_left", count)
    monkeypatch.setitem(globals(), "PARTIES", ("张三",))
    monkeypatch.setitem(globals(), "ACCOUNTS", ("3167",))
    found = both(code, statement(code, 60, 2, only=True), tmp_path, Given(account_tail="9876"), encoding)

    assert (found["warnings"], found["control"], len(found["rows"])) == (set(), 2, 60)
    assert left == [2], "only what stands above the entries is left for the row reader"


@pytest.mark.parametrize("place", [62, 40], ids=["at the foot", "in the middle"])
def test_a_total_is_compared_with_what_stands_above_it(place: int, tmp_path: Path) -> None:
    lines = statement("bank_icbc", 60, 3, only=True)
    total = '合 计,,,"1,000.00","2.00",人民币,,,'
    found = both("bank_icbc", [*lines[:place], total, *lines[place:]], tmp_path, Given())

    assert sum("warn-total-differs" in one for one in found["warnings"]) == 2


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("code", HEADS)
def test_spoilt_statements_read_alike(code: str, seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311
    lines = statement(code, 80, seed + 10)
    for _ in range(30):
        place = chance.randrange(1, len(lines))
        cells = lines[place].split(",")
        cells[chance.randrange(len(cells))] = chance.choice((*SPOILT, "--", "—", "+1.00", "+-1.00", "xx,yyyy.zz"))
        lines[place] = ",".join(cells)
    both(code, lines, tmp_path, chance.choice(GIVENS))
